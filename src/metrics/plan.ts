import { type Calendar, type Days, isDay, isoCalendar, localDay, shiftPeriod, startOf, utcMoment } from '../calendar.ts'
import { type Problem, RapportError } from '../errors.ts'
import type { Expression } from '../sql/expression.ts'
import { isClustered } from './clustered.ts'
import type { MetricContext } from './context.ts'
import type { Dimension } from './dimension.ts'
import type { Metric } from './metric.ts'
import { didYouMean } from './nearest.ts'
import { dimensionLabel, missingOf, type Refusal, refuse, refuseMissing } from './needs.ts'
import type { Condition, Grain, Query } from './query.ts'
import { columnsOnPath, reaches, reachOf, readsPseudo, timeField } from './reach.ts'

/** What is to be computed, before any SQL: one select for all metrics that can share a pass over the same rows. */
export interface Plan {
  query: Query
  metrics: Metric[]
  /** Other rules of the same KPIs, computed along to see whether a ranking flips. */
  compared: Metric[]
  keys: Dimension[]
  selects: Select[]
  refused: Map<string, Refusal>
  /** UTC moment as stored. */
  asOf: string | null
  calendar: Calendar
}

export interface Select {
  /** `flow` adds up what came in and went out per period: how a stock is known at each period's end. */
  kind: 'rows' | 'stock' | 'flow'
  from: string
  metrics: Metric[]
  keys: Key[]
  where: Predicate[]
  /** Column that places rows in time; set when the range, the grain or a key reads it. */
  time?: string
  grain?: Grain
  days: Partial<Days>
  asOf: string | null
  zone: string
  calendar: Calendar
}

/** A dimension as seen from the select's table. `masked`: what could hold an address or number is blotted out in the result. */
export interface Key {
  dimension: Dimension
  expression: Expression
  masked: boolean
}

export interface Predicate {
  dimension: Dimension
  expression: Expression
  condition: Condition
}

/** Query -> plan. Ids and values that cannot be read are thrown together; what the data cannot answer is refused metric by metric. */
export function planQuery(query: Query, context: MetricContext): Plan {
  const problems: Problem[] = []
  const metrics = metricsNamed(query.metrics, context, problems)
  const keys = (query.by ?? []).flatMap((id) => dimensionNamed(id, context, problems) ?? [])
  const where = readConditions(query.where ?? [], context, problems)
  checkShape(query, problems)
  const asOf = asOfOf(query.as_of, context, problems)
  if (problems.length > 0) throw new RapportError(problems, 2)

  const compared = keys.length === 1 && !query.grain ? comparedWith(metrics, context) : []
  const plan: Plan = {
    query,
    metrics,
    compared,
    keys,
    selects: [],
    refused: new Map(),
    asOf,
    calendar: context.version.calendar ?? isoCalendar,
  }
  const selects = new Map<string, Select>()
  for (const metric of [...metrics, ...compared]) {
    const refusal = refusalOf(metric, plan, where, context)
    if (refusal) plan.refused.set(metric.id, refusal)
    else addTo(selects, metric, plan, where, context)
  }
  plan.selects = [...selects.values()]
  return plan
}

export function metricsNamed(ids: string[], context: MetricContext, problems: Problem[]): Metric[] {
  if (ids.length === 0)
    problems.push({
      code: 'metric-missing',
      message: 'The query names no metric.',
      fix: 'Name at least one, such as cases.',
    })
  return [...new Set(ids)].flatMap((id) => {
    const metric = context.catalogue.metrics.get(id)
    if (!metric)
      problems.push({
        code: 'metric-unknown',
        message: `There is no metric "${id}".`,
        where: 'metrics',
        fix: didYouMean(id, context.catalogue.metrics.keys(), 'docs/metrics.md lists them all.'),
      })
    return metric ?? []
  })
}

export function dimensionNamed(id: string, context: MetricContext, problems: Problem[]): Dimension | null {
  const dimension = context.catalogue.dimensions.get(id)
  if (dimension) return dimension
  problems.push({
    code: 'dimension-unknown',
    message: `There is no dimension "${id}".`,
    where: id,
    fix: didYouMean(id, context.catalogue.dimensions.keys(), 'docs/metrics.md lists them all.'),
  })
  return null
}

interface Read {
  dimension: Dimension
  condition: Condition
}

/** Conditions with values of the right type; a value that is not of the type is a problem. */
export function readConditions(conditions: Condition[], context: MetricContext, problems: Problem[]): Read[] {
  return conditions.flatMap((condition) => {
    const dimension = dimensionNamed(condition.dimension, context, problems)
    if (!dimension) return []
    const wanted = condition.op === 'between' ? 2 : 0
    if (
      (wanted && condition.values.length !== wanted) ||
      ((condition.op === 'in' || condition.op === 'not_in') && condition.values.length === 0)
    )
      problems.push({
        code: 'condition-incomplete',
        message: `The condition on ${condition.dimension} (${condition.op}) has ${condition.values.length} values.`,
        where: condition.dimension,
        fix: wanted ? 'Give two: the lowest and the highest.' : 'Give at least one value.',
      })
    if (!operators.includes(condition.op)) {
      problems.push({
        code: 'condition-unknown',
        message: `"${condition.op}" is not a condition on ${condition.dimension}.`,
        where: condition.dimension,
        fix: 'Use in, not_in, between, is_null or not_null.',
      })
      return []
    }
    const values = condition.values.flatMap((value) => typed(value, dimension, problems) ?? [])
    return [{ dimension, condition: { ...condition, values } }]
  })
}

