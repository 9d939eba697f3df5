import { columnsIn, parseExpression } from '../sql/expression.ts'
import { type Dialect, operate } from '../sql/ops.ts'
import { join, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import { clusteredSql, isClustered } from './clustered.ts'
import type { Metric } from './metric.ts'
import { compileFlow, compilePeriods, momentStatistics, rowsSql } from './moving.ts'
import type { Key, Select } from './plan.ts'
import { mapColumns } from './reach.ts'
import { compileIn, daySql, fromSql, momentSql, type Scope, timeSql } from './scope.ts'
import {
  bucketSql,
  type CompiledKey,
  keySql,
  populationSql,
  predicateSql,
  type Statistic,
  scopeFor,
  statisticName,
} from './select-parts.ts'

/** The most groups that one answer holds; more is a table to browse, not a number to read. */
export const mostGroups = 10_000

/** Plan -> SQL: one statement a select. Constants of the catalogue are written in, values of the request are parameters. */
export function compilePlan(plan: { selects: Select[] }, dialect: Dialect): Sql[] {
  return plan.selects.map((select) => compileSelect(select, dialect))
}

export function compileSelect(select: Select, dialect: Dialect): Sql {
  if (select.kind === 'flow') return compileFlow(select, dialect)
  if (select.kind === 'daily') return compileDaily(select, dialect)
  if (select.kind === 'periods') return compilePeriods(select, dialect)
  const scope = scopeFor(select, dialect)
  const keys = keysOf(select, scope)
  const [first] = select.metrics
  if (first && isClustered(first)) return compileClustered(first, select, keys, scope)
  const shared = select.metrics.every(
    (metric) => populationSql(metric, scope) === populationSql(select.metrics[0]!, scope),
  )
  const columns = [
    ...keys.map(({ shown, name }) => `${shown} AS ${name}`),
    ...statisticsOf(select, scope, shared).map(({ name, sql: text }) => `${text} AS ${quoteIdentifier(name)}`),
  ]
  const population = shared ? populationSql(select.metrics[0]!, scope) : null
  const head = sql`SELECT ${raw(columns.join(',\n  '))}\n${bodySql(select, population, scope)}`
  return grouped(head, select, keys, (key) => key.sql)
}

/** Rows of a select. Compile what it shows first: a link that is followed there is joined here. */
function bodySql(select: Select, population: string | null, scope: Scope): Sql {
  const where = join(
    [
      ...(population ? [raw(population)] : []),
      ...(select.kind === 'moment' ? [] : rangeSql(select, scope)),
      ...select.where.map((each) => predicateSql(each, scope)),
    ],
    '\n  AND ',
  )
  const condition = where.strings.join('') === '' ? raw('') : sql`\nWHERE ${where}`
  return sql`FROM ${raw(fromSql(scope))}${condition}`
}

function grouped(head: Sql, select: Select, keys: CompiledKey[], by: (key: CompiledKey) => string): Sql {
  if (keys.length === 0) return head
  const order = `${quoteIdentifier(leading(select))} DESC NULLS LAST, ${keys.map(({ name }) => name).join(', ')}`
  return sql`${head}\nGROUP BY ${raw(keys.map(by).join(', '))}\nORDER BY ${raw(order)}\nLIMIT ${raw(String(mostGroups + 1))}`
}

function compileClustered(metric: Metric, select: Select, keys: CompiledKey[], scope: Scope): Sql {
  const body = (): Sql => bodySql(select, populationSql(metric, scope), scope)
  const head = clusteredSql(metric, keys, body, scope, (part) => statisticName(metric, part))
  return grouped(head, select, keys, (key) => key.name)
}

/** Rows of each day first, then the mean and the spread of the days. */
function compileDaily(select: Select, dialect: Dialect): Sql {
  const metric = select.metrics[0]!
  const scope = scopeFor(select, dialect)
  const keys = keysOf(select, scope)
  const day = daySql(scope, select.time!)
  // Two values that look alike once masked are two groups all the same.
  const own = keys.map((key, index) => ({ ...key, own: quoteIdentifier(`key ${index}`) }))
  const columns = [
    ...own.flatMap((key) => [`${key.shown} AS ${key.name}`, `${key.sql} AS ${key.own}`]),
    `${operate(dialect, 'count')} AS "rows"`,
  ]
  const population = populationSql(metric, scope)
  const where = join(
    [
      ...(population ? [raw(population)] : []),
      ...rangeSql(select, scope),
      ...wholeDaysSql(select, day),
      ...select.where.map((each) => predicateSql(each, scope)),
    ],
    '\n    AND ',
  )
  const grouped = [...keys.map((key) => key.sql), day].join(', ')
  const inner = sql`SELECT ${raw(columns.join(', '))}\n  FROM ${raw(fromSql(scope))}\n  WHERE ${where}\n  GROUP BY ${raw(grouped)}`
  const named = (part: string, text: string): string => `${text} AS ${quoteIdentifier(statisticName(metric, part))}`
  const outer = [
    ...keys.map(({ name }) => name),
    named('n', operate(dialect, 'sum', '"rows"')),
    named('groups', operate(dialect, 'count')),
    named('variance', operate(dialect, 'variance', '"rows"')),
  ]
  const head = sql`SELECT ${raw(outer.join(', '))}\nFROM (${inner}) AS "days"`
  if (keys.length === 0) return head
  const names = keys.map(({ name }) => name).join(', ')
  return sql`${head}\nGROUP BY ${raw(own.map((key) => `${key.own}, ${key.name}`).join(', '))}\nORDER BY ${raw(`${quoteIdentifier(statisticName(metric, 'n'))} DESC NULLS LAST, ${names}`)}\nLIMIT ${raw(String(mostGroups + 1))}`
}

/** Of a `daily` select, rows on days that the data cover whole. */
export function wholeDaysSql({ cut = [] }: Pick<Select, 'cut'>, day: string): Sql[] {
  const known = raw(`${day} IS NOT NULL`)
  if (cut.length === 0) return [known]
  return [known, sql`${raw(day)} NOT IN (${join(cut.map((each) => sql`CAST(${each} AS DATE)`))})`]
}

function keysOf(select: Select, scope: Scope): CompiledKey[] {
  const keys = select.keys.map((key) => keySql(key, scope))
  if (!select.grain || !select.time) return keys
  const bucket = bucketSql(daySql(scope, select.time), select.grain, select.calendar, scope.dialect)
  return [{ name: '"period"', sql: bucket, shown: bucket }, ...keys]
}

function leading(select: Select): string {
  const metric = select.metrics[0]!
  const { kind } = metric.measure
  return statisticName(metric, kind === 'ratio' || kind === 'kept' ? 'denominator' : 'n')
}

/** Sufficient statistics of every metric of the select; never a row. */
function statisticsOf(select: Select, scope: Scope, shared: boolean): Statistic[] {
  return [
    ...select.metrics.flatMap((metric) => {
      const population = shared ? null : populationSql(metric, scope)
      return metricStatistics(metric, select, scope, population).map(({ name, sql: text }) => ({
        name: statisticName(metric, name),
        sql: text,
      }))
    }),
    ...widthsOf(select, scope),
  ]
}

/** How many units a band spans in these rows: distinct ages seen. */
function widthsOf(select: Select, scope: Scope): Statistic[] {
  return select.keys.flatMap(({ dimension, expression }) => {
    const width = widthExpression(dimension.width, dimension.expression, expression)
    return width
      ? [{ name: `${dimension.id}__width`, sql: operate(scope.dialect, 'count_distinct', compileIn(scope, width)) }]
      : []
  })
}

/** The width seen from where the dimension is seen: the same links in front of its columns. */
export function widthExpression(
  width: Key['expression'] | undefined,
  own: Key['expression'],
  seen: Key['expression'],
): Key['expression'] | undefined {
  if (!width) return undefined
  const [before = []] = columnsIn(own)
  const [after = []] = columnsIn(seen)
  const links = after.slice(0, after.length - before.length)
  return mapColumns(width, (column) => ({ ...column, path: [...links, ...column.path] }))
}

function metricStatistics(metric: Metric, select: Select, scope: Scope, population: string | null): Statistic[] {
  const { dialect } = scope
  const { measure } = metric
  const count = (...conditions: (string | null)[]): string => {
    const all = [population, ...conditions].filter((each) => each !== null)
    return all.length > 0 ? operate(dialect, 'count_if', all.join(' AND ')) : operate(dialect, 'count')
  }
  const among = (value: string): string => (population ? `CASE WHEN ${population} THEN ${value} END` : value)
  switch (measure.kind) {
    case 'count':
      return [{ name: 'n', sql: count() }]
    case 'stock':
    case 'kept':
    case 'level':
    case 'chained':
      return momentStatistics(metric, select, scope, population)
    case 'combined':
      return []
    case 'ratio': {
      const whole = measure.denominator ? compileIn(scope, measure.denominator) : null
      const part = compileIn(scope, measure.numerator)
      return [
        { name: 'numerator', sql: count(whole, part) },
        { name: 'denominator', sql: count(whole) },
      ]
    }
    case 'daily':
      return []
    case 'distinct':
      return [{ name: 'n', sql: operate(dialect, 'count_distinct', among(compileIn(scope, measure.of))) }]
    case 'per': {
      const of = compileIn(scope, measure.of)
      return [
        { name: 'n', sql: count(operate(dialect, 'is_not_null', of)) },
        { name: 'groups', sql: operate(dialect, 'count_distinct', among(of)) },
      ]
    }
    case 'sum':
    case 'mean':
    case 'quantile':
      return [
        ...valueStatistics(metric, select, scope, among(compileIn(scope, measure.of))),
        ...(measure.kind === 'sum' ? [{ name: 'rows', sql: select.rows ? rowsSql(select, scope) : count() }] : []),
        ...(metric.from === 'case_durations' ? [{ name: 'computed', sql: count(computedSql(scope)) }] : []),
      ]
  }
}

/** A duration that the source stored and Rapport did not compute is marked so in its cell. */
function computedSql(scope: Scope): string {
  return compileIn(scope, parseExpression("origin = 'computed'"))
}

function valueStatistics({ measure }: Metric, select: Select, scope: Scope, value: string): Statistic[] {
  const { dialect } = scope
  const n = { name: 'n', sql: select.rows ? rowsSql(select, scope) : operate(dialect, 'count', value) }
  if (measure.kind === 'quantile')
    return [n, { name: 'value', sql: operate(dialect, 'quantile', value, String(measure.at)) }]
  const sum = { name: 'sum', sql: operate(dialect, 'sum', value) }
  return measure.kind === 'sum' ? [n, sum] : [n, sum, { name: 'variance', sql: operate(dialect, 'variance', value) }]
}

function rangeSql(select: Select, scope: Scope): Sql[] {
  if (!select.time) return []
  if (select.since) {
    const moment = timeSql(scope, select.time)
    return [raw(`${moment} > ${momentSql(select.since)}`), raw(`${moment} <= ${momentSql(select.asOf)}`)]
  }
  const day = raw(daySql(scope, select.time))
  const { from, to } = select.days
  return [...(from ? [sql`${day} >= CAST(${from} AS DATE)`] : []), ...(to ? [sql`${day} <= CAST(${to} AS DATE)`] : [])]
}
