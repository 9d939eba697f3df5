import { hasWord, labelOf, say, type Words } from '../config/words.ts'
import type { Column, Table } from '../model/model.ts'

/** What one row of a table is, in the reader's language: the model itself is written in English. */
export function rowWords(table: Pick<Table, 'name' | 'row'>, words: Words): string {
  return labelOf(words, `model.${table.name}`, table.row)
}

/** What a column holds, in the reader's language; columns that mean the same in many tables are told once. */
export function columnWords(table: Pick<Table, 'name'>, column: Pick<Column, 'name' | 'says'>, words: Words): string {
  const own = [`model.${table.name}.${column.name}`, `model.any.${column.name}`].find((id) => hasWord(words, id))
  return own ? say(words, own) : column.says
}
