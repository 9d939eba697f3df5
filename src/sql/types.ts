import type { Column, ColumnType } from '../model/model.ts'
import { quoteIdentifier } from './sql.ts'

/** The engine's type of each type of the model: what tables are made with and values are cast to. */
export const sqlTypes: Record<ColumnType, string> = {
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
