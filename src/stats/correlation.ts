import { studentTCdf } from './distributions.ts'
import { midranks } from './midranks.ts'

/** A test that a correlation is not 0. */
export interface CorrelationTest {
  /** Student's t; infinite at a correlation of exactly 1 or -1. */
  statistic: number
  /** Degrees of freedom: pairs less two. */
  df: number
  /** Two-sided. */
  p: number
}

/** Spearman's rho of pairs that are at hand, with its p. */
export interface RankCorrelation {
  rho: number
  p: number
  n: number
  /** True where p counts every order of the values and is no approximation. */
  exact: boolean
}

/** With more, the orders are too many to count and the t approximation is good. */
const mostCounted = 8

/**
 * Do two measures put the same things in the same order? Ties share their mean rank. Up to eight pairs p is the share of all orders
 * that lie as far from 0, since the t approximation is rough there. Null with fewer than three pairs or when one side is constant.
 */
export function rankCorrelation(pairs: [number, number][]): RankCorrelation | null {
  const n = pairs.length
  const a = [...midranks(pairs.map(([first]) => first))]
  const b = [...midranks(pairs.map(([, second]) => second))]
  const rho = correlationOf(a, b)
  const test = spearmanTest(rho, n)
  if (rho === null || !test) return null
  if (n > mostCounted) return { rho, p: test.p, n, exact: false }
  let [all, far] = [0, 0]
  for (const order of ordersOf(b)) {
    all++
    if (Math.abs(correlationOf(a, order) ?? 0) >= Math.abs(rho) - 1e-9) far++
  }
  return { rho, p: far / all, n, exact: true }
}

function correlationOf(a: number[], b: number[]): number | null {
  const middle = (a.length + 1) / 2
  const sum = (of: (i: number) => number): number => a.reduce((total, _, i) => total + of(i), 0)
  const spread = Math.sqrt(sum((i) => (a[i]! - middle) ** 2) * sum((i) => (b[i]! - middle) ** 2))
  return spread > 0 ? sum((i) => (a[i]! - middle) * (b[i]! - middle)) / spread : null
}

/** Every order of the values. */
function* ordersOf(values: number[]): Generator<number[]> {
  if (values.length < 2) yield values
  else
    for (const [index, first] of values.entries())
      for (const rest of ordersOf(values.filter((_, i) => i !== index))) yield [first, ...rest]
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
