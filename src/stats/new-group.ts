import type { Estimate } from './difference.ts'
import { studentTQuantile } from './distributions.ts'

/**
 * The next value of a new group, from the values of others, with its 95 % prediction interval: groups differ by chance, and so do values
 * within one (one-way random effects). Each of both spreads reaches as far as its own degrees of freedom say, and the two are joined as
 * the sides of a right angle; with two groups that is far, as two hardly tell how much groups differ. Null with fewer, or with groups of
 * one value.
 *
 * Source: S. R. Searle, G. Casella and C. E. McCulloch, Variance Components (1992), chapter 3, for the two spreads; F. A. Graybill and
 * C.-M. Wang, JASA 75 (1980), for joining what they reach.
 */
export function predictNewGroup(groups: readonly (readonly number[])[]): Estimate | null {
  const k = groups.length
  if (k < 2 || groups.some((values) => values.length < 2)) return null
  const means = groups.map(meanOf)
  const value = meanOf(means)
  const between = means.reduce((sum, mean) => sum + (mean - value) ** 2, 0) / (k - 1)
  const freedom = groups.reduce((sum, values) => sum + values.length - 1, 0)
  const within =
    groups.reduce((sum, values, at) => sum + values.reduce((all, each) => all + (each - means[at]!) ** 2, 0), 0) /
    freedom
  // The spread of the means holds a part of the spread within already.
  const rest = 1 - meanOf(groups.map((values) => 1 / values.length))
  const [first, second] = [(1 + 1 / k) * between, rest * within]
  const reach = Math.hypot(
    studentTQuantile(0.975, k - 1) * Math.sqrt(first),
    studentTQuantile(0.975, freedom) * Math.sqrt(second),
  )
  return { value, low: value - reach, high: value + reach }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length
}
