import { type Tested, wald } from './wald.ts'

/** A mean (of a share: the share), the variance of one value, and how many there are. */
export interface Sample {
  n: number
  mean: number
  variance: number
}

/** Two groups of one kind of customer. */
export interface Stratum {
  a: Sample
  b: Sample
}

/**
 * The difference of two means, `a` less `b`, compared only within strata and weighed as Cochran, Mantel and Haenszel weigh: by
 * `n_a n_b / (n_a + n_b)`. Strata where one side is empty tell nothing and are left out; null where all are.
 *
 * Source: W. G. Cochran, Biometrics 10 (1954); variance for few, large strata: S. Greenland and J. M. Robins, Biometrics 41 (1985).
 */
export function stratifiedDifference(strata: Stratum[]): Tested | null {
  const told = strata.filter(({ a, b }) => a.n > 0 && b.n > 0)
  const weights = told.map(({ a, b }) => (a.n * b.n) / (a.n + b.n))
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  if (whole === 0) return null
  const value = told.reduce((sum, { a, b }, at) => sum + weights[at]! * (a.mean - b.mean), 0) / whole
  const squares = told.reduce((sum, { a, b }, at) => sum + weights[at]! ** 2 * (a.variance / a.n + b.variance / b.n), 0)
  const error = Math.sqrt(squares) / whole
  return error === 0 ? null : wald(value, error)
}
