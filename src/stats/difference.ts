import { normalCdf, normalReach } from './distributions.ts'
import type { Interval } from './intervals.ts'

/** An estimate with its own interval. */
export interface Estimate extends Interval {
  value: number
}

/**
 * Interval of `a - b` from the intervals of two independent estimates: each side takes the uncertainty that points there, so bounded
 * and skewed intervals (Wilson's) stay honest. For two shares with Wilson intervals this is Newcombe's method 10.
 *
 * Source: R. G. Newcombe, Statistics in Medicine 17 (1998); G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008).
 */
export function differenceInterval(a: Estimate, b: Estimate): Interval {
  const gap = a.value - b.value
  return {
    low: gap - Math.hypot(a.value - a.low, b.high - b.value),
    high: gap + Math.hypot(a.high - a.value, b.value - b.low),
  }
}

/** Two-sided p of no difference that agrees with the 95 % interval: below 0.05 exactly where it leaves 0 out. */
export function differenceP(gap: number, interval: Interval): number {
  const reach = gap > 0 ? gap - interval.low : interval.high - gap
  if (gap === 0) return 1
  if (!(reach > 0)) return 0
  return Math.min(1, 2 * normalCdf((-Math.abs(gap) / reach) * normalReach))
}

/** `a` less `b` from their intervals alone, and whether there is a difference. */
export function differenceOf(a: Estimate, b: Estimate): Estimate & { p: number } {
  const value = a.value - b.value
  const interval = differenceInterval(a, b)
  return { value, ...interval, p: differenceP(value, interval) }
}
