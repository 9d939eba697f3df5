import { RapportError } from '../errors.ts'
import type { Column, Table } from '../model/model.ts'
import { tables } from '../model/tables.ts'
import { operate } from '../sql/ops.ts'
import { ident, join, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { MetricContext } from './context.ts'
import { shownRejectSql } from './ledger.ts'
import { didYouMean } from './nearest.ts'
import { shownSql } from './rows.ts'
import { tableSql } from './scope.ts'

/** A column as the viewer sees it. */
export interface WholeColumn {
  column: Column
  /** Is less shown than there is? */
  masked: boolean
  sql: string
}

/** A table of the model with all of its rows and columns: what is handed to other programs. */
export interface WholeTable {
  table: Table
  columns: WholeColumn[]
  rows: number
  /** Every row, in an order that is always the same. */
  select: Sql
}

/**
 * Tables that hold rows, in the order of the model, bookkeeping among them; or those that are named, empty ones too. Every column of the model is there, also where
 * nothing fills it, so that an expression over the model runs on whatever was handed out.
 */
export async function wholeTables(context: MetricContext, named?: string[]): Promise<WholeTable[]> {
  const wanted = named ? tablesNamed(named) : tables
  const counts = await countRows(wanted, context)
  return wanted
    .map((table) => ({ ...wholeTable(table, context), rows: counts.get(table.name) ?? 0 }))
    .filter(({ rows }) => rows > 0 || named !== undefined)
}

function tablesNamed(names: string[]): Table[] {
  const known = tables.map(({ name }) => name)
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw new RapportError(
      unknown.map((name) => ({
        code: 'table-unknown',
        message: `There is no table "${name}".`,
        where: '--tables',
        fix: didYouMean(name, known, `Use some of: ${known.join(', ')}.`),
      })),
      2,
    )
  return tables.filter(({ name }) => names.includes(name))
}

async function countRows(wanted: Table[], { store }: MetricContext): Promise<Map<string, number>> {
  const counts = wanted.map(
    ({ name }) => sql`SELECT ${name} AS "table", count(*) AS "rows" FROM ${raw(tableSql(name))}`,
  )
  const rows = await store.rows(join(counts, '\nUNION ALL\n'))
  return new Map(rows.map((row) => [String(row.table), Number(row.rows)]))
}

function wholeTable(table: Table, context: MetricContext): Omit<WholeTable, 'rows'> {
  const columns = table.columns.map((column) => wholeColumn(table, column, context))
  const names = columns.map(({ column, sql: shown }) => `${shown} AS ${quoteIdentifier(column.name)}`)
  // Only rows of records have an id of their own; the others are put in order by all that they hold.
  const order = table.kind === 'record' ? `${quoteIdentifier(table.name)}."id"` : 'ALL'
  return {
    table,
    columns,
    select: sql`SELECT ${raw(names.join(', '))} FROM ${raw(tableSql(table.name))} AS ${ident(table.name)} ORDER BY ${raw(order)}`,
  }
}

function wholeColumn(table: Table, column: Column, context: MetricContext): WholeColumn {
  const own = `${quoteIdentifier(table.name)}.${quoteIdentifier(column.name)}`
  if (context.viewer.personalData === 'show') return { column, masked: false, sql: own }
  if (table.name === 'rejects' && column.name === 'raw')
    return { column, masked: true, sql: shownRejectSql(context.store.dialect) }
  if (table.name === 'columns' && column.sensitivity === 'free_text')
    return { column, masked: true, sql: `CASE WHEN "sensitivity" NOT IN ('direct_id', 'free_text') THEN ${own} END` }
  const shown = shownSql(column, own, context.store.dialect)
  return { column, masked: shown !== own, sql: shown }
}

/** `cases.description` of every column of which the viewer sees less than there is. */
export function maskedColumns(context: MetricContext): ReadonlySet<string> {
  return new Set(
    tables.flatMap((table) =>
      table.columns
        .filter((column) => wholeColumn(table, column, context).masked)
        .map((column) => `${table.name}.${column.name}`),
    ),
  )
}

/** Rows with a value in each column, as it is handed out: one reading of the table. */
export async function countFilled(
  { table, columns }: WholeTable,
  { store }: MetricContext,
): Promise<Map<string, number>> {
  // What masks a text leaves it a text; what hides it leaves nothing, and is in the bookkeeping only.
  const counted = ({ column, sql: shown }: WholeColumn): string =>
    table.kind === 'system' ? shown : quoteIdentifier(column.name)
  const counts = columns.map(
    (each) => `${operate(store.dialect, 'count', counted(each))} AS ${quoteIdentifier(each.column.name)}`,
  )
  const [row] = await store.rows(
    sql`SELECT ${raw(counts.join(', '))} FROM ${raw(tableSql(table.name))} AS ${ident(table.name)}`,
  )
  return new Map(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]))
}

/** The same rows for a spreadsheet: text that it would take for a formula gets an apostrophe in front, as in the lists of the pages. */
export function defused(whole: WholeTable, { store }: MetricContext): Sql {
  const names = whole.columns.map(({ column }) => {
    const name = quoteIdentifier(column.name)
    const isText = column.type === 'text' || column.type === 'json'
    return isText
      ? `CASE WHEN ${operate(store.dialect, 'matches', name, formulaSql)} THEN '''' || ${name} ELSE ${name} END AS ${name}`
      : name
  })
  return sql`SELECT ${raw(names.join(', '))} FROM (${whole.select})`
}

const formulaSql = "'^[=+\\-@\\t\\r\\x00]'"
