import { addDays } from '../../calendar.ts'
import { findHolidays, type Holiday } from '../../clocks/holidays.ts'
import { openIntervals, type Schedule } from '../../clocks/schedule.ts'
import {
  durationStatement,
  intervalStatement,
  openStatement,
  type Reach,
  supersedeStatement,
  timelineStatement,
} from '../../clocks/statements.ts'
import { openParts } from '../../config/opening-hours.ts'
import type { Settings } from '../../config/settings.ts'
import { raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/**
 * How long everything took, in calendar time and, where settings name opening hours, in open time: `cx.case_durations`. Zones are
 * turned into open intervals in one place (`openIntervals`), for the days of the data; the rest is one pass in the engine.
 */
export const clocks: DeriveStep = {
  name: 'clocks',
  async run({ store, settings }) {
    const filled = await filledColumns(store)
    const cases = filled.get('cases')
    const schedules = await schedulesOf(settings, cases?.has('created_at') ? await yearsOf(store) : null)
    await writeSchedules(store, schedules)
    const events = filled.get('case_events') ?? null
    // Without a history or opening hours, two columns of the case say what a row here would repeat.
    if (!cases?.has('created_at') || (!events && schedules.length === 0)) return []
    await store.run(intervalStatement(cases, events))
    const [span = {}] = await store.rows(
      sql`SELECT CAST(make_timestamp(greatest(min(starts), 0) * 1000000) AS DATE) AS low, CAST(make_timestamp(least(max(ends), ${last}) * 1000000) AS DATE) AS high FROM clock_intervals`,
    )
    if (typeof span.low === 'string' && typeof span.high === 'string') {
      const days = { from: addDays(span.low, -2), to: addDays(span.high, 2) }
      if (schedules.length > 0) {
        const reaches = schedules.map(({ reach }) => reach)
        await store.run(timelineStatement(reaches, cases, events, filled.get('teams') ?? null))
        await store.run(openStatement(schedules.map(({ schedule }) => openIntervals(schedule, days))))
      }
      await makeColumns(store, 'case_durations', ['case', 'metric', 'clock', 'seconds', 'origin', 'schedule'])
      await store.run(durationStatement(schedules.map(({ schedule }) => schedule.name)))
      if (filled.get('case_durations')?.has('origin')) await store.run(supersedeStatement)
    }
    for (const table of ['clock_intervals', 'clock_timeline', 'clock_open'])
      await store.run(raw(`DROP TABLE IF EXISTS ${table}`))
    return []
  },
}

/** The end of 2100: a moment that a typing error put into the year 9999 opens no door. */
const last = 4_133_980_799

interface Held {
  schedule: Schedule
  reach: Reach
  holidays: Holiday[]
}

/** One schedule for each name; entries of the same name are its hours from one day on and the next. */
async function schedulesOf(settings: Settings, years: { from: number; to: number } | null): Promise<Held[]> {
  const names = [...new Set(settings.schedules.map(({ name }) => name))]
  const known = new Map<string, Promise<Holiday[]>>()
  const daysOff = (named: string | string[]): Promise<Holiday[]> => {
    const key = String(named)
    const found = known.get(key) ?? (years ? findHolidays(named, years) : Promise.resolve([]))
    known.set(key, found)
    return found
  }
  return Promise.all(
    names.map(async (name) => {
      const entries = settings.schedules.filter((each) => each.name === name)
      const off = entries.find((each) => each.holidays !== undefined)?.holidays ?? settings.holidays
      const holidays = await daysOff(off)
      const schedule: Schedule = {
        name,
        zone: entries.find(({ zone }) => zone)?.zone ?? settings.zone,
        hours: entries.map((each) => ({ validFrom: each.valid_from ?? null, week: openParts(each.hours) })),
        holidays: new Set(holidays.map(({ day }) => day)),
      }
      return { schedule, reach: entries.find((each) => each.for)?.for ?? {}, holidays }
    }),
  )
}

/** The years of the cases, with one more on each side. */
async function yearsOf(store: Store): Promise<{ from: number; to: number }> {
  const [row = {}] = await store.rows(
    sql`SELECT year(min(created_at)) - 1 AS low, greatest(year(max(created_at)), year(current_date)) + 1 AS high FROM cx.cases WHERE year(created_at) BETWEEN 1970 AND 2100`,
  )
  return { from: Number(row.low ?? 1970), to: Number(row.high ?? 1970) }
}

/** What was counted with, beside what it counted. */
async function writeSchedules(store: Store, held: Held[]): Promise<void> {
  if (held.length === 0) return
  await makeColumns(store, 'schedules', ['schedule', 'zone', 'weekday', 'from', 'to', 'valid_from'])
  const stretches = held.flatMap(({ schedule }) =>
    schedule.hours.flatMap(({ validFrom, week }) => week.map((each) => ({ ...each, validFrom, schedule }))),
  )
  for (const [index, { schedule, validFrom, weekday, from, to }] of stretches.entries())
    await store.run(sql`INSERT INTO cx.schedules (id, schedule, zone, weekday, "from", "to", valid_from, source)
      VALUES (${`${schedule.name}/${index}`}, ${schedule.name}, ${schedule.zone}, ${weekday}, ${wall(from)}, ${wall(to)}, CAST(${validFrom} AS DATE), 'rapport.yaml')`)
  const days = new Map(
    held.flatMap(({ holidays }) => holidays.map((each) => [`${each.country ?? ''}/${each.day}`, each])),
  )
  if (days.size === 0) return
  await makeColumns(store, 'holidays', ['country', 'on_date'])
  const list = [...days].map(([id, { country, day }]) => [id, country ?? '', day].join('\t')).join('\n')
  await store.run(sql`INSERT INTO cx.holidays (id, country, on_date, source)
    SELECT line[1], nullif(line[2], ''), CAST(line[3] AS DATE), 'rapport.yaml' FROM (SELECT string_split(unnest(string_split(${list}, chr(10))), chr(9)) AS line)`)
}

function wall(second: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${two(second / 3600)}:${two((second % 3600) / 60)}`
}
