import { addDays, instantOf, secondsOf, wallAt } from '../calendar.ts'
import type { MetricContext } from '../metrics/context.ts'
import { labelsOf } from '../metrics/labels.ts'
import type { Metric } from '../metrics/metric.ts'
import { missingOf } from '../metrics/needs.ts'
import type { Query } from '../metrics/query.ts'
import { planRows, whereSql } from '../metrics/rows.ts'
import { compileIn, fromSql, momentSql, type Scope } from '../metrics/scope.ts'
import { parseExpression } from '../sql/expression.ts'
import { type Operate, operateOn } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import { type Interval, wilsonInterval } from '../stats/intervals.ts'
import { textOf } from '../store/cell.ts'
import type { Row } from '../store/store.ts'

/** Stretches of time that end now. */
export const windowNames = ['minutes', 'hour', 'today'] as const
export type WindowName = (typeof windowNames)[number]

/** From the first second to the one after the last, in seconds since 1970. */
export interface Span {
  from: number
  to: number
}

/** A share in a window. */
export interface WindowRate {
  kept: number
  n: number
}

/** How a rate stands in a window beside the same window of earlier weeks. */
export interface WindowFigure {
  now: WindowRate & { interval: Interval | null }
  /** Began in the window, and nobody knows yet. */
  open: number
  /** Of all earlier weeks together; null where they hold too few. */
  usual: (WindowRate & { weeks: number; low: number | null; high: number | null; spread: number }) | null
  standing: 'few' | 'alone' | 'usual' | 'lower' | 'higher'
}

export interface NowGroup {
  /** Value of the dimension; null for all of them, and for those without one. */
  value: string | null
  label: string
  metrics: { metric: string; windows: Record<WindowName, WindowFigure> }[]
}

export interface NowFigures {
  as_of: number
  spans: Record<WindowName, Span>
  /** How many earlier weeks are looked at. */
  weeks: number
  /** Fewest that a rate is told of. */
  least: number
  groups: NowGroup[]
  /** Metrics that cannot be known here, with what is lacking. */
  refused: { metric: string; missing: string[] }[]
}

export type NowScope = Pick<Query, 'where' | 'as_of'> & { metrics: string[]; by?: string }

export const earlierWeeks = 8
/** Below it a share says too little to be set beside another. */
export const leastItems = 20
/** The largest groups of a dimension. */
const mostGroups = 12

const lengths: Record<Exclude<WindowName, 'today'>, number> = { minutes: 900, hour: 3600 }

/**
 * The windows that end with the second of `asOf`, and those that ended at the same time on the clock of the wall so many weeks before: the
 * same weekday, whatever clocks did in between. `today` begins at midnight.
 */
export function windowsAt(asOf: number, zone: string, week: number): Record<WindowName, Span> {
  const { day, second } = wallAt(asOf, zone)
  const then = addDays(day, -7 * week)
  const to = week === 0 ? asOf + 1 : instantOf(then, second, zone) + 1
  return {
    minutes: { from: to - lengths.minutes, to },
    hour: { from: to - lengths.hour, to },
    today: { from: instantOf(then, 0, zone), to },
  }
}

/** Where the outcome of a contact is seen: the answer, else the moment it was given up. */
const settledAt: Record<string, string> = {
  touchpoints: 'coalesce(responded_at, add_seconds(started_at, wait_seconds), ended_at)',
}

/**
 * Rates of the last minutes, the last hour and today beside the same time of day on the same weekday of earlier weeks. An item counts once,
 * in the window in which its outcome became known: when it was answered or given up, or when its time ran out. So one that still has time
 * is in no rate, and no window is made of the quick ones alone. One pass for each table.
 */
export async function readNow(scope: NowScope, context: MetricContext): Promise<NowFigures | null> {
  const { as_of: now = context.version.as_of } = scope
  if (!now) return null
  const asOf = secondsOf(now)
  const { zone, present } = context.version
  const spans = Array.from({ length: earlierWeeks + 1 }, (_, week) => windowsAt(asOf, zone, week))
  const metrics = scope.metrics.flatMap((id) => context.catalogue.metrics.get(id) ?? [])
  const lacking = (metric: Metric) =>
    missingOf([...metric.needs, `${metric.from}.${metric.from === 'cases' ? 'created_at' : 'started_at'}`], present)
  const refused = metrics.flatMap((metric) => {
    const missing = lacking(metric)
    return missing.length > 0 ? [{ metric: metric.id, missing }] : []
  })
  const known = metrics.filter((metric) => canPlace(metric) && lacking(metric).length === 0)
  const tables = [...new Set(known.map(({ from }) => from))].map(async (table): Promise<Counted> => {
    const own = known.filter(({ from }) => from === table)
    return { metrics: own, rows: await readTable(own, scope, spans, context) }
  })
  return {
    as_of: asOf,
    spans: spans[0]!,
    weeks: earlierWeeks,
    least: leastItems,
    groups: await groupsOf(await Promise.all(tables), scope.metrics, scope.by, context),
    refused,
  }
}

