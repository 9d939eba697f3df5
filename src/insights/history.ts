import { type Grain, shiftPeriod } from '../calendar.ts'
import type { Frame, FrameRow, MetricCell, MetricUnit, Period } from '../metrics/frame.ts'

/** One number over whole periods, one after the other. */
export interface History {
  grain: Grain
  unit: MetricUnit
  /** Twice as long a period holds twice as much: a count or a sum, not a level or a mean. */
  adds: boolean
  starts: string[]
  values: number[]
}

/** What a group is: its value in each dimension of the frame's split. */
export type GroupKey = Record<string, string | number | boolean | null>

/** Why a metric of a frame has no history. */
export type NoHistory =
  | { lacks: 'metric'; because: string }
  | { lacks: 'periods' }
  | { lacks: 'values'; periods: number; missing: number; first: string }

/**
 * The whole periods of one metric (of one group) in a frame. Periods that the data does not cover are left out at both ends. A period
 * without a row or value counts as 0 only for an additive count, of which nothing is none; for anything else it is a hole, and a model
 * fitted over a hole would have invented it. A group starts with its own first row.
 */
export function readHistory(frame: Frame, metric: string, group: GroupKey = {}): History | NoHistory {
  const periods = readPeriods(frame, metric, group)
  if ('lacks' in periods) return periods
  const { values, starts } = periods
  const missing = values.filter((value) => value === null).length
  if (missing > 0) return { lacks: 'values', periods: values.length, missing, first: starts[values.indexOf(null)]! }
  return { ...periods, values: values as number[] }
}

/** The same with its holes: null where a period has no value. */
export type Periods = Omit<History, 'values'> & { values: (number | null)[] }

export function readPeriods(frame: Frame, metric: string, group: GroupKey = {}): Periods | NoHistory {
  const { grain } = frame.query
  const card = frame.metrics[metric]
  if (!grain) throw new RangeError(`The query of ${metric} has no grain; ask for one row a period.`)
  if (!card) throw new RangeError(`${metric} is not in the frame; it has ${Object.keys(frame.metrics).join(', ')}.`)
  const rows = frame.rows.filter((row) => Object.entries(group).every(([key, value]) => row[key] === value))
  const refused = rows.map((row) => cellOf(row, metric)?.refused).find((each) => each !== undefined)
  if (refused) return { lacks: 'metric', because: refused.message }
  const cells = new Map(rows.flatMap((row) => (periodOf(row) ? [[periodOf(row)!.start, cellOf(row, metric)]] : [])))
  const starts = wholePeriods(frame, grain, [...cells.keys()].toSorted()[0])
  const holdsZero = card.unit === 'count' && card.additivity === 'additive'
  const values = starts.map((start) => cells.get(start)?.value ?? (holdsZero ? 0 : null))
  // A number that begins after the data does has no hole before its first value.
  const from = values.findIndex((value) => value !== null)
  if (from < 0) return { lacks: 'periods' }
  return {
    grain,
    unit: card.unit,
    adds: card.additivity === 'additive',
    starts: starts.slice(from),
    values: values.slice(from),
  }
}

/** Every whole period of the frame, in order, from the first one of the group. A period without any row lies between others: whole. */
function wholePeriods(frame: Frame, grain: Grain, from: string | undefined): string[] {
  const periods = new Map(frame.rows.flatMap((row) => (periodOf(row) ? [[periodOf(row)!.start, periodOf(row)!]] : [])))
  const last = [...periods.keys()].toSorted().at(-1)
  if (from === undefined || last === undefined) return []
  const starts: string[] = []
  for (let start = from; start <= last; start = shiftPeriod(start, grain, 1)) starts.push(start)
  const isWhole = (start: string) => !periods.get(start)?.partial
  const first = starts.findIndex(isWhole)
  return first < 0 ? [] : starts.slice(first, starts.findLastIndex(isWhole) + 1)
}

function periodOf(row: FrameRow): Period | null {
  const { period } = row
  return period !== null && typeof period === 'object' && 'start' in period ? period : null
}

function cellOf(row: FrameRow, metric: string): MetricCell | null {
  const cell = row[metric]
  return cell !== null && typeof cell === 'object' && 'value' in cell ? cell : null
}
