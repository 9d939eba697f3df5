import { lengthOf, weekdayOf } from '../calendar.ts'
import { formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { linearTrend, type Trend } from '../stats/trend.ts'
import type { Frame, FrameRow, MetricCell, Period, Verdict } from './frame.ts'

const level = 0.05

/** A straight line through the days or weeks of a frame. `valueAt` is the line on the first day of a period. */
export interface PeriodTrend extends Omit<Trend, 'slope' | 'low' | 'high' | 'level'> {
  /** Change in a week, with its 95 % interval. */
  slope: number
  low: number
  high: number
  real: boolean
  valueAt(start: string): number
}

/**
 * Does a number of days or weeks go up or down? Periods that the data cover in part are left out, and a weekday is held against
 * itself. Null for longer periods, for splits, for what is not counted, and where there are too few.
 */
export function trendOf(frame: Frame, metric: string): PeriodTrend | null {
  const { grain, by = [] } = frame.query
  const card = frame.metrics[metric]
  if ((grain !== 'day' && grain !== 'week') || by.length > 0) return null
  if (card?.unit !== 'count' || card.additivity !== 'additive') return null
  const periods = frame.rows.flatMap((row) => seenIn(row, metric) ?? [])
  const first = periods[0]?.start
  if (first === undefined) return null
  const days = grain === 'day' ? 1 : 7
  const placeOf = (start: string): number => (lengthOf({ from: first, to: start }) - 1) / days
  const trend = linearTrend(
    periods.map(({ start, value }) => ({
      at: placeOf(start),
      value,
      ...(grain === 'day' && { season: weekdayOf(start) }),
    })),
  )
  if (!trend) return null
  const { slope, low, high, level: height, ...rest } = trend
  const weekly = 7 / days
  return {
    ...rest,
    slope: slope * weekly,
    low: low * weekly,
    high: high * weekly,
    real: trend.p < level,
    valueAt: (start) => height(placeOf(start)),
  }
}

function seenIn(row: FrameRow, metric: string): { start: string; value: number } | null {
  const period = row.period as Period | undefined
  const { value = null } = (row[metric] ?? {}) as Partial<MetricCell>
  if (!period || period.partial || value === null) return null
  return { start: period.start.slice(0, 10), value }
}

/** The same as a verdict, for every surface. */
export function trendVerdicts(frame: Frame, words: Words): Verdict[] {
  return frame.query.metrics.flatMap((metric) => {
    const trend = trendOf(frame, metric)
    return trend ? [verdictOf(metric, trend, frame.query.grain === 'day', words)] : []
  })
}

function verdictOf(metric: string, trend: PeriodTrend, daily: boolean, words: Words): Verdict {
  const { slope, low, high, p, n, real } = trend
  return {
    metric,
    by: 'period',
    real,
    p,
    q: p,
    family: { size: 1, dimensions: ['period'] },
    test: 'trend',
    statistic: slope,
    df: null,
    n_min: n,
    n,
    sentence: say(words, `say.metrics.trend.${real ? 'real' : 'none'}`, {
      slope: signed(slope, words),
      low: signed(low, words),
      high: signed(high, words),
      p: formatP(p, words),
      daily: daily ? 'yes' : 'no',
      alike: trend.correlation > 0 ? 'yes' : 'no',
    }),
  }
}

/** A change with its sign, a true minus among them. */
function signed(change: number, words: Words): string {
  const sign = change > 0 ? '+' : change < 0 ? '−' : ''
  return sign + formatValue(Math.abs(change), 'number', words)
}
