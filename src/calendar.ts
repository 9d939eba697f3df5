import { RapportError } from './errors.ts'

/** How long a period is. */
export type Grain = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** What differs between houses: the first day of the week (1 is Monday) and the first month of the fiscal year. */
export interface Calendar {
  weekStart: number
  fiscalStart: number
}

/** ISO weeks, years that start in January. */
export const isoCalendar: Calendar = { weekStart: 1, fiscalStart: 1 }

/** Local days as `YYYY-MM-DD`, both ends included. */
export interface Days {
  from: string
  to: string
}

const millisecondsADay = 86_400_000

/** Is the text a calendar day that exists? `2024-02-30` is not. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && dayOf(timeOf(text)) === text
}

function timeOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

function dayOf(time: number): string {
  return Number.isNaN(time) ? '' : new Date(time).toISOString().slice(0, 10)
}

export function addDays(day: string, days: number): string {
  return dayOf(timeOf(day) + days * millisecondsADay)
}

/** A month later keeps the day of the month, or the last one that exists: 31 January -> 29 February. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return dayOf(first.getTime() + (Math.min(date, last) - 1) * millisecondsADay)
}

/** Days from `from` to `to`, both counted. */
export function lengthOf(days: Days): number {
  return Math.round((timeOf(days.to) - timeOf(days.from)) / millisecondsADay) + 1
}

/** First day of the period that holds the day. */
export function startOf(day: string, grain: Grain, calendar: Calendar = isoCalendar): string {
  if (grain === 'day') return day
  if (grain === 'week') {
    const weekday = new Date(timeOf(day)).getUTCDay() || 7
    return addDays(day, -((weekday - calendar.weekStart + 7) % 7))
  }
  const first = `${day.slice(0, 8)}01`
  if (grain === 'month') return first
  const step = grain === 'quarter' ? 3 : 12
  const month = Number(day.slice(5, 7))
  return addMonths(first, -((month - calendar.fiscalStart + 12) % step))
}

/** The start of the period that lies `count` periods after the one that starts on `start`. */
export function shiftPeriod(start: string, grain: Grain, count: number): string {
  if (grain === 'day') return addDays(start, count)
  if (grain === 'week') return addDays(start, 7 * count)
  return addMonths(start, count * { month: 1, quarter: 3, year: 12 }[grain])
}

/** Last day of the period that holds the day. */
export function endOf(day: string, grain: Grain, calendar: Calendar = isoCalendar): string {
  return addDays(shiftPeriod(startOf(day, grain, calendar), grain, 1), -1)
}

/** Starts of every period that touches the days, in order. */
export function periodsIn(days: Days, grain: Grain, calendar: Calendar = isoCalendar): string[] {
  const starts: string[] = []
  for (let start = startOf(days.from, grain, calendar); start <= days.to; start = shiftPeriod(start, grain, 1))
    starts.push(start)
  return starts
}

/** The same length of time just before: whole months become whole months, anything else the same number of days. */
export function daysBefore(days: Days): Days {
  const to = addDays(days.from, -1)
  const whole = days.from.endsWith('-01') && addDays(days.to, 1).endsWith('-01')
  if (!whole) return { from: addDays(days.from, -lengthOf(days)), to }
  return { from: addMonths(days.from, -monthsOf(days)), to }
}

function monthsOf(days: Days): number {
  const [fromYear = 0, fromMonth = 0] = days.from.split('-').map(Number)
  const [toYear = 0, toMonth = 0] = addDays(days.to, 1).split('-').map(Number)
  return (toYear - fromYear) * 12 + toMonth - fromMonth
}

/** The same days of the year before; whole months stay whole across a leap year. */
export function daysAYearBefore(days: Days): Days {
  const next = addDays(days.to, 1)
  const to = next.endsWith('-01') ? addDays(addMonths(next, -12), -1) : addMonths(days.to, -12)
  return { from: addMonths(days.from, -12), to }
}

/** The calendar day of an instant in a zone. An unknown zone throws with a way out. */
export function localDay(instant: string, zone: string): string {
  const formatter = dayFormatter(zone)
  return formatter.format(new Date(utcText(instant)))
}

/** An instant as `YYYY-MM-DD HH:MM:SS[.mmm]` in UTC, as the model stores it; null when it is not one. */
export function utcMoment(instant: string): string | null {
  const time = Date.parse(utcText(instant))
  if (Number.isNaN(time)) return null
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '')
}

function utcText(instant: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(instant)) return `${instant}T00:00:00Z`
  return /(?:Z|[+-]\d{2}:?\d{2})$/i.test(instant) ? instant : `${instant.replace(' ', 'T')}Z`
}

const dayFormatters = new Map<string, Intl.DateTimeFormat>()

function dayFormatter(zone: string): Intl.DateTimeFormat {
  const known = dayFormatters.get(zone)
  if (known) return known
  try {
    const made = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    dayFormatters.set(zone, made)
    return made
  } catch {
    throw new RapportError({
      code: 'zone-unknown',
      message: `"${zone}" is not a time zone.`,
      fix: 'Write an IANA name such as Europe/Paris, America/Chicago or UTC.',
    })
  }
}

/** A moment as the model stores it (UTC), in whole seconds since 1970: what is below a second is left out. */
export function secondsOf(moment: string): number {
  return Math.floor(Date.parse(utcText(moment)) / 1000)
}

/** The weekday of a calendar day: 1 is Monday. */
export function weekdayOf(day: string): number {
  return new Date(timeOf(day)).getUTCDay() || 7
}

/**
 * The instant, in seconds since 1970, at which a clock on the wall of the zone first shows `second` seconds after midnight of the
 * day. A time that clocks skip is the instant of the jump; one that they show twice is the first: so the times of a day are in
 * order, and two stretches that meet on the wall meet in time as well. Exact to the second for every zone of the engine.
 */
export function instantOf(day: string, second: number, zone: string): number {
  const wall = timeOf(day) / 1000 + second
  const offsets = [offsetAt(wall - secondsADay, zone), offsetAt(wall + secondsADay, zone)]
  if (offsets[0] === offsets[1]) return wall - (offsets[0] ?? 0)
  const [early = 0, late = 0] = offsets.map((offset) => wall - offset).toSorted((a, b) => a - b)
  for (const instant of [early, late]) if (instant + offsetAt(instant, zone) === wall) return instant
  return jumpBetween(early, late, zone)
}

const secondsADay = 86_400

/** What calendar and clock on the wall of a zone show at an instant: the day, and seconds after midnight. */
export function wallAt(instant: number, zone: string): { day: string; second: number } {
  const wall = instant + offsetAt(instant, zone)
  const second = ((wall % secondsADay) + secondsADay) % secondsADay
  return { day: dayOf((wall - second) * 1000), second }
}

/** The first instant at which the zone's clocks differ from those at `from`. */
function jumpBetween(from: number, to: number, zone: string): number {
  const before = offsetAt(from, zone)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle, zone) === before) low = middle
    else high = middle
  }
  return high
}

/** Seconds that the zone's clocks are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of wallFormatter(zone).formatToParts(instant * 1000)) parts[type] = Number(value)
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - instant
}

const wallFormatters = new Map<string, Intl.DateTimeFormat>()

function wallFormatter(zone: string): Intl.DateTimeFormat {
  const known = wallFormatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  wallFormatters.set(zone, made)
  return made
}
