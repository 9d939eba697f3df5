import { isMoving, type Measure, type Metric } from '../../metrics/metric.ts'
import { columnsOnPath } from '../../metrics/reach.ts'
import { compileIn, daySql } from '../../metrics/scope.ts'
import { populationSql } from '../../metrics/select-parts.ts'
import { columnsIn, type Expression } from '../../sql/expression.ts'
import { operate } from '../../sql/ops.ts'
import { literal } from '../../sql/sql.ts'
import { daxAggregates, daxColumn, daxMeasure, daxTable, type Value } from './dax.ts'
import {
  daxOfColumn,
  dayNumberSql,
  type Fact,
  isTrue,
  keepColumn,
  numberOf,
  populationOf,
  rowsWhere,
  valueColumn,
} from './fact.ts'

/** Where measures find days and the now: names as a reader sees them. */
export interface Calendar {
  table: string
  day: string
  dayNumber: string
  /** One row: the day of the now. */
  now: { table: string; dayNumber: string }
}

/** What a metric needs besides its own rows. */
export interface Making {
  calendar: Calendar
  /** Days that are left out of means of days, by metric. */
  cut: ReadonlyMap<string, string[]>
  /** Names of measures by metric, `<metric>#rows` among them. */
  names: ReadonlyMap<string, string>
  metrics: ReadonlyMap<string, Metric>
}

/** The number of a metric as DAX, over the rows that a filter leaves; null where DAX cannot say it. */
export function daxOfMetric(metric: Metric, fact: Fact, making: Making): string | null {
  const { measure } = metric
  if (measure.kind === 'combined') return combined(metric, making)
  if (isMoving(measure)) return moving(metric, fact, making)
  const population = populationOf(fact, metric)
  switch (measure.kind) {
    case 'count':
      return daxAggregates.count(rowsWhere(fact, population))
    case 'ratio': {
      const numerator = isTrue(fact, measure.numerator, `${metric.id}_numerator`)
      const denominator = measure.denominator ? isTrue(fact, measure.denominator, `${metric.id}_denominator`) : null
      const whole = denominator === 'TRUE()' ? null : denominator
      const part = daxAggregates.count(rowsWhere(fact, population, whole, numerator))
      return `DIVIDE(${part} + 0, ${daxAggregates.count(rowsWhere(fact, population, whole))})`
    }
    case 'mean':
    case 'quantile':
    case 'sum': {
      const value = numberOf(fact, measure.of, `${metric.quantileOf?.id ?? metric.id}_value`)
      const rows = rowsWhere(fact, population, value.known)
      if (measure.kind === 'sum') return daxAggregates.sum(rows, value.text)
      if (measure.kind === 'mean') return daxAggregates.avg(rows, value.text)
      return daxAggregates.quantile(rows, value.text, measure.at)
    }
    case 'distinct':
      return daxAggregates.count_distinct(daxOfRank(metric, fact, measure.of))
    case 'per': {
      const column = daxOfRank(metric, fact, measure.of)
      const rows = daxAggregates.count(rowsWhere(fact, `NOT ISBLANK(${column})`))
      return `DIVIDE(${rows}, ${daxAggregates.count_distinct(column)})`
    }
    case 'daily': {
      const { text } = daysCounted(metric, fact, making)
      const rows = daxAggregates.count(rowsWhere(fact, `NOT ISBLANK(${text})`))
      return `DIVIDE(${rows}, ${daxAggregates.count_distinct(text)})`
    }
    default:
      return null
  }
}

/** Rows that a sum is of: where there are none nothing was added, and where they say nothing the sum is unknown. */
export function rowsOfSum(metric: Metric, fact: Fact): string {
  return daxAggregates.count(rowsWhere(fact, populationOf(fact, metric)))
}

/** Different values as whole numbers, so that texts which differ in case alone stay apart; blank outside the population. */
function daxOfRank(metric: Metric, fact: Fact, of: Expression): string {
  const value = compileIn(fact.scope, of)
  return valueColumn(
    fact,
    `${metric.id}_of`,
    among(metric, fact, `dense_rank() OVER (ORDER BY ${value} NULLS LAST)`, `${value} IS NOT NULL`),
    'int64',
  ).text
}

function among(metric: Metric, fact: Fact, value: string, condition?: string): string {
  const conditions = [populationSql(metric, fact.scope), condition ?? null].filter((each) => each !== null)
  return conditions.length > 0 ? `CASE WHEN ${conditions.join(' AND ')} THEN ${value} END` : value
}

