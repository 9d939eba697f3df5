import { type Tested, wald } from './wald.ts'

/** What one day brought. */
export interface DayValue {
  day: string
  /** Days of one kind are compared with each other: 1 to 7 for weekdays. */
  kind: number
  value: number
}

/** With fewer days in a period their spread is a guess. */
const fewestDays = 5
/** With fewer, a weekday would be judged by one day. */
const fewestForKinds = 14
const mostPersistent = 0.9

/**
 * Did the level of a day move between two periods? Least squares on weekdays and the period, with Student's t; where good days follow good
 * days, the days count for as many as would be independent, n (1 - r) / (1 + r) with r the correlation of neighbours. The spread is that
 * of the days, so counts that vary more than a Poisson process does are not taken for a change. Null with fewer than five days in a period.
 *
 * Source: G. V. Bayley and J. M. Hammersley, JRSS Supplement 8 (1946); bias of r: F. H. C. Marriott and J. A. Pope, Biometrika 41 (1954).
 */
export function levelShift(before: readonly DayValue[], after: readonly DayValue[]): Tested | null {
  if (before.length < fewestDays || after.length < fewestDays) return null
  const byKind = before.length >= fewestForKinds && after.length >= fewestForKinds
  const all = [...before.map((each) => ({ ...each, period: 0 })), ...after.map((each) => ({ ...each, period: 1 }))].map(
    (each) => ({ ...each, kind: byKind ? each.kind : 0 }),
  )
  const means = new Map<number, { n: number; value: number; period: number }>()
  for (const { kind, value, period } of all) {
    const known = means.get(kind) ?? { n: 0, value: 0, period: 0 }
    means.set(kind, { n: known.n + 1, value: known.value + value, period: known.period + period })
  }
  // Within its kind, a day is what is left of it and of its period: the slope of one on the other is that of the whole regression.
  const left = all.map(({ kind, value, period }) => {
    const mean = means.get(kind)!
    return { y: value - mean.value / mean.n, x: period - mean.period / mean.n }
  })
  const spread = sum(left.map(({ x }) => x * x))
  const shift = sum(left.map(({ x, y }) => x * y)) / spread
  const rest = left.map(({ x, y }) => y - shift * x)
  const squares = sum(rest.map((each) => each * each))
  const persistence = neighbours(rest, before.length, squares)
  const inflation = (1 + persistence) / (1 - persistence)
  const freedom = Math.max(2, all.length / inflation - means.size - 1)
  const error = Math.sqrt(((squares / (all.length - means.size - 1)) * inflation) / spread)
  return wald(shift, error, freedom)
}

/** Correlation of days that follow each other in one period, corrected for the bias that fitting brings; below zero it counts as none. */
function neighbours(rest: readonly number[], first: number, squares: number): number {
  if (squares === 0) return 0
  const products = rest.slice(1).map((each, at) => (at + 1 === first ? 0 : each * rest[at]!))
  const n = rest.length
  return Math.min(mostPersistent, Math.max(0, ((sum(products) / squares) * n + 1) / (n - 3)))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}
