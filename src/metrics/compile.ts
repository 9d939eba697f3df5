import type { Calendar, Grain } from '../calendar.ts'
import { RapportError } from '../errors.ts'
import { columnsIn, parseExpression } from '../sql/expression.ts'
import { type Dialect, operate } from '../sql/ops.ts'
import { join, literal, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import { clusteredSql, isClustered } from './clustered.ts'
import type { Metric } from './metric.ts'
import type { Key, Predicate, Select } from './plan.ts'
import { asOfDay } from './plan.ts'
import { mapColumns } from './reach.ts'
import { compileIn, daySql, fromSql, momentSql, type Scope, scopeOf } from './scope.ts'

/** The most groups that one answer holds; more is a table to browse, not a number to read. */
export const mostGroups = 10_000

/** Plan -> SQL: one statement a select. Constants of the catalogue are written in, values of the request are parameters. */
export function compilePlan(plan: { selects: Select[] }, dialect: Dialect): Sql[] {
  return plan.selects.map((select) => compileSelect(select, dialect))
}

function scopeFor(select: Select, dialect: Dialect): Scope {
  return scopeOf({ dialect, from: select.from, time: select.time, asOf: select.asOf, zone: select.zone })
}

export function compileSelect(select: Select, dialect: Dialect): Sql {
  if (select.kind === 'flow') return compileFlow(select, dialect)
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
      ...(select.kind === 'stock' ? [] : rangeSql(select, scope)),
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

interface CompiledKey {
  name: string
  sql: string
  /** What leaves the engine. */
  shown: string
}

function keysOf(select: Select, scope: Scope): CompiledKey[] {
  const keys = select.keys.map((key) => keySql(key, scope))
  if (!select.grain || !select.time) return keys
  const bucket = bucketSql(daySql(scope, select.time), select.grain, select.calendar, scope.dialect)
  return [{ name: '"period"', sql: bucket, shown: bucket }, ...keys]
}

function keySql(key: Key, scope: Scope): CompiledKey {
  const compiled = compileIn(scope, key.expression)
  const shown = key.masked ? operate(scope.dialect, 'mask_contacts', compiled) : compiled
  return { name: quoteIdentifier(key.dimension.id), sql: compiled, shown }
}

/** First local day of the period that a day falls in. */
export function bucketSql(day: string, grain: Grain, calendar: Calendar, dialect: Dialect): string {
  if (grain === 'day') return day
  if (grain === 'week') {
    const shift = calendar.weekStart - 1
    if (shift === 0) return operate(dialect, 'week', day)
    return operate(
      dialect,
      'add_days',
      operate(dialect, 'week', operate(dialect, 'add_days', day, String(-shift))),
      String(shift),
    )
  }
  const shift = calendar.fiscalStart - 1
  if (grain === 'month' || shift === 0) return operate(dialect, grain, day)
  return operate(
    dialect,
    'add_months',
    operate(dialect, grain, operate(dialect, 'add_months', operate(dialect, 'month', day), String(-shift))),
    String(shift),
  )
}

/** Rows that a metric is about: its population, and old enough where it has a maturity rule. */
export function populationSql(metric: Metric, scope: Scope): string | null {
  const parts = metric.population ? [compileIn(scope, metric.population)] : []
  if (metric.maturity) parts.push(maturitySql(metric.maturity, scope))
  return parts.length > 0 ? parts.join(' AND ') : null
}

/** Old enough at the now, or settled before. */
function maturitySql({ since, seconds, settled }: NonNullable<Metric['maturity']>, scope: Scope): string {
  const age = operate(scope.dialect, 'seconds_between', compileIn(scope, since), momentSql(scope.asOf))
  const ripe = `(${age} >= ${typeof seconds === 'number' ? seconds : compileIn(scope, seconds)})`
  return settled ? `(${ripe} OR ${compileIn(scope, settled)})` : ripe
}

export interface Statistic {
  name: string
  sql: string
}

/** Name of a statistic in the result: `csat_mean__n`. */
export function statisticName(metric: Metric, part: string): string {
  return `${metric.id}__${part}`
}

function leading(select: Select): string {
  const metric = select.metrics[0]!
  return statisticName(metric, metric.measure.kind === 'ratio' ? 'denominator' : 'n')
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
      return [{ name: 'n', sql: count(openSql(metric, select, scope)) }]
    case 'ratio': {
      const whole = measure.denominator ? compileIn(scope, measure.denominator) : null
      const part = compileIn(scope, measure.numerator)
      return [
        { name: 'numerator', sql: count(whole, part) },
        { name: 'denominator', sql: count(whole) },
      ]
    }
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
        ...valueStatistics(metric, dialect, among(compileIn(scope, measure.of))),
        ...(metric.from === 'case_durations' ? [{ name: 'computed', sql: count(computedSql(scope)) }] : []),
      ]
  }
}

/** A duration that the source stored and Rapport did not compute is marked so in its cell. */
function computedSql(scope: Scope): string {
  return compileIn(scope, parseExpression("origin = 'computed'"))
}

