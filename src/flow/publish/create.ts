import type { Column } from '../../model/model.ts'
import { tables } from '../../model/tables.ts'
import { quoteIdentifier, raw, sql } from '../../sql/sql.ts'
import { sqlTypes } from '../../sql/types.ts'
import type { Store } from '../../store/store.ts'

/** Every table of the model, empty. Made once in each new version's file: a version never migrates, it is built beside. */
export async function createModel(store: Store): Promise<void> {
  await store.run(sql`CREATE SCHEMA IF NOT EXISTS cx`)
  for (const table of tables) {
    const columns = table.columns.map(
      (column) => `${quoteIdentifier(column.name)} ${sqlTypes[column.type]}${storage(column)}`,
    )
    await store.run(raw(`CREATE TABLE cx.${quoteIdentifier(table.name)} (${columns.join(', ')})`))
  }
}

/**
 * Ids, links, names and free text are different in nearly every row: the search for a compression, and the compression itself, cost
 * 40 % of the time of a load and are paid again by every reader. They are kept as they are; a file is 1.4 times the export instead
 * of 0.9 (docs/decisions/0008).
 */
function storage(column: Column): string {
  const text = column.type === 'text'
  const key =
    column.name === 'id' ||
    column.name === 'source_key' ||
    (column.refers !== undefined && !column.dimension && column.name !== 'load')
  const own = column.sensitivity === 'direct_id' || (column.sensitivity === 'free_text' && !column.dimension)
  return text && (key || own) ? ' USING COMPRESSION uncompressed' : ''
}
