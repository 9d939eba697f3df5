import type { Expression } from '../sql/expression.ts'
import type { MetricUnit } from './frame.ts'

/** What is computed. Every kind yields sufficient statistics in one SQL pass; intervals and tests come from those. */
export type Measure =
  | { kind: 'count' }
  | { kind: 'distinct'; of: Expression }
  /** Rows that fulfil the numerator over rows that fulfil the denominator (default: the population). */
  | { kind: 'ratio'; numerator: Expression; denominator?: Expression }
  | { kind: 'mean'; of: Expression }
  | { kind: 'quantile'; of: Expression; at: number }
  | { kind: 'sum'; of: Expression }
  /** Rows for each different value: cases per agent. */
  | { kind: 'per'; of: Expression }
  /** Rows on a day of the time basis, averaged over the days that have any and that the data cover whole. */
  | { kind: 'daily' }
  /**
   * Semi-additive: how many are open at a moment, or how many different values the open ones have. Over periods, the last moment of
   * each; never a sum over time.
   */
  | { kind: 'stock'; opened?: Expression; closed?: Expression; open: Expression; distinct?: Expression }
  /**
   * Semi-additive: changes added up since the beginning, so a balance on a day. At the end of the range, at its start (the evening before),
   * or the mean of its days.
   */
  | { kind: 'level'; of: Expression; at: 'end' | 'start' | 'mean' }
  /** Of those that were there at the start, the share that is there at the end, (E - N) / S, or that is not. */
  | { kind: 'kept'; opened: Expression; closed: Expression; open: Expression; lost: boolean }
  /** Gains of each month over the level that earned them, multiplied up: what a unit of money has become, less one. Or how much they vary. */
  | { kind: 'chained'; gain: Expression; of: Expression; at: 'start' | 'mean'; spread: boolean }
  /** Other metrics, added, subtracted and divided. Unknown where one of them is; of some, without a period of time. */
  | { kind: 'combined'; plus: string[]; minus: string[]; over?: string; period: boolean }

/** Is it measured at a moment, from all rows until then? */
export function isMoving({ kind }: Measure): boolean {
  return kind === 'stock' || kind === 'level' || kind === 'kept' || kind === 'chained'
}

/**
 * Is it what there is, and no sample of it: counts, money, levels, different values, and what is computed of those? It may be told as a
 * fact. What is averaged or a share is told with its doubt.
 */
export function isTally(metric: Metric, metrics: ReadonlyMap<string, Metric>): boolean {
  const parts = componentsOf(metric)
  if (parts.length === 0) return ['count', 'distinct', 'sum', 'stock', 'level', 'chained'].includes(metric.measure.kind)
  return parts.every((id) => {
    const part = metrics.get(id)
    return part !== undefined && isTally(part, metrics)
  })
}

/** Ids of the metrics of which this one is combined. */
export function componentsOf({ measure }: Metric): string[] {
  if (measure.kind !== 'combined') return []
  return [...measure.plus, ...measure.minus, ...(measure.over ? [measure.over] : [])]
}

/** The parts of a metric that are written for people. */
export type MetricPart = 'label' | 'question' | 'population' | 'numerator' | 'denominator' | 'value' | 'note'

/** A number with its definition, as checked from YAML. */
export interface Metric {
  id: string
  /** English; other languages by `metrics.<id>.label`. */
  label: string
  question: string
  unit: MetricUnit
  better: 'higher' | 'lower' | 'none'
  from: string
  /** Rows that the metric is about. */
  population?: Expression
  populationText: string
  measure: Measure
  /** Rows with the same value hang together: intervals and tests then count its values, not rows. */
  clusters?: Expression
  numeratorText?: string
  denominatorText?: string
  /** Column of `from` whose time places a row in a period. */
  time?: string
  clock: 'calendar' | 'business' | null
  additivity: 'additive' | 'semi-additive' | 'non-additive'
  /** Rows younger than this at the as-of time are left out: they have not had their chance yet. */
  maturity?: { since: Expression; seconds: number | Expression; settled?: Expression }
  /** Model columns without which the number cannot be known: `cases.created_at`; `a or b` where either will do. */
  needs: string[]
  needsAsOf: boolean
  /** Id without the variant; equal to `id` for the default. */
  family: string
  /** `signed` in `reply_to_resolution_time:signed`; empty for the default. */
  variant: string
  /** Metric to show where this one is refused. */
  instead?: string
  /** Why this definition, where sources disagree. */
  note?: string
  /** Metrics of the same KPI by another rule: a ranking that differs between them is marked. */
  compareWith: string[]
  /** The metric whose median or 90th percentile this is: its words are built from that one's. */
  quantileOf?: { id: string; at: 'median' | 'p90' }
  /** Its texts, each with the id under which another language has it. */
  says: Partial<Record<MetricPart, { id: string; english: string }>>
  defined_at: string
}
