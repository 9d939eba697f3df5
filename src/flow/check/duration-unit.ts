import { tableNamed } from '../../model/tables.ts'
import { operate } from '../../sql/ops.ts'
import { ident, join, literal, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Row, Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, durationName, momentName, result } from './result.ts'

/** Seconds of each unit in which a source may have stored a duration. */
const units = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const
type Unit = keyof typeof units

/** Rows looked at, the loads that they come from, fewest that tell anything, and the share of them that must agree. */
const SAMPLE = 20_000
const LOADS = 30
const FEWEST = 20
const AGREEING = 0.9

/** A unit is told only by durations of at least so many of it: of shorter ones, the rounding is too coarse. */
const LONG = 10

/** Numbers that may be durations, beside the moments of their record. */
interface Candidate {
  column: string
  isLoaded?: true
  /** Every load of the source with this column, or the newest by name. */
  loads: string[]
  table: string
  /** Rows of one load: `value` and every moment of the table, at most so many. */
  rowsOf(load: string, most: number): Sql
  /** What name or pack says; null where nothing is said. */
  declared: Unit | null
}

interface Fit {
  load: string
  from: string
  to: string
  unit: Unit
  agreeing: number
  rows: number
}

/**
 * The unit of each stored duration, found and not believed: a column is held against every pair of moments of its own record, in
 * seconds, minutes, hours and days. Told where a unit fits and another one, or none, is declared; once for all loads of a source, and for
 * each where it is not the same in all.
 */
export async function findDurationUnits(store: Store, check: Check): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  const stated = await dictionaryUnits(store)
  for (const candidate of [...(await unmappedDurations(store)), ...(await storedDurations(store))]) {
    const inDictionary = candidate.isLoaded ? undefined : stated.get(fold(candidate.column))
    const declared = inDictionary ?? candidate.declared
    for (const fit of await fitsOf(store, candidate)) {
      if (fit.unit === declared) continue
      results.push(
        result(check, {
          subject: candidate.column,
          found: fit.agreeing,
          checked: fit.rows,
          facts: {
            column: candidate.column,
            from: await nameOf(store, candidate.table, fit.load, fit.from),
            to: await nameOf(store, candidate.table, fit.load, fit.to),
            unit: fit.unit,
            declared: declared ?? 'none',
            by: inDictionary ? 'dictionary' : 'name',
            loaded: candidate.isLoaded ? 'yes' : 'no',
          },
        }),
      )
    }
  }
  return results
}

/** A moment by the name that the file has for it. */
async function nameOf(store: Store, table: string, load: string, moment: string): Promise<string> {
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
  const columns = await store.rows(sql`SELECT l.source, c.name, l.fills AS main, ${loadsOf('c.load')} AS loads
    FROM cx.columns c JOIN cx.loads l ON l.id = c.load
    WHERE coalesce(json_array_length(c.fills), 0) = 0 GROUP BY ALL ORDER BY min(l.path), main, min(c.position), c.name`)
  return columns
    .filter(({ name }) => durationName.test(String(name)) && !momentName.test(String(name)))
    .map(({ loads, name, main }) => {
      const field = operate(store.dialect, 'json_field', 'attributes', literal(String(name)))
      return {
        column: String(name),
        loads: JSON.parse(String(loads)) as string[],
        table: String(main),
        rowsOf: (
          load,
          most,
        ) => sql`SELECT * FROM (SELECT TRY_CAST(${raw(field)} AS DOUBLE) AS value, ${momentsSql(String(main))}
          FROM ${ident('cx', String(main))} WHERE load = ${load}) WHERE value > 0 LIMIT ${most}`,
        declared: unitIn(String(name)),
      }
    })
}

/** `case_durations` that the source stored: a pack has put them into seconds, which is right if its unit was. */
async function storedDurations(store: Store): Promise<Candidate[]> {
  const stored = await store.rows(sql`SELECT l.source, metric, ${loadsOf('d.load')} AS loads
    FROM (SELECT DISTINCT load, metric FROM cx.case_durations WHERE origin = 'stored' AND clock = 'calendar') d JOIN cx.loads l ON l.id = d.load
    GROUP BY ALL ORDER BY min(l.path), metric`)
  return stored.map(({ loads, metric }) => ({
    column: String(metric).replaceAll('_', ' '),
    isLoaded: true,
    loads: JSON.parse(String(loads)) as string[],
    table: 'cases',
    // The sample is the small side of the join, so that the cases are only passed through.
    rowsOf: (
      load,
      most,
    ) => sql`SELECT d.seconds AS value, ${momentsSql('cases')} FROM cx.cases t JOIN (SELECT "case", seconds FROM cx.case_durations
      WHERE load = ${load} AND metric = ${String(metric)} AND origin = 'stored' AND clock = 'calendar' AND seconds > 0 LIMIT ${most}) d
      ON d."case" = t.id`,
    declared: 'seconds',
  }))
}

/** The newest by the name of their file, the newest last. */
const loadsOf = (column: string): Sql => raw(`to_json(list(${column} ORDER BY l.path, l.id)[-${LOADS}:])`)

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

/** What fits all loads together, else what fits each of them. Pairs and units are rows: as columns they take long to plan. */
async function fitsOf(store: Store, { table, loads, rowsOf }: Candidate): Promise<Fit[]> {
  const moments = momentsOf(table)
  const pairs = moments.flatMap((from, at) => moments.slice(at + 1).map((to) => ({ from, to })))
  if (pairs.length === 0) return []
  const between = pairs.map(({ from, to }) =>
    operate(store.dialect, 'seconds_between', quoteIdentifier(from), quoteIdentifier(to)),
  )
  const sizes = Object.entries(units).map(([unit, size]) => `(${literal(unit)}, ${size}, ${Math.max(size, 60)})`)
  const most = Math.ceil(SAMPLE / loads.length)
  const samples = loads.map((load, at) => sql`SELECT ${at} AS place, * FROM (${rowsOf(load, most)})`)
  // Moments are often written to the minute.
  const read = await store.rows(sql`WITH sample AS (${join(samples, ' UNION ALL ')}),
      spans AS (SELECT place, value, unnest([${raw(between.join(', '))}]) AS seconds, unnest(range(${pairs.length})) AS pair FROM sample)
    SELECT place, pair, unit, count(*) AS rows, count(*) FILTER (WHERE abs(value * size - seconds) <= slack) AS agreeing
    FROM spans JOIN (VALUES ${raw(sizes.join(', '))}) u(unit, size, slack) ON seconds >= ${LONG} * slack
    GROUP BY place, pair, unit, size ORDER BY place, pair, size`)
  const bestOf = (rows: Row[], load: string): Fit[] => {
    const fits = new Map<string, Fit>()
    for (const row of rows) {
      const key = `${row.pair} ${row.unit}`
      const fit = fits.get(key) ?? { ...pairs[Number(row.pair)]!, load, unit: row.unit as Unit, rows: 0, agreeing: 0 }
      fits.set(key, { ...fit, rows: fit.rows + Number(row.rows), agreeing: fit.agreeing + Number(row.agreeing) })
    }
    return [...fits.values()]
      .filter(({ rows, agreeing }) => rows >= FEWEST && agreeing >= AGREEING * rows)
      .toSorted((a, b) => b.agreeing / b.rows - a.agreeing / a.rows || b.rows - a.rows)
      .slice(0, 1)
  }
  const whole = bestOf(read, loads.at(-1)!)
  if (whole.length > 0) return whole
  return loads.flatMap((load, at) =>
    bestOf(
      read.filter(({ place }) => Number(place) === at),
      load,
    ),
  )
}
