import type { Grain } from '../calendar.ts'
import { formatDate, formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { Frame, MetricCell, MetricUnit, Period } from '../metrics/frame.ts'
import { differenceP } from '../stats/difference.ts'
import { judgeSeries, type UsualRange } from '../stats/unusual.ts'
import { type GroupKey, type NoHistory, type Periods, readPeriods } from './history.ts'

export interface AnomalyQuestion {
  /** The answer to a query with a grain. */
  frame: Frame
  metric: string
  group?: GroupKey
  words: Words
}

export interface Anomaly {
  /** First day of the period. */
  start: string
  value: number
  expected: number
  /** From here on it would not have been unusual, and up to there. */
  low: number
  high: number
  /** That a series without any shows one that far. */
  p: number
}

export interface Anomalies {
  grain: Grain
  /** Whole periods that were looked at, the first ones, from which the model learns, among them. */
  periods: number
  /** Periods without a value. */
  gaps: number
  /** Is each weekday or month held against itself? */
  seasonal: boolean
  /** Chance that a series in which nothing is unusual shows anything. */
  false_alarms: number
  found: Anomaly[]
  /** The newest period by itself, and where 19 of 20 usual ones lie; null where it has no value. */
  newest: Omit<Anomaly, 'p'> | null
  sentence: string
}

export interface NoAnomalies {
  refused: string
}

/** A week and a year; other periods have no season that a few years could show. */
const seasons: Record<Grain, number> = { day: 7, week: 1, month: 12, quarter: 4, year: 1 }
const longest = 400
const fewest = 14
const falseAlarms = 0.05
/** At which the test is made: real series keep to no model, and on simulated ones of another kind it cried somewhat more often. */
const level = 0.025
/** Counts of one or two are too uneven for a scale on which their errors are alike. */
const smallest = 3

/**
 * Periods that do not go with those before them, each weekday or month held against itself. Whole periods only; holes are left out. In a
 * series in which nothing is unusual, the chance that anything is told is `false_alarms`, whatever its length.
 */
export function findAnomalies({ frame, metric, group, words }: AnomalyQuestion): Anomalies | NoAnomalies {
  const read = readPeriods(frame, metric, group)
  if ('lacks' in read) return { refused: saidLack(read, words) }
  const periods = { ...read, starts: read.starts.slice(-longest), values: read.values.slice(-longest) }
  const { grain, values, starts, unit } = periods
  const known = values.filter((value) => value !== null)
  if (known.length < fewest)
    return { refused: say(words, 'say.anomalies.short', { periods: known.length, needed: fewest }) }
  if (unit === 'count' && meanOf(known) < smallest) return { refused: say(words, 'say.anomalies.small', { grain }) }
  const scale = scaleOf(unit, known)
  const season = known.length >= 2 * seasons[grain] ? seasons[grain] : 1
  const judged = judgeSeries(
    values.map((value) => value && scale.to(value)),
    { season, alpha: level },
  )
  if (!judged)
    return {
      refused: say(words, 'say.anomalies.short', { periods: known.length, needed: 2 * seasons[grain] + fewest }),
    }
  const cells = cellsOf(frame, metric, group)
  const found = judged.found
    .map(({ at, expected, low, high, p }) => ({
      start: starts[at]!,
      value: values[at]!,
      expected: scale.from(expected),
      low: scale.from(low),
      high: scale.from(high),
      p: Math.max(p, known.length * sampleP(cells.get(starts[at]!), scale.from(expected))),
    }))
    .filter(({ p }) => p < level)
  const answer = {
    grain,
    periods: values.length,
    gaps: values.length - known.length,
    seasonal: season > 1,
    false_alarms: falseAlarms,
    found,
    newest: newestOf(judged.newest, periods, scale),
  }
  return { ...answer, sentence: saidFound(answer, periods, words) }
}

interface Scale {
  to(value: number): number
  from(value: number): number
}

/** A scale on which errors are alike at every level: counts by Anscombe's root, amounts and durations by logarithm, shares by arc sine. */
function scaleOf(unit: MetricUnit, values: number[]): Scale {
  if (unit === 'count')
    return { to: (value) => Math.sqrt(value + 3 / 8), from: (value) => Math.max(0, Math.max(0, value) ** 2 - 3 / 8) }
  if (unit === 'ratio')
    return {
      to: (value) => Math.asin(Math.sqrt(Math.min(1, Math.max(0, value)))),
      from: (value) => Math.sin(Math.min(Math.PI / 2, Math.max(0, value))) ** 2,
    }
  const logarithmic = (unit === 'money' || unit === 'seconds') && values.every((value) => value > 0)
  return logarithmic ? { to: Math.log, from: Math.exp } : { to: (value) => value, from: (value) => value }
}

function newestOf(usual: UsualRange, { starts, values }: Periods, { from }: Scale): Anomalies['newest'] {
  const value = values.at(-1) ?? null
  if (value === null) return null
  const { expected, low, high } = usual
  return { start: starts.at(-1)!, value, expected: from(expected), low: from(low), high: from(high) }
}

/** What each period rests on. */
function cellsOf(frame: Frame, metric: string, group: GroupKey = {}): Map<string, MetricCell> {
  const rows = frame.rows.filter((row) => Object.entries(group).every(([key, value]) => row[key] === value))
  return new Map(rows.map((row) => [(row.period as Period).start, row[metric] as MetricCell]))
}

/**
 * A share or mean of few rows lies far off more often than one of many: that it does so by its own sample must be as unlikely. 0 for what
 * is no sample.
 */
function sampleP(cell: MetricCell | undefined, expected: number): number {
  if (cell?.value === null || cell?.value === undefined || cell.low === undefined || cell.high === undefined) return 0
  const { value, low, high } = cell
  return differenceP(value - expected, { low: low - expected, high: high - expected })
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

const mostNamed = 5

function saidFound(
  { found, periods, gaps, seasonal, grain, false_alarms }: Omit<Anomalies, 'sentence'>,
  { unit }: Periods,
  words: Words,
): string {
  const named = found
    .toSorted((a, b) => a.p - b.p)
    .slice(0, mostNamed)
    .map(({ start, value, expected }) =>
      say(words, 'say.anomalies.one', {
        day: formatDate(start, words),
        value: formatValue(value, unit, words),
        expected: formatValue(expected, unit, words),
      }),
    )
  return [
    say(words, 'say.anomalies.found', { count: found.length, periods, grain, list: named.join('; ') }),
    ...(gaps > 0 ? [say(words, 'say.anomalies.gaps', { gaps })] : []),
    ...(!seasonal && (grain === 'day' || grain === 'month') ? [say(words, 'say.anomalies.unseasonal', { grain })] : []),
    say(words, 'say.anomalies.rate', { rate: formatNumber(false_alarms * 100, words) }),
  ].join(' ')
}

function saidLack(lack: NoHistory, words: Words): string {
  return lack.lacks === 'metric'
    ? say(words, 'say.anomalies.metric', { because: lack.because })
    : say(words, 'say.anomalies.nothing')
}
