import type { AlertOf } from '../../config/alerts.ts'
import type { MetricContext } from '../../metrics/context.ts'
import type { Metric } from '../../metrics/metric.ts'
import { parseExpression } from '../../sql/expression.ts'
import type { WatchServices } from '../services.ts'
import type { Reading } from '../state.ts'
import { cellIn, conditionsOf, evidenceOf, staleReading } from './rule.ts'

const running = 'sla_active'

/**
 * Cases with a promise still to be kept that runs out within so many seconds: those of `sla_active` whose first answer or solution is due by
 * then. Targets in opening hours stand in the rows as the calendar seconds until they are due.
 */
export function dueMetric(within: number, { metrics }: MetricContext['catalogue']): Metric | null {
  const active = metrics.get(running)
  if (!active?.population) return null
  const left = `seconds_between(created_at, as_of) + ${Math.round(within)}`
  const due = parseExpression(
    `(first_reply_target_seconds is not null and first_response_at is null and ${left} >= first_reply_target_seconds) or (resolution_target_seconds is not null and ${left} >= resolution_target_seconds)`,
  )
  return {
    ...active,
    id: 'alert_due',
    family: 'alert_due',
    population: { kind: 'call', op: 'and', args: [active.population, due] },
  }
}

/** A context that knows the metric too. */
export function withMetric(metric: Metric, context: MetricContext): MetricContext {
  const metrics = new Map([...context.catalogue.metrics, [metric.id, metric]])
  return { ...context, catalogue: { ...context.catalogue, metrics } }
}

/** Open cases that will miss their promise unless somebody sees to them. */
export async function readBreach(rule: AlertOf<'breach'>, services: WatchServices): Promise<Reading[]> {
  const stale = staleReading(rule, services)
  if (stale) return [stale]
  const metric = dueMetric(rule.within, services.context.catalogue)
  const about = {
    key: rule.id,
    segment: null,
    limit: rule.above,
    evidence: evidenceOf(services),
    as_of: services.context.version.as_of,
  }
  if (!metric) return [{ ...about, finding: 'no-data', value: null }]
  const where = conditionsOf(rule.where)
  const query = { metrics: [metric.id], ...(where.length > 0 && { where }) }
  const frame = await services.runQuery(query, withMetric(metric, services.context))
  const { value, refused } = cellIn(frame.rows[0], metric.id)
  if (value === null)
    return [{ ...about, finding: 'no-data', value: null, ...(refused && { because: refused.message }) }]
  return [{ ...about, finding: value > rule.above ? 'bad' : 'good', value, n: value }]
}