function valueStatistics({ measure }: Metric, dialect: Dialect, value: string): Statistic[] {
  const n = { name: 'n', sql: operate(dialect, 'count', value) }
  if (measure.kind === 'quantile')
    return [n, { name: 'value', sql: operate(dialect, 'quantile', value, String(measure.at)) }]
  const sum = { name: 'sum', sql: operate(dialect, 'sum', value) }
  return measure.kind === 'sum' ? [n, sum] : [n, sum, { name: 'variance', sql: operate(dialect, 'variance', value) }]
}

/**
 * Open at the end of the range, else now. What is open in the file was open ever since it began; what is closed was open until
 * its end. Without a beginning only the state of the file is known.
 */
export function openSql(metric: Metric, select: Select, scope: Scope): string {
  const { measure } = metric
  if (measure.kind !== 'stock') return 'TRUE'
  const open = compileIn(scope, measure.open)
  if (!measure.opened || !measure.closed || !select.days.to) return open
  const at = literal(select.days.to)
  const day = (expression: string): string => localDaySql(expression, scope)
  const opened = day(compileIn(scope, measure.opened))
  const closed = day(compileIn(scope, measure.closed))
  return `${opened} <= CAST(${at} AS DATE) AND (${open} OR ${closed} > CAST(${at} AS DATE))`
}

function localDaySql(moment: string, scope: Scope): string {
  const local = scope.zone === 'UTC' ? moment : operate(scope.dialect, 'to_local', moment, literal(scope.zone))
  return operate(scope.dialect, 'date_of', local)
}

/** What entered and what left in each period, up to the last: a running total is the stock at each period's end. */
function compileFlow(select: Select, dialect: Dialect): Sql {
  const metric = select.metrics[0]!
  const { measure } = metric
  if (measure.kind !== 'stock' || !measure.opened || !measure.closed || !select.grain)
    throw new RapportError({
      code: 'stock-without-end',
      message: `${metric.id} has no moments at which a row enters and leaves.`,
      fix: 'Give stock.opened and stock.closed.',
    })
  const side = (what: 'entered' | 'left'): Sql => {
    const scope = scopeFor(select, dialect)
    const open = compileIn(scope, measure.open)
    const opened = localDaySql(compileIn(scope, measure.opened!), scope)
    const closed = localDaySql(compileIn(scope, measure.closed!), scope)
    const keys = select.keys.map((key) => keySql(key, scope))
    const bucket = bucketSql(what === 'entered' ? opened : closed, select.grain!, select.calendar, dialect)
    const population = populationSql(metric, scope)
    const ever = `${opened} IS NOT NULL AND (${open} OR ${closed} >= ${opened})`
    const gone = what === 'left' ? [raw(`NOT coalesce(${open}, FALSE)`), raw(`${closed} IS NOT NULL`)] : []
    const end = select.days.to ?? asOfDay(select.asOf, select.zone)
    const until = end ? [sql`${raw(what === 'entered' ? opened : closed)} <= CAST(${end} AS DATE)`] : []
    const where = join(
      [
        ...(population ? [raw(population)] : []),
        raw(ever),
        ...gone,
        ...until,
        ...select.where.map((each) => predicateSql(each, scope)),
      ],
      '\n  AND ',
    )
    const columns = [
      `${bucket} AS "period"`,
      ...keys.map((key) => `${key.shown} AS ${key.name}`),
      `${what === 'entered' ? 'count(*)' : '0'} AS "entered"`,
      `${what === 'left' ? 'count(*)' : '0'} AS "left"`,
    ]
    return sql`SELECT ${raw(columns.join(', '))}\nFROM ${raw(fromSql(scope))}\nWHERE ${where}\nGROUP BY ${raw([bucket, ...keys.map((key) => key.sql)].join(', '))}`
  }
  return sql`${side('entered')}\nUNION ALL\n${side('left')}`
}

function rangeSql(select: Select, scope: Scope): Sql[] {
  if (!select.time) return []
  const day = raw(daySql(scope, select.time))
  const { from, to } = select.days
  return [...(from ? [sql`${day} >= CAST(${from} AS DATE)`] : []), ...(to ? [sql`${day} <= CAST(${to} AS DATE)`] : [])]
}

export const blot = '•••'

/** One condition. `in` and `not_in` share out every row, those without a value included. */
export function predicateSql({ dimension, expression, condition }: Predicate, scope: Scope): Sql {
  const masked = condition.values.some((value) => String(value).includes(blot)) && dimension.sensitivity === 'free_text'
  const compiled = compileIn(scope, expression)
  const of = raw(masked ? operate(scope.dialect, 'mask_contacts', compiled) : compiled)
  const value = (each: string | number | boolean): Sql =>
    dimension.type === 'date' ? sql`CAST(${each} AS DATE)` : sql`${each}`
  const values = condition.values.map(value)
  switch (condition.op) {
    case 'is_null':
      return sql`${of} IS NULL`
    case 'not_null':
      return sql`${of} IS NOT NULL`
    case 'between':
      return sql`${of} BETWEEN ${values[0]!} AND ${values[1]!}`
    case 'in':
      return sql`${of} IN (${join(values)})`
    case 'not_in':
      return sql`(${of} IS NULL OR ${of} NOT IN (${join(values)}))`
  }
}
