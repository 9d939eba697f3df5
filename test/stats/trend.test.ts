import { describe, expect, test } from 'vitest'
import { normalQuantile } from '../../src/stats/distributions.ts'
import { linearTrend, type TrendPoint } from '../../src/stats/trend.ts'
import { seededRandom } from './seeded.ts'

/** Noise about weekdays that differ by far more, each day like the one before by `alike`; `slope` a day. */
function series(random: () => number, n: number, alike: number, slope = 0): TrendPoint[] {
  const normal = () => normalQuantile(random() * 0.9998 + 0.0001)
  let noise = normal()
  return Array.from({ length: n }, (_, at) => {
    noise = alike * noise + Math.sqrt(1 - alike * alike) * normal()
    return { at, value: noise + slope * at + (at % 7) * 10, season: at % 7 }
  })
}

test('without seasons it is least squares: slope, error as by hand', () => {
  const points = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((at, i) => ({
    at,
    value: [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82][i]!,
  }))
  const trend = linearTrend(points)!
  const mean = points.reduce((sum, { value }) => sum + value, 0) / 10
  const slope = points.reduce((sum, { at, value }) => sum + (at - 5.5) * (value - mean), 0) / 82.5
  const rest = points.map(({ at, value }) => value - mean - slope * (at - 5.5))
  const error = Math.sqrt(rest.reduce((sum, each) => sum + each * each, 0) / 8 / 82.5)
  expect(trend).toMatchObject({ n: 10, correlation: 0 })
  expect(trend.slope).toBeCloseTo(slope, 12)
  // Student's t of 8 degrees of freedom, 97.5 %.
  expect(trend.high - trend.slope).toBeCloseTo(2.306004 * error, 5)
  expect(trend.level(5.5)).toBeCloseTo(mean, 12)
})

test('a weekly rhythm is neither trend nor noise', () => {
  const random = seededRandom(7)
  const points = series(random, 63, 0, 0.05)
  const flat = points.map(({ at, value }) => ({ at, value: value - (at % 7) * 10, season: 0 }))
  expect(linearTrend(points)!.slope).toBeCloseTo(linearTrend(flat)!.slope, 1)
  expect(linearTrend(points)!.p).toBeLessThan(0.001)
  expect(linearTrend(points.map(({ at, value }) => ({ at, value })))!.p).toBeGreaterThan(0.05)
})

describe('where there is no trend', () => {
  test.each([
    [30, 0],
    [64, 0],
    [64, 0.3],
    [64, 0.5],
    [200, 0.5],
  ])('of %i days that are alike by %f, about one in twenty is called one', (n, alike) => {
    const random = seededRandom(n * 100 + alike * 10)
    const runs = 500
    let called = 0
    for (let run = 0; run < runs; run++) if (linearTrend(series(random, n, alike))!.p < 0.05) called++
    expect(called / runs).toBeGreaterThan(0.015)
    expect(called / runs).toBeLessThan(0.09)
  })
})

test('days that are like the day before say less than as many that are not', () => {
  const random = seededRandom(11)
  const points = series(random, 400, 0.6)
  const trend = linearTrend(points)!
  expect(trend.correlation).toBeGreaterThan(0.45)
  expect(trend.correlation).toBeLessThan(0.75)
  // A gap between days: they are no neighbours.
  expect(linearTrend(points.map((each) => ({ ...each, at: each.at * 14 })))!.correlation).toBe(0)
})

test('too few, one day, or a line without noise is no trend that can be tested', () => {
  const line = (n: number) => Array.from({ length: n }, (_, at) => ({ at, value: 3 * at + 1 }))
  expect(linearTrend([])).toBeNull()
  expect(linearTrend(line(7).map((each, i) => ({ ...each, value: each.value + (i % 2) })))).toBeNull()
  expect(linearTrend(line(30))).toBeNull()
  expect(linearTrend(Array.from({ length: 20 }, (_, i) => ({ at: 3, value: i })))).toBeNull()
})
