import type { Problem } from '../errors.ts'
import type { Query } from './query.ts'

/**
 * The answer to a `Query`: values and all that makes them believable. Every surface reads this and nothing else, so no two
 * surfaces can disagree about a number.
 */
export interface Frame {
  query: Query
  version: string
  /** ISO instant, UTC; null where no metric of the frame depends on a now. */
  as_of: string | null
  zone: string
  rows: FrameRow[]
  /** Dimension -> value id -> label in the viewer's language. */
  labels: Record<string, Record<string, string>>
  metrics: Record<string, MetricCard>
  verdicts: Verdict[]
  notes: Problem[]
}

/** Dimension values (`channel: 'chat'`, null when not set), `period` when a grain was asked for, and one cell a metric. */
export interface FrameRow {
  [key: string]: string | number | boolean | null | Period | MetricCell
}

export interface Period {
  /** First local day. */
  start: string
  /** True when the data does not cover the whole period. */
  partial: boolean
}

/** Durations in seconds, ratios 0-1, NPS -100..100, money in the unit's currency. `value` is null when undefined, never 0. */
export interface MetricCell {
  value: number | null
  numerator?: number
  denominator?: number
  n?: number
  /** 95 % interval. */
  low?: number
  high?: number
  /** False where an engine only approximates. */
  exact?: false
  /** True where the source stored the value and Rapport did not compute it. */
  stored?: true
  /** Why there is no number, and which fields would give one. */
  refused?: Problem & { missing: string[] }
  previous?: number | null
  change?: number | null
  /** Value per unit of width, for bands of unequal width. */
  per_unit?: number | null
  /** What this row is held against, where channels or priorities have targets of their own. */
  target?: number
}

/** What a metric is: travels with its numbers. */
export interface MetricCard {
  id: string
  label: string
  question: string
  definition: string
  unit: MetricUnit
  better: 'higher' | 'lower' | 'none'
  numerator?: string
  denominator?: string
  population: string
  /** Column whose time places a row in a period; null where the source has none. */
  time_basis: string | null
  clock: 'calendar' | 'business' | null
  additivity: 'additive' | 'semi-additive' | 'non-additive'
  /** A sum, a level, or what is combined from such: the count of its rows says nothing about it. */
  sample?: false
  /** Part of a whole, between none and all of it: a return in per cent is no share. */
  share?: true
  interval: string | null
  needs_as_of: boolean
  /** Ids of the variants of the same KPI, this one among them. */
  variants: { id: string; label: string }[]
  target?: Target
  /** With the values written in: to read and to paste. */
  sql: string
  /** `catalog/metrics/csat.yaml:12`. */
  defined_at: string
}

export type MetricUnit = 'count' | 'ratio' | 'score' | 'seconds' | 'money' | 'number' | 'points'

/** What a number is held against, and who says so. */
export interface Target {
  value: number
  source: string
  /** Is the target outside the interval (so the gap is no accident of the sample)? Null without an interval. */
  excluded: boolean | null
  met: boolean
}

/** Is a difference between groups real? The same object on every surface. */
export interface Verdict {
  metric: string
  /** A dimension, two joined by a comma, or `period` of a trend. */
  by: string
  /** By `q`; null when it cannot be tested. */
  real: boolean | null
  p: number | null
  /** Benjamini-Hochberg over the family. */
  q: number | null
  /** This metric times all dimensions of its table. */
  family: { size: number; dimensions: string[] }
  test: 'kruskal-wallis' | 'chi-square' | 'chi-square-even' | 'trend' | 'none'
  statistic: number | null
  df: number | null
  /** Smallest group. */
  n_min: number
  n: number
  /** In the viewer's language, ready to print. */
  sentence: string
  /** True when the first or last place changes between variants of the KPI. */
  flips?: { variant: string; first: string; last: string }[]
}
