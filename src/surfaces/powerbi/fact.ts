import type { MetricContext } from '../../metrics/context.ts'
import type { Metric } from '../../metrics/metric.ts'
import { firstDay } from '../../metrics/moving.ts'
import { fieldLabel } from '../../metrics/needs.ts'
import { columnsOnPath, timeField } from '../../metrics/reach.ts'
import { compileIn, daySql, fromSql, type Scope } from '../../metrics/scope.ts'
import { populationSql } from '../../metrics/select-parts.ts'
import type { ColumnType } from '../../model/model.ts'
import type { Expression } from '../../sql/expression.ts'
import { operate } from '../../sql/ops.ts'
import { dayLiteral, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import { amountOf, conditionOf, type Dax, daxColumn, daxOf, type Value } from './dax.ts'
import { namesOf } from './names.ts'
import type { SemanticColumn, SemanticMeasure, SemanticType } from './semantic-model.ts'

/** A table of rows that measures add up, as it is being gathered: each measure adds the columns that it reads. */
export interface Fact {
  /** Of the model: `cases`. */
  table: string
  /** As a reader sees it. */
  name: string
  scope: Scope
  /** By what they hold, so that what two measures read is written once. */
  columns: Map<string, FactColumn>
  /** Gives out names of columns, those of measures left out: in one table no two may be alike. */
  columnName: (wanted: string) => string
  measures: SemanticMeasure[]
}

export interface FactColumn {
  semantic: SemanticColumn
  sql: string
}

/** `measures` are the names that its columns may not have. */
export function factOf(table: string, name: string, measures: Iterable<string>, scope: Scope): Fact {
  const columnName = namesOf()
  for (const each of measures) columnName(each)
  return { table, name, scope, columns: new Map(), columnName, measures: [] }
}

export interface Wanted {
  source: string
  type: SemanticType
  sql: string
}

/** A hidden column of the file: the one that holds the same, or a new one. */
export function keepColumn(fact: Fact, { source, type, sql: text }: Wanted): SemanticColumn {
  const key = `${type} ${text}`
  const known = fact.columns.get(key)
  if (known) return known.semantic
  const name = fact.columnName(source.replace(/[^a-z0-9_]+/gi, '__'))
  const semantic: SemanticColumn = { name, source: name, type, hidden: true }
  fact.columns.set(key, { semantic, sql: text })
  return semantic
}

export function daxOfColumn(fact: Fact, column: SemanticColumn): string {
  return daxColumn(fact.name, column.name)
}

/** Rows that a metric is about, as a condition in DAX; null where all are. A rule of maturity reads the now, so it is computed when the table is written. */
export function populationOf(fact: Fact, metric: Metric): string | null {
  if (!metric.population && !metric.maturity) return null
  const said = metric.maturity ? null : metric.population && conditionOf(read(fact, metric.population))
  return said ?? flagOf(fact, `${metric.id}_rows`, populationSql(metric, fact.scope) ?? 'TRUE')
}

/** Where an expression is true, as a condition in DAX: written out, or by a hidden column. */
export function isTrue(fact: Fact, expression: Expression, source: string): string {
  return conditionOf(read(fact, expression)) ?? flagOf(fact, source, compileIn(fact.scope, expression))
}

export function flagOf(fact: Fact, source: string, condition: string): string {
  const column = keepColumn(fact, { source, type: 'boolean', sql: `coalesce(${condition}, FALSE)` })
  return `${daxOfColumn(fact, column)} == TRUE()`
}

/** A number of each row in DAX: written out, or by a hidden column. */
export function numberOf(fact: Fact, expression: Expression, source: string): Value {
  const said = amountOf(read(fact, expression))
  return said ?? valueColumn(fact, source, compileIn(fact.scope, expression), 'double')
}

export function valueColumn(fact: Fact, source: string, text: string, type: 'double' | 'int64'): Value {
  const cast = `CAST(${text} AS ${type === 'double' ? 'DOUBLE' : 'BIGINT'})`
  return valueIn(fact, keepColumn(fact, { source, type, sql: cast }))
}

function valueIn(fact: Fact, column: SemanticColumn): Value {
  const text = daxOfColumn(fact, column)
  return { text, known: `NOT ISBLANK(${text})`, type: column.type === 'boolean' ? 'boolean' : 'number' }
}

const plainTypes: Partial<Record<ColumnType, SemanticType>> = {
  integer: 'int64',
  number: 'double',
  money: 'double',
  boolean: 'boolean',
  seconds: 'int64',
  date: 'date',
}

/** Own columns that are numbers or truths. Of a day or moment DAX is asked no more than whether it is there; text it would compare without regard to case. */
function read(fact: Fact, expression: Expression): Dax | null {
  return daxOf(expression, (path, test) => {
    const column = path.length === 1 ? columnsOnPath(fact.table, path)?.[0]?.column : undefined
    if (!column) return null
    const asDay = column.type === 'date' || column.local === true
    if (asDay) return test === 'null' ? valueIn(fact, keepColumn(fact, dayWanted(fact, column.name))) : null
    const type = plainTypes[column.type]
    if (!type) return null
    const text = compileIn(fact.scope, { kind: 'column', path, at: 0 })
    const cast = `CAST(${text} AS ${{ int64: 'BIGINT', double: 'DOUBLE', boolean: 'BOOLEAN' }[type as 'int64']})`
    return valueIn(fact, keepColumn(fact, { source: column.name, type, sql: cast }))
  })
}

function dayWanted(fact: Fact, time: string): Wanted {
  const source = `${time.replaceAll('.', '_').replace(/_at$/, '')}${time.endsWith('_on') ? '' : '_on'}`
  return { source, type: 'date', sql: `CAST(${daySql(fact.scope, time)} AS DATE)` }
}

/** The local day of a time basis: what relations to the date table stand on. */
export function dayColumn(fact: Fact, time: string, { words }: MetricContext): SemanticColumn {
  const column = keepColumn(fact, dayWanted(fact, time))
  column.description ??= fieldLabel(timeField(fact.table, time), words)
  return column
}

/** Days as whole numbers: DAX takes a blank day for one in 1899, and adds times to days. */
export function dayNumberSql(fact: Pick<Fact, 'scope'>, day: string): string {
  return operate(fact.scope.dialect, 'days_between', dayLiteral(firstDay), day)
}

/** Rows of a table, or those under conditions. */
export function rowsWhere(fact: Fact, ...conditions: (string | null)[]): string {
  const table = `'${fact.name.replaceAll("'", "''")}'`
  const said = conditions.filter((each) => each !== null && each !== '')
  return said.length > 0 ? `FILTER(${table}, ${said.join(' && ')})` : table
}

/** What is written to the file, in an order that is the same each time. */
export function factSelect(fact: Fact, keys: { source: string; sql: string; join: Sql }[]): Sql {
  const columns = [...fact.columns.values()].map(
    ({ semantic, sql: text }) => `${text} AS ${quoteIdentifier(semantic.source)}`,
  )
  const all = [...keys.map(({ source, sql: text }) => `${text} AS ${quoteIdentifier(source)}`), ...columns]
  const from = sql`FROM ${raw(fromSql(fact.scope))}`
  const joined = keys.reduce((text, { join }) => sql`${text}${join}`, from)
  const id = `${quoteIdentifier(fact.table)}."id"`
  return sql`SELECT ${raw(all.length > 0 ? all.join(',\n  ') : 'TRUE AS "row"')}\n${joined}\nORDER BY ${raw(id)}`
}
