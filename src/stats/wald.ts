import type { Estimate } from './difference.ts'
import { normalCdf, normalReach, studentTCdf, studentTQuantile } from './distributions.ts'

/** An estimate and the two-sided p of 0. */
export interface Tested extends Estimate {
  p: number
}

/**
 * A value and its standard error as a 95 % interval and a test of 0. With `df` the error is one that so many free values gave, and
 * Student's t stands for the normal distribution.
 *
 * Source: A. Wald, Transactions of the American Mathematical Society 54 (1943).
 */
export function wald(value: number, error: number, df?: number): Tested {
  const reach = (df === undefined ? normalReach : studentTQuantile(0.975, df)) * error
  const interval = { value, low: value - reach, high: value + reach }
  // Without an error any difference is one.
  if (error === 0) return { ...interval, p: value === 0 ? 1 : 0 }
  const tail = -Math.abs(value / error)
  return { ...interval, p: Math.min(1, 2 * (df === undefined ? normalCdf(tail) : studentTCdf(tail, df))) }
}
