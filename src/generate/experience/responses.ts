import { alongQuantiles } from '../draw.ts'
import { spreads } from './plants.ts'

/** Middle of 40 steps of equal probability of a normal distribution, scaled so that straight lines between them have deviation 1. */
const steps = 40

/** Rational approximation of the normal quantile by Acklam; nine digits are more than a table of whole numbers keeps. */
function normalQuantile(p: number): number {
  const low = 0.02425
  if (p > 1 - low) return -normalQuantile(1 - p)
  if (p < low) {
    const q = Math.sqrt(-2 * Math.log(p))
    return (
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    )
  }
  const q = p - 0.5
  const r = q * q
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  )
}

/** At 0, 1/40 ... 1: the ends are cut off at 1 of 160. */
function standardQuantiles(): number[] {
  const at = Array.from({ length: steps + 1 }, (_, step) =>
    normalQuantile(Math.min(1 - 1 / 160, Math.max(1 / 160, step / steps))),
  )
  // Between two steps the value is even: its variance is the mean of (a² + ab + b²) / 3.
  const variance = at
    .slice(1)
    .reduce((sum, b, index) => sum + (at[index]! ** 2 + at[index]! * b + b ** 2) / 3 / steps, 0)
  return at.map((z) => z / Math.sqrt(variance))
}

/** A customer's response time as thousandths of their typical one, by class of spread; `u` is a position in a million. */
export function responseFactor(u: string): string {
  const standard = standardQuantiles()
  const branches = spreads.map((spread, at) => {
    const factors = standard.map((z) => Math.round(1000 * Math.exp((z * spread) / 1000)))
    return `WHEN ${at} THEN ${alongQuantiles(factors, u, 1_000_000)}`
  })
  return `CASE spread ${branches.join(' ')} END`
}
