import { createHash } from 'node:crypto'
import type { AlertRule } from '../config/alerts.ts'
import type { AlertEvent } from './state.ts'

/** One thing that somebody is told, in words: what moved, against what, why, since when, and where to look. */
export interface AlertMessage {
  /** The same for everything about one rule and segment: receivers thread and close by it. */
  key: string
  rule: string
  kind: AlertRule['kind'] | 'test' | 'report' | 'run'
  segment: string | null
  /** `told`: it is said once, and nothing of it is ever over. */
  event: AlertEvent | 'test' | 'told'
  severity: AlertRule['severity']
  owner?: string
  title: string
  text: string
  why: string[]
  facts: { label: string; value: string }[]
  /** ISO instant at which it began. */
  since: string
  link: { href: string; label: string }
  /** What goes with it where a receiver takes files: `path` is on this machine. */
  files?: { name: string; path: string }[]
  value: number | null
  limit: number | null
  n: number | null
  as_of: string | null
  version: string
}

/** A message to one receiver. On the disk before it is sent, under the same id at every try. */
export interface Notification {
  id: string
  receiver: string
  at: string
  /** Name of the project. */
  project: string
  title: string
  messages: AlertMessage[]
  /** Quiet until then. */
  not_before?: string
}

/** What makes a notification the same one. */
export function notificationId(receiver: string, parts: string[]): string {
  return `rapport-${createHash('sha256')
    .update(JSON.stringify([receiver, ...parts]))
    .digest('hex')
    .slice(0, 32)}`
}

/**
 * Text that came out of data, on one line and no longer than that: no line breaks, no characters that hide or turn what stands around
 * them.
 */
export function plain(text: string, most: number): string {
  const flat = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return cut(flat, most)
}

/** No longer than so many UTF-16 units, and never half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > most - 1) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}
