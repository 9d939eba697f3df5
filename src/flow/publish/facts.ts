import type { Column, Table } from '../../model/model.ts'
import { tables } from '../../model/tables.ts'
import { operate } from '../../sql/ops.ts'
import { ident, join, literal, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Columns, Store } from '../../store/store.ts'

/** What is known about a finished version without reading its rows again. */
export interface Facts {
  /** `cases.created_at`: columns with a value somewhere. `is_identified` only where it is true somewhere. */
  present: string[]
  counts: Record<string, number>
  /** Newest event among the accepted rows, ISO UTC; null without any moment. */
  asOf: string | null
}

const counted = tables.filter((table) => table.kind !== 'system')

/** Up to so many rows, one pass over all columns takes less time than to begin a search in each. */
const fewRows = 10_000

export async function findFacts(store: Store, landedAt: string, zone: string): Promise<Facts> {
  const stored = storedColumns(await store.columns())
  const counts = await countRows(store, [...stored.keys()])
  const filled = new Map([...stored].filter(([table]) => counts.get(table)))
  const facts: Facts = { present: [], counts: {}, asOf: await newestEvent(store, landedAt, zone, filled) }
  for (const table of counted) {
    const rows = counts.get(table.name) ?? 0
    facts.counts[table.name] = rows
    if (rows === 0) continue
    const columns = table.columns.filter(({ name }) => filled.get(table.name)!.has(name))
    const [row] = await store.rows(presenceOf(table, columns, rows))
    columns.forEach((column, index) => {
      if (row?.[`c${index}`] === true) facts.present.push(`${table.name}.${column.name}`)
    })
  }
  return facts
}

/** Columns that stand in the file: a view of the model has others, which hold nothing. */
function storedColumns(columns: Columns): Map<string, ReadonlySet<string>> {
  const stored = new Map<string, ReadonlySet<string>>()
  for (const { name } of counted) {
    const own = columns.get(`${name}_filled`) ?? columns.get(name)
    if (own) stored.set(name, own)
  }
  return stored
}

async function countRows(store: Store, names: string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map()
  const each = names.map((name) => sql`SELECT ${name} AS name, count(*) AS n FROM ${ident('cx', name)}`)
  const rows = await store.rows(join(each, ' UNION ALL '))
  return new Map(rows.map(({ name, n }) => [String(name), Number(n)]))
}

function presenceOf(table: Table, columns: Column[], rows: number): Sql {
  const from = sql`FROM ${ident('cx', table.name)}`
  const few = rows <= fewRows
  const present = columns.map(({ name }, index) => {
    // A source without a client id fills the flag with false: that is no client id.
    const holds = name === 'is_identified' ? ident(name) : sql`${ident(name)} IS NOT NULL`
    // Whether a column holds anything is known at its first value.
    const isThere = few ? sql`count(*) FILTER (WHERE ${holds}) > 0` : sql`EXISTS (SELECT 1 ${from} WHERE ${holds})`
    return sql`${isThere} AS ${ident(`c${index}`)}`
  })
  return few ? sql`SELECT ${join(present)} ${from}` : sql`SELECT ${join(present)}`
}

/**
 * The newest event of all sources, ISO UTC: moments, and days on which something happened, from their local midnight on. Later than
 * `landedAt` nothing counts: nothing has happened in the future. It reads the columns that are there, or only those of `filled`.
 */
export async function newestEvent(
  store: Store,
  landedAt: string,
  zone: string,
  filled?: Columns,
): Promise<string | null> {
  const there = filled ?? (await store.columns())
  const newest = tables.flatMap((table) =>
    table.kind !== 'record'
      ? []
      : table.columns
          .filter(({ name, type, event }) => (type === 'timestamp' || event) && there.get(table.name)?.has(name))
          .map(({ name, type }) => {
            const moment =
              type === 'timestamp'
                ? raw(quoteIdentifier(name))
                : raw(operate(store.dialect, 'to_utc', `CAST(${quoteIdentifier(name)} AS TIMESTAMP)`, literal(zone)))
            return sql`SELECT max(${moment}) FILTER (WHERE ${moment} <= CAST(${landedAt} AS TIMESTAMP)) AS newest FROM ${ident('cx', table.name)}`
          }),
  )
  if (newest.length === 0) return null
  const [row] = await store.rows(
    sql`SELECT strftime(max(newest), '%Y-%m-%dT%H:%M:%SZ') AS newest FROM (${join(newest, ' UNION ALL ')})`,
  )
  return typeof row?.newest === 'string' ? row.newest : null
}
