import { expect, test } from 'vitest'
import {
  fewestAfter,
  fewestBefore,
  type LevelChange,
  levelChange,
  type TooShort,
} from '../../src/stats/interrupted-series.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'

/** A line, a yearly swing, noise that hangs together by `r`, and a jump at `from`. */
function planted(seed: number, { n = 60, from = 40, jump = 0, r = 0, swing = 0 } = {}): number[] {
  const draw = normalDraws(seed)
  let noise = draw()
  return Array.from({ length: n }, (_, at) => {
    noise = r * noise + Math.sqrt(1 - r * r) * draw()
    return 20 + 0.05 * at + swing * Math.sin((2 * Math.PI * at) / 12) + noise + (at >= from ? jump : 0)
  })
}

const known = (change: LevelChange | TooShort): LevelChange => {
  if ('lacks' in change) throw new Error(`refused: ${JSON.stringify(change)}`)
  return change
}
const leaves0Out = ({ low, high }: LevelChange): boolean => low > 0 || high < 0
const isShown = (change: LevelChange): boolean => leaves0Out(change) && change.placebo.p <= 0.05

test('a jump on a line is found exactly where there is hardly any noise', () => {
  const values = Array.from({ length: 40 }, (_, at) => 3 + 0.5 * at + (at % 2 ? 1e-4 : -1e-4) + (at >= 25 ? -7 : 0))
  const change = known(levelChange({ values, from: 25 }))
  expect(change.value).toBeCloseTo(-7, 3)
  expect(change).toMatchObject({ before: 25, after: 15, seasonal: false })
  expect(change.placebo).toMatchObject({ dates: 14, as_large: 0 })
  expect(change.placebo.p).toBeCloseTo(1 / 15, 12)
})

test('without correlation it is least squares: the closed form of two parallel lines', () => {
  // Alternating noise: neighbours go against each other, so nothing is taken out. Reference: partial regression by hand.
  const values = [1, 3, 2, 4, 3, 5, 4, 6, 5, 7, 16, 18, 17, 19, 18, 20]
  const from = 10
  const change = known(levelChange({ values, from }))
  expect(change.correlation).toBe(0)
  const mean = (list: number[]) => list.reduce((sum, each) => sum + each, 0) / list.length
  const [a, b] = [values.slice(0, from), values.slice(from)]
  const within = (list: number[], at: number) =>
    list.map((each, i) => ({ t: i + at - (mean(list.map((_, j) => j)) + at), y: each - mean(list) }))
  const all = [...within(a, 0), ...within(b, from)]
  const slope = all.reduce((s, { t, y }) => s + t * y, 0) / all.reduce((s, { t }) => s + t * t, 0)
  const gap = mean(b) - mean(a) - slope * ((values.length + from - 1) / 2 - (from - 1) / 2)
  expect(change.value).toBeCloseTo(gap, 9)
})

test.each([
  { name: 'noise that does not hang together', r: 0 },
  { name: 'noise that hangs together', r: 0.4 },
])('$name: an interval covers what was planted in at least 90 % of 200 series', ({ r }) => {
  const changes = Array.from({ length: 200 }, (_, seed) =>
    known(levelChange({ values: planted(seed + 1, { jump: 4, r }), from: 40 })),
  )
  expect(changes.filter(({ low, high }) => low <= 4 && 4 <= high).length).toBeGreaterThanOrEqual(180)
  expect(changes.filter(isShown).length).toBeGreaterThanOrEqual(r === 0 ? 180 : 100)
})

test.each([
  { name: 'noise that does not hang together', r: 0 },
  { name: 'noise that hangs together', r: 0.4 },
])('$name: nothing happened, and at most 5 % of 200 series say otherwise (18 is the 99 % point)', ({ r }) => {
  const changes = Array.from({ length: 200 }, (_, seed) =>
    known(levelChange({ values: planted(seed + 1001, { r }), from: 40 })),
  )
  expect(changes.filter(isShown).length).toBeLessThanOrEqual(18)
})

test('a season is no effect where two whole ones are known before', () => {
  const values = planted(7, { n: 42, from: 36, swing: 6, jump: 5 })
  const change = known(levelChange({ values, from: 36, season: { length: 12, waves: 2 } }))
  expect(change.seasonal).toBe(true)
  expect(change.low).toBeLessThan(5)
  expect(change.high).toBeGreaterThan(5)
  expect(leaves0Out(change)).toBe(true)
  const without = known(levelChange({ values, from: 36 }))
  expect(change.high - change.low).toBeLessThan(without.high - without.low)
})

test('a period left out at the change does not turn a trend into a jump', () => {
  const values = Array.from({ length: 40 }, (_, at) => 5 * at + (at % 2 ? 1e-3 : -1e-3)).filter((_, at) => at !== 20)
  expect(known(levelChange({ values, from: 20, gap: 1 })).value).toBeCloseTo(0, 2)
  expect(known(levelChange({ values, from: 20 })).value).toBeCloseTo(5, 2)
})

test('too few periods on a side, or none that differ, are told with how many it takes', () => {
  const values = planted(3, { n: 30 })
  expect(levelChange({ values, from: 7 })).toEqual({ lacks: 'before', have: 7, need: fewestBefore })
  expect(levelChange({ values, from: 27 })).toEqual({ lacks: 'after', have: 3, need: fewestAfter })
  expect(levelChange({ values: Array.from({ length: 30 }, () => 2), from: 15 })).toMatchObject({ lacks: 'variation' })
})
