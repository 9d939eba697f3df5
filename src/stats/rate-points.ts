/** What was counted in one step, out of what it could have come from. */
export interface RatePoint {
  /** Counts steps of equal length. */
  at: number
  count: number
  /** Customers, all cases: above 0. */
  exposure: number
}

/** What one count adds to the deviance. */
export function devianceAt(count: number, expected: number): number {
  return 2 * ((count > 0 ? count * Math.log(count / expected) : 0) - (count - expected))
}

/** How much more than Poisson counts do these counts leave around what is expected of them, and what that takes away. */
export interface Noise {
  /** Variance of the counts for 1 of Poisson counts, at least 1. */
  dispersion: number
  /** Of what varies beyond Poisson counts from one step to the next; 0 where it is not positive. */
  correlation: number
  /** By how much both widen a variance. */
  widening: number
  df: number
}

/**
 * Noise around a fit of so many columns. Counts are Poisson around a rate that wanders: its steps are alike, what the counts add is not, so
 * the correlation of residuals is that of the rate times its part of the variance. So many steps tell as much as fewer independent ones.
 *
 * Source: S. L. Zeger, Biometrika 75 (1988), for the counts; B. D. Santer et al., Journal of Geophysical Research 105 (2000), for the number
 * of steps; bias of the correlation: F. H. C. Marriott and J. A. Pope, Biometrika 41 (1954).
 */
export function noiseAround(points: RatePoint[], expected: number[], columns: number): Noise {
  const n = points.length
  const residuals = points.map(({ count }, i) => (count - expected[i]!) / Math.sqrt(expected[i]!))
  const squares = residuals.reduce((sum, each) => sum + each * each, 0)
  const pairs = points.flatMap(({ at }, i) => (i > 0 && at - points[i - 1]!.at === 1 ? [i] : []))
  const products = pairs.reduce((sum, i) => sum + residuals[i]! * residuals[i - 1]!, 0)
  const found = pairs.length > 0 && squares > 0 ? (products / pairs.length / squares) * n : 0
  const dispersion = Math.max(1, squares / (n - columns))
  const wandering = (dispersion - 1) / dispersion
  // Half a standard error more: a correlation taken too low cries wolf, one taken too high only speaks later.
  const alike = (found * n + columns - 1) / (n - columns - 1) + 0.5 / Math.sqrt(n)
  const correlation = wandering > 0 ? Math.min(mostAlike, Math.max(0, alike / wandering)) : 0
  const factor = 1 + wandering * ((1 + correlation) / (1 - correlation) - 1)
  const df = Math.max(2, n / factor - columns)
  return { dispersion, correlation, widening: Math.max(1, squares / df, dispersion), df }
}

/** Beyond it a rate wanders so freely that no span of time would tell its trend. */
const mostAlike = 0.9
