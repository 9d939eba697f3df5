import type { AlertOf } from '../../config/alerts.ts'
import { say } from '../../config/words.ts'
import type { MetricCell } from '../../metrics/frame.ts'
import type { Query } from '../../metrics/query.ts'
import type { WatchServices } from '../services.ts'
import type { Reading } from '../state.ts'
import { cellIn, conditionsOf, evidenceOf, segmentOf, staleReading } from './rule.ts'

type Rule = AlertOf<'threshold'>

/** What a rule asks. */
export function thresholdQuery({ metric, by, where, last }: Rule): Query {
  const conditions = conditionsOf(where)
  return {
    metrics: [metric],
    ...(by && { by: [by] }),
    ...(conditions.length > 0 && { where: conditions }),
    ...(last !== undefined && { last }),
  }
}

/** A metric against its limit, for each value of its split. */
export async function readThreshold(rule: Rule, services: WatchServices): Promise<Reading[]> {
  const stale = staleReading(rule, services)
  if (stale) return [stale]
  const frame = await services.runQuery(thresholdQuery(rule))
  const hasIntervals = (frame.metrics[rule.metric]?.interval ?? null) !== null
  return frame.rows
    .filter((row) => !rule.by || (row[rule.by] !== null && row[rule.by] !== undefined))
    .map((row) => ({
      ...segmentOf(rule.id, row, rule.by, frame),
      ...judgedOf(cellIn(row, rule.metric), { rule, hasIntervals, services }),
      limit: rule.below ?? rule.above ?? null,
      evidence: evidenceOf(services),
      as_of: services.context.version.as_of,
    }))
}

/** Says where rows are too few to judge: fewer than are asked for, or so few that a share or mean has no interval and nothing is certain. */
function judgedOf(
  cell: MetricCell,
  { rule, hasIntervals, services }: { rule: Rule; hasIntervals: boolean; services: WatchServices },
): ReturnType<typeof judged> {
  const { value, n = 0 } = cell
  const { words } = services.context
  if (value !== null && n < rule.minimum)
    return { ...judged(cell, rule), because: say(words, 'alerts.under-minimum', { n, minimum: rule.minimum }) }
  const isUncertain = rule.certain && hasIntervals && value !== null && cell.low === undefined
  if (!isUncertain) return judged(cell, rule)
  return { finding: 'no-data', value, n, because: say(words, 'alerts.uncertain', { n }) }
}

/**
 * Beyond the limit, back where it is over again, or in between. Where the number has an interval, all of it must lie beyond; the way back is
 * taken by the value, so that the two can never hold at once.
 */
export function judged(
  { value, low, high, n, refused }: MetricCell,
  { below, above, clear, minimum, certain }: Pick<Rule, 'below' | 'above' | 'clear' | 'minimum' | 'certain'>,
): Pick<Reading, 'finding' | 'value' | 'n' | 'low' | 'high' | 'because'> {
  const about = { value, n, low, high, ...(refused && { because: refused.message }) }
  if (value === null || (n !== undefined && n < minimum)) return { ...about, finding: 'no-data' }
  if (below !== undefined) {
    const furthest = certain ? (high ?? value) : value
    if (Math.max(furthest, value) < below) return { ...about, finding: 'bad' }
    return { ...about, finding: value >= (clear ?? below) ? 'good' : 'between' }
  }
  const limit = above ?? Number.POSITIVE_INFINITY
  const furthest = certain ? (low ?? value) : value
  if (Math.min(furthest, value) > limit) return { ...about, finding: 'bad' }
  return { ...about, finding: value <= (clear ?? limit) ? 'good' : 'between' }
}
