import { meanInterval, wilsonInterval } from '../stats/intervals.ts'
import type { MetricCell } from './frame.ts'
import type { Metric } from './metric.ts'

/** Sufficient statistics of one metric in one group, by part. */
export type Statistics = Record<string, number | null>

/** Statistics -> what is shown. Nothing counted is 0 for a count and undefined for everything else. */
export function cellOf(metric: Metric, statistics: Statistics | undefined): MetricCell {
  const cell = measuredCell(metric, statistics)
  return cell.value !== null && statistics?.computed === 0 ? { ...cell, stored: true } : cell
}

function measuredCell(metric: Metric, statistics: Statistics | undefined): MetricCell {
  const of = (part: string): number => statistics?.[part] ?? 0
  switch (metric.measure.kind) {
    case 'count':
    case 'stock':
    case 'distinct':
      return { value: of('n'), n: of('n') }
    case 'ratio':
      return ratioCell(of('numerator'), of('denominator'))
    case 'kept': {
      const [kept, all] = [of('numerator'), of('denominator')]
      return ratioCell(metric.measure.lost ? all - kept : kept, all)
    }
    case 'level':
      return levelCell(metric.measure.at, statistics ?? {})
    case 'chained':
    case 'combined':
      return combinedCell(statistics ?? {})
    case 'mean':
      return clusteredCell(meanCell(of('n'), statistics?.sum ?? null, statistics?.variance ?? null), statistics)
    case 'daily':
      return dailyCell(of('n'), of('groups'), statistics?.variance ?? null)
    case 'quantile':
      return { value: statistics?.value ?? null, n: of('n') }
    case 'sum': {
      const sum = statistics?.sum ?? null
      return { value: of('n') > 0 && sum !== null ? rounded(sum) : null, n: of('n') }
    }
    case 'per':
      return clusteredCell(
        {
          value: of('groups') > 0 ? of('n') / of('groups') : null,
          numerator: of('n'),
          denominator: of('groups'),
          n: of('n'),
        },
        statistics,
      )
  }
}

/** The level of the evening before, of the last evening, or of a mean evening between: changes count for the days that are left. */
function levelCell(at: 'end' | 'start' | 'mean', statistics: Statistics): MetricCell {
  const { n = 0, before, sum, moment, from, to } = statistics
  const [start, added] = [before ?? 0, sum ?? 0]
  if (!n) return { value: null, n: 0 }
  if (at === 'end') return { value: rounded(start + added), n }
  if (at === 'start') return { value: rounded(start), n }
  const days = (to ?? 0) - (from ?? 0) + 1
  if (from === null || to === null || days <= 0) return { value: null, n }
  return { value: rounded(start + (((to ?? 0) + 1) * added - (moment ?? 0)) / days), n }
}

/** Sums of the same amounts in another order differ in their last digits; nobody pays millionths, nor a cent in a hundred billions. */
export function rounded(amount: number): number {
  return Number((Math.round(amount * 1e6) / 1e6).toPrecision(13))
}

function combinedCell({ n, value, numerator, denominator }: Statistics): MetricCell {
  return {
    value: value ?? null,
    ...(typeof numerator === 'number' ? { numerator } : {}),
    ...(typeof denominator === 'number' ? { denominator } : {}),
    n: n ?? 0,
  }
}

function ratioCell(numerator: number, denominator: number): MetricCell {
  return {
    value: denominator > 0 ? numerator / denominator : null,
    numerator,
    denominator,
    n: denominator,
    ...wilsonInterval(numerator, denominator),
  }
}

/** With fewer values a t interval says more about its assumption than about them: of three short waits it begins below zero. */
const fewestForInterval = 5

function meanCell(n: number, sum: number | null, variance: number | null): MetricCell {
  if (n === 0 || sum === null) return { value: null, n }
  const mean = sum / n
  return { value: mean, n, ...(n < fewestForInterval ? {} : meanInterval({ n, mean, variance })) }
}

/** The mean of the days: what varies are days, so n counts them. */
function dailyCell(rows: number, days: number, variance: number | null): MetricCell {
  return { ...meanCell(days, rows, variance), numerator: rows, denominator: days }
}

/** Where rows of one customer hang together, the interval is that of so many customers. */
function clusteredCell(cell: MetricCell, statistics: Statistics | undefined): MetricCell {
  const n = statistics?.clusters ?? 0
  if (n < fewestForInterval || cell.value === null) return cell
  return { ...cell, ...meanInterval({ n, mean: cell.value, variance: statistics?.spread ?? null }) }
}

/** Does nothing fall into the group? Such a group is left out. */
export function isEmpty(cell: MetricCell): boolean {
  return cell.refused !== undefined || (cell.n ?? 0) === 0
}

/**
 * Statistics of the whole from those of its parts; null where the parts do not tell (a median, different values that may
 * stand in several groups).
 */
export function mergeStatistics(metric: Metric, parts: Statistics[]): Statistics | null {
  const total = (part: string): number => parts.reduce((sum, each) => sum + (each[part] ?? 0), 0)
  switch (metric.measure.kind) {
    case 'count':
      return { n: total('n') }
    case 'stock':
      return metric.measure.distinct ? null : { n: total('n') }
    case 'ratio':
    case 'kept':
      return { numerator: total('numerator'), denominator: total('denominator') }
    case 'level':
      return { n: total('n'), before: total('before'), sum: total('sum'), moment: total('moment'), ...spanOf(parts) }
    case 'sum':
      return { n: total('n'), sum: total('sum') }
    case 'mean':
      // A cluster may stand in several parts: what they tell of the whole is its mean, and no interval.
      return metric.clusters ? { n: total('n'), sum: total('sum'), variance: null } : mergeMeans(parts)
    default:
      return null
  }
}

/** From the first day of any to the last. */
function spanOf(parts: Statistics[]): Statistics {
  const from = parts.flatMap((each) => each.from ?? [])
  const to = parts.flatMap((each) => each.to ?? [])
  return from.length > 0 && to.length > 0 ? { from: Math.min(...from), to: Math.max(...to) } : {}
}

/** Chan's rule: squares about each mean, and of the means about the whole. */
function mergeMeans(parts: Statistics[]): Statistics {
  const groups = parts.flatMap(({ n, sum, variance }) =>
    n ? [{ n, sum: sum ?? 0, squares: (variance ?? 0) * (n - 1) }] : [],
  )
  const n = groups.reduce((all, group) => all + group.n, 0)
  const sum = groups.reduce((all, group) => all + group.sum, 0)
  const squares = groups.reduce((all, group) => all + group.squares + group.n * (group.sum / group.n - sum / n) ** 2, 0)
  return { n, sum: n > 0 ? sum : null, variance: n > 1 ? squares / (n - 1) : null }
}
