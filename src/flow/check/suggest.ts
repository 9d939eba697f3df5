import type { Column } from '../../model/model.ts'
import { tables } from '../../model/tables.ts'
import { ident, join, literal, type Sql, sql } from '../../sql/sql.ts'
import type { Row, Store } from '../../store/store.ts'
import { type Check, dayOf, parseChecks } from './check.ts'
import type { Judged } from './moment.ts'
import { findOddDays } from './volume.ts'

/** A check that the data pass, as it stands in YAML, and what in them speaks for it. */
export interface Suggestion {
  check: { id: string; severity: 'warning'; kind: Check['kind'] } & Record<string, unknown>
  evidence: Evidence
}

export type Evidence =
  | { says: 'complete'; rows: number; atMost: number }
  | { says: 'range'; values: number; low: number; high: number }
  | { says: 'list'; values: number; kinds: number; fewest: number }
  | { says: 'unique'; values: number }
  | { says: 'volume'; days: number; series: number }

interface Known {
  checks: readonly Check[]
  /** `cases.created_at`: columns with a value somewhere. */
  present: ReadonlySet<string>
  judged: Judged
}

/** With fewer rows a rule would be read from chance: of 500 without a gap, up to 0.6 % may have one. */
const fewestRows = 500
/** A list of more words is not closed, and a word that was hardly ever seen says that others are missing. */
const mostWords = 20
const fewestOfAWord = 5
const measured = new Set(['integer', 'number', 'money', 'seconds'])

/** Rules that hold throughout these data, where there are enough of them: what never lacks, never repeats, stays in a range or a list, and comes every day. */
export async function suggestFrom(store: Store, known: Known): Promise<Suggestion[]> {
  const suggestions: Suggestion[] = []
  for (const { name, kind, columns } of tables) {
    if (kind !== 'record') continue
    const own = columns.filter((each) => !each.derived && known.present.has(`${name}.${each.name}`))
    if (own.length > 0) suggestions.push(...(await ofTable(store, name, own, known)))
  }
  const ids = new Set(known.checks.map(({ id }) => id))
  return suggestions.filter(({ check }) => !ids.has(check.id))
}

async function ofTable(store: Store, table: string, columns: Column[], known: Known): Promise<Suggestion[]> {
  const [row = {}] = await store.rows(
    sql`SELECT count(*) AS n, ${join(columns.flatMap(measuresOf))} FROM ${ident('cx', table)}`,
  )
  const rows = Number(row.n)
  if (rows < fewestRows) return []
  const found: Suggestion[] = []
  for (const [at, column] of columns.entries()) {
    const place = { table, column, values: Number(row[`n${at}`]) }
    if (place.values === rows && !asked(known.checks, 'completeness', place)) found.push(complete(place))
    if (place.values < fewestRows) continue
    const list = await ofValues(store, place, Number(row[`kinds${at}`] ?? 0), known.checks)
    found.push(...rangeOf(place, row, at), ...list)
  }
  return [...found, ...(await ofDays(store, table, known))]
}

interface Place {
  table: string
  column: Column
  values: number
}

function measuresOf({ name, type }: Column, at: number): Sql[] {
  const column = ident(name)
  const count = sql`count(${column}) AS ${ident(`n${at}`)}`
  if (type === 'text') return [count, sql`approx_count_distinct(${column}) AS ${ident(`kinds${at}`)}`]
  if (!measured.has(type)) return [count]
  const end = (of: Sql): Sql => sql`CAST(${of} AS DOUBLE)`
  return [
    count,
    sql`${end(sql`min(${column})`)} AS ${ident(`low${at}`)}`,
    sql`${end(sql`max(${column})`)} AS ${ident(`high${at}`)}`,
  ]
}

const asked = (checks: readonly Check[], kind: 'completeness', { table, column }: Place): boolean =>
  checks.some((check) => check.kind === kind && check.table === table && check.column === column.name)

const idOf = ({ table, column }: Pick<Place, 'table' | 'column'>, end: string): string =>
  `${table}-${column.name}-${end}`.replaceAll('_', '-')

