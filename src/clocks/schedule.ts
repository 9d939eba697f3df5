import { addDays, type Days, instantOf, weekdayOf } from '../calendar.ts'

/** A part of a weekday (1 is Monday), in seconds after midnight on the wall; 86,400 is the midnight at its end. */
export interface Stretch {
  weekday: number
  from: number
  to: number
}

/** Opening hours from a day on; null is always. */
export interface Hours {
  validFrom: string | null
  week: Stretch[]
}

/** When somebody is there. A day off is closed whatever the weekday says. */
export interface Schedule {
  name: string
  zone: string
  hours: Hours[]
  holidays: ReadonlySet<string>
}

/** From one instant to another, the second excluded; seconds since 1970. */
export interface Interval {
  from: number
  to: number
}

/**
 * The open intervals of the days, in order, none touching the next. Walls are turned into instants here and nowhere else, so
 * everything that counts opening hours agrees on zones and on the days on which clocks change.
 */
export function openIntervals({ zone, hours, holidays }: Schedule, { from, to }: Days): Interval[] {
  const found: Interval[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) {
    if (holidays.has(day)) continue
    const weekday = weekdayOf(day)
    for (const stretch of weekOn(hours, day)) {
      if (stretch.weekday !== weekday) continue
      found.push({ from: instantOf(day, stretch.from, zone), to: instantOf(day, stretch.to, zone) })
    }
  }
  return joined(found)
}

/** The hours that hold on a day: the newest that began on it or before. */
function weekOn(hours: Hours[], day: string): Stretch[] {
  const started = hours.filter(({ validFrom }) => validFrom === null || validFrom <= day)
  return started.toSorted((a, b) => (a.validFrom ?? '').localeCompare(b.validFrom ?? '')).at(-1)?.week ?? []
}

/** In order, what overlaps or meets made one: a second is never counted twice. */
export function joined(intervals: Interval[]): Interval[] {
  const whole: Interval[] = []
  for (const { from, to } of intervals.filter((each) => each.to > each.from).toSorted((a, b) => a.from - b.from)) {
    const last = whole.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else whole.push({ from, to })
  }
  return whole
}
