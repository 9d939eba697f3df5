import type { Table } from '../../model/model.ts'
import { tables } from '../../model/tables.ts'
import { quoteIdentifier, raw, sql } from '../../sql/sql.ts'
import { columnSql } from '../../sql/table.ts'
import { sqlTypes } from '../../sql/types.ts'
import type { Store } from '../../store/store.ts'

/** What Rapport itself writes about a load. Made first in each new version's file: a version never migrates, it is built beside. */
export async function createBookkeeping(store: Store): Promise<void> {
  await store.run(sql`CREATE SCHEMA IF NOT EXISTS cx`)
  for (const table of tables.filter(({ kind }) => kind === 'system')) await store.run(raw(wholeTable(table)))
}

/**
 * Every table of the model with all its columns, in the model's order. Tables that were filled hold the columns that some source
 * has: a column of NULLs costs a tenth of what one with values does, and most sources lack most columns. Here they get the rest, by a
 * view of the table's own name (docs/decisions/0009).
 */
export async function createModel(store: Store): Promise<void> {
  await store.run(sql`CREATE SCHEMA IF NOT EXISTS cx`)
  const stored = await store.columns()
  for (const table of tables) {
    const columns = stored.get(table.name)
    if (!columns) await store.run(raw(wholeTable(table)))
    else if (table.columns.some(({ name }) => !columns.has(name))) await widen(store, table, columns)
  }
}

function wholeTable({ name, columns }: Table): string {
  return `CREATE TABLE cx.${quoteIdentifier(name)} (${columns.map(columnSql).join(', ')})`
}

async function widen(store: Store, { name, columns }: Table, stored: ReadonlySet<string>): Promise<void> {
  const [view, rows] = [quoteIdentifier(name), quoteIdentifier(`${name}_filled`)]
  const list = columns.map((column) => {
    const own = quoteIdentifier(column.name)
    return stored.has(column.name) ? own : `CAST(NULL AS ${sqlTypes[column.type]}) AS ${own}`
  })
  await store.run(raw(`ALTER TABLE cx.${view} RENAME TO ${rows}`))
  await store.run(raw(`CREATE VIEW cx.${view} AS SELECT ${list.join(', ')} FROM cx.${rows}`))
}
