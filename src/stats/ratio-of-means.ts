import type { Estimate } from './difference.ts'
import { normalCdf, normalQuantile } from './distributions.ts'

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
export function ratioOfMeans(one: Counts, other: Counts): (Estimate & { p: number }) | null {
  const [a, b] = [momentsOf(one), momentsOf(other)]
  if (!a || !b) return null
  const value = a.mean / b.mean
  const error = Math.sqrt(a.relative + b.relative)
  const reach = Math.exp(normalQuantile(0.975) * error)
  const p = error > 0 ? 2 * normalCdf(-Math.abs(Math.log(value)) / error) : value === 1 ? 1 : 0
  return { value, low: value / reach, high: value * reach, p: Math.min(1, p) }
}

/** The mean, and its variance over its square. */
function momentsOf({ n, sum, squares }: Counts): { mean: number; relative: number } | null {
  if (n < 2 || !(sum > 0)) return null
  const mean = sum / n
  const variance = Math.max(0, (squares - n * mean * mean) / (n - 1))
  return { mean, relative: variance / (n * mean * mean) }
}
