import type { Table } from '../../model/model.ts'
import { tables } from '../../model/tables.ts'
import { operate } from '../../sql/ops.ts'
import { ident, join, literal, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'

/** What is known about a finished version without reading its rows again. */
export interface Facts {
  /** `cases.created_at`: columns with a value somewhere. `is_identified` only where it is true somewhere. */
  present: string[]
  counts: Record<string, number>
  /** Newest event among the accepted rows, ISO UTC; null without any moment. */
  asOf: string | null
}

const counted = tables.filter((table) => table.kind !== 'system')

export async function findFacts(store: Store, landedAt: string, zone: string): Promise<Facts> {
  const facts: Facts = { present: [], counts: {}, asOf: await newestEvent(store, landedAt, zone) }
  for (const table of counted) {
    const [rows] = await store.rows(sql`SELECT count(*) AS n FROM ${ident('cx', table.name)}`)
    facts.counts[table.name] = Number(rows?.n ?? 0)
    if (facts.counts[table.name] === 0) continue
    const [row] = await store.rows(presenceOf(table))
    table.columns.forEach((column, index) => {
      if (row?.[`c${index}`] === true) facts.present.push(`${table.name}.${column.name}`)
    })
  }
  return facts
}

/** Whether a column holds anything is known at its first value. */
function presenceOf(table: Table): Sql {
  const from = ident('cx', table.name)
  const present = table.columns.map((column, index) => {
    // A source without a client id fills the flag with false: that is no client id.
    const holds = column.name === 'is_identified' ? ident(column.name) : sql`${ident(column.name)} IS NOT NULL`
    return sql`EXISTS (SELECT 1 FROM ${from} WHERE ${holds}) AS ${ident(`c${index}`)}`
  })
  return sql`SELECT ${join(present)}`
}

/**
 * The newest event of all sources, ISO UTC: moments, and days on which something happened, from their local midnight on. Later than
 * `landedAt` nothing counts: nothing has happened in the future. Asked before the model is whole, it reads the columns that are there.
 */
export async function newestEvent(store: Store, landedAt: string, zone: string): Promise<string | null> {
  const there = await store.rows(
    sql`SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'cx' AND database_name = current_database()`,
  )
  const filled = new Set(there.map((row) => `${row.table_name}.${row.column_name}`))
  const newest = tables.flatMap((table) =>
    table.kind !== 'record'
      ? []
      : table.columns
          .filter(({ name, type, event }) => (type === 'timestamp' || event) && filled.has(`${table.name}.${name}`))
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
