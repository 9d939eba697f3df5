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
import { raw, sql } from '../sql/sql.ts'
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
 * is in no rate, and no window is made of the quick ones alone. One pass over each table.
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
  const whole = spans.map(wholeSpan)
  const oldest = Math.min(...whole.map(({ from }) => from))
  const each = metrics.map(
    (_, at) =>
      `SELECT "group", ${at} AS "metric", "began_${at}" AS "began", "known_${at}" AS "known", "kept_${at}" AS "kept" FROM "items" WHERE "known_${at}" >= ${oldest}`,
  )
  const weeks = spans.map(
    ({ minutes, hour, today }, week) =>
      `(${[week, whole[week]!.from, today.to, minutes.from, hour.from, today.from].join(', ')})`,
  )
  const { from, to } = whole[0]!
  const open = windowNames.map((name) => `count(*) FILTER (WHERE "began" >= ${spans[0]![name].from})`)
  const known = windowNames.flatMap((name) => [
    `count(*) FILTER (WHERE "known" >= "${name}")`,
    `count(*) FILTER (WHERE "known" >= "${name}" AND "kept")`,
  ])
  const names = windowNames.flatMap((name) => [`"n_${name}"`, `"kept_${name}"`])
  // Computed once and then looked at as often as there are windows: conditions that are pushed below would compute it again for each.
  return context.store.rows(sql`WITH "items" AS MATERIALIZED (SELECT ${raw(group ? op('to_text', group) : 'CAST(NULL AS VARCHAR)')} AS "group", ${raw(items.join(', '))}
FROM ${raw(fromSql(listing.scope))}${whereSql(listing.where)}),
"each" AS MATERIALIZED (${raw(each.join(' UNION ALL '))}),
"weeks" AS (SELECT * FROM (VALUES ${raw(weeks.join(', '))}) AS "weeks"("week", "from", "to", "minutes", "hour", "today"))
SELECT "group", "metric", "week", ${raw(known.map((count, at) => `${count} AS ${names[at]}`).join(', '))}
FROM "each" JOIN "weeks" ON "known" >= "from" AND "known" < "to" GROUP BY "group", "metric", "week"
UNION ALL
SELECT "group", "metric", NULL AS "week", ${raw(open.flatMap((count) => [count, '0']).join(', '))}
FROM "each" WHERE "began" >= ${raw(String(from))} AND "began" < ${raw(String(to))} AND "known" >= ${raw(String(to))} GROUP BY "group", "metric"`)
}

/** All windows of a week: an hour that began yesterday is longer than today. */
const wholeSpan = ({ today, hour }: Record<WindowName, Span>): Span => ({
  from: Math.min(today.from, hour.from),
  to: today.to,
})

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
  const groups = new Map<string | null, Map<Metric, Tally>>()
  const all = tables.flatMap(({ metrics }) => metrics.map((each) => [each, tally()] as const))
  // Without a split, nothing counted is a count of none.
  if (by === undefined && all.length > 0) groups.set(null, new Map(all))
  for (const { metrics, rows } of tables)
    for (const row of rows) {
      const metric = metrics[Number(row.metric)]
      if (!metric) continue
      const group = groups.get(textOf(row.group)) ?? new Map<Metric, Tally>()
      groups.set(textOf(row.group), group)
      const own = group.get(metric) ?? tally()
      group.set(metric, own)
      countRow(own, row)
    }
  const sizes = new Map(
    [...groups].map(([value, group]) => [value, [...group.values()].reduce((sum, { size }) => sum + size, 0)]),
  )
  return [...groups]
    .map(([value, group]) => ({ value, label: labels[String(value)] ?? '', metrics: [...group].map(toldOf) }))
    .toSorted((a, b) => (sizes.get(b.value) ?? 0) - (sizes.get(a.value) ?? 0) || a.label.localeCompare(b.label))
    .slice(0, mostGroups)
    .map((each) => ({
      ...each,
      metrics: each.metrics.toSorted((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric)),
    }))
}

/** What was counted of a metric in a group: by window the weeks, this one first, and those that are open. */
interface Tally {
  size: number
  windows: Record<WindowName, { weeks: WindowRate[]; open: number }>
}

function tally(): Tally {
  const none = () => ({ weeks: Array.from({ length: earlierWeeks + 1 }, () => ({ kept: 0, n: 0 })), open: 0 })
  return { size: 0, windows: { minutes: none(), hour: none(), today: none() } }
}

/** A row of a week, or of what is still open. */
function countRow(own: Tally, row: Row): void {
  for (const name of windowNames) {
    const n = Number(row[`n_${name}`] ?? 0)
    if (row.week === null) own.windows[name].open = n
    else own.windows[name].weeks[Number(row.week)] = { kept: Number(row[`kept_${name}`] ?? 0), n }
  }
  own.size += Number(row.n_today ?? 0)
}

function toldOf([metric, { windows }]: [Metric, Tally]): NowGroup['metrics'][number] {
  const figures = windowNames.map((name) => [name, figureOf(windows[name].weeks, windows[name].open)] as const)
  return { metric: metric.id, windows: Object.fromEntries(figures) as Record<WindowName, WindowFigure> }
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
