import { normalReach } from './distributions.ts'
import type { Interval } from './intervals.ts'

/**
 * 95 % interval of Spearman's rho over n pairs: Fisher's z with a variance of (1 + rho² / 2) / (n - 3), which holds where the plain one
 * is too narrow. Null with fewer than four pairs.
 *
 * Source: D. G. Bonett and T. A. Wright, Psychometrika 65 (2000).
 */
export function rankInterval(rho: number, n: number): Interval | null {
  if (!(Math.abs(rho) <= 1)) throw new RangeError(`${rho} is not a correlation; pass -1 to 1.`)
  if (n < 4) return null
  if (Math.abs(rho) === 1) return { low: rho, high: rho }
  const z = Math.atanh(rho)
  const reach = normalReach * Math.sqrt((1 + rho ** 2 / 2) / (n - 3))
  return { low: Math.tanh(z - reach), high: Math.tanh(z + reach) }
}
