import type { Calendar, Grain } from '../calendar.ts'
import { type Dialect, operate } from '../sql/ops.ts'
import { join, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Metric } from './metric.ts'
import type { Key, Predicate, Select } from './plan.ts'
import { compileIn, momentSql, type Scope, scopeOf } from './scope.ts'

export function scopeFor(select: Select, dialect: Dialect): Scope {
  return scopeOf({ dialect, from: select.from, time: select.time, asOf: select.asOf, zone: select.zone })
}

export interface CompiledKey {
  name: string
  sql: string
  /** What leaves the engine. */
  shown: string
}

export function keySql(key: Key, scope: Scope): CompiledKey {
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
