import type { Problem } from '../../errors.ts'
import type { ColumnType } from '../../model/model.ts'

/** Where a model column comes from: shown to people, never run. */
export interface Lineage {
  /** Source columns that it reads. */
  columns: string[]
  /** In the grammar of the catalogue. */
  expression: string
  /** `file:line` of the pack. */
  place: string
}

/** One column of the main table. `sql` reads cleaned source columns by name. */
export interface FillColumn {
  name: string
  type: ColumnType
  sql: string
  /** Words, in lower case, that mean no value; `null` where every text is a value of the type. */
  empty: string[] | null
  /** The list of ids that its values should be from. */
  vocabulary?: string
  lineage: Lineage
}

/** A column that stands in the main table until its derived fills are made. Its name begins with `_`. */
export interface Helper {
  name: string
  /** Engine type. */
  type: string
  sql: string
  /** `table.column` that it is for. */
  fills?: { table: string; column: string }
  empty: string[] | null
  lineage?: Lineage
}

/** A column of a derived table as SQL over the main table's columns and helpers. */
export interface DerivedColumn {
  name: string
  type: ColumnType
  sql: string
  /** Of a column that reads a field of an element: that field, and words that mean no value. */
  unread?: { field: string; empty: string[] }
  vocabulary?: string
  lineage: Lineage
}

/** Rows of elements of a JSON list: what stands between the main table and a derived one. */
export interface Items {
  /** Column of the main table with the text of the list. */
  list: string
  /** Source column of the list, for people. */
  from: string
  /** Lists within the objects of the one before: `value.messages`. */
  inner: string[]
  /** Fields of an element that are read: `item.author.type`. */
  fields: string[]
}

/** Rows of another table, made from the rows of the main table. */
export interface DerivedFill {
  table: string
  /** Id of the row, over the main table's columns and helpers; a row without one is not made. */
  id: string
  /** What the id begins with. */
  space: string
  /** One row an element of a list; SQL may then read its fields too. */
  items?: Items
  /** Only where it holds; over the main table's columns and helpers. */
  when: string | null
  /** One row a key, the newest record wins. */
  distinct: boolean
  columns: DerivedColumn[]
}

/** A batch and its pack as SQL: everything that fills the main table in one pass, and what is derived from it. */
export interface Fill {
  /** Id of the source. */
  source: string
  /** What the ids of the main table begin with: the source, or a key space that other sources share. */
  space: string
  /** Id of the load. */
  load: string
  table: string
  /** Key of a record, over source columns; `null` where the pack names none and the record number serves. */
  key: string | null
  /** A helper: only records where it holds stay rows of the main table; `null`: all of them. */
  when: string | null
  columns: FillColumn[]
  helpers: Helper[]
  /** Model columns without which a record is set aside. */
  required: string[]
  /** What decides which of two records of one key is newer, over the main table; `null`: the later record. */
  version: string | null
  derived: DerivedFill[]
  /** Source columns that no model column takes: they go to `attributes`. */
  unmapped: string[]
  /** Source columns, all of them, in the batch's order, as the engine names them. */
  sourceColumns: { name: string; freeText: boolean }[]
  /** Zone of the local days and hours. */
  reportingZone: string
  /** Columns of the pack that the batch does not have, and other things worth saying. */
  notes: Problem[]
}

/** Every model column that reads a source column: the lineage of that column. */
export function lineageOf(
  fill: Fill,
): Map<string, { table: string; column: string; expression: string; place: string }[]> {
  const all = [
    ...fill.columns.map((column) => ({ table: fill.table, column })),
    ...fill.derived.flatMap(({ table, columns }) => columns.map((column) => ({ table, column }))),
  ]
  const lineage = new Map<string, { table: string; column: string; expression: string; place: string }[]>()
  for (const { table, column } of all) {
    const { columns, expression, place } = column.lineage
    for (const name of columns) {
      lineage.set(name, [...(lineage.get(name) ?? []), { table, column: column.name, expression, place }])
    }
  }
  return lineage
}
