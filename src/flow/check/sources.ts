import { ident, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Row, Store } from '../../store/store.ts'
import type { JoinedRows } from './joined.ts'
import type { SourceCount } from './result.ts'

/** What is counted in one reading of a table. */
interface Counting {
  rows: JoinedRows
  table: string
  found: Sql
  of: Sql
  /** Further counts: `, count(*) FILTER (...) AS "name"`. */
  counts?: string
}

/** Rows found among those looked at, in all and of each source: the score of a source needs its own. */
export async function countBySource(
  store: Store,
  { rows, table, found, of, counts = '' }: Counting,
): Promise<{ found: number; checked: number; bySource: SourceCount[]; sums: Row }> {
  const source = ident(table, 'source')
  const read =
    await store.rows(sql`SELECT ${source} AS source, count(*) FILTER (WHERE ${found}) AS found, count(*) AS checked${raw(counts)}
    FROM ${raw(rows.from())} WHERE ${of} GROUP BY 1 ORDER BY 1`)
  const sum = (name: string): number => read.reduce((total, row) => total + Number(row[name]), 0)
  const names = Object.keys(read[0] ?? {}).filter((name) => name !== 'source')
  return {
    found: sum('found'),
    checked: sum('checked'),
    bySource: read.flatMap((row) =>
      row.source === null ? [] : { source: String(row.source), found: Number(row.found), checked: Number(row.checked) },
    ),
    sums: Object.fromEntries(names.map((name) => [name, sum(name)])),
  }
}

/** Whose rows a table holds. */
export async function sourcesOf(store: Store, table: string): Promise<string[]> {
  const rows = await store.rows(
    sql`SELECT DISTINCT source FROM ${ident('cx', table)} WHERE source IS NOT NULL ORDER BY 1`,
  )
  return rows.map(({ source }) => String(source))
}
