import { describe, expect, test } from 'vitest'
import { type DayCount, judgeDays } from '../../src/stats/day-volume.ts'
import { mixDrift } from '../../src/stats/mix-drift.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { uniformDraws } from '../../src/stats/uniform-draws.ts'

const week = [1, 1.1, 1, 0.95, 0.9, 0.4, 0.3]

/** Nine weeks of counts with weekdays, a slow growth, and days that stray by `straying` of themselves beside chance. */
function series(
  seed: number,
  { mean, straying, growth }: { mean: number; straying: number; growth: number },
): DayCount[] {
  const [normal, uniform] = [normalDraws(seed), uniformDraws(seed + 1)]
  const poisson = (m: number): number => {
    if (m > 200) return Math.max(0, Math.round(m + Math.sqrt(m) * normal()))
    let [k, p] = [0, uniform()]
    for (const least = Math.exp(-m); p > least; k++) p *= uniform()
    return k
  }
  return Array.from({ length: 63 }, (_, at) => {
    const expected = mean * week[at % 7]! * Math.exp(growth * at + straying * normal())
    return { at, count: poisson(expected) }
  })
}

const judged = (days: DayCount[], falseAlarms: number, apart = 0.0001) =>
  judgeDays(days.slice(0, 56), days.slice(56), { falseAlarms, apart })!

describe('days beside the same weekdays of the weeks before', () => {
  const kinds = [
    { mean: 8, straying: 0, growth: 0 },
    { mean: 30, straying: 0.2, growth: 0.003 },
    { mean: 200, straying: 0, growth: 0.003 },
    { mean: 200, straying: 0.2, growth: 0 },
    { mean: 2000, straying: 0.15, growth: 0.003 },
  ]
  test.each(kinds)('in 200 series in which nothing happens, no more days are told than is stated: %o', (kind) => {
    const days = Array.from({ length: 200 }, (_, seed) => judged(series(17 * seed + 3, kind), 0.01)).flat()
    const alarms = days.filter(({ odd }) => odd).length
    expect(days).toHaveLength(1400)
    // 14 are allowed; 25 would be a chance of one in 200.
    expect(alarms).toBeLessThanOrEqual(25)
  })

  test('with the delivered limits a quiet series tells nothing in 200', () => {
    const told = Array.from({ length: 200 }, (_, seed) =>
      judged(series(seed, { mean: 120, straying: 0.1, growth: 0.002 }), 0.0001, 0.3).filter(({ odd }) => odd),
    )
    expect(told.flat()).toEqual([])
  })

  test('a planted drop and a planted flood are found in every series, and the days beside them are not', () => {
    for (let seed = 0; seed < 50; seed++) {
      const days = series(seed, { mean: 120, straying: 0.1, growth: 0.002 })
      days[58] = { at: 58, count: Math.round(days[58]!.count * 0.2) }
      days[60] = { at: 60, count: days[60]!.count * 3 }
      expect(judged(days, 0.0001, 0.3).flatMap(({ at, odd }) => (odd ? [at] : []))).toEqual([58, 60])
    }
  })

  test('an outage among the weeks before hides nothing and bends nothing', () => {
    const days = series(5, { mean: 120, straying: 0.05, growth: 0 })
    for (let at = 20; at < 27; at++) days[at] = { at, count: 0 }
    expect(judged(days, 0.0001, 0.3).some(({ odd }) => odd)).toBe(false)
    days[57] = { at: 57, count: 10 }
    expect(judged(days, 0.0001, 0.3).flatMap(({ at, odd }) => (odd ? [at] : []))).toEqual([57])
  })

  test('five weeks and five rows a day are the least', () => {
    const days = series(1, { mean: 60, straying: 0, growth: 0 })
    const plan = { falseAlarms: 0.001, apart: 0.3 }
    expect(judgeDays(days.slice(0, 34), days.slice(56), plan)).toBeNull()
    expect(judgeDays(days.slice(0, 35), days.slice(56), plan)).not.toBeNull()
    expect(judgeDays(days.map(({ at }) => ({ at, count: 4 })).slice(0, 56), days.slice(56), plan)).toBeNull()
  })
})

describe('the mix of values of two periods', () => {
  const draw = (seed: number, n: number, shares: number[]): number[] => {
    const uniform = uniformDraws(seed)
    const counts = shares.map(() => 0)
    for (let i = 0; i < n; i++) {
      let [at, u] = [0, uniform()]
      while (at < shares.length - 1 && u >= shares[at]!) u -= shares[at++]!
      counts[at]!++
    }
    return counts
  }
  const shares = [0.5, 0.3, 0.15, 0.05]

  test('of 200 pairs of one mix, no more differ at 5 % than chance makes', () => {
    const low = Array.from(
      { length: 200 },
      (_, seed) => mixDrift(draw(seed, 900, shares), draw(seed + 5000, 300, shares))!,
    )
    expect(low.filter(({ p }) => p < 0.05).length).toBeLessThanOrEqual(19)
    expect(low.filter(({ p, index }) => p < 0.001 && index >= 0.2)).toEqual([])
  })

  test('the index and the part that moved most, by hand', () => {
    const drift = mixDrift([50, 50], [80, 20])!
    const [p, q] = [
      [50.5 / 101, 50.5 / 101],
      [80.5 / 101, 20.5 / 101],
    ]
    const index = (q[0]! - p[0]!) * Math.log(q[0]! / p[0]!) + (q[1]! - p[1]!) * Math.log(q[1]! / p[1]!)
    expect(drift.index).toBeCloseTo(index, 12)
    expect(drift.most).toEqual({ at: 1, before: 0.5, now: 0.2 })
    expect(mixDrift([5, 0], [9, 0])).toBeNull()
  })
})
