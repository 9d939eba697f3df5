import { studentTCdf } from './distributions.ts'

/** A test that a correlation is not 0. */
export interface CorrelationTest {
  /** Student's t; infinite at a correlation of exactly 1 or -1. */
  statistic: number
  /** Degrees of freedom: pairs less two. */
  df: number
  /** Two-sided. */
  p: number
}

/**
 * Test of Spearman's rho over n pairs (Pearson's r of the ranks, ties at their mean rank), by the t approximation.
 * Null with n < 3, or with the NULL rho that SQL gives when one side is constant.
 *
 * Source: J. H. Zar, JASA 67 (1972); M. G. Kendall and A. Stuart, The Advanced Theory of Statistics, vol. 2, 31.19.
 */
export function spearmanTest(rho: number | null, n: number): CorrelationTest | null {
  if (rho === null || n < 3) return null
  // SQL's corr() can round to just beyond 1.
  if (!(Math.abs(rho) <= 1 + 1e-9)) throw new RangeError(`${rho} is not a correlation; pass -1 to 1.`)
  const r = Math.max(-1, Math.min(1, rho))
  const df = n - 2
  const statistic = r * Math.sqrt(df / ((1 - r) * (1 + r)))
  return { statistic, df, p: 2 * studentTCdf(-Math.abs(statistic), df) }
}