/** Metrics of one table with what was counted, a row a group. */
interface Counted {
  metrics: Metric[]
  rows: Row[]
}

/** A share with a rule for when it can be known. */
const canPlace = ({ measure, maturity }: Metric): boolean => measure.kind === 'ratio' && maturity !== undefined

async function readTable(
  metrics: Metric[],
  scope: NowScope,
  spans: Record<WindowName, Span>[],
  context: MetricContext,
): Promise<Row[]> {
  const [first] = metrics
  if (!first) return []
  const listing = await planRows(
    { table: first.from, columns: scope.by ? ['id', scope.by] : ['id'], where: scope.where, as_of: scope.as_of },
    context,
  )
  const op = operateOn(context.store.dialect)
  const group = scope.by ? listing.columns.find(({ id }) => id === scope.by)?.sql : undefined
  const items = metrics.map((metric, at) => itemSql(metric, at, listing.scope, op))
  const days = spans.map(({ today, hour }) => ({ from: Math.min(today.from, hour.from), to: today.to }))
  const moments = metrics.flatMap((_, at) => [
    ...days.map(({ from, to }) => `"known_${at}" BETWEEN ${from} AND ${to - 1}`),
    `"began_${at}" BETWEEN ${days[0]!.from} AND ${days[0]!.to - 1}`,
  ])
  return context.store.rows(sql`SELECT ${raw(group ? '"group"' : 'CAST(NULL AS VARCHAR) AS "group"')}, ${join(metrics.map((_, at) => countsSql(at, spans)))}
FROM (SELECT ${raw(group ? `${op('to_text', group)} AS "group"` : 'NULL AS "group"')}, ${raw(items.join(', '))}
FROM ${raw(fromSql(listing.scope))}${whereSql(listing.where)}) AS "items"
WHERE ${raw(moments.join(' OR '))}
GROUP BY 1`)
}

/** Of each row: when it began, when its outcome was known, and whether it is a good one; nothing where the metric is not about it. */
function itemSql(metric: Metric, at: number, scope: Scope, op: Operate): string {
  const { measure, maturity, population } = metric
  if (measure.kind !== 'ratio' || !maturity) return 'NULL'
  const about = population ? compileIn(scope, population) : 'TRUE'
  const counts = measure.denominator ? `(${about} AND ${compileIn(scope, measure.denominator)})` : `(${about})`
  const epoch = momentSql('1970-01-01 00:00:00')
  const second = (moment: string) => op('seconds_between', epoch, moment)
  const began = second(compileIn(scope, maturity.since))
  const allowed = typeof maturity.seconds === 'number' ? String(maturity.seconds) : compileIn(scope, maturity.seconds)
  const due = `(${began} + ${allowed})`
  const seen = maturity.settled && settledAt[metric.from]
  const moment = seen ? second(compileIn(scope, parseExpression(seen))) : due
  const known = maturity.settled
    ? `CASE WHEN ${compileIn(scope, maturity.settled)} THEN ${op('greatest', began, op('least', op('coalesce', moment, due), due))} ELSE ${due} END`
    : due
  return [
    `CASE WHEN ${counts} THEN ${began} END AS "began_${at}"`,
    `CASE WHEN ${counts} THEN ${known} END AS "known_${at}"`,
    `(${compileIn(scope, measure.numerator)}) AS "kept_${at}"`,
  ].join(', ')
}

/** `n_<metric>_<window>_<week>` and `kept_...`; `open_<metric>_<window>`: began in it, and not known at its end. */
function countsSql(at: number, spans: Record<WindowName, Span>[]): Sql {
  const within = (column: string, { from, to }: Span) => `"${column}_${at}" >= ${from} AND "${column}_${at}" < ${to}`
  const parts = windowNames.flatMap((name) => [
    ...spans.flatMap((week, index) => [
      `count(*) FILTER (WHERE ${within('known', week[name])}) AS "n_${at}_${name}_${index}"`,
      `count(*) FILTER (WHERE ${within('known', week[name])} AND "kept_${at}") AS "kept_${at}_${name}_${index}"`,
    ]),
    `count(*) FILTER (WHERE ${within('began', spans[0]![name])} AND "known_${at}" >= ${spans[0]![name].to}) AS "open_${at}_${name}"`,
  ])
  return raw(parts.join(', '))
}

