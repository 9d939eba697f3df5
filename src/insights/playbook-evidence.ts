import type { VersionFacts } from '../metrics/context.ts'
import type { MetricCard, MetricCell, Verdict } from '../metrics/frame.ts'
import type { CheckFinding } from '../metrics/ledger.ts'
import type { Readiness } from '../metrics/readiness.ts'
import type { Finding } from './finding.ts'
import { conditionsOf, type PlaybookRule } from './playbook-rule.ts'
import type { RepeatedTexts } from './topics.ts'

/** All that the playbook's conditions speak of, read once for all rules. */
export interface PlaybookEvidence {
  version: Pick<VersionFacts, 'present' | 'counts'>
  metrics: ReadonlyMap<string, MetricFact>
  /** By `splitKey`. */
  splits: ReadonlyMap<string, SplitFact>
  checks: CheckFact[]
  readiness: Readiness[]
  findings: Finding[]
  /** Null where texts were not read. */
  repeated: RepeatedTexts | null
  /** Metrics of the catalogue without their variants: what a share of unlocked ones is held against. */
  metric_count: number
  /** Labels of fields, metrics and dimensions in the viewer's language. */
  labelOfField(field: string): string
  labelOfMetric(id: string): string
  labelOfDimension(id: string): string
}

export type CheckFact = Pick<
  CheckFinding,
  'check' | 'severity' | 'table' | 'subject' | 'found' | 'checked' | 'rows'
> & {
  sentence: string
}

export interface MetricFact {
  /** Table whose rows it counts. */
  table: string
  card: MetricCard
  cell: MetricCell
}

export interface SplitFact {
  card: MetricCard
  groups: Group[]
  verdict: Verdict | null
  /** Benjamini-Hochberg over every split that the playbook looks at. */
  q: number | null
  /** Why it cannot be known. */
  refused: MetricCell['refused'] | null
}

export interface Group {
  value: string
  label: string
  cell: MetricCell
}

/** What the rules ask for: metrics as a whole, and metrics by a dimension. */
export interface Asked {
  metrics: string[]
  /** Metrics by dimension. */
  splits: ReadonlyMap<string, string[]>
}

export const splitKey = (metric: string, by: string): string => `${metric}|${by}`

export function askedBy(rules: readonly PlaybookRule[]): Asked {
  const metrics = new Set<string>()
  const splits = new Map<string, Set<string>>()
  const split = (metric: string, by: string): void => {
    metrics.add(metric)
    splits.set(by, (splits.get(by) ?? new Set()).add(metric))
  }
  for (const rule of rules) {
    for (const each of conditionsOf(rule)) {
      if ('by' in each && each.by) split(each.metric, each.by)
      else if ('metric' in each) metrics.add(each.metric)
    }
    const { effect } = rule
    if (effect.kind === 'gap') split(effect.metric, effect.by)
    else if ('metric' in effect) metrics.add(effect.metric)
    if (effect.kind === 'what_if') metrics.add(effect.becomes)
  }
  return { metrics: [...metrics], splits: new Map([...splits].map(([by, ids]) => [by, [...ids]])) }
}
