import { continuedFraction } from './continued-fraction.ts'
import { deviance, stirlingError } from './saddle-point.ts'

/** Both tails of the regularised incomplete beta function; each keeps its own relative accuracy when it is small. */
export interface BetaTails {
  /** I_x(a, b) */
  lower: number
  /** 1 - I_x(a, b) = I_y(b, a) */
  upper: number
}

/**
 * Regularised incomplete beta function, a > 0, b > 0. The caller passes x and y = 1 - x, since the one that is near 1
 * has lost the digits of the other. NaN outside the domain.
 *
 * Source: Didonato and Morris, "Algorithm 708", ACM TOMS 18 (1992), the fraction of their BFRAC;
 * NIST DLMF 8.17.4 (reflection).
 */
export function betaTails(x: number, y: number, a: number, b: number): BetaTails {
  if (!(a > 0) || !(b > 0) || !(x >= 0) || !(y >= 0)) return { lower: Number.NaN, upper: Number.NaN }
  if (x === 0) return { lower: 0, upper: 1 }
  if (y === 0) return { lower: 1, upper: 0 }
  if (x * (a + b + 2) < a + 1) {
    const lower = lowerTail(x, y, a, b)
    return { lower, upper: 1 - lower }
  }
  const upper = lowerTail(y, x, b, a)
  return { lower: 1 - upper, upper }
}

function lowerTail(x: number, y: number, a: number, b: number): number {
  const n = a + b
  // ln of x^a y^b / B(a, b)
  const front =
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    deviance(a, n * x) -
    deviance(b, n * y) +
    0.5 * Math.log((a / n) * (b / (2 * Math.PI)))
  return Math.min(1, Math.exp(front) / betaFraction(x, y, a, b))
}

function betaFraction(x: number, y: number, a: number, b: number): number {
  // a - (a + b) x, from whichever of x and y still has its digits.
  const lambda = x <= y ? a - (a + b) * x : (a + b) * y - b
  // At k = 0 the quotient is 0/0 for a = 1.
  const weight = (k: number) => (k === 0 ? 0 : (k * (b - k) * x) / (a + 2 * k - 1))
  return continuedFraction(
    (k) => (a + k - 1) * ((a + b + k - 1) / (a + 2 * k - 1)) * weight(k) * x,
    (k) => k + weight(k) + ((a + k) / (a + 2 * k + 1)) * (lambda + 1 + k * (1 + y)),
  )
}
