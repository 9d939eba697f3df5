import { tableNamed } from '../../model/tables.ts'
import { raw } from '../../sql/sql.ts'
import { tableStatements } from '../../sql/table.ts'
import type { Columns, Store } from '../../store/store.ts'

/** Columns that each `cx` table has by now: those that a load or an earlier step fills. A table that nobody filled is not in it. */
export type FilledColumns = Columns

export function filledColumns(store: Store): Promise<FilledColumns> {
  return store.columns()
}

/** Makes a table of the model, or these columns of it, where they are not there yet. */
export async function makeColumns(store: Store, table: string, columns: string[]): Promise<void> {
  const known = tableNamed(table)
  if (!known) throw new Error(`${table} is no table of the model: see src/model/tables.ts.`)
  const there = (await store.columns()).get(table)
  for (const statement of tableStatements(known, new Set(columns), there)) await store.run(raw(statement))
}
