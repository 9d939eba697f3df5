import { type Calendar, type Days, isDay, isoCalendar, localDay, shiftPeriod, startOf, utcMoment } from '../calendar.ts'
import { type Problem, RapportError } from '../errors.ts'
import { columnNamed } from '../model/tables.ts'
import { columnsIn, type Expression } from '../sql/expression.ts'
import { isClustered } from './clustered.ts'
import type { MetricContext } from './context.ts'
import type { Dimension } from './dimension.ts'
import { componentsOf, isMoving, type Metric } from './metric.ts'
import { didYouMean } from './nearest.ts'
import { dimensionLabel, missingOf, type Refusal, refuse, refuseMissing } from './needs.ts'
import type { Condition, Grain, Query } from './query.ts'
import { columnsOnPath, type Reach, reaches, reachOf, readsPseudo, timeField } from './reach.ts'
import { findRollup, seenFrom } from './rollup.ts'

/** What is to be computed, before any SQL: one select for all metrics that can share a pass over the same rows. */
export interface Plan {
  query: Query
  metrics: Metric[]
  /** Other rules of the same KPIs, computed along to see whether a ranking flips. */
  compared: Metric[]
  /** Metrics of which others are combined, computed along; each before those that need it. */
  parts: Metric[]
  keys: Dimension[]
  selects: Select[]
  refused: Map<string, Refusal>
  /** UTC moment as stored. */
  asOf: string | null
  calendar: Calendar
}

