import { sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'

/** Columns that the tables of the model have by now. */
export async function columnsOf(store: Store): Promise<Map<string, Set<string>>> {
  const found = new Map<string, Set<string>>()
  for (const row of await store.rows(
    sql`SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'cx'`,
  ))
    found.set(String(row.table_name), (found.get(String(row.table_name)) ?? new Set()).add(String(row.column_name)))
  return found
}
