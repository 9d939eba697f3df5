import { endOf, type Grain, lengthOf, periodsIn, shiftPeriod, startOf } from '../calendar.ts'
import type { Cell, Row } from '../store/store.ts'
import { cellOf, type Statistics } from './cell.ts'
import type { Metric } from './metric.ts'
import { firstDay, lastDay } from './moving.ts'
import type { Select } from './plan.ts'
import { statisticName } from './select-parts.ts'

/** What has happened to one combination of keys up to a period. */
interface Running {
  rows: number
  level: number
}

/** Changes added up period by period, for each combination of keys: what was there at each period's start and end. */
export function runningTotals(select: Select, rows: Row[], grain: Grain | undefined): Row[] {
  const starts = rows.flatMap((row) => textOf(row.period) ?? []).sort()
  const first = starts[0]
  if (!select.grain || !first) return []
  const last = lastDay(select) ?? endOf(starts.at(-1)!, select.grain, select.calendar)
  const periods = periodsIn({ from: first, to: last }, select.grain, select.calendar)
  const metric = select.metrics[0]!
  const byKey = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(select.keys.map(({ dimension }) => row[dimension.id] ?? null))
    byKey.set(key, [...(byKey.get(key) ?? []), row])
  }
  const shownFrom = select.days.from ?? first
  return [...byKey.values()].flatMap((ofKey) => {
    const inPeriod = new Map<string, Row[]>()
    for (const row of ofKey) {
      const period = textOf(row.period) ?? ''
      inPeriod.set(period, [...(inPeriod.get(period) ?? []), row])
    }
    const running: Running = { rows: 0, level: 0 }
    const each = periods.flatMap((period) => {
      const from = period < shownFrom && shiftPeriod(period, select.grain!, 1) > shownFrom ? shownFrom : period
      const days = { from, to: [endOf(period, select.grain!, select.calendar), last].sort()[0]! }
      const found = advance(metric, inPeriod.get(period) ?? [], running, days)
      return shiftPeriod(period, select.grain!, 1) > shownFrom ? [{ period, statistics: found }] : []
    })
    const shown = metric.measure.kind === 'chained' ? chain(metric, each, grain, select) : each
    return shown.map(({ period, statistics }) => ({ ...ofKey[0]!, period, ...named(metric, statistics) }))
  })
}

interface Step {
  period: string
  statistics: Statistics
}

/** One period further: its statistics, and what the next one starts from. */
function advance(metric: Metric, rows: Row[], running: Running, days: { from: string; to: string }): Statistics {
  const total = (part: string): number => rows.reduce((sum, row) => sum + Number(row[part] ?? 0), 0)
  const before = running.level
  if (metric.measure.kind === 'stock' || metric.measure.kind === 'kept') {
    running.level += total('entered') - total('left')
    return metric.measure.kind === 'stock'
      ? { n: running.level }
      : { numerator: before - total('lost'), denominator: before }
  }
  running.rows += total('rows')
  running.level += total('sum')
  return {
    n: running.rows,
    before,
    sum: total('sum'),
    moment: total('moment'),
    from: dayNumber(days.from),
    to: dayNumber(days.to),
    gain: total('gain'),
  }
}

/** Days since `firstDay`, as the engine counts them. */
function dayNumber(day: string): number {
  return lengthOf({ from: firstDay, to: day }) - 1
}

/** Returns of months multiplied up to the periods that were asked for, or to one. A month that nothing earned in is left out. */
function chain(metric: Metric, months: Step[], grain: Grain | undefined, select: Select): Step[] {
  const { measure } = metric
  if (measure.kind !== 'chained') return months
  const level: Metric = { ...metric, measure: { kind: 'level', of: measure.of, at: measure.at } }
  const chained = new Map<string, number[]>()
  for (const { period, statistics } of months) {
    const base = cellOf(level, statistics).value
    const start = grain ? startOf(period, grain, select.calendar) : ''
    const so = chained.get(start) ?? []
    chained.set(start, so)
    if (base !== null && base > 0) so.push((statistics.gain ?? 0) / base)
  }
  return [...chained].map(([period, returns]) => ({
    period,
    statistics: { n: returns.length, value: measure.spread ? spreadOf(returns) : productOf(returns) },
  }))
}

function productOf(returns: number[]): number | null {
  return returns.length > 0 ? returns.reduce((product, each) => product * (1 + each), 1) - 1 : null
}

/** With fewer months nothing is known of how much they vary. */
const fewestMonths = 6

function spreadOf(returns: number[]): number | null {
  if (returns.length < fewestMonths) return null
  const mean = returns.reduce((sum, each) => sum + each, 0) / returns.length
  return Math.sqrt(returns.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (returns.length - 1))
}

function named(metric: Metric, statistics: Statistics): Row {
  return Object.fromEntries(Object.entries(statistics).map(([part, value]) => [statisticName(metric, part), value]))
}

function textOf(value: Cell | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value).slice(0, 10)
}
