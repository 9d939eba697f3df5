import type { Schedule } from '../clocks/schedule.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Frame } from '../metrics/frame.ts'
import type { CheckFinding } from '../metrics/ledger.ts'
import type { Newest } from '../metrics/newest.ts'
import type { Query } from '../metrics/query.ts'

/** What rules are read from: one version, seen by the project itself. */
export interface WatchServices {
  context: MetricContext
  /** `with`: metrics that no catalogue has, such as cases that are due within so many minutes. */
  runQuery(query: Query, context?: MetricContext): Promise<Frame>
  checks(): Promise<CheckFinding[]>
  /** Of every source, by its id. */
  newest(): Promise<ReadonlyMap<string, Newest>>
  schedule(name: string): Promise<Schedule | undefined>
  /** Milliseconds since 1970. */
  now: number
}
