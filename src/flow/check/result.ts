import type { Check } from './check.ts'

/** How many of how many rows of one source. */
export interface SourceCount {
  source: string
  found: number
  checked: number
}

/** What one check found. Zero found is a result too: it says that the check ran. */
export interface CheckResult {
  check: string
  kind: Check['kind']
  severity: Check['severity']
  dimension: Check['dimension']
  owner: string | null
  /** The only source that it is about. */
  source: string | null
  table: string | null
  /** Column, field or source concerned. */
  subject: string | null
  found: number
  checked: number
  /** Values for the sentence of the check. */
  facts: Record<string, string | number | null>
  rows: string | null
  /** Null where nobody knows whose rows they are. */
  bySource: SourceCount[] | null
}

export function result(check: Check, part: Partial<CheckResult> & { found: number; checked: number }): CheckResult {
  const facts = { ...part.facts, share: part.checked > 0 ? part.found / part.checked : null }
  const { id, kind, severity, dimension, owner = null } = check
  const nothing = { source: null, table: null, subject: null, rows: null, bySource: null }
  return { check: id, kind, severity, dimension, owner, ...nothing, ...part, facts }
}

/** How columns of durations and of moments are named. */
export const durationName =
  /\b(time|duration|delay|age|wait|elapsed|temps|dur[ée]e|d[ée]lai|dauer|zeit|tiempo|duraci[oó]n)\b/i
export const momentName = /\b(at|date|datum|fecha|timestamp|datetime|created|updated|started|ended|on|le|am)\b/i
