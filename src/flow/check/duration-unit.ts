import { tableNamed } from '../../model/tables.ts'
import { operate } from '../../sql/ops.ts'
import { ident, join, literal, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, durationName, momentName, result } from './result.ts'

/** Seconds of each unit in which a source may have stored a duration. */
const units = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const
type Unit = keyof typeof units

/** Rows looked at, fewest that tell anything, and the share of them that must agree. */
const SAMPLE = 20_000
const FEWEST = 20
const AGREEING = 0.9

/** A unit is told only by durations of at least so many of it: of shorter ones, the rounding is too coarse. */
const LONG = 10

/** Numbers that may be durations, beside the moments of their record. */
interface Candidate {
  column: string
  isLoaded?: true
  load: string
  table: string
  /** Rows of `value` and every moment of the table. */
  rows: Sql
  /** What name or pack says; null where nothing is said. */
  declared: Unit | null
}

interface Fit {
  from: string
  to: string
  unit: Unit
  agreeing: number
  rows: number
}

/**
 * The unit of each stored duration, found and not believed: a column is held against every pair of moments of its own record, in
 * seconds, minutes, hours and days. Told where a unit fits and another one, or none, is declared.
 */
export async function findDurationUnits(store: Store, check: Check): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const stated = await dictionaryUnits(store)
  for (const candidate of [...(await unmappedDurations(store)), ...(await storedDurations(store))]) {
    const fit = await fitOf(store, candidate)
    const inDictionary = candidate.isLoaded ? undefined : stated.get(fold(candidate.column))
    const declared = inDictionary ?? candidate.declared
    if (!fit || fit.unit === declared) continue
    results.push(
      result(check, {
        subject: candidate.column,
        found: fit.agreeing,
        checked: fit.rows,
        facts: {
          column: candidate.column,
          from: await sourceOf(store, candidate, fit.from),
          to: await sourceOf(store, candidate, fit.to),
          unit: fit.unit,
          declared: declared ?? 'none',
          by: inDictionary ? 'dictionary' : 'name',
          loaded: candidate.isLoaded ? 'yes' : 'no',
        },
      }),
    )
  }
  return results
}

/** A moment by the name that the file has for it. */
async function sourceOf(store: Store, { load, table }: Candidate, moment: string): Promise<string> {
  const [row] = await store.rows(sql`SELECT name FROM cx.columns WHERE load = ${load}
    AND list_contains(json_extract_string(fills, '$[*].column'), ${`${table}.${moment}`}) ORDER BY position LIMIT 1`)
  return row ? String(row.name) : moment.replaceAll('_', ' ')
}

const fold = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Units that a dictionary beside the data states, by column: the flow has set it aside and kept them. */
async function dictionaryUnits(store: Store): Promise<Map<string, Unit>> {
  const [there] = await store.rows(sql`SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'declared_units'`)
  if (Number(there?.n ?? 0) === 0) return new Map()
  const rows = await store.rows(sql`SELECT "column", unit FROM declared_units`)
  return new Map(rows.map((row) => [fold(String(row.column)), String(row.unit) as Unit]))
}

/** Source columns that no model column takes and whose name is one of a duration. */
async function unmappedDurations(store: Store): Promise<Candidate[]> {
  const columns =
    await store.rows(sql`SELECT c.load, c.name, l.fills AS main FROM cx.columns c JOIN cx.loads l ON l.id = c.load
    WHERE coalesce(json_array_length(c.fills), 0) = 0 ORDER BY c.load, c.position`)
  return columns
    .filter(({ name }) => durationName.test(String(name)) && !momentName.test(String(name)))
    .map(({ load, name, main }) => {
      const field = operate(store.dialect, 'json_field', 'attributes', literal(String(name)))
      return {
        column: String(name),
        load: String(load),
        table: String(main),
        rows: sql`SELECT * FROM (SELECT TRY_CAST(${raw(field)} AS DOUBLE) AS value, ${momentsSql(String(main))}
          FROM ${ident('cx', String(main))} WHERE load = ${String(load)}) WHERE value > 0 ${sampled}`,
        declared: unitIn(String(name)),
      }
    })
}

/** `case_durations` that the source stored: a pack has put them into seconds, which is right if its unit was. */
async function storedDurations(store: Store): Promise<Candidate[]> {
  const stored = await store.rows(
    sql`SELECT DISTINCT load, metric FROM cx.case_durations WHERE origin = 'stored' AND clock = 'calendar' ORDER BY load, metric`,
  )
  return stored.map(({ load, metric }) => ({
    column: String(metric).replaceAll('_', ' '),
    isLoaded: true,
    load: String(load),
    table: 'cases',
    // The sample is the small side of the join, so that the cases are only passed through.
    rows: sql`SELECT d.seconds AS value, ${momentsSql('cases')} FROM cx.cases t JOIN (SELECT "case", seconds FROM cx.case_durations
      WHERE load = ${String(load)} AND metric = ${String(metric)} AND origin = 'stored' AND clock = 'calendar' AND seconds > 0 ${sampled}) d
      ON d."case" = t.id`,
    declared: 'seconds',
  }))
}

const sampled = raw(`LIMIT ${SAMPLE}`)

const momentsOf = (table: string): string[] =>
  (tableNamed(table)?.columns ?? []).filter(({ type }) => type === 'timestamp').map(({ name }) => name)

const momentsSql = (table: string): Sql => join(momentsOf(table).map((name) => ident(name)))

const unitWords: [Unit, RegExp][] = [
  ['seconds', /\b(s|secs?|seconds?|secondes?|sekunden?|segundos?)\b/i],
  ['minutes', /\b(mins?|minutes?|minuten?|minutos?)\b/i],
  ['hours', /\b(h|hrs?|hours?|heures?|stunden?|horas?)\b/i],
  ['days', /\b(d|days?|jours?|tagen?|d[ií]as?)\b/i],
]

/** The unit that a name or a dictionary's cell states. */
export function unitIn(text: string): Unit | null {
  return unitWords.find(([, words]) => words.test(text))?.[0] ?? null
}

async function fitOf(store: Store, { table, rows }: Candidate): Promise<Fit | null> {
  const moments = momentsOf(table)
  const pairs = moments.flatMap((from, at) => moments.slice(at + 1).map((to) => ({ from, to })))
  if (pairs.length === 0) return null
  const tries = pairs.flatMap((pair) => (Object.keys(units) as Unit[]).map((unit) => ({ ...pair, unit })))
  const counts = tries.map(({ from, to, unit }, at) => {
    const seconds = operate(store.dialect, 'seconds_between', quoteIdentifier(from), quoteIdentifier(to))
    const size = units[unit]
    // Moments are often written to the minute.
    const long = `${seconds} >= ${LONG * Math.max(size, 60)}`
    const agrees = `abs(value * ${size} - ${seconds}) <= ${Math.max(size, 60)}`
    return `count(*) FILTER (WHERE ${long}) AS rows_${at}, count(*) FILTER (WHERE ${long} AND ${agrees}) AS agreeing_${at}`
  })
  const [row] = await store.rows(sql`SELECT ${raw(counts.join(',\n'))} FROM (${rows})`)
  const fits = tries.flatMap((each, at): Fit[] => {
    const [long, agreeing] = [Number(row?.[`rows_${at}`] ?? 0), Number(row?.[`agreeing_${at}`] ?? 0)]
    return long >= FEWEST && agreeing >= AGREEING * long ? [{ ...each, rows: long, agreeing }] : []
  })
  return fits.toSorted((a, b) => b.agreeing / b.rows - a.agreeing / a.rows || b.rows - a.rows)[0] ?? null
}
