import type { Column } from '../model/model.ts'
import { compileExpression, type Expression } from '../sql/expression.ts'
import { type Dialect, operate } from '../sql/ops.ts'
import { literal, quoteIdentifier } from '../sql/sql.ts'
import { columnsOnPath } from './reach.ts'

/** What the expressions of one statement may read: one table, and the rows that its links lead to. Identifiers come from the model only. */
export interface Scope {
  dialect: Dialect
  from: string
  /** Column of `from` that places a row in time. */
  time?: string
  /** UTC moment as stored, for `as_of`. */
  asOf: string | null
  zone: string
  /** By alias, filled while expressions compile: a link that nobody follows is not joined. */
  joins: Map<string, { table: string; on: string }>
}

export function scopeOf(options: Omit<Scope, 'joins'>): Scope {
  return { ...options, joins: new Map() }
}

/** Expression -> SQL in this scope; the joins that it needs are noted in the scope. */
export function compileIn(scope: Scope, expression: Expression): string {
  return compileExpression(expression, { dialect: scope.dialect, column: (path) => columnSql(scope, path) })
}

function columnSql(scope: Scope, path: string[]): string {
  const [name = ''] = path
  if (path.length === 1 && name === 'as_of') return momentSql(scope.asOf)
  if (path.length === 1 && name === 'local_day' && scope.time) return daySql(scope, scope.time)
  if (path.length === 1 && name === 'local_hour' && scope.time) return hourSql(scope, scope.time)
  const steps = columnsOnPath(scope.from, path)
  if (!steps) throw new Error(`${path.join('.')} is not a column of ${scope.from}; catalogue readers check this.`)
  let alias = scope.from
  for (const [index, { column }] of steps.entries()) {
    const sql = `${quoteIdentifier(alias)}.${quoteIdentifier(column.name)}`
    if (index === steps.length - 1) return sql
    const next = path.slice(0, index + 1).join('_')
    if (!scope.joins.has(next)) scope.joins.set(next, { table: column.refers ?? '', on: sql })
    alias = next
  }
  return 'NULL'
}

/** A moment of the model as SQL; it is written by `calendar.ts`, so it holds nothing but digits. */
export function momentSql(moment: string | null): string {
  return moment === null ? 'CAST(NULL AS TIMESTAMP)' : `CAST(${literal(moment)} AS TIMESTAMP)`
}

/** Local calendar day of a time basis. Compile it before `fromSql`: a basis behind a link is joined. */
export function daySql(scope: Scope, time: string): string {
  const { column, own } = timeColumn(scope, time)
  if (column?.type === 'date') return own(time)
  if (column?.local) return own(`${time.replace(/_at$/, '')}_on`)
  return operate(scope.dialect, 'date_of', operate(scope.dialect, 'to_local', own(time), literal(scope.zone)))
}

/** The moment of a time basis, in UTC. Compile it before `fromSql`. */
export function timeSql(scope: Scope, time: string): string {
  return timeColumn(scope, time).own(time)
}

/** The column of a time basis, and how it and its day and hour are read: from the table itself or from a row that links lead to. */
function timeColumn(scope: Scope, time: string): { column?: Column; own: (path: string) => string } {
  const column = columnsOnPath(scope.from, time.split('.'))?.at(-1)?.column
  return { column, own: (path) => columnSql(scope, path.split('.')) }
}

/** Local hour of a time basis; NULL where only its day is known. */
export function hourSql(scope: Scope, time: string): string {
  const { column, own } = timeColumn(scope, time)
  if (column?.type === 'date') return 'CAST(NULL AS BIGINT)'
  if (column?.local) return own(`${time.replace(/_at$/, '')}_hour`)
  return operate(scope.dialect, 'hour_of', operate(scope.dialect, 'to_local', own(time), literal(scope.zone)))
}

/**
 * `"cx"."surveys" AS "surveys" LEFT JOIN ...`: only links, so a row stays one row. Compile expressions first. DuckDB takes a table under
 * conditions to be small, and then keeps its million rows in memory to look up a few customers; `evenly` sets links a condition that always
 * holds, so that both sides are taken to be as much smaller.
 */
export function fromSql(scope: Scope, joined: 'plainly' | 'evenly' = 'plainly'): string {
  const joins = [...scope.joins].map(([alias, { table, on }]) => {
    const id = `${quoteIdentifier(alias)}."id"`
    const known = joined === 'evenly' ? ` AND ${id} IS NOT NULL` : ''
    return `\nLEFT JOIN ${tableSql(table)} AS ${quoteIdentifier(alias)} ON ${id} = ${on}${known}`
  })
  return `${tableSql(scope.from)} AS ${quoteIdentifier(scope.from)}${joins.join('')}`
}

export function tableSql(table: string): string {
  return `"cx".${quoteIdentifier(table)}`
}
