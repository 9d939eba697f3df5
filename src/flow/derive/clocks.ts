import { addDays } from '../../calendar.ts'
import { openIntervals } from '../../clocks/schedule.ts'
import {
  durationStatement,
  intervalStatement,
  openStatement,
  supersedeStatement,
  timelineStatement,
} from '../../clocks/statements.ts'
import { raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { type FilledColumns, filledColumns, makeColumns } from './filled.ts'
import { type HeldSchedule, lastInstant, schedulesOf } from './schedules.ts'
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
    const schedules = await schedulesOf(settings, settings.schedules.length > 0 ? await yearsOf(store, filled) : null)
    await writeSchedules(store, schedules)
    const events = filled.get('case_events') ?? null
    // Without a history or opening hours, two columns of the case say what a row here would repeat.
    if (!cases?.has('created_at') || (!events && schedules.length === 0)) return []
    await store.run(intervalStatement(cases, events))
    const [span = {}] = await store.rows(
      sql`SELECT CAST(make_timestamp(greatest(min(starts), 0) * 1000000) AS DATE) AS low, CAST(make_timestamp(least(max(ends), ${lastInstant}) * 1000000) AS DATE) AS high FROM clock_intervals`,
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

/** The years of cases and contacts, with one more on each side; null where nothing begins. */
async function yearsOf(store: Store, filled: FilledColumns): Promise<{ from: number; to: number } | null> {
  const begins = [
    filled.get('cases')?.has('created_at') ? 'SELECT created_at AS began FROM cx.cases' : '',
    filled.get('touchpoints')?.has('started_at') ? 'SELECT started_at FROM cx.touchpoints' : '',
  ].filter(Boolean)
  if (begins.length === 0) return null
  const [row = {}] = await store.rows(
    sql`SELECT year(min(began)) - 1 AS low, greatest(year(max(began)), year(current_date)) + 1 AS high
      FROM (${raw(begins.join(' UNION ALL '))}) AS t(began) WHERE year(began) BETWEEN 1970 AND 2100`,
  )
  return { from: Number(row.low ?? 1970), to: Number(row.high ?? 1970) }
}

/** What was counted with, beside what it counted. */
async function writeSchedules(store: Store, held: HeldSchedule[]): Promise<void> {
  if (held.length === 0) return
  await makeColumns(store, 'schedules', [
    'schedule',
    'zone',
    'weekday',
    'from',
    'to',
    'valid_from',
    'team',
    'market',
    'channel',
  ])
  const stretches = held.flatMap(({ schedule, reach }) =>
    schedule.hours.flatMap(({ validFrom, week }) => week.map((each) => ({ ...each, validFrom, schedule, reach }))),
  )
  for (const [index, { schedule, reach, validFrom, weekday, from, to }] of stretches.entries())
    await store.run(sql`INSERT INTO cx.schedules (id, schedule, zone, weekday, "from", "to", valid_from, team, market, channel, source)
      VALUES (${`${schedule.name}/${index}`}, ${schedule.name}, ${schedule.zone}, ${weekday}, ${wall(from)}, ${wall(to)}, CAST(${validFrom} AS DATE),
        ${reach.team ?? null}, ${reach.market ?? null}, ${reach.channel ?? null}, 'rapport.yaml')`)
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