export interface Select {
  /**
   * `moment`: the range is in what is counted, not in which rows are read; `flow` adds up what came in and went out per period, which is
   * how a level is known at each period's end; `periods` looks at each end by itself, for what cannot be added up; `daily` counts the
   * rows of each day first.
   */
  kind: 'rows' | 'moment' | 'flow' | 'periods' | 'daily'
  from: string
  /** Of a roll-up: how many rows one of its rows stands for. */
  rows?: Expression
  /** Periods to look at, filled in where the data's first day is known. */
  periods?: Days[]
  metrics: Metric[]
  keys: Key[]
  where: Predicate[]
  /** Column that places rows in time; set when the range, the grain or a key reads it. */
  time?: string
  grain?: Grain
  days: Partial<Days>
  /** In place of days: rows after this moment, up to the now. */
  since?: string
  /** Of a `daily` one, days that the data cover in part only: they are left out. */
  cut?: string[]
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
    parts: partsOf(metrics, context),
    keys,
    selects: [],
    refused: new Map(),
    asOf,
    calendar: context.version.calendar ?? isoCalendar,
  }
  const selects = new Map<string, Select>()
  const counted = [...plan.parts, ...metrics, ...compared].filter((each, at, all) => all.indexOf(each) === at)
  for (const metric of counted) {
    const refusal = refusalOf(metric, plan, where, context)
    if (refusal) plan.refused.set(metric.id, refusal)
    else if (metric.measure.kind !== 'combined') addTo(selects, metric, plan, where, context)
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
  if (query.last !== undefined && !(query.last > 0))
    add('last-unreadable', `"${query.last}" is no length of time.`, 'Give the seconds before the now, more than 0.')
  if (query.last !== undefined && (query.range || query.grain || query.compare))
    add(
      'last-with-days',
      'A query asks for the last so many seconds or for days, not for both.',
      'Leave out one of the two.',
    )
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

/** What the combined ones are made of, all the way down, each before those that need it. */
function partsOf(metrics: Metric[], context: MetricContext): Metric[] {
  const found = new Set<Metric>()
  const visit = (metric: Metric): void => {
    for (const id of componentsOf(metric)) {
      const part = context.catalogue.metrics.get(id)
      if (!part || found.has(part)) continue
      visit(part)
      found.add(part)
    }
  }
  for (const metric of metrics) visit(metric)
  return [...found]
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
  if (metric.measure.kind === 'combined') {
    const part = componentsOf(metric).find((id) => plan.refused.has(id))
    if (part) return plan.refused.get(part)!
    const anytime = !plan.query.grain && !plan.query.range?.from
    return metric.measure.period && anytime ? refuse('period-missing', metric, [], context) : null
  }
  const needsNow = metric.needsAsOf || plan.query.last !== undefined
  if (needsNow && !isMoving(metric.measure) && plan.asOf === null) return refuse('as-of-missing', metric, [], context)
  for (const dimension of [...plan.keys, ...where.map((each) => each.dimension)]) {
    const refusal = refuseDimension(metric, dimension, context)
    if (refusal) return refusal
  }
  return readsTime(plan) || metric.measure.kind === 'daily' ? refuseTime(metric, plan, context) : null
}

const readsTime = (plan: Plan): boolean =>
  plan.query.grain !== undefined ||
  plan.query.last !== undefined ||
  plan.query.range?.from !== undefined ||
  plan.query.range?.to !== undefined

/** Why a metric cannot be split or filtered by a dimension; null when it can. */
export function refuseDimension(metric: Metric, dimension: Dimension, context: MetricContext): Refusal | null {
  for (const id of componentsOf(metric)) {
    const part = context.catalogue.metrics.get(id)
    const refusal = part && refuseDimension(part, dimension, context)
    if (refusal) return refusal
  }
  if (metric.measure.kind === 'combined') return null
  const values = { dimension: dimensionLabel(dimension, context.words) }
  if (dimension.ofDays && metric.measure.kind !== 'daily') return refuse('days-only', metric, [], context, values)
  if (dimension.table === '*') {
    // What changed on Mondays is no level, and no return on one.
    if (metric.measure.kind === 'level' || metric.measure.kind === 'chained')
      return refuse('level-by-day', metric, [], context, values)
    const missing = timeMissing(metric, context)
    if (missing) return refuse(missing.length > 0 ? 'time-missing' : 'no-time', metric, missing, context)
    const type = metric.time && columnsOnPath(metric.from, metric.time.split('.'))?.at(-1)?.column.type
    return type === 'date' && readsPseudo(dimension.expression, 'local_hour')
      ? refuse('hour-unknown', metric, [], context, values)
      : null
  }
  const reach = reachOf(metric.from, dimension, context.version.present)
  if (isOfChange(metric, reach)) return refuse('level-by-day', metric, [], context, values)
  if (!reach) return refuse(reaches(dimension.table, metric.from) ? 'fan-out' : 'no-link', metric, [], context, values)
  const missing = reach.reads.filter((column) => !context.version.present.has(column))
  return missing.length > 0 ? refuse('dimension-missing', metric, missing, context, values) : null
}

/** Is it a property of a change and not of what has the level, such as whether the day of the change is after the leaving? */
function isOfChange({ measure }: Metric, reach: Reach | null): boolean {
  if (!reach || (measure.kind !== 'level' && measure.kind !== 'chained') || reach.links.length > 0) return false
  return columnsIn(reach.expression).some(([name = '', ...more]) => {
    const column = columnNamed(reach.table, name)
    return more.length === 0 && column?.afterLoads === true && !column.refers
  })
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
  const { measure } = metric
  if (plan.query.last !== undefined && !isMoving(measure) && (measure.kind === 'daily' || isOfDays(metric)))
    return refuse('last-by-day', metric, [], context)
  if (measure.kind === 'chained' && (plan.query.grain === 'day' || plan.query.grain === 'week'))
    return refuse('grain-too-fine', metric, [], context)
  if (measure.kind !== 'stock' && measure.kind !== 'kept') return null
  const { closed } = stockColumns(metric)
  if (!closed) return refuse('stock-without-end', metric, [], context)
  const field = `${metric.from}.${closed}`
  return plan.query.grain && !context.version.present.has(field)
    ? refuse('time-missing', metric, [field], context)
    : null
}

/** Is its time basis known by day only? */
function isOfDays({ from, time }: Metric): boolean {
  return time !== undefined && columnsOnPath(from, time.split('.'))?.at(-1)?.column.type === 'date'
}

/** First column of the moments at which a row enters and leaves a stock. */
export function stockColumns(metric: Metric): { opened?: string; closed?: string } {
  if (metric.measure.kind !== 'stock' && metric.measure.kind !== 'kept') return {}
  const first = (expression?: Expression): string | undefined => {
    if (expression?.kind === 'column') return expression.path.at(-1)
    return expression?.kind === 'call' ? first(expression.args[0]) : undefined
  }
  return { opened: first(metric.measure.opened), closed: first(metric.measure.closed) }
}

function addTo(selects: Map<string, Select>, metric: Metric, plan: Plan, where: Read[], context: MetricContext): void {
  const kind = kindOf(metric, plan)
  const dimensions = [...plan.keys, ...where.map((each) => each.dimension)]
  const ranged = kind === 'flow' || kind === 'daily' || readsTime(plan) || dimensions.some(({ table }) => table === '*')
  const days = daysOf(plan)
  const { as_of, zone } = context.version
  const end = days.to ?? (isMoving(metric.measure) ? asOfDay(plan.asOf, zone) : null)
  const last = as_of === null ? null : asOfDay(utcMoment(as_of), zone)
  const asked = { metric, dimensions, days, grain: plan.query.grain, end, last }
  const since = isMoving(metric.measure) ? undefined : sinceOf(plan)
  const rollup = since ? null : findRollup(asked, context.version.present)
  const from = rollup?.table ?? metric.from
  const placed = ranged || metric.measure.kind === 'level'
  const time = placed ? (rollup?.time ?? metric.time) : undefined
  const alone = isMoving(metric.measure) || kind === 'daily' || isClustered(metric)
  const id = JSON.stringify([kind, from, time, alone ? metric.id : ''])
  const select = selects.get(id)
  if (select) select.metrics.push(metric)
  else
    selects.set(id, {
      ...shapeOf(from, plan.keys, where, context),
      kind,
      rows: rollup?.rows,
      metrics: [metric],
      time,
      grain: metric.measure.kind === 'chained' ? 'month' : plan.query.grain,
      days,
      since,
      asOf: plan.asOf,
      calendar: plan.calendar,
    })
}

function sinceOf({ asOf, query: { last } }: Plan): string | undefined {
  if (last === undefined || asOf === null) return undefined
  return utcMoment(new Date(Date.parse(`${asOf.replace(' ', 'T')}Z`) - last * 1000).toISOString()) ?? undefined
}

function kindOf({ measure }: Metric, plan: Plan): Select['kind'] {
  if (measure.kind === 'chained') return 'flow'
  if (measure.kind === 'daily') return 'daily'
  if (!isMoving(measure)) return 'rows'
  if (!plan.query.grain) return 'moment'
  return measure.kind === 'stock' && measure.distinct ? 'periods' : 'flow'
}

/** Keys and predicates as seen from a table: the one place where what a viewer may not see is taken out of a split. */
export function shapeOf(
  from: string,
  keys: Dimension[],
  where: Read[],
  context: MetricContext,
): Pick<Select, 'from' | 'keys' | 'where' | 'zone'> {
  const see = (dimension: Dimension): Expression => seenFrom(from, dimension, context.version.present)
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
