import { studentTCdf } from './distributions.ts'

/** A group by its number of values, their mean and variance. */
export interface MeanSummary {
  n: number
  mean: number
  variance: number
}

/**
 * Two-sided p of no difference between two means, whatever the variances of their groups. Null with fewer than two values in a group, or
 * where neither varies.
 *
 * Source: B. L. Welch, Biometrika 34 (1947).
 */
export function welchT(a: MeanSummary, b: MeanSummary): { statistic: number; df: number; p: number } | null {
  if (a.n < 2 || b.n < 2 || !(a.variance + b.variance > 0)) return null
  const [left, right] = [a.variance / a.n, b.variance / b.n]
  const statistic = (a.mean - b.mean) / Math.sqrt(left + right)
  const df = (left + right) ** 2 / (left ** 2 / (a.n - 1) + right ** 2 / (b.n - 1))
  return { statistic, df, p: Math.min(1, 2 * studentTCdf(-Math.abs(statistic), df)) }
}
