import { localDay } from '../../calendar.ts'
import { countOpen } from '../../clocks/count.ts'
import { openIntervals, type Schedule } from '../../clocks/schedule.ts'
import { RapportError } from '../../errors.ts'
import { tables } from '../../model/tables.ts'
import { operate } from '../../sql/ops.ts'
import { ident, join, literal, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import type { Judged } from './moment.ts'
import { type CheckResult, result } from './result.ts'

type Freshness = Extract<Check, { kind: 'freshness' }>

/** Sources, or one table, whose newest event is older than it may be. What has no events at all is not judged. */
export async function findStale(store: Store, check: Freshness, judged: Judged): Promise<CheckResult[]> {
  const { after, source, table } = check
  if (after === 'newest' && (judged.asOf === null || (await countSources(store)) < 2)) return []
  const newest = await newestOf(store, check, judged)
  const now = after === 'newest' ? instant(judged.asOf!) : instant(judged.landed)
  const schedule = check.schedule === undefined ? null : await scheduleNamed(store, check)
  const series = table !== undefined && source === undefined ? [whole(newest)] : newest
  return series.flatMap((each) => {
    if (each.newest === null || (source !== undefined && each.source !== source)) return []
    const age = ageOf(instant(each.newest), now, schedule)
    const count = { found: age > check.at_most ? 1 : 0, checked: 1 }
    return result(check, {
      ...count,
      source: each.source,
      subject: each.source ?? table ?? null,
      facts: {
        subject: each.source ?? table ?? null,
        newest: each.newest,
        age,
        limit: check.at_most,
        unit: age >= 2 * 86_400 ? 'days' : 'hours',
        age_shown: age >= 2 * 86_400 ? Math.floor(age / 86_400) : Math.floor(age / 360) / 10,
        limit_shown: age >= 2 * 86_400 ? Math.round(check.at_most / 8640) / 10 : Math.round(check.at_most / 360) / 10,
      },
      bySource: each.source === null ? null : [{ source: each.source, ...count }],
    })
  })
}

interface Newest {
  source: string | null
  /** ISO UTC. */
  newest: string | null
}

async function countSources(store: Store): Promise<number> {
  const [row] = await store.rows(sql`SELECT count(DISTINCT source) AS n FROM cx.loads`)
  return Number(row?.n ?? 0)
}

/** One reading a table: its moments and days of events up to the moment of the build. */
async function newestOf(store: Store, check: Freshness, { landed, zone }: Judged): Promise<Newest[]> {
  const records = tables.filter(({ kind, name }) => kind === 'record' && (!check.table || check.table === name))
  const parts = records.flatMap((table): Sql[] => {
    const moments = table.columns.flatMap(({ name, type, event }) => {
      if (type === 'timestamp') return [ident(name)]
      return event ? [raw(operate(store.dialect, 'to_utc', `CAST("${name}" AS TIMESTAMP)`, literal(zone)))] : []
    })
    if (moments.length === 0) return []
    const most = moments.map((each) => sql`max(${each}) FILTER (WHERE ${each} <= CAST(${landed} AS TIMESTAMP))`)
    const all = most.length === 1 ? most[0]! : sql`greatest(${join(most)})`
    return [sql`SELECT source, ${all} AS newest FROM ${ident('cx', table.name)} GROUP BY 1`]
  })
  const rows = await store.rows(sql`SELECT source, strftime(max(newest), '%Y-%m-%dT%H:%M:%SZ') AS newest
    FROM (${join(parts, ' UNION ALL ')}) WHERE source IS NOT NULL AND newest IS NOT NULL GROUP BY 1 ORDER BY 1`)
  return rows.map((row) => ({ source: String(row.source), newest: row.newest === null ? null : String(row.newest) }))
}

function whole(newest: Newest[]): Newest {
  return {
    source: null,
    newest:
      newest
        .map((each) => each.newest)
        .toSorted()
        .at(-1) ?? null,
  }
}

/** Seconds since 1970. */
const instant = (moment: string): number => Date.parse(`${moment.replace(' ', 'T').replace(/Z?$/, 'Z')}`) / 1000

function ageOf(from: number, to: number, schedule: Schedule | null): number {
  if (schedule === null) return Math.max(0, to - from)
  const day = (at: number): string => localDay(new Date(at * 1000).toISOString(), schedule.zone)
  return countOpen(openIntervals(schedule, { from: day(from), to: day(to) }), { from, to })
}

/** Opening hours as the version holds them. */
async function scheduleNamed(store: Store, { schedule, defined_at }: Freshness): Promise<Schedule> {
  const rows =
    await store.rows(sql`SELECT zone, weekday, "from", "to", CAST(valid_from AS VARCHAR) AS valid_from FROM cx.schedules
    WHERE schedule = ${schedule ?? ''} ORDER BY valid_from, weekday, "from"`)
  if (rows.length === 0)
    throw new RapportError({
      code: 'schedule-unknown',
      message: `There is no schedule "${schedule}".`,
      where: defined_at,
      fix: 'Name one of `schedules` in rapport.yaml, or leave it out for the calendar.',
    })
  const off = await store.rows(sql`SELECT DISTINCT CAST(on_date AS VARCHAR) AS day FROM cx.holidays`)
  const starts = [...new Set(rows.map(({ valid_from }) => (valid_from === null ? null : String(valid_from))))]
  return {
    name: String(schedule),
    zone: String(rows[0]!.zone),
    hours: starts.map((validFrom) => ({
      validFrom,
      week: rows
        .filter((row) => (row.valid_from === null ? null : String(row.valid_from)) === validFrom)
        .map((row) => ({ weekday: Number(row.weekday), from: wall(String(row.from)), to: wall(String(row.to)) })),
    })),
    holidays: new Set(off.map(({ day }) => String(day))),
  }
}

function wall(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 3600 + minutes * 60
}
