import type { Table } from '../../model/model.ts'
import { tables } from '../../model/tables.ts'
import { ident, join, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'

/** What is known about a finished version without reading its rows again. */
export interface Facts {
  /** `cases.created_at`: columns with a value somewhere. `is_identified` only where it is true somewhere. */
  present: string[]
  counts: Record<string, number>
  /** Newest event among the accepted rows, ISO UTC; null without any moment. */
  asOf: string | null
}

const records = tables.filter((table) => table.kind === 'record')

/** Moments later than `landedAt` do not count for the as-of time: nothing has happened in the future. */
export async function findFacts(store: Store, landedAt: string): Promise<Facts> {
  const facts: Facts = { present: [], counts: {}, asOf: null }
  for (const table of records) {
    const [counted] = await store.rows(sql`SELECT count(*) AS rows FROM ${ident('cx', table.name)}`)
    facts.counts[table.name] = Number(counted?.rows ?? 0)
    if (facts.counts[table.name] === 0) continue
    const [row] = await store.rows(summaryOf(table, landedAt))
    table.columns.forEach((column, index) => {
      if (row?.[`c${index}`] === true) facts.present.push(`${table.name}.${column.name}`)
    })
    const newest = row?.newest
    if (typeof newest === 'string' && (facts.asOf === null || newest > facts.asOf)) facts.asOf = newest
  }
  return { ...facts, asOf: facts.asOf && `${facts.asOf.replace(' ', 'T')}Z` }
}

/** Whether a column holds anything is known at its first value; only moments are read to their end. */
function summaryOf(table: Table, landedAt: string): Sql {
  const from = ident('cx', table.name)
  const present = table.columns.map((column, index) => {
    // A source without a client id fills the flag with false: that is no client id.
    const holds = column.name === 'is_identified' ? ident(column.name) : sql`${ident(column.name)} IS NOT NULL`
    return sql`EXISTS (SELECT 1 FROM ${from} WHERE ${holds}) AS ${ident(`c${index}`)}`
  })
  const moments = table.columns.filter((column) => column.type === 'timestamp')
  const latest = moments.map(
    ({ name }) => sql`(SELECT max(${ident(name)}) FROM ${from} WHERE ${ident(name)} <= CAST(${landedAt} AS TIMESTAMP))`,
  )
  const newest = latest.length > 1 ? sql`greatest(${join(latest)})` : (latest[0] ?? raw('NULL'))
  return sql`SELECT strftime(CAST(${newest} AS TIMESTAMP), '%Y-%m-%d %H:%M:%S') AS newest, ${join(present)}`
}
