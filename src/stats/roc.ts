import type { Estimate } from './difference.ts'
import { normalReach } from './distributions.ts'
import { midranks } from './midranks.ts'

/** A score and whether what it foretells happened; `weight` is how many rows this one stands for, 1 where it is left out. */
export interface Scored {
  score: number
  y: 0 | 1
  weight?: number
}

/** Chance that of two rows, one with the outcome and one without, the first has the higher score: 0.5 tells nothing, 1 everything. */
export interface Discrimination extends Estimate {
  error: number
  outcomes: number
  others: number
}

/**
 * Area under the ROC curve with its 95 % interval; ties count half. Null without a row of each kind. It does not depend on how many
 * rows of either kind were drawn, so weights are not read.
 *
 * Source: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988), by midranks as in X. Sun and W. Xu, IEEE Signal
 * Processing Letters 21 (2014).
 */
export function discrimination(rows: readonly Scored[]): Discrimination | null {
  const ones = rows.flatMap(({ score, y }) => (y === 1 ? [score] : []))
  const zeros = rows.flatMap(({ score, y }) => (y === 0 ? [score] : []))
  if (ones.length === 0 || zeros.length === 0) return null
  const all = midranks([...ones, ...zeros])
  const [own, others] = [midranks(ones), midranks(zeros)]
  // Share of the other kind that lies on the right side of each row.
  const above = ones.map((_, i) => (all[i]! - own[i]!) / zeros.length)
  const below = zeros.map((_, i) => 1 - (all[ones.length + i]! - others[i]!) / ones.length)
  const value = mean(above)
  const error = Math.sqrt(variance(above) / ones.length + variance(below) / zeros.length)
  const reach = normalReach * error
  return {
    value,
    low: Math.max(0, value - reach),
    high: Math.min(1, value + reach),
    error,
    outcomes: ones.length,
    others: zeros.length,
  }
}

/**
 * Mean precision over the outcomes, the highest scores first; a score that tells nothing comes to the share of outcomes. Rows of the
 * same score come in together. Null without an outcome.
 *
 * Source: area under the precision-recall curve without interpolation, as in J. Davis and M. Goadrich, ICML (2006).
 */
export function averagePrecision(rows: readonly Scored[]): number | null {
  const sorted = rows.toSorted((a, b) => b.score - a.score)
  const all = sorted.reduce((sum, { y, weight = 1 }) => sum + y * weight, 0)
  if (all === 0) return null
  let [seen, hits, area, at] = [0, 0, 0, 0]
  while (at < sorted.length) {
    const { score } = sorted[at]!
    const before = hits
    for (; at < sorted.length && sorted[at]!.score === score; at++) {
      const { y, weight = 1 } = sorted[at]!
      seen += weight
      hits += y * weight
    }
    area += ((hits - before) / all) * (hits / seen)
  }
  return area
}

/** What the highest scores catch: `share` of the rows, and how many times as many outcomes as among all. Null without an outcome. */
export function topLift(
  rows: readonly Scored[],
  share = 0.1,
): { n: number; outcomes: number; caught: number; lift: number } | null {
  const size = (list: readonly Scored[]) => list.reduce((sum, { weight = 1 }) => sum + weight, 0)
  const hits = (list: readonly Scored[]) => list.reduce((sum, { y, weight = 1 }) => sum + y * weight, 0)
  const [n, all] = [size(rows), hits(rows)]
  if (all === 0) return null
  const sorted = rows.toSorted((a, b) => b.score - a.score)
  let [taken, end] = [0, 0]
  while (end < sorted.length && taken < share * n - 1e-9) taken += sorted[end++]!.weight ?? 1
  const top = sorted.slice(0, end)
  const outcomes = hits(top)
  return { n: taken, outcomes, caught: outcomes / all, lift: outcomes / taken / (all / n) }
}

const mean = (values: number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

function variance(values: number[]): number {
  if (values.length < 2) return 0
  const middle = mean(values)
  return values.reduce((sum, each) => sum + (each - middle) ** 2, 0) / (values.length - 1)
}
