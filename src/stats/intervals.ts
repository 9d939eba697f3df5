import { binomialCdf, binomialQuantile, normalQuantile, studentTQuantile } from './distributions.ts'

/** From `low` to `high`, in the unit of the estimate (a share for `wilsonInterval`). */
export interface Interval {
  low: number
  high: number
}

/**
 * Score interval of a share. Null at n = 0. Keeps near its level at small n and at shares near 0 or 1, where the
 * textbook p +- z s leaves [0, 1].
 *
 * Source: E. B. Wilson, JASA 22 (1927); method 3 of R. G. Newcombe, Statistics in Medicine 17 (1998).
 */
export function wilsonInterval(successes: number, n: number, level = 0.95): Interval | null {
  if (!(n >= 0) || !(successes >= 0 && successes <= n)) {
    throw new RangeError(`${successes} of ${n} is not a share; pass successes from 0 to n.`)
  }
  const z = -normalQuantile(tailShare(level))
  if (n === 0) return null
  const failures = n - successes
  const spread = z * Math.sqrt((successes * failures) / n + (z * z) / 4)
  const low = (successes + (z * z) / 2 - spread) / (n + z * z)
  const high = (successes + (z * z) / 2 + spread) / (n + z * z)
  // Exact at the ends, where rounding would leave 1e-17 in place of 0.
  return { low: successes === 0 ? 0 : low, high: failures === 0 ? 1 : high }
}

/**
 * Student's t interval of a mean. Null with n < 2, or with the NULL mean or variance that SQL then gives.
 * `variance` is the sample variance (divided by n - 1), in the squared unit of the mean.
 *
 * Source: Student, Biometrika 6 (1908).
 */
export function meanInterval(
  sample: { n: number; mean: number | null; variance: number | null },
  level = 0.95,
): Interval | null {
  const { n, mean, variance } = sample
  const tail = tailShare(level)
  if (n < 2 || mean === null || variance === null) return null
  // A variance from sums of squares can round to just below 0.
  const margin = -studentTQuantile(tail, n - 1) * Math.sqrt(Math.max(0, variance) / n)
  return { low: mean - margin, high: mean + margin }
}

/**
 * Where the mean of everyone offered a survey can lie, whatever those who did not answer would have said: all `min`,
 * or all `max`. Null when nobody was offered it. No level: these are bounds, not a confidence interval.
 *
 * Source: J. L. Horowitz and C. F. Manski, Journal of Econometrics 84 (1998).
 */
export function nonResponseBounds(survey: {
  answered: number
  offered: number
  /** Mean of those who answered; null only when nobody did. */
  mean: number | null
  /** The ends of the answer scale. */
  min: number
  max: number
}): Interval | null {
  const { answered, offered, mean, min, max } = survey
  if (!(answered >= 0 && answered <= offered)) {
    throw new RangeError(`${answered} answered of ${offered} offered; pass answered from 0 to offered.`)
  }
  if (offered === 0) return null
  if (answered === 0) return { low: min, high: max }
  if (mean === null || !(mean >= min && mean <= max)) {
    throw new RangeError(`A mean of ${mean} is not on the scale ${min} to ${max}; pass the ends of the answer scale.`)
  }
  const silent = offered - answered
  return { low: (answered * mean + silent * min) / offered, high: (answered * mean + silent * max) / offered }
}

/** Ranks (1-based, in ascending order) whose values bound a quantile, with the chance that they do. */
export interface QuantileRanks extends Interval {
  /** Exact for continuous values, at least this with ties; never below the level. */
  coverage: number
}

/**
 * Which order statistics of n values bound their p-quantile at a level, whatever the distribution. Null when n is too
 * small for both ends to exist (a median at 95 % needs n >= 6).
 *
 * Source: H. A. David and H. N. Nagaraja, Order Statistics, 3rd ed. (2003), section 7.1.
 */
export function quantileRanks(n: number, p: number, level = 0.95): QuantileRanks | null {
  if (!(p > 0 && p < 1)) throw new RangeError(`No ranks bound the ${p}-quantile; pass p between 0 and 1.`)
  const tail = tailShare(level)
  // For B, how many values lie below the quantile: low is the largest rank with P(B < low) <= tail, high the least with P(B >= high) <= tail.
  let low = binomialQuantile(tail, n, p)
  if (binomialCdf(low, n, p) <= tail) low += 1
  const high = binomialQuantile(1 - tail, n, p) + 1
  if (low < 1 || high > n) return null
  return { low, high, coverage: binomialCdf(high - 1, n, p) - binomialCdf(low - 1, n, p) }
}

function tailShare(level: number): number {
  if (level > 0 && level < 1) return (1 - level) / 2
  throw new RangeError(`A level of ${level} bounds nothing; pass a share between 0 and 1, e.g. 0.95.`)
}