/** The day of each row that counts: not of days that the data cover in part. */
function daysCounted(metric: Metric, fact: Fact, { cut }: Making): Value {
  const day = daySql(fact.scope, metric.time ?? '')
  const out = (cut.get(metric.id) ?? []).map((each) => `CAST(${literal(each)} AS DATE)`)
  const whole = out.length > 0 ? `${day} NOT IN (${out.join(', ')})` : undefined
  return valueColumn(fact, `${metric.id}_day`, among(metric, fact, dayNumberSql(fact, day), whole), 'int64')
}

/** First and last day of the filtered dates, up to the now; without a filter on dates, the day of the now. */
function periodOf({ calendar }: Making): string[] {
  const number = daxColumn(calendar.table, calendar.dayNumber)
  const now = `MAX(${daxColumn(calendar.now.table, calendar.now.dayNumber)})`
  return [
    `VAR inPeriod = ISCROSSFILTERED(${daxColumn(calendar.table, calendar.day)})`,
    `VAR firstDay = MIN(${number})`,
    `VAR lastDay = MIN(MAX(${number}), ${now})`,
  ]
}

function moving(metric: Metric, fact: Fact, making: Making): string | null {
  const { measure } = metric
  switch (measure.kind) {
    case 'stock':
      return stock(metric, measure, fact, making)
    case 'kept':
      return kept(metric, measure, fact, making)
    case 'level':
      return level(metric, measure, fact, making)
    default:
      return null
  }
}

/** Over all rows, whatever the dates: the days stand in the conditions. */
const ofAllDays = (text: string, { calendar }: Making): string => `CALCULATE(${text}, ALL(${daxTable(calendar.table)}))`

/** A period that begins after the now has not been. */
const unlessLater = (text: string): string => `IF(NOT inPeriod || firstDay <= lastDay, ${text})`

function stock(metric: Metric, measure: Extract<Measure, { kind: 'stock' }>, fact: Fact, making: Making): string {
  const open = openColumn(metric, fact, measure.open)
  const of = measure.distinct && rankOf(metric, fact, measure.distinct)
  const count = (...conditions: string[]): string => {
    const rows = rowsWhere(fact, ...conditions)
    return of ? `CALCULATE(${daxAggregates.count_distinct(of)}, ${rows})` : daxAggregates.count(rows)
  }
  const now = count(`${open} == TRUE()`)
  if (!measure.opened || !measure.closed) return now
  const there = thereOn('lastDay', open, sidesOf(metric, fact, measure.opened, measure.closed))
  return [...periodOf(making), 'RETURN', unlessLater(`IF(inPeriod, ${ofAllDays(count(there), making)}, ${now})`)].join(
    '\n',
  )
}

function rankOf(metric: Metric, fact: Fact, of: Expression): string {
  const value = compileIn(fact.scope, of)
  const rank = `CASE WHEN ${value} IS NOT NULL THEN dense_rank() OVER (ORDER BY ${value} NULLS LAST) END`
  return valueColumn(fact, `${metric.id}_of`, rank, 'int64').text
}

function openColumn(metric: Metric, fact: Fact, open: Expression): string {
  const text = among(metric, fact, compileIn(fact.scope, open))
  const column = keepColumn(fact, { source: `${metric.id}_open`, type: 'boolean', sql: `coalesce(${text}, FALSE)` })
  return daxOfColumn(fact, column)
}

interface Sides {
  opened: string
  closed: string
}

/** Days on which a row enters and leaves, as numbers; blank outside the population. */
function sidesOf(metric: Metric, fact: Fact, opened: Expression, closed: Expression): Sides {
  const day = (expression: Expression, what: string): string => {
    const number = dayNumberSql(fact, localDaySql(fact, expression))
    return valueColumn(fact, `${metric.id}_${what}`, among(metric, fact, number), 'int64').text
  }
  return { opened: day(opened, 'opened'), closed: day(closed, 'closed') }
}

/** A day as it is, a moment by its day in the reporting zone. */
function localDaySql(fact: Fact, expression: Expression): string {
  const compiled = compileIn(fact.scope, expression)
  const [path] = columnsIn(expression)
  const isDay = path !== undefined && columnsOnPath(fact.table, path)?.at(-1)?.column.type === 'date'
  const { zone, dialect } = fact.scope
  const local = isDay || zone === 'UTC' ? compiled : operate(dialect, 'to_local', compiled, literal(zone))
  return operate(dialect, 'date_of', local)
}

function thereOn(day: string, open: string, { opened, closed }: Sides): string {
  const still = `(${open} == TRUE() || (NOT ISBLANK(${closed}) && ${closed} > ${day}))`
  return `NOT ISBLANK(${opened}) && ${opened} <= ${day} && ${still}`
}

