import type { Interval } from './schedule.ts'

/** Seconds of an interval that lie in open intervals (in order, apart). Empty or backward: 0. */
export function countOpen(open: Interval[], { from, to }: Interval): number {
  return open.reduce((sum, each) => sum + Math.max(0, Math.min(each.to, to) - Math.max(each.from, from)), 0)
}

/**
 * The instant at which so many open seconds have passed since another one: a deadline. Work due at closing time is due then, and not
 * when the doors open again. Null when the open intervals end before.
 */
export function addOpen(open: Interval[], from: number, seconds: number): number | null {
  let left = seconds
  for (const each of open) {
    const start = Math.max(each.from, from)
    if (start >= each.to) continue
    if (left <= each.to - start) return start + left
    left -= each.to - start
  }
  return null
}
