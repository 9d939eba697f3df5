import type { Metric } from '../../../metrics/metric.ts'
import { expressionsOf } from '../../../metrics/parse-metrics.ts'
import { readsOf } from '../../../metrics/reach.ts'

/** Does it read the promise of a row, in what it counts or in when it counts it? */
export function asksPromise({ from, measure, population, maturity }: Metric): boolean {
  const read = [
    ...expressionsOf(measure),
    ...(population ? [population] : []),
    ...(typeof maturity?.seconds === 'object' ? [maturity.seconds] : []),
  ]
  return read.some((each) => readsOf(from, each).some((column) => column.endsWith('target_seconds')))
}