/** Of those there on the evening before the first day, the share that is there on the last. */
function kept(metric: Metric, measure: Extract<Measure, { kind: 'kept' }>, fact: Fact, making: Making): string {
  const open = openColumn(metric, fact, measure.open)
  const sides = sidesOf(metric, fact, measure.opened, measure.closed)
  const before = `NOT ISBLANK(${sides.opened}) && (NOT inPeriod || ${sides.opened} < firstDay)`
  const atStart = `(NOT inPeriod || ${open} == TRUE() || (NOT ISBLANK(${sides.closed}) && ${sides.closed} >= firstDay))`
  const start = rowsWhere(fact, before, atStart, `${sides.opened} <= lastDay`)
  const stayed = rowsWhere(fact, before, thereOn('lastDay', open, sides))
  return [
    ...periodOf(making),
    `VAR there = ${ofAllDays(daxAggregates.count(start), making)}`,
    `VAR stayed = ${ofAllDays(daxAggregates.count(stayed), making)}`,
    'RETURN',
    unlessLater(`DIVIDE(${measure.lost ? 'there - stayed' : 'stayed + 0'}, there)`),
  ].join('\n')
}

/** Changes added up since the beginning; of a mean day, each for the days that were left. */
function level(metric: Metric, measure: Extract<Measure, { kind: 'level' }>, fact: Fact, making: Making): string {
  const number = dayNumberSql(fact, daySql(fact.scope, metric.time ?? ''))
  const day = valueColumn(fact, `${metric.time}_number`, number, 'int64')
  const change = numberOf(fact, measure.of, `${metric.id}_value`)
  const population = populationOf(fact, metric)
  const until = [population, day.known, `${day.text} <= lastDay`]
  const inside = [...until, `(NOT inPeriod || ${day.text} >= firstDay)`]
  const sum = (conditions: (string | null)[], value = change.text): string =>
    `${ofAllDays(daxAggregates.sum(rowsWhere(fact, ...conditions), value), making)} + 0`
  const before = `IF(inPeriod, ${sum([population, day.known, `${day.text} < firstDay`])}, 0)`
  const vars = [
    ...periodOf(making),
    `VAR rowsUntil = ${ofAllDays(daxAggregates.count(rowsWhere(fact, ...until)), making)}`,
  ]
  if (measure.at === 'end') return [...vars, 'RETURN', unlessLater(`IF(rowsUntil > 0, ${sum(until)})`)].join('\n')
  if (measure.at === 'start') return [...vars, 'RETURN', unlessLater(`IF(rowsUntil > 0, ${before})`)].join('\n')
  const value = compileIn(fact.scope, measure.of)
  const moment = valueColumn(
    fact,
    `${metric.time}_moment_of_${sourceOf(measure.of)}`,
    `(${value}) * ${number}`,
    'double',
  )
  const first = `CALCULATE(MIN(${day.text}), ALL(${daxTable(making.calendar.table)}))`
  return [
    ...vars,
    `VAR fromDay = IF(inPeriod, firstDay, ${first})`,
    `VAR added = ${sum(inside)}`,
    `VAR moment = ${sum(inside, moment.text)}`,
    `VAR before = ${before}`,
    'RETURN',
    unlessLater(`IF(rowsUntil > 0, before + DIVIDE((lastDay + 1) * added - moment, lastDay - fromDay + 1))`),
  ].join('\n')
}

function sourceOf(of: Expression): string {
  return columnsIn(of)[0]?.at(-1) ?? 'value'
}

/** Of other measures. A count of nothing is 0 and blank in DAX; a sum over no rows is nothing added; all else that is blank is unknown. */
function combined(metric: Metric, { names, metrics, calendar }: Making): string | null {
  const { measure } = metric
  if (measure.kind !== 'combined') return null
  const parts = [...new Set([...measure.plus, ...measure.minus, ...(measure.over ? [measure.over] : [])])]
  if (parts.some((id) => !names.has(id))) return null
  const named = (id: string): string => daxMeasure(names.get(id) ?? id)
  const unknown = parts.flatMap((id) => {
    const kind = metrics.get(id)?.measure.kind
    if (kind === 'count' || kind === 'distinct' || kind === 'stock') return []
    if (kind === 'sum') return [`(ISBLANK(${named(id)}) && NOT ISBLANK(${named(`${id}#rows`)}))`]
    return [`ISBLANK(${named(id)})`]
  })
  const plus = measure.plus.map(named).join(' + ')
  const above = [`${plus} + 0`, ...measure.minus.map(named)].join(' - ')
  const nothing = parts.map((id) => `ISBLANK(${named(id)})`).join(' && ')
  const result = measure.over ? `DIVIDE(${above}, ${named(measure.over)})` : above
  const known = [
    ...(unknown.length > 0 ? [`NOT (${unknown.join(' || ')})`] : []),
    `NOT (${nothing})`,
    ...(measure.period ? [`ISCROSSFILTERED(${daxColumn(calendar.table, calendar.day)})`] : []),
  ]
  return `IF(${known.join(' && ')}, ${result})`
}
