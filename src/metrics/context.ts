import type { Calendar } from '../calendar.ts'
import type { Words } from '../config/words.ts'
import type { Store } from '../store/store.ts'
import type { Dimension } from './dimension.ts'
import type { Metric } from './metric.ts'
import type { Viewer } from './query.ts'

/** The metrics and dimensions of one project, built in and its own, by id. */
export interface MetricCatalogue {
  metrics: Map<string, Metric>
  dimensions: Map<string, Dimension>
}

/** What is known about the published version without asking the engine again. */
export interface VersionFacts {
  id: string
  /** ISO instant, UTC: newest event among the accepted rows, or what `--as-of` said. */
  as_of: string | null
  /** While things arrive, now is the clock and no event. */
  by_clock?: true
  /** The reporting zone. */
  zone: string
  /** Model columns with at least one value, `cases.created_at`; `customers.is_identified` only where it is true for some row. */
  present: ReadonlySet<string>
  /** First day of the week and first month of the fiscal year; ISO by default. */
  calendar?: Calendar
  /** Rows of each model table. */
  counts: Readonly<Record<string, number>>
  /** Position in the journal up to which arrivals are in it; 0 without any. */
  journal?: number
}

/** A target of `rapport.yaml` or of a pack. */
export interface TargetSetting {
  metric: string
  value: number
  source: string
  channel?: string
  priority?: string
}

/** All that a door of this room needs. Plain values and one open store. */
export interface MetricContext {
  catalogue: MetricCatalogue
  store: Store
  version: VersionFacts
  viewer: Viewer
  words: Words
  targets: TargetSetting[]
  /** Where arrivals are read with a version: the version as it was built, of which what takes long is asked. */
  settled?: Pick<MetricContext, 'store' | 'version'>
}
