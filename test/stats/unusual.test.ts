import { expect, test } from 'vitest'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { findUnusual, judgeSeries } from '../../src/stats/unusual.ts'

const week = [3, 4, 3, 2, 2, -6, -8]

/** Series without anything unusual: a level and a week, a level that wanders, neighbours alike, a trend. */
const kinds: Record<string, (n: number, noise: () => number) => number[]> = {
  week: (n, noise) => Array.from({ length: n }, (_, at) => 50 + week[at % 7]! + noise()),
  walk: (n, noise) => {
    let level = 50
    return Array.from({ length: n }, (_, at) => {
      level += noise() / 2
      return level + week[at % 7]! + noise()
    })
  },
  alike: (n, noise) => {
    let state = 0
    return Array.from({ length: n }, () => {
      state = 0.6 * state + noise()
      return 50 + state
    })
  },
  trend: (n, noise) => Array.from({ length: n }, (_, at) => 50 + 0.2 * at + week[at % 7]! + noise()),
}

test.each(Object.keys(kinds))(
  'false alarms of %s: at most one series in twenty',
  (kind) => {
    const noise = normalDraws(8)
    for (const [n, runs] of [
      [40, 300],
      [120, 200],
    ] as const) {
      let told = 0
      for (let run = 0; run < runs; run++)
        if (findUnusual(kinds[kind]!(n, noise), { season: 7, alpha: 0.025 })!.length > 0) told++
      expect(told / runs).toBeLessThanOrEqual(0.05)
    }
  },
  60_000,
)

test('planted ones are found, each where it is and no other', () => {
  const noise = normalDraws(3)
  let exact = 0
  for (let run = 0; run < 50; run++) {
    const values = kinds.week!(90, noise)
    // A Saturday as on a Monday is no large value, but a large Saturday.
    values[40]! += 8
    values[41]! -= 9
    values[75]! -= 10
    const found = findUnusual(values, { season: 7, alpha: 0.025 })!.map(({ at }) => at)
    if (JSON.stringify(found) === '[40,41,75]') exact++
  }
  expect(exact).toBeGreaterThanOrEqual(45)
})

test('the newest value of a usual series lies in its own range nineteen times of twenty, and of one that is off never', () => {
  const noise = normalDraws(5)
  let outside = 0
  for (let run = 0; run < 300; run++) {
    const values = kinds.week!(60, noise)
    const { newest } = judgeSeries(values, { season: 7, alpha: 0.025 })!
    if (values.at(-1)! < newest.low || values.at(-1)! > newest.high) outside++
    const off = judgeSeries(values.with(-1, newest.expected + 6), { season: 7, alpha: 0.025 })!
    expect(newest.expected + 6).toBeGreaterThan(off.newest.high)
  }
  expect(outside / 300).toBeGreaterThan(0.02)
  expect(outside / 300).toBeLessThan(0.1)
})

test('what would not have been unusual lies around what was expected, and the value outside', () => {
  const values = kinds.week!(70, normalDraws(9))
  values[30]! += 12
  const [only] = findUnusual(values, { season: 7, alpha: 0.025 })!
  expect(only!.at).toBe(30)
  expect(only!.low).toBeLessThan(only!.expected)
  expect(only!.high).toBeGreaterThan(only!.expected)
  expect(values[30]).toBeGreaterThan(only!.high)
  expect(Math.abs(only!.expected - (50 + week[2]!))).toBeLessThan(2)
})

test('holes are filled to go on, and are never unusual', () => {
  const values: (number | null)[] = kinds.week!(70, normalDraws(10))
  values[20] = null
  values[21] = null
  values[50]! = (values[50] ?? 0) + 12
  expect(findUnusual(values, { season: 7, alpha: 0.025 })!.map(({ at }) => at)).toEqual([50])
})

test('a step is one unusual value, not all that follow', () => {
  const noise = normalDraws(12)
  const values = Array.from({ length: 80 }, (_, at) => (at < 50 ? 50 : 90) + noise())
  const found = findUnusual(values, { season: 1, alpha: 0.025 })!.map(({ at }) => at)
  expect(found.length).toBeGreaterThanOrEqual(1)
  expect(found[0]).toBe(50)
})

test('a series that is too short is not judged', () => {
  expect(findUnusual([1, 2, 3, 4, 5], { season: 1, alpha: 0.025 })).toBeNull()
})
