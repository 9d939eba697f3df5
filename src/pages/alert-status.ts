import type { AlertRule } from '../config/alerts.ts'

/** A rule as it stands, for one segment of it, in the words of the viewer. */
export interface AlertShown {
  rule: string
  key: string
  kind: AlertRule['kind']
  title: string
  segment: string | null
  /** `off`: not evaluated yet. */
  status: 'ok' | 'pending' | 'firing' | 'resolved' | 'no-data' | 'stale' | 'off'
  /** ISO instant. */
  since: string | null
  value: string
  limit: string
  n: number | null
  as_of: string | null
  severity: AlertRule['severity']
  owner: string | null
  receivers: string[]
  /** Why there is nothing to judge, or what was found. */
  because: string
  href: string
}

/** A message and what became of it. */
export interface DeliveryShown {
  id: string
  receiver: string
  title: string
  at: string
  outcome: 'waiting' | 'sent' | 'gathered' | 'dead'
  tries: number
  says: string
  next: string | null
}

/** What is watched: the state of every rule, and the last messages, newest first. */
export interface AlertsShown {
  /** ISO instant of the last evaluation. */
  evaluated: string | null
  alerts: AlertShown[]
  deliveries: DeliveryShown[]
}
