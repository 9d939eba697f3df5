import type { ColumnType } from '../model/model.ts'

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
