import type { ColumnType } from '../../model/model.ts'
import { tables } from '../../model/tables.ts'
import { quoteIdentifier, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'

const types: Record<ColumnType, string> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  money: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  seconds: 'BIGINT',
  json: 'VARCHAR',
}

/** Every table of the model, empty. Made once in each new version's file: a version never migrates, it is built beside. */
export async function createModel(store: Store): Promise<void> {
  await store.run(sql`CREATE SCHEMA IF NOT EXISTS cx`)
  for (const table of tables) {
    const columns = table.columns.map((column) => `${quoteIdentifier(column.name)} ${types[column.type]}`)
    await store.run(raw(`CREATE TABLE cx.${quoteIdentifier(table.name)} (${columns.join(', ')})`))
  }
}
