import type { Dialect } from '../sql/ops.ts'
import type { Sql } from '../sql/sql.ts'

/** What SQL gives back in one cell, after reading: timestamps and dates as ISO text, 64-bit counts as numbers. */
export type Cell = string | number | boolean | null

/** One row by column name. Small results only: what is drawn, never what is counted. */
export type Row = Record<string, Cell>

/** An open connection to one engine, at one version of the data. */
export interface Store {
  readonly dialect: Dialect
  /** Rows of a small result. */
  rows(statement: Sql): Promise<Row[]>
  /** Rows of a large result in their order, some at a time, so that they never stand in memory at once. A failure comes before the first of them. */
  stream(statement: Sql): AsyncIterable<Row[]>
  /** A statement for its effect. */
  run(statement: Sql): Promise<void>
  /** Keeps the rows of a statement aside in the engine, for a question that reads them in several passes; the version stays as it is. */
  hold(statement: Sql): Promise<Held>
  /** Columns that each `cx` table has by now. A table that nobody made is not in it. */
  columns(): Promise<Columns>
  close(): Promise<void>
}

/** Columns by table. */
export type Columns = ReadonlyMap<string, ReadonlySet<string>>

/** Rows that were kept aside: `table`, and its `name` in text, stand after FROM until they are let go. */
export interface Held {
  name: string
  table: Sql
  release(): Promise<void>
}
