import { addDays, type Days, lengthOf, localDay, weekdayOf } from '../calendar.ts'
import { RapportError } from '../errors.ts'
import { dimensionsFor } from '../metrics/catalogue.ts'
import type { MetricCatalogue, VersionFacts } from '../metrics/context.ts'
import type { Frame, FrameRow, MetricCell } from '../metrics/frame.ts'
import type { Metric } from '../metrics/metric.ts'
import { expressionsOf } from '../metrics/parse-metrics.ts'
import type { Query } from '../metrics/query.ts'
import { reachOf, readsOf } from '../metrics/reach.ts'
import type { DayValue } from '../stats/day-levels.ts'
import { type ChangeEvidence, type ChangeKind, isRate, type TwoPeriods } from './change.ts'

export interface ChangeQuestion {
  metric: Metric
  days: TwoPeriods<Days>
  /** These alone; else all by which the metric can be split. */
  by?: string[]
  where?: Query['where']
  as_of?: string
}

/** Where answers come from: the door of `metrics/`, or a page's own that asks each question once. */
export interface ChangeServices {
  runQuery(query: Query): Promise<Frame>
  catalogue: MetricCatalogue
  version: VersionFacts
  /** The label of a dimension for the viewer. */
  labelOf(dimension: string): string
}

/** Counts, sums, shares and means, whose groups make the whole; null for what they do not: a median, a level, different values. */
export function changeKindOf({ measure }: Metric): ChangeKind | null {
  const { kind } = measure
  return kind === 'count' || kind === 'sum' || kind === 'ratio' || kind === 'mean' ? kind : null
}

/** Everything that a change is explained from: sufficient statistics of two periods, by each dimension. */
export async function readChange(
  question: ChangeQuestion,
  kind: ChangeKind,
  services: ChangeServices,
): Promise<ChangeEvidence> {
  const { metric, days, where, as_of } = question
  const base: Query = { metrics: [metric.id], ...(where?.length && { where }), ...(as_of && { as_of }) }
  const ask = (range: Days, by?: string[]) => services.runQuery({ ...base, ...(by && { by }), range })
  const pair = async (by?: string[]): Promise<TwoPeriods<Frame>> => {
    const [before, after] = await allOf([ask(days.before, by), ask(days.after, by)])
    return { before: before!, after: after! }
  }
  const dimensions = question.by ?? candidatesOf(metric, services)
  const whole = await pair()
  const covered = await coverageOf(metric.id, as_of, services)
  const splits = await allOf(
    dimensions.map((dimension) => splitOf(dimension, pair, question.by !== undefined, services)),
  )
  const seen = { before: within(days.before, covered), after: within(days.after, covered) }
  return {
    metric: metric.id,
    kind,
    days,
    seen: { before: seen.before ? lengthOf(seen.before) : 0, after: seen.after ? lengthOf(seen.after) : 0 },
    whole,
    ...(!isRate(kind) &&
      seen.before &&
      seen.after && { daily: await dailyOf(base, { before: seen.before, after: seen.after }, services) }),
    splits: splits.flatMap((split) => split ?? []),
  }
}

/** Whoever hears of the first fault closes the store: no other question may still be under way then. */
async function allOf<Value>(asked: Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(asked)
  return Promise.all(asked)
}

/** A dimension that cannot split the metric is no part of the answer, unless it was asked for by name. */
async function splitOf(
  dimension: string,
  pair: (by: string[]) => Promise<TwoPeriods<Frame>>,
  named: boolean,
  { labelOf }: ChangeServices,
): Promise<ChangeEvidence['splits'][number] | null> {
  try {
    return { dimension, label: labelOf(dimension), ...(await pair([dimension])) }
  } catch (error) {
    if (named || !(error instanceof RapportError)) throw error
    return null
  }
}

/** Not dates and times, which differ between two periods by themselves, nor what the definition reads, nor what names a person. */
export function candidatesOf(
  metric: Metric,
  { catalogue, version }: Pick<ChangeServices, 'catalogue' | 'version'>,
): string[] {
  const own = new Set(expressionsOf(metric.measure).flatMap((expression) => readsOf(metric.from, expression)))
  return dimensionsFor(catalogue, metric.from).filter((id) => {
    const dimension = catalogue.dimensions.get(id)!
    if (id === 'source' || dimension.sensitivity === 'direct_id' || dimension.named?.sensitivity === 'direct_id')
      return false
    if (dimension.table === '*' || dimension.type === 'date' || dimension.format === 'month') return false
    const place = reachOf(metric.from, dimension, version.present)
    return place !== null && !place.reads.some((column) => own.has(column))
  })
}

/** First and last day of the metric's rows; the last is the now where that is later. */
async function coverageOf(metric: string, as_of: string | undefined, services: ChangeServices): Promise<Days | null> {
  const frame = await services.runQuery({ metrics: [metric], grain: 'month', ...(as_of && { as_of }) })
  const months = frame.rows.flatMap(startOfRow).toSorted()
  const [first, last] = [months[0], months.at(-1)]
  if (!first || !last) return null
  const daily = await services.runQuery({
    metrics: [metric],
    grain: 'day',
    range: { from: first, to: addDays(first, 31) },
    ...(as_of && { as_of }),
  })
  const filled = daily.rows.filter((row) => ((row[metric] as MetricCell | undefined)?.n ?? 0) > 0)
  const from = filled.flatMap(startOfRow).toSorted()[0] ?? first
  const now = as_of ?? services.version.as_of
  return { from, to: now ? localDay(now, services.version.zone) : addDays(last, 30) }
}

function within(days: Days, covered: Days | null): Days | null {
  if (!covered) return days
  const [, from = days.from] = [days.from, covered.from].toSorted()
  const [to = days.to] = [days.to, covered.to].toSorted()
  return from <= to ? { from, to } : null
}

/** Every day of both periods; one without a row brought nothing. */
async function dailyOf(base: Query, days: TwoPeriods<Days>, services: ChangeServices): Promise<TwoPeriods<DayValue[]>> {
  const metric = base.metrics[0]!
  const read = async (range: Days): Promise<DayValue[]> => {
    const frame = await services.runQuery({ ...base, grain: 'day', range })
    const values = new Map(
      frame.rows.flatMap((row) =>
        startOfRow(row).map((start) => [start, (row[metric] as MetricCell | undefined)?.value ?? 0]),
      ),
    )
    return Array.from({ length: lengthOf(range) }, (_, at) => {
      const day = addDays(range.from, at)
      return { day, kind: weekdayOf(day), value: values.get(day) ?? 0 }
    })
  }
  return { before: await read(days.before), after: await read(days.after) }
}

/** The row of a metric that cannot be known has no period. */
function startOfRow({ period }: FrameRow): string[] {
  return period !== null && typeof period === 'object' && 'start' in period ? [period.start] : []
}
