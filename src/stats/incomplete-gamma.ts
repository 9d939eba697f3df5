import { continuedFraction } from './continued-fraction.ts'
import { deviance, stirlingError } from './saddle-point.ts'

/**
 * Natural logarithm of the regularised upper incomplete gamma function Q(a, x), a > 0, x >= 0. Stays finite where
 * Q itself underflows.
 *
 * Source: NIST DLMF 8.11.4 (series, x < a + 1) and 8.9.2 (continued fraction).
 */
export function logGammaQ(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return Number.NaN
  if (x === 0) return 0
  if (x === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY
  // ln of x^a e^-x / Gamma(a + 1)
  const front = -stirlingError(a) - deviance(a, x) - 0.5 * Math.log(2 * Math.PI * a)
  if (x < a + 1) return Math.log1p(-Math.exp(front) * lowerSeries(a, x))
  return front + Math.log(a / upperFraction(a, x))
}

function lowerSeries(a: number, x: number): number {
  let term = 1
  let sum = 1
  for (let k = 1; ; k++) {
    term *= x / (a + k)
    const next = sum + term
    if (next === sum) return sum
    sum = next
  }
}

function upperFraction(a: number, x: number): number {
  return continuedFraction(
    (k) => k * (a - k),
    (k) => x + 1 - a + 2 * k,
  )
}