function complete(place: Place): Suggestion {
  const { table, column, values } = place
  return {
    check: { id: idOf(place, 'complete'), severity: 'warning', kind: 'completeness', table, column: column.name },
    // Nothing found in n: at 95 %, at most 3 in n are.
    evidence: { says: 'complete', rows: values, atMost: 3 / values },
  }
}

/** Half as wide again on each side: the next extreme is no fault. Where nothing is negative, nothing should be. */
function rangeOf(place: Place, row: Row, at: number): Suggestion[] {
  const [low, high] = [row[`low${at}`], row[`high${at}`]]
  if (typeof low !== 'number' || typeof high !== 'number' || low === high) return []
  const span = high - low
  const step = 10 ** (Math.floor(Math.log10(span)) - 1)
  const round = (value: number): number => Number((value * step).toPrecision(12))
  const from =
    low >= 0 ? Math.max(0, round(Math.floor((low - span / 2) / step))) : round(Math.floor((low - span / 2) / step))
  const to = round(Math.ceil((high + span / 2) / step))
  const { table, column, values } = place
  const where = `${column.name} < ${from} or ${column.name} > ${to}`
  return [
    {
      check: { ...ruleOf(idOf(place, 'range')), table, of: `${column.name} is not null`, where },
      evidence: { says: 'range', values, low, high },
    },
  ]
}

const ruleOf = (id: string) => ({ id, severity: 'warning', kind: 'rows' }) as const

async function ofValues(store: Store, place: Place, kinds: number, checks: readonly Check[]): Promise<Suggestion[]> {
  const { table, column, values } = place
  if (column.type !== 'text' || column.sensitivity === 'free_text' || kinds === 0) return []
  const name = ident(column.name)
  if (kinds >= 0.9 * values) {
    const known = checks.some(
      (check) => check.kind === 'unique' && check.table === table && check.columns.join() === column.name,
    )
    const [row] = await store.rows(sql`SELECT count(DISTINCT ${name}) AS kinds FROM ${ident('cx', table)}`)
    if (known || Number(row?.kinds) !== values) return []
    const check = {
      id: idOf(place, 'unique'),
      severity: 'warning',
      kind: 'unique',
      table,
      columns: [column.name],
    } as const
    return [{ check, evidence: { says: 'unique', values } }]
  }
  // Words of a list of the model are held against it already, and what refers is looked up.
  if (!column.dimension || column.vocabulary || column.refers || column.sensitivity !== 'none' || kinds > 2 * mostWords)
    return []
  const words = await store.rows(
    sql`SELECT ${name} AS value, count(*) AS n FROM ${ident('cx', table)} WHERE ${name} IS NOT NULL GROUP BY 1 ORDER BY 1`,
  )
  const fewest = Math.min(...words.map(({ n }) => Number(n)))
  if (words.length > mostWords || fewest < fewestOfAWord) return []
  const list = words.map(({ value }) => literal(String(value))).join(', ')
  const where = `${column.name} not in (${list})`
  return [
    {
      check: { ...ruleOf(idOf(place, 'list')), table, of: `${column.name} is not null`, where },
      evidence: { says: 'list', values, kinds: words.length, fewest },
    },
  ]
}

/** Rows come every day, as many as on the same weekdays before. */
async function ofDays(store: Store, table: string, { checks, judged }: Known): Promise<Suggestion[]> {
  const day = dayOf(table)
  if (day === null || checks.some((check) => check.kind === 'volume' && check.table === table)) return []
  const check = {
    id: `${table.replaceAll('_', '-')}-a-day`,
    severity: 'warning',
    kind: 'volume',
    table,
    by: 'source',
  } as const
  const [parsed] = parseChecks({ file: table, value: { checks: [check] }, where: () => table }, [])
  if (parsed?.kind !== 'volume') return []
  const results = await findOddDays(store, parsed, judged)
  if (results.length === 0 || results.some(({ found }) => found > 0)) return []
  const days = results.reduce((sum, { checked }) => sum + checked, 0)
  return [{ check, evidence: { says: 'volume', days, series: results.length } }]
}
