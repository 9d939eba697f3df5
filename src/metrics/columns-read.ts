import type { MetricContext } from './context.ts'
import { componentsOf, type Metric } from './metric.ts'
import { expressionsOf } from './parse-metrics.ts'
import { readsOf } from './reach.ts'

/** Model columns of which a metric's value is computed, its parts included: `cases.reopens`. */
export function columnsRead(metric: Metric, { catalogue }: Pick<MetricContext, 'catalogue'>): string[] {
  const { maturity } = metric
  const own = [
    metric.population,
    maturity?.since,
    maturity?.settled,
    typeof maturity?.seconds === 'number' ? undefined : maturity?.seconds,
    ...expressionsOf(metric.measure),
  ].flatMap((each) => (each ? readsOf(metric.from, each) : []))
  const parts = componentsOf(metric).flatMap((id) => {
    const part = catalogue.metrics.get(id)
    return part ? columnsRead(part, { catalogue }) : []
  })
  return [...new Set([...own, ...parts])]
}
