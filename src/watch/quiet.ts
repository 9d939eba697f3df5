import { addDays, instantOf, localDay, weekdayOf } from '../calendar.ts'
import type { Quiet } from '../config/alerts.ts'

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** When the quiet hours that hold now are over; null where none hold. */
export function quietUntil({ zone: own, days, from, to }: Quiet, now: number, projectZone: string): number | null {
  const zone = own ?? projectZone
  const today = localDay(new Date(now).toISOString(), zone)
  for (const day of [today, addDays(today, -1)]) {
    if (days && !days.includes(weekdays[weekdayOf(day) - 1]!)) continue
    const start = instantOf(day, secondOf(from), zone) * 1000
    const end = instantOf(to <= from ? addDays(day, 1) : day, secondOf(to), zone) * 1000
    if (start <= now && now < end) return end
  }
  return null
}

function secondOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 3600 + minute * 60
}
