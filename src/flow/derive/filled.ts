import { tableNamed } from '../../model/tables.ts'
import { raw, sql } from '../../sql/sql.ts'
import { tableStatements } from '../../sql/table.ts'
import type { Store } from '../../store/store.ts'

/** Columns that each `cx` table has by now: those that a load or an earlier step fills. A table that nobody filled is not in it. */
export type FilledColumns = ReadonlyMap<string, ReadonlySet<string>>

export async function filledColumns(store: Store): Promise<FilledColumns> {
  const found = new Map<string, Set<string>>()
  const rows = await store.rows(
    sql`SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'cx' AND database_name = current_database()`,
  )
  for (const row of rows) {
    const table = String(row.table_name)
    found.set(table, (found.get(table) ?? new Set()).add(String(row.column_name)))
  }
  return found
}

/** Makes a table of the model, or these columns of it, where they are not there yet. */
export async function makeColumns(store: Store, table: string, columns: string[]): Promise<void> {
  const known = tableNamed(table)
  if (!known) throw new Error(`${table} is no table of the model: see src/model/tables.ts.`)
  for (const statement of tableStatements(known, new Set(columns))) await store.run(raw(statement))
}
