import { describe, expect, test } from 'vitest'
import { binomialQuantile } from '../../src/stats/distributions.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import type { RatePoint } from '../../src/stats/rate-points.ts'
import { rateShift } from '../../src/stats/rate-shift.ts'
import { rateTrend } from '../../src/stats/rate-trend.ts'
import { uniformDraws } from '../../src/stats/uniform-draws.ts'

const pointsOf = (counts: number[]): RatePoint[] => counts.map((count, at) => ({ at, count, exposure: 1 }))

/** A Poisson count by inversion. */
function poisson(mean: number, uniform: () => number): number {
  let [k, p] = [0, Math.exp(-mean)]
  for (let left = uniform() - p; left > 0 && k < 10_000; left -= p) p *= mean / ++k
  return k
}

/** Deaths from AIDS in Australia by quarter, 1983 to 1986: A. J. Dobson, An Introduction to Generalized Linear Models (1990). */
const dobson = [0, 1, 2, 3, 1, 4, 9, 18, 23, 31, 20, 25, 37, 45]

/** Coal-mining disasters in Britain by year from 1851: R. G. Jarrett, Biometrika 66 (1979). */
const disasters = [
  4, 5, 4, 0, 1, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4, 2, 5, 2, 2, 3, 4, 2, 1, 3,
  2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1, 0, 3, 2, 2, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 1, 1,
  0, 2, 3, 3, 1, 1, 2, 1, 1, 1, 1, 2, 4, 2, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1,
]

describe('trend of a rate', () => {
  test('slope, its error and both deviances are those that R gives for the deaths of Dobson', () => {
    const trend = rateTrend(pointsOf(dobson))!
    expect(trend.slope.value).toBeCloseTo(0.25652, 4)
    expect(trend.poisson).toBeCloseTo(0.02204, 4)
    expect(trend.deviance.level).toBeCloseTo(207.272, 2)
    expect(trend.deviance.trend).toBeCloseTo(29.654, 2)
  })

  test('nothing counted, and too few points, have none', () => {
    expect(rateTrend(pointsOf(Array<number>(30).fill(0)))).toBeNull()
    expect(rateTrend(pointsOf([1, 2, 3, 4, 5, 6]))).toBeNull()
  })

  test('exposure that grows with the counts leaves a level rate', () => {
    const points = Array.from({ length: 40 }, (_, at) => ({ at, count: 2 + at, exposure: 200 + 100 * at }))
    const trend = rateTrend(points)!
    expect(trend.slope.value).toBeCloseTo(0, 6)
    expect(trend.p).toBeGreaterThan(0.9)
  })

  test.each([
    { name: 'plain counts', weeks: 52, mean: 6, spread: 0, like: 0 },
    { name: 'rare counts', weeks: 104, mean: 0.6, spread: 0, like: 0 },
    { name: 'uneven counts', weeks: 104, mean: 12, spread: 0.4, like: 0 },
    { name: 'weeks like the week before', weeks: 104, mean: 20, spread: 0.3, like: 0.5 },
    { name: 'weeks much like the week before', weeks: 104, mean: 20, spread: 0.3, like: 0.7 },
    { name: 'a year of weeks like the week before', weeks: 52, mean: 20, spread: 0.3, like: 0.5 },
    { name: 'few weeks', weeks: 20, mean: 5, spread: 0.2, like: 0 },
  ])('calls a trend in 5 % of level series: $name', ({ weeks, mean, spread, like }) => {
    const runs = 400
    let called = 0
    for (let seed = 0; seed < runs; seed++) {
      const [uniform, normal] = [uniformDraws(seed * 7 + 1), normalDraws(seed * 13 + 5)]
      let state = spread * normal()
      const counts = Array.from({ length: weeks }, () => {
        state = like * state + Math.sqrt(1 - like * like) * spread * normal()
        return poisson(mean * Math.exp(state), uniform)
      })
      if (rateTrend(pointsOf(counts))!.p < 0.05) called++
    }
    expect(called).toBeLessThanOrEqual(binomialQuantile(0.99, runs, 0.05))
  })

  test('a season of two years and more is no trend', () => {
    const year = 365.25 / 7
    const counts = Array.from({ length: 130 }, (_, at) =>
      Math.round(60 * (1 + 0.6 * Math.sin((2 * Math.PI * at) / year))),
    )
    const trend = rateTrend(pointsOf(counts), { length: year, waves: 1 })!
    expect(Math.abs(trend.slope.value)).toBeLessThan(0.001)
    expect(trend.p).toBeGreaterThan(0.05)
  })
})

describe('shift of a level', () => {
  test('the disasters in mines fell after 1891, as in Carlin, Gelfand and Smith (Applied Statistics 41, 1992)', () => {
    const shift = rateShift(pointsOf(disasters))!
    expect(1851 + shift.first - 1).toBe(1891)
    expect(shift.before).toBeCloseTo(3.1, 1)
    expect(shift.after).toBeCloseTo(0.9, 1)
    expect([1851 + shift.low - 1, 1851 + shift.high - 1]).toEqual([1882, 1898])
  })

  test('the interval holds the planted place in at least 95 % of series, less what chance takes', () => {
    const runs = 300
    let held = 0
    for (let seed = 0; seed < runs; seed++) {
      const uniform = uniformDraws(seed + 11)
      const points = pointsOf(Array.from({ length: 80 }, (_, at) => poisson(at < 50 ? 6 : 10, uniform)))
      const shift = rateShift(points)!
      if (shift.low <= 50 && shift.high >= 50) held++
    }
    expect(held).toBeGreaterThanOrEqual(binomialQuantile(0.01, runs, 0.95))
  })
})
