import { type Tested, wald } from './wald.ts'

/** Values of one group: how many there are, their sum and the sum of their squares. */
export interface Counts {
  n: number
  sum: number
  squares: number
}

/**
 * The mean of one group over that of another, with its 95 % interval and the two-sided p of no difference. On the log scale by the delta
 * method, with the variance that the values have: counts that vary more than Poisson's need no model. Null where a mean is 0.
 *
 * Source: D. Katz, J. Baptista, S. P. Azen and M. C. Pike, Biometrics 34 (1978), for two shares; with the variance of counts in place of
 * the binomial one.
 */
export function ratioOfMeans(one: Counts, other: Counts): Tested | null {
  const [a, b] = [momentsOf(one), momentsOf(other)]
  if (!a || !b) return null
  const value = a.mean / b.mean
  const { low, high, p } = wald(Math.log(value), Math.sqrt(a.relative + b.relative))
  return { value, low: Math.exp(low), high: Math.exp(high), p }
}

/** The mean, and its variance over its square. */
function momentsOf({ n, sum, squares }: Counts): { mean: number; relative: number } | null {
  if (n < 2 || !(sum > 0)) return null
  const mean = sum / n
  const variance = Math.max(0, (squares - n * mean * mean) / (n - 1))
  return { mean, relative: variance / (n * mean * mean) }
}
