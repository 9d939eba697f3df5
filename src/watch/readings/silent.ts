import { addDays, localDay } from '../../calendar.ts'
import { countOpen } from '../../clocks/count.ts'
import { openIntervals, type Schedule } from '../../clocks/schedule.ts'
import type { AlertOf } from '../../config/alerts.ts'
import type { WatchServices } from '../services.ts'
import type { Reading } from '../state.ts'

/** How long a source has been silent, in seconds; by a schedule only its open hours count, so that no night raises an alarm. */
export async function readSilent(rule: AlertOf<'silent'>, services: WatchServices): Promise<Reading[]> {
  const newest = await services.newest()
  const schedule = rule.schedule === undefined ? undefined : await services.schedule(rule.schedule)
  const sources = rule.source ? [rule.source] : [...newest.keys()]
  return sources.map((source) => {
    const at = newest.get(source)?.[rule.of] ?? newest.get(source)?.event ?? null
    const about = {
      key: `${rule.id}/${source}`,
      segment: source,
      limit: rule.after,
      as_of: at === null ? null : new Date(at).toISOString(),
    }
    if (at === null) return { ...about, finding: 'no-data', value: null, evidence: 'none' } satisfies Reading
    const value = silence(at, services.now, schedule)
    const bad = value > rule.after
    // Silence is new at every look; of a source that speaks, only what it said last is.
    const evidence = bad ? new Date(services.now).toISOString() : `${about.as_of}`
    return { ...about, finding: bad ? 'bad' : 'good', value, evidence } satisfies Reading
  })
}

function silence(from: number, to: number, schedule: Schedule | undefined): number {
  const interval = { from: Math.floor(from / 1000), to: Math.floor(to / 1000) }
  if (!schedule) return Math.max(0, interval.to - interval.from)
  const day = (time: number) => localDay(new Date(time).toISOString(), schedule.zone)
  // A year of silence is long enough, whatever the hours.
  const first = [day(from), addDays(day(to), -366)].toSorted()[1]!
  return countOpen(openIntervals(schedule, { from: first, to: day(to) }), interval)
}
