import { sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'

/** The columns of a `cx` table that a load or an earlier step made; none where the table does not exist. */
export async function filledColumns(store: Store, table: string): Promise<Set<string>> {
  const rows = await store.rows(
    sql`SELECT column_name AS name FROM duckdb_columns() WHERE schema_name = 'cx' AND table_name = ${table}`,
  )
  return new Set(rows.map((row) => String(row.name)))
}
