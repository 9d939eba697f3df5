import type { Estimate } from './difference.ts'
import { wald } from './wald.ts'

/** How much more often a row of one group has the higher score than one of the rest: 1 always, -1 never, 0 as often as not. */
export interface Dominance extends Estimate {
  p: number
  n: number
  others: number
}

/**
 * Cliff's delta of a group against the rest from counts of scores by bucket (`group[bucket][step]`, steps in ascending order). Its
 * error is the larger of two: that of leaving out one bucket at a time, which knows that rows of a customer go together, and that of
 * no difference with ties. Null where a side is empty or every score is the same.
 *
 * Source: N. Cliff, Psychological Bulletin 114 (1993); B. Efron and C. Stein, Annals of Statistics 9 (1981), jackknife; E. L. Lehmann,
 * Nonparametrics (1975), variance with ties.
 */
export function dominanceOf(group: number[][], rest: number[][]): Dominance | null {
  const buckets = group.length
  const [own, others] = [added(group), added(rest)]
  const [n, m] = [sumOf(own), sumOf(others)]
  const value = delta(own, others)
  if (value === null) return null
  const left: number[] = []
  for (let bucket = 0; bucket < buckets; bucket++) {
    if (sumOf(group[bucket]!) + sumOf(rest[bucket]!) === 0) continue
    const without = delta(minus(own, group[bucket]!), minus(others, rest[bucket]!))
    if (without === null) return null
    left.push(without)
  }
  const count = left.length
  const mean = sumOf(left) / count
  const jackknife = ((count - 1) / count) * left.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  const all = n + m
  const ties = own.reduce((sum, each, step) => sum + (each + others[step]!) ** 3 - (each + others[step]!), 0)
  const even = (all + 1 - ties / (all * (all - 1))) / (3 * n * m)
  if (!(even > 0) || count < 3) return null
  const error = Math.sqrt(Math.max(jackknife, even))
  const { low, high, p } = wald(value, error, count - 1)
  return { value, low: Math.max(-1, low), high: Math.min(1, high), p, n, others: m }
}

function delta(own: number[], others: number[]): number | null {
  const [n, m] = [sumOf(own), sumOf(others)]
  if (n === 0 || m === 0) return null
  let [below, wins] = [0, 0]
  for (const [step, count] of own.entries()) {
    wins += count * (2 * below + others[step]!)
    below += others[step]!
  }
  return wins / (n * m) - 1
}

const sumOf = (values: number[]): number => values.reduce((sum, each) => sum + each, 0)
const minus = (a: number[], b: number[]): number[] => a.map((each, i) => each - b[i]!)
const added = (rows: number[][]): number[] =>
  rows.reduce(
    (all, row) => all.map((each, i) => each + row[i]!),
    rows[0]!.map(() => 0),
  )
