import type { Estimate } from '../../src/stats/difference.ts'
import { fSurvival, studentTCdf, studentTQuantile } from '../../src/stats/distributions.ts'
import { invert } from '../../src/stats/invert.ts'
import type { Moments } from '../../src/stats/moments.ts'

/** One coefficient with its 95 % interval. */
export interface Coefficient extends Estimate {
  name: string
  /** Standard error. */
  error: number
  /** Two-sided p of 0. */
  p: number
}

/** A linear model with an intercept, fitted by ordinary least squares. */
export interface LinearFit {
  intercept: Coefficient
  coefficients: Coefficient[]
  n: number
  /** Residual degrees of freedom. */
  df: number
  /** Residual standard deviation. */
  sigma: number
  /** Share of the variance that is explained, 0-1. */
  r2: number
  /** That every coefficient is 0. */
  f: { statistic: number; p: number }
}

/** Below this share of a column that the others do not explain, nothing can tell it from them. */
const leastOwn = 1e-9

/**
 * Fits `y` by the columns `xs` from moments alone. The equations are solved on correlations, so that columns of very different size
 * keep their digits. Throws a RangeError that names a column which is constant or which the others make up: the caller leaves it out.
 *
 * Source: N. R. Draper and H. Smith, Applied Regression Analysis, 3rd ed., ch. 5 and 16.3 (correlation form).
 */
export function leastSquares(moments: Moments, y: string, xs: string[]): LinearFit {
  const { n, mean, covariance } = moments
  const at = (name: string): number => {
    const index = moments.names.indexOf(name)
    if (index < 0) throw new RangeError(`There is no column "${name}"; pass one of ${moments.names.join(', ')}.`)
    return index
  }
  const [target, columns] = [at(y), xs.map(at)]
  const df = n - columns.length - 1
  if (df < 1) throw new RangeError(`${n} rows cannot carry ${columns.length + 1} coefficients; pass more rows.`)
  const spread = (i: number) => Math.sqrt(covariance[i]![i]!)
  const constant = columns.find((i) => !(spread(i) > 0))
  if (constant !== undefined) throw new RangeError(`Column "${moments.names[constant]}" is constant; leave it out.`)
  const own = invert(
    columns.map((i) => columns.map((j) => covariance[i]![j]!)),
    leastOwn,
  )
  if ('dependent' in own)
    throw new RangeError(`Column "${xs[own.dependent[0]!]}" is made up of the others; leave one of them out.`)
  const { inverse } = own
  const toTarget = columns.map((i) => covariance[i]![target]!)
  const solve = (side: number[]) => inverse.map((row) => row.reduce((sum, each, j) => sum + each * side[j]!, 0))
  const first = solve(toTarget)
  // What rounding left over is solved for again: it costs nothing and gives back digits where columns nearly agree.
  const rest = solve(
    toTarget.map((each, i) => columns.reduce((left, j, k) => left - covariance[columns[i]!]![j]! * first[k]!, each)),
  )
  const slopes = first.map((slope, i) => slope + rest[i]!)
  const total = covariance[target]![target]!
  const explained = slopes.reduce((sum, slope, i) => sum + slope * toTarget[i]!, 0)
  const residual = Math.max(0, total - explained)
  const variance = (residual * n) / df
  const estimate = estimator(df)
  const coefficients = slopes.map((slope, i) => estimate(xs[i]!, slope, Math.sqrt((variance * inverse[i]![i]!) / n)))
  const middle = columns.map((i) => mean[i]!)
  const leverage = middle.reduce((sum, a, i) => sum + middle.reduce((own, b, j) => own + a * b * inverse[i]![j]!, 0), 0)
  const level = mean[target]! - slopes.reduce((sum, slope, i) => sum + slope * mean[columns[i]!]!, 0)
  const statistic = columns.length > 0 ? (explained * n) / columns.length / variance : Number.NaN
  return {
    intercept: estimate('intercept', level, Math.sqrt((variance * (1 + leverage)) / n)),
    coefficients,
    n,
    df,
    sigma: Math.sqrt(variance),
    r2: total > 0 ? explained / total : 0,
    f: { statistic, p: columns.length > 0 ? fSurvival(statistic, columns.length, df) : 1 },
  }
}

function estimator(df: number): (name: string, value: number, error: number) => Coefficient {
  const reach = studentTQuantile(0.975, df)
  return (name, value, error) => ({
    name,
    value,
    low: value - reach * error,
    high: value + reach * error,
    error,
    p: error > 0 ? 2 * studentTCdf(-Math.abs(value / error), df) : value === 0 ? 1 : 0,
  })
}
