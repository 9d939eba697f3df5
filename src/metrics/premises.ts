import type { Problem } from '../errors.ts'
import { type Sql, sql } from '../sql/sql.ts'
import { textOf } from '../store/cell.ts'
import type { MetricContext, TargetSetting } from './context.ts'

/** What numbers rest on besides their rows: what was promised, by which clock, what was guessed, and whether anybody real is in them. */
export interface Premises {
  targets: TargetSetting[]
  /** What the build said. */
  notes: Problem[]
  /** Clocks of cases: how many of each were computed from events, and how many the source had stored. */
  durations: { metric: string; clock: string; stored: boolean; schedule: string | null; count: number }[]
  promises: {
    metric: string
    channel: string | null
    priority: string | null
    market: string | null
    seconds: number
    clock: string
    source: string
  }[]
  /** Names of the opening hours that are known. */
  schedules: string[]
  /** E-mail addresses of customers, and those of them at domains that are reserved for examples. */
  addresses: { known: number; reserved: number }
  /** Columns that were mapped by their names and values, since no pack knows the file. */
  guessed: { file: string; column: string; field: string }[]
  /** The files were made by `rapport demo`. */
  demo: boolean
  /** Names, addresses and numbers of people are hidden from the viewer. */
  masked: boolean
}

/** What a caller of a project knows and the version does not: which packs somebody wrote, and where demos are kept. */
export interface KnownOrigins {
  isWritten(pack: string): boolean
  isDemo(path: string): boolean
}

export async function readPremises(context: MetricContext, origins: KnownOrigins): Promise<Premises> {
  const { store, targets, version, viewer } = context
  const rowsOf = (table: string, query: Sql) => (version.counts[table] ? store.rows(query) : [])
  const [[built], durations, promises, schedules, [addresses], loads, columns] = await Promise.all([
    store.rows(sql`SELECT notes FROM cx.versions`),
    rowsOf(
      'case_durations',
      sql`SELECT metric, clock, origin = 'stored' AS stored, schedule, count(*) AS n FROM cx.case_durations WHERE origin <> 'superseded' GROUP BY ALL ORDER BY ALL`,
    ),
    rowsOf(
      'sla_targets',
      sql`SELECT metric, channel, priority, market, seconds, clock, origin FROM cx.sla_targets ORDER BY record, id`,
    ),
    rowsOf('schedules', sql`SELECT DISTINCT schedule FROM cx.schedules ORDER BY schedule`),
    rowsOf(
      'customers',
      sql`SELECT count(email) AS known, count(email) FILTER (WHERE email LIKE '%@example.com' OR email LIKE '%@example.org' OR email LIKE '%@example.net') AS reserved FROM cx.customers`,
    ),
    store.rows(sql`SELECT id, path, pack FROM cx.loads ORDER BY path, id`),
    store.rows(sql`SELECT load, name, fills FROM cx.columns ORDER BY load, position`),
  ])
  return {
    targets,
    notes: notesOf(built?.notes),
    durations: durations.map((row) => ({
      metric: String(row.metric),
      clock: String(row.clock),
      stored: row.stored === true,
      schedule: textOf(row.schedule),
      count: Number(row.n),
    })),
    promises: promises.map((row) => ({
      metric: String(row.metric),
      channel: textOf(row.channel),
      priority: textOf(row.priority),
      market: textOf(row.market),
      seconds: Number(row.seconds),
      clock: String(row.clock),
      source: String(row.origin),
    })),
    schedules: schedules.map((row) => String(row.schedule)),
    addresses: { known: Number(addresses?.known ?? 0), reserved: Number(addresses?.reserved ?? 0) },
    guessed: loads
      .filter(({ pack }) => pack !== null && pack !== undefined && !origins.isWritten(String(pack)))
      .flatMap((load) =>
        columns
          .filter((column) => column.load === load.id)
          .flatMap((column) =>
            fieldsOf(column.fills).map((field) => ({ file: String(load.path), column: String(column.name), field })),
          ),
      ),
    demo: loads.length > 0 && loads.every(({ path }) => origins.isDemo(String(path))),
    masked: viewer.personalData !== 'show',
  }
}

function notesOf(text: unknown): Problem[] {
  if (typeof text !== 'string') return []
  const notes: unknown = JSON.parse(text)
  return Array.isArray(notes) ? (notes as Problem[]) : []
}

function fieldsOf(text: unknown): string[] {
  if (typeof text !== 'string') return []
  return (JSON.parse(text) as { column: string }[]).map(({ column }) => column)
}
