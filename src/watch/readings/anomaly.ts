import type { AlertOf } from '../../config/alerts.ts'
import { type Anomaly, findAnomalies } from '../../insights/anomalies.ts'
import { type GroupKey, readPeriods } from '../../insights/history.ts'
import type { Frame, FrameRow } from '../../metrics/frame.ts'
import type { WatchServices } from '../services.ts'
import type { Reading } from '../state.ts'
import { conditionsOf, segmentOf, staleReading } from './rule.ts'

/**
 * The newest whole period against those before it, for each value of the split; at the false alarm rate of the series. What is not unusual
 * among so many periods may be so by itself: it begins nothing, and ends nothing.
 */
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
  const watched = (side: 'low' | 'high') => rule.side === 'both' || rule.side === side
  const bad = found !== undefined && watched(sideOf(found))
  const { newest } = answer
  const astray = newest !== null && (newest.value < newest.low || newest.value > newest.high) && watched(sideOf(newest))
  const usual = found ?? (astray ? newest : null)
  return {
    ...about,
    finding: value === null ? 'no-data' : bad ? 'bad' : astray ? 'between' : 'good',
    value,
    ...(usual && { limit: sideOf(usual) === 'low' ? usual.low : usual.high, low: usual.low, high: usual.high }),
    // The same period may be read again with more in it.
    evidence: `${start} ${value}`,
  }
}

function sideOf({ value, expected }: Pick<Anomaly, 'value' | 'expected'>): 'low' | 'high' {
  return value < expected ? 'low' : 'high'
}

/** One row for each value of the split. */
function rowsOfGroups(frame: Frame, by: string | undefined): FrameRow[] {
  if (!by) return [frame.rows[0] ?? {}]
  const known = frame.rows.filter((row) => row[by] !== null && row[by] !== undefined)
  return [...new Map(known.map((row) => [String(row[by]), row])).values()]
}
