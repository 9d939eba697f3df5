import { studentTCdf, studentTQuantile } from './distributions.ts'
import type { Interval } from './intervals.ts'

/** One value of a series. `at` counts steps of equal length; values that share a `season` (a weekday) share a level. */
export interface TrendPoint {
  at: number
  value: number
  season?: string | number
}

/** A straight line through a series: `low` and `high` bound its slope. */
export interface Trend extends Interval {
  /** Change from one step to the next. */
  slope: number
  /** Two-sided, that there is no trend. */
  p: number
  n: number
  /** Correlation of neighbouring residuals, with which the interval was widened; 0 where it is not positive. */
  correlation: number
  /** The line at `at`, at the mean level of the seasons as they occur. */
  level(at: number): number
}

/** Fewest points beyond those that the levels take up. */
const fewestFree = 6

/**
 * Least squares with a level for each season, so that a weekly rhythm is neither trend nor noise. What is left over is often like the
 * day before: the variance of the slope then grows by (1 + r) / (1 - r), and the degrees of freedom shrink by the same factor. r is
 * corrected for the bias that fitting brings. Null where too few points are left, or all values lie on the line's levels.
 *
 * Source: B. D. Santer et al., Journal of Geophysical Research 105 (2000); bias of r: F. H. C. Marriott and J. A. Pope,
 * Biometrika 41 (1954).
 */
export function linearTrend(points: TrendPoint[], level = 0.95): Trend | null {
  const sorted = points.toSorted((a, b) => a.at - b.at)
  const n = sorted.length
  const times = centred(sorted, ({ at }) => at)
  const values = centred(sorted, ({ value }) => value)
  const seasons = new Set(sorted.map(({ season }) => season)).size
  const spread = sumOf(times, (each) => each * each)
  const free = n - seasons - 1
  if (free < fewestFree || !(spread > 0)) return null
  const slope = sumOf(times, (each, i) => each * values[i]!) / spread
  const residuals = values.map((each, i) => each - slope * times[i]!)
  const squares = sumOf(residuals, (each) => each * each)
  if (!(squares > 1e-12 * sumOf(values, (each) => each * each))) return null
  const correlation = neighbours(sorted, residuals, squares)
  const factor = (1 + correlation) / (1 - correlation)
  const df = Math.max(2, free / factor)
  const error = Math.sqrt((squares / free / spread) * factor)
  const reach = studentTQuantile(1 - (1 - level) / 2, df) * error
  const [middle, height] = [sumOf(sorted, ({ at }) => at) / n, sumOf(sorted, ({ value }) => value) / n]
  return {
    slope,
    low: slope - reach,
    high: slope + reach,
    p: 2 * studentTCdf(-Math.abs(slope / error), df),
    n,
    correlation,
    level: (at) => height + slope * (at - middle),
  }
}

/** Each value less the mean of its season. */
function centred(points: TrendPoint[], of: (point: TrendPoint) => number): number[] {
  const sums = new Map<string | number | undefined, { sum: number; n: number }>()
  for (const point of points) {
    const known = sums.get(point.season) ?? { sum: 0, n: 0 }
    sums.set(point.season, { sum: known.sum + of(point), n: known.n + 1 })
  }
  return points.map((point) => {
    const { sum, n } = sums.get(point.season)!
    return of(point) - sum / n
  })
}

/** Correlation of residuals one step apart, corrected for its bias; steps across a gap do not count. 0 where it is not positive. */
function neighbours(points: TrendPoint[], residuals: number[], squares: number): number {
  const pairs = points.flatMap(({ at }, i) => (i > 0 && at - points[i - 1]!.at === 1 ? [i] : []))
  if (pairs.length < 2) return 0
  const n = points.length
  const found = (sumOf(pairs, (i) => residuals[i]! * residuals[i - 1]!) / pairs.length / squares) * n
  return Math.min(0.9, Math.max(0, (found * n + 1) / (n - 3)))
}

function sumOf<T>(values: T[], of: (value: T, index: number) => number): number {
  return values.reduce((sum, each, index) => sum + of(each, index), 0)
}
