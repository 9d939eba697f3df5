import type { AlertOf } from '../../config/alerts.ts'
import { type Anomaly, findAnomalies } from '../../insights/anomalies.ts'
import { type GroupKey, readPeriods } from '../../insights/history.ts'
import type { Frame, FrameRow } from '../../metrics/frame.ts'
import type { WatchServices } from '../services.ts'
import type { Reading } from '../state.ts'
import { conditionsOf, segmentOf, staleReading } from './rule.ts'

/** The newest whole period against those before it, for each value of the split; at the false alarm rate of the series. */
export async function readAnomaly(rule: AlertOf<'anomaly'>, services: WatchServices): Promise<Reading[]> {
  const stale = staleReading(rule, services)
  if (stale) return [stale]
  const where = conditionsOf(rule.where)
  const frame = await services.runQuery({
    metrics: [rule.metric],
    ...(rule.by && { by: [rule.by] }),
    ...(where.length > 0 && { where }),
    grain: rule.grain,
  })
  return rowsOfGroups(frame, rule.by).map((row) => readSeries(rule, row, frame, services))
}

function readSeries(rule: AlertOf<'anomaly'>, row: FrameRow, frame: Frame, { context }: WatchServices): Reading {
  const group = rule.by ? { [rule.by]: row[rule.by] as GroupKey[string] } : undefined
  const about = { ...segmentOf(rule.id, row, rule.by, frame), limit: null, as_of: context.version.as_of }
  const nothing = { ...about, value: null, evidence: context.version.id }
  const periods = readPeriods(frame, rule.metric, group)
  if ('lacks' in periods) return { ...nothing, finding: 'no-data' }
  const start = periods.starts.at(-1)
  const value = periods.values.at(-1) ?? null
  const answer = findAnomalies({ frame, metric: rule.metric, group, words: context.words })
  if ('refused' in answer) return { ...nothing, finding: 'no-data', because: answer.refused }
  const found = answer.found.find((each) => each.start === start)
  const side = found && sideOf(found)
  const bad = found !== undefined && (rule.side === 'both' || rule.side === side)
  return {
    ...about,
    finding: value === null ? 'no-data' : bad ? 'bad' : 'good',
    value,
    ...(found && { limit: side === 'low' ? found.low : found.high, low: found.low, high: found.high }),
    // The same period may be read again with more in it.
    evidence: `${start} ${value}`,
  }
}

function sideOf({ value, expected }: Anomaly): 'low' | 'high' {
  return value < expected ? 'low' : 'high'
}

/** One row for each value of the split. */
function rowsOfGroups(frame: Frame, by: string | undefined): FrameRow[] {
  if (!by) return [frame.rows[0] ?? {}]
  const known = frame.rows.filter((row) => row[by] !== null && row[by] !== undefined)
  return [...new Map(known.map((row) => [String(row[by]), row])).values()]
}
