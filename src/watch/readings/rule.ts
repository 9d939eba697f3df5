import type { Frame, FrameRow, MetricCell } from '../../metrics/frame.ts'
import type { Condition } from '../../metrics/query.ts'
import { parseCondition } from '../../pages/parameters.ts'
import type { WatchServices } from '../services.ts'
import type { Reading } from '../state.ts'

/** Conditions as they stand in a rule; what does not read was refused when the rule was. */
export function conditionsOf(where: string[]): Condition[] {
  return where.flatMap((text) => parseCondition(text) ?? [])
}

/** The version and its now: as long as both are the same, nothing new was seen. */
export function evidenceOf({ context: { version } }: WatchServices): string {
  return `${version.id} ${version.as_of ?? ''}`
}

/** A reading of data that are too old to judge by. */
export function staleReading(
  rule: { id: string; stale?: number },
  { context: { version }, now }: WatchServices,
): Reading | null {
  if (rule.stale === undefined || version.as_of === null) return null
  if (now - Date.parse(version.as_of) <= rule.stale * 1000) return null
  return {
    key: rule.id,
    segment: null,
    finding: 'stale',
    value: null,
    limit: null,
    evidence: `stale ${version.as_of}`,
    as_of: version.as_of,
  }
}

/** A row of a frame as a segment: the same key for ever, and the label that people read. */
export function segmentOf(rule: string, row: FrameRow, by: string | undefined, frame: Frame) {
  if (!by) return { key: rule, segment: null }
  const value = row[by]
  return { key: `${rule}/${String(value)}`, segment: frame.labels[by]?.[String(value)] ?? String(value ?? '–') }
}

export function cellIn(row: FrameRow | undefined, metric: string): MetricCell {
  return (row?.[metric] as MetricCell | undefined) ?? { value: null, n: 0 }
}

/** `chat` of `chat-sla/chat`. */
export function groupOf(key: string): string | null {
  const at = key.indexOf('/')
  return at < 0 ? null : key.slice(at + 1)
}
