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

/** Correlation of residuals one step apart, corrected for the bias that fitting so many columns brings. */
export function neighbours(points: RatePoint[], residuals: number[], squares: number, columns: number): number {
  const n = points.length
  const pairs = points.flatMap(({ at }, i) => (i > 0 && at - points[i - 1]!.at === 1 ? [i] : []))
  if (pairs.length < 2 || !(squares > 0)) return 0
  const found = (pairs.reduce((sum, i) => sum + residuals[i]! * residuals[i - 1]!, 0) / pairs.length / squares) * n
  return Math.min(0.9, Math.max(0, (found * n + columns - 1) / (n - columns - 1)))
}