/** A group each, the largest first, with its metrics in their order; one that a group has nothing of is left out of it. */
async function groupsOf(
  tables: Counted[],
  order: string[],
  by: string | undefined,
  context: MetricContext,
): Promise<NowGroup[]> {
  const dimension = by === undefined ? undefined : context.catalogue.dimensions.get(by)
  const values = tables.flatMap(({ rows }) => rows.map((row) => textOf(row.group)))
  const labels = dimension ? await labelsOf(dimension, values, context) : {}
  const groups = new Map<string | null, NowGroup & { size: number }>()
  for (const { metrics, rows } of tables)
    for (const row of rows) {
      const value = textOf(row.group)
      const label = labels[String(value)] ?? ''
      const group = groups.get(value) ?? { value, label, metrics: [], size: 0 }
      groups.set(value, group)
      metrics.forEach((metric, at) => {
        const size = sizeOf(row, at)
        group.size += size
        if (size > 0 || by === undefined) group.metrics.push({ metric: metric.id, windows: windowsOf(row, at) })
      })
    }
  return [...groups.values()]
    .filter((each) => each.metrics.length > 0)
    .toSorted((a, b) => b.size - a.size || a.label.localeCompare(b.label))
    .slice(0, mostGroups)
    .map(({ value, label, metrics }) => ({
      value,
      label,
      metrics: metrics.toSorted((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric)),
    }))
}

const numberIn = (row: Row, name: string): number => Number(row[name] ?? 0)

/** Items of all weeks, and those of today that are still open. */
function sizeOf(row: Row, at: number): number {
  const weeks = Array.from({ length: earlierWeeks + 1 }, (_, week) => numberIn(row, `n_${at}_today_${week}`))
  return weeks.reduce((sum, each) => sum + each, numberIn(row, `open_${at}_today`))
}

function windowsOf(row: Row, at: number): Record<WindowName, WindowFigure> {
  const figures = windowNames.map((name) => {
    const weeks = Array.from({ length: earlierWeeks + 1 }, (_, week) => ({
      kept: numberIn(row, `kept_${at}_${name}_${week}`),
      n: numberIn(row, `n_${at}_${name}_${week}`),
    }))
    return [name, figureOf(weeks, numberIn(row, `open_${at}_${name}`))] as const
  })
  return Object.fromEntries(figures) as Record<WindowName, WindowFigure>
}

/** Weeks of which so many are large enough have a range. */
const leastWeeks = 2

/**
 * What a window holds beside the same one of earlier weeks; `weeks` has this week first. All items of those weeks together give their share,
 * so that no mean of means is taken; the range is that of the weeks with enough items each. Lower or higher is said only where the
 * interval leaves out the share of those weeks and the share lies outside of all of them.
 */
export function figureOf(weeks: WindowRate[], open: number): WindowFigure {
  const [own = { kept: 0, n: 0 }, ...before] = weeks
  const now = { ...own, interval: wilsonInterval(own.kept, own.n) }
  const kept = before.reduce((sum, each) => sum + each.kept, 0)
  const n = before.reduce((sum, each) => sum + each.n, 0)
  const rates = before.filter((each) => each.n >= leastItems).map((each) => each.kept / each.n)
  const hasRange = rates.length >= leastWeeks
  const usual =
    n < leastItems
      ? null
      : {
          kept,
          n,
          weeks: before.filter((each) => each.n > 0).length,
          low: hasRange ? Math.min(...rates) : null,
          high: hasRange ? Math.max(...rates) : null,
          spread: rates.length,
        }
  return { now, open, usual, standing: standingOf(now, usual) }
}

function standingOf(
  { kept, n, interval }: WindowFigure['now'],
  usual: WindowFigure['usual'],
): WindowFigure['standing'] {
  if (n < leastItems || !interval) return 'few'
  if (!usual) return 'alone'
  const share = kept / n
  const mean = usual.kept / usual.n
  if (interval.high < mean && share < (usual.low ?? mean)) return 'lower'
  if (interval.low > mean && share > (usual.high ?? mean)) return 'higher'
  return 'usual'
}