function typed(
  value: string | number | boolean,
  dimension: Dimension,
  problems: Problem[],
): string | number | boolean | null {
  const text = String(value)
  if (dimension.type === 'text') return text
  if (dimension.type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text)
  if (dimension.type === 'boolean' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  if (dimension.type === 'date' && isDay(text)) return text
  const says = { number: 'a number, such as 12', boolean: 'true or false', date: 'a day, such as 2024-05-31' }[
    dimension.type
  ]
  problems.push({
    code: 'value-unreadable',
    message: `"${text}" cannot be a value of ${dimension.id}.`,
    where: dimension.id,
    fix: `Write ${says}.`,
  })
  return null
}

const operators: Condition['op'][] = ['in', 'not_in', 'between', 'is_null', 'not_null']
const grains = ['day', 'week', 'month', 'quarter', 'year']

function checkShape(query: Query, problems: Problem[]): void {
  checkRange(query.range, problems)
  const add = (code: string, message: string, fix: string): void => void problems.push({ code, message, fix })
  if (query.grain && !grains.includes(query.grain))
    add('grain-unknown', `"${query.grain}" is not a period.`, `Use one of: ${grains.join(', ')}.`)
  if (query.compare && query.compare !== 'previous' && query.compare !== 'year')
    add('compare-unknown', `"${query.compare}" is not a comparison.`, 'Use previous or year.')
  if (query.limit !== undefined && !(Number.isInteger(query.limit) && query.limit >= 1))
    add('limit-unreadable', `"${query.limit}" is not a limit.`, 'Give a whole number from 1.')
  if (query.compare && !query.grain && !query.range?.from)
    add('compare-without-range', 'A comparison needs to know which days to compare.', 'Give a range (from) or a grain.')
  const sortable = new Set([...query.metrics, ...(query.by ?? []), 'period'])
  if (query.order && !sortable.has(query.order.by))
    add(
      'order-unknown',
      `The result has no "${query.order.by}" to order by.`,
      `Use one of: ${[...sortable].join(', ')}.`,
    )
}

export function checkRange(range: Query['range'], problems: Problem[]): void {
  for (const end of ['from', 'to'] as const) {
    const day = range?.[end]
    if (day !== undefined && !isDay(day))
      problems.push({
        code: 'day-unreadable',
        message: `"${day}" is not a day.`,
        where: end,
        fix: 'Write YYYY-MM-DD, such as 2024-05-31.',
      })
  }
  if (range?.from && range.to && range.from > range.to)
    problems.push({
      code: 'range-reversed',
      message: `The range starts on ${range.from}, after its end on ${range.to}.`,
      where: 'range',
      fix: 'Swap the two days.',
    })
}

/** The now of the query as a UTC moment: what was asked for, else the version's. */
export function asOfOf(asked: string | undefined, context: MetricContext, problems: Problem[]): string | null {
  const instant = asked ?? context.version.as_of
  if (instant === null) return null
  const moment = utcMoment(instant)
  if (moment === null)
    problems.push({
      code: 'as-of-unreadable',
      message: `"${instant}" is not a moment.`,
      where: 'as_of',
      fix: 'Write an ISO instant, such as 2024-05-31T18:00:00Z.',
    })
  return moment
}

function comparedWith(metrics: Metric[], context: MetricContext): Metric[] {
  const asked = new Set(metrics.map(({ id }) => id))
  const others = new Set(metrics.flatMap(({ compareWith }) => compareWith).filter((id) => !asked.has(id)))
  return [...others].flatMap((id) => context.catalogue.metrics.get(id) ?? [])
}

function refusalOf(metric: Metric, plan: Plan, where: Read[], context: MetricContext): Refusal | null {
  const { present } = context.version
  const missing = missingOf(metric.needs, present)
  if (missing.length > 0) return refuseMissing(metric, missing, context)
  if (metric.needsAsOf && metric.measure.kind !== 'stock' && plan.asOf === null)
    return refuse('as-of-missing', metric, [], context)
  for (const dimension of [...plan.keys, ...where.map((each) => each.dimension)]) {
    const refusal = refuseDimension(metric, dimension, context)
    if (refusal) return refusal
  }
  return readsTime(plan) ? refuseTime(metric, plan, context) : null
}

const readsTime = (plan: Plan): boolean =>
  plan.query.grain !== undefined || plan.query.range?.from !== undefined || plan.query.range?.to !== undefined

/** Why a metric cannot be split or filtered by a dimension; null when it can. */
export function refuseDimension(metric: Metric, dimension: Dimension, context: MetricContext): Refusal | null {
  const values = { dimension: dimensionLabel(dimension, context.words) }
  if (dimension.table === '*') {
    const missing = timeMissing(metric, context)
    if (missing) return refuse(missing.length > 0 ? 'time-missing' : 'no-time', metric, missing, context)
    const type = metric.time && columnsOnPath(metric.from, metric.time.split('.'))?.at(-1)?.column.type
    return type === 'date' && readsPseudo(dimension.expression, 'local_hour')
      ? refuse('hour-unknown', metric, [], context, values)
      : null
  }
  const reach = reachOf(metric.from, dimension, context.version.present)
  if (!reach) return refuse(reaches(dimension.table, metric.from) ? 'fan-out' : 'no-link', metric, [], context, values)
  const missing = reach.reads.filter((column) => !context.version.present.has(column))
  return missing.length > 0 ? refuse('dimension-missing', metric, missing, context, values) : null
}

/** Fields without which the metric has no place in time; null when it has one. */
function timeMissing(metric: Metric, context: MetricContext): string[] | null {
  if (!metric.time) return []
  const field = timeField(metric.from, metric.time)
  return context.version.present.has(field) ? null : [field]
}

function refuseTime(metric: Metric, plan: Plan, context: MetricContext): Refusal | null {
  const missing = timeMissing(metric, context)
  if (missing) return refuse(missing.length > 0 ? 'time-missing' : 'no-time', metric, missing, context)
  const closed = metric.measure.kind === 'stock' ? stockColumns(metric).closed : undefined
  if (metric.measure.kind !== 'stock') return null
  if (!closed) return refuse('stock-without-end', metric, [], context)
  const field = `${metric.from}.${closed}`
  return plan.query.grain && !context.version.present.has(field)
    ? refuse('time-missing', metric, [field], context)
    : null
}

/** First column of the moments at which a row enters and leaves a stock. */
export function stockColumns(metric: Metric): { opened?: string; closed?: string } {
  if (metric.measure.kind !== 'stock') return {}
  const first = (expression?: Expression): string | undefined => {
    if (expression?.kind === 'column') return expression.path.at(-1)
    return expression?.kind === 'call' ? first(expression.args[0]) : undefined
  }
  return { opened: first(metric.measure.opened), closed: first(metric.measure.closed) }
}

function addTo(selects: Map<string, Select>, metric: Metric, plan: Plan, where: Read[], context: MetricContext): void {
  const stock = metric.measure.kind === 'stock'
  const kind = stock ? (plan.query.grain ? 'flow' : 'stock') : 'rows'
  const ranged =
    readsTime(plan) || [...plan.keys, ...where.map((each) => each.dimension)].some(({ table }) => table === '*')
  const time = ranged ? metric.time : undefined
  const id = JSON.stringify([kind, metric.from, time, stock || isClustered(metric) ? metric.id : ''])
  const select = selects.get(id)
  if (select) select.metrics.push(metric)
  else
    selects.set(id, {
      ...shapeOf(metric.from, plan.keys, where, context),
      kind,
      metrics: [metric],
      time,
      grain: plan.query.grain,
      days: daysOf(plan),
      asOf: plan.asOf,
      calendar: plan.calendar,
    })
}

/** Keys and predicates as seen from a table: the one place where what a viewer may not see is taken out of a split. */
export function shapeOf(
  from: string,
  keys: Dimension[],
  where: Read[],
  context: MetricContext,
): Pick<Select, 'from' | 'keys' | 'where' | 'zone'> {
  const see = (dimension: Dimension): Expression =>
    reachOf(from, dimension, context.version.present)?.expression ?? dimension.expression
  return {
    from,
    keys: keys.map((dimension) => ({ dimension, expression: see(dimension), masked: isMasked(dimension, context) })),
    where: where.map(({ dimension, condition }) => ({ dimension, expression: see(dimension), condition })),
    zone: context.version.zone,
  }
}

export function isMasked(dimension: Dimension, context: MetricContext): boolean {
  return (
    context.viewer.personalData !== 'show' &&
    (dimension.sensitivity === 'free_text' || dimension.sensitivity === 'direct_id')
  )
}

/** The days to read: as asked, and with a comparison over periods one period or year more in front. */
function daysOf(plan: Plan): Partial<Days> {
  const { range = {}, grain, compare } = plan.query
  if (!grain || !range.from) return { ...range }
  const from = startOf(range.from, grain, plan.calendar)
  if (!compare) return { ...range }
  const before = compare === 'year' ? shiftPeriod(from, 'year', -1) : shiftPeriod(from, grain, -1)
  return { ...range, from: startOf(before, grain, plan.calendar) }
}

/** Local day of the now, for what ends there. */
export function asOfDay(asOf: string | null, zone: string): string | null {
  return asOf === null ? null : localDay(asOf, zone)
}
