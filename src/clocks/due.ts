import { addOpen } from './count.ts'
import type { Interval } from './schedule.ts'
import type { Assignment } from './strip.ts'

/**
 * When a promise in opening hours is due: the instant at which so many open seconds have passed since its beginning, each stretch
 * counted by the schedule that held in it. Null when no schedule holds, or none opens long enough. The same rule as `dueStatement` has
 * for all rows; a test holds the two against each other.
 */
export function dueAt(
  timeline: Assignment[],
  open: ReadonlyMap<string, Interval[]>,
  from: number,
  seconds: number,
): number | null {
  const held = timeline.flatMap(({ schedule, ...stretch }) =>
    schedule === null ? [] : (open.get(schedule) ?? []).map((each) => within(each, stretch)),
  )
  return addOpen(
    held.filter((each) => each.to > each.from),
    from,
    seconds,
  )
}

/** How far ahead a promise is looked for: a year, and a day for each hour that it gives; at most ten years. Later is never. */
export function daysAhead(seconds: number): number {
  return Math.min(366 + Math.ceil(seconds / 3600), 3660)
}

function within(one: Interval, other: Interval): Interval {
  return { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }
}
