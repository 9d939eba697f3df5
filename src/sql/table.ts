import type { Column, Table } from '../model/model.ts'
import { quoteIdentifier } from './sql.ts'
import { sqlTypes } from './types.ts'

/**
 * A table of the model with the columns that somebody fills: those of others stay, those of nobody never come to be. `there`: the columns that it
 * has, and none of a table that is still to be made.
 */
export function tableStatements(
  { name, columns }: Table,
  filled: Set<string>,
  there: ReadonlySet<string> = new Set(),
): string[] {
  const own = columns.filter((column) => {
    const stem = column.derived && /^(.*)_(on|hour)$/.exec(column.name)?.[1]
    // `created_on` comes with `created_at`, and `at_on` with `at`; `closed_on` of a holding is a day of its own.
    const moment = stem && columns.find((each) => each.local && (each.name === `${stem}_at` || each.name === stem))
    if (moment) return filled.has(moment.name)
    return (column.derived && !column.afterLoads) || filled.has(column.name)
  })
  const table = `cx.${quoteIdentifier(name)}`
  if (there.size === 0) return [`CREATE TABLE ${table} (${own.map(columnSql).join(', ')})`]
  return own
    .filter((column) => !there.has(column.name))
    .map((column) => `ALTER TABLE ${table} ADD COLUMN ${columnSql(column)}`)
}

/** A model column as a table is made with it. */
export function columnSql(column: Column): string {
  return `${quoteIdentifier(column.name)} ${sqlTypes[column.type]}${storage(column)}`
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
