/** What a rule says of one segment at one moment. */
export interface Reading {
  /** `rule` or `rule/segment`: the same thing has the same key for ever. */
  key: string
  /** Label of the segment; null where the rule has none. */
  segment: string | null
  /** `between`: neither over the limit nor back beyond where it is over again. */
  finding: 'bad' | 'good' | 'between' | 'no-data' | 'stale'
  value: number | null
  /** What it is held against. */
  limit: number | null
  n?: number
  low?: number
  high?: number
  /** Why there is nothing to judge. */
  because?: string
  /** What the reading rests on: as long as it is the same, the reading counts once. */
  evidence: string
  as_of: string | null
}

export type AlertStatus = 'ok' | 'pending' | 'firing' | 'resolved' | 'no-data' | 'stale'

/** Where a rule stands for one segment. Every line of the ledger has it whole, so the last line about a key is all there is to know. */
export interface AlertState extends Reading {
  rule: string
  status: AlertStatus
  /** ISO instant since which it has this status. */
  since: string
  /** Evaluations in a row that were bad. */
  count: number
  /** What was told and is not over: also while there are no data to judge by. */
  open?: { since: string; told: string; times: number }
}

export type AlertEvent = 'fired' | 'repeated' | 'resolved'

export interface Step {
  state: AlertState
  event: AlertEvent | null
  /** When it began and how often it was told, of an event. */
  opened: { since: string; times: number } | null
  /** False where nothing is new: not kept again. */
  changed: boolean
}

/**
 * The next state from the last one. Told once when it begins, once when it is over, and again after `repeat` seconds in between; no data
 * and stale data end nothing and begin nothing.
 */
export function nextState(
  rule: { id: string; for: number; repeat: number },
  reading: Reading,
  before: AlertState | undefined,
  now: string,
): Step {
  const fresh = before?.evidence !== reading.evidence
  const bad = reading.finding === 'bad'
  const count = bad ? (before?.count ?? 0) + (fresh ? 1 : 0) : 0
  const open = before?.open
  const status = statusOf(reading, { open: open !== undefined, enough: count >= rule.for, before, fresh })
  const since = before?.status === status ? before.since : now
  const event = eventOf(status, open, rule.repeat, now)
  const after = openAfter(event, open, now)
  const state: AlertState = { ...reading, rule: rule.id, status, since, count, ...(after && { open: after }) }
  const opened = event === null ? null : (state.open ?? open ?? null)
  return { state, event, opened, changed: fresh || event !== null || before?.status !== status }
}

function statusOf(
  { finding }: Reading,
  known: { open: boolean; enough: boolean; before?: AlertState; fresh: boolean },
): AlertStatus {
  if (finding === 'no-data' || finding === 'stale') return finding
  if (known.open) return finding === 'good' ? 'resolved' : 'firing'
  if (finding === 'bad') return known.enough ? 'firing' : 'pending'
  // What is over is shown as such until the next data.
  return known.before?.status === 'resolved' && !known.fresh ? 'resolved' : 'ok'
}

function eventOf(status: AlertStatus, open: AlertState['open'], repeat: number, now: string): AlertEvent | null {
  if (status === 'resolved') return open ? 'resolved' : null
  if (status !== 'firing') return null
  if (!open) return 'fired'
  return Date.parse(now) - Date.parse(open.told) >= repeat * 1000 ? 'repeated' : null
}

function openAfter(event: AlertEvent | null, open: AlertState['open'], now: string): AlertState['open'] {
  if (event === 'resolved') return undefined
  if (event === 'fired') return { since: now, told: now, times: 1 }
  return event === 'repeated' && open ? { ...open, told: now, times: open.times + 1 } : open
}
