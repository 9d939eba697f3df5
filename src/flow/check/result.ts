import type { Check } from './check.ts'

/** What one check found. Zero found is a result too: it says that the check ran. */
export interface CheckResult {
  check: string
  severity: Check['severity']
  table: string | null
  /** Column, field or source concerned. */
  subject: string | null
  found: number
  checked: number
  /** Values for the sentence of the check. */
  facts: Record<string, string | number | null>
  rows: string | null
}

export function result(check: Check, part: Partial<CheckResult> & { found: number; checked: number }): CheckResult {
  const facts = { ...part.facts, share: part.checked > 0 ? part.found / part.checked : null }
  return { check: check.id, severity: check.severity, table: null, subject: null, rows: null, ...part, facts }
}

/** How columns of durations and of moments are named. */
export const durationName =
  /\b(time|duration|delay|age|wait|elapsed|temps|dur[ée]e|d[ée]lai|dauer|zeit|tiempo|duraci[oó]n)\b/i
export const momentName = /\b(at|date|datum|fecha|timestamp|datetime|created|updated|started|ended|on|le|am)\b/i
