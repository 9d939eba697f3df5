import { isDay, secondsOf, wallAt } from '../../calendar.ts'

/** Excel counts days from here, as if 1900 had been a leap year: only from March 1900 on do its days and ours agree. */
const dayZero = Date.UTC(1899, 11, 30)
const firstAgreed = 61
const secondsADay = 86_400

/** A calendar day, `2026-03-01`, as Excel counts it; null for what it cannot count. */
export function daySerial(day: string): number | null {
  if (!isDay(day)) return null
  const days = (Date.parse(`${day}T00:00:00Z`) - dayZero) / (secondsADay * 1000)
  return days >= firstAgreed ? days : null
}

/** An instant (UTC) as the clock on the wall of a zone shows it. Excel knows no zones: the sheet says which one. */
export function momentSerial(moment: string, zone: string): number | null {
  const seconds = secondsOf(moment)
  if (Number.isNaN(seconds)) return null
  const { day, second } = wallAt(seconds, zone)
  const days = daySerial(day)
  return days === null ? null : days + second / secondsADay
}
