import type { proofs } from '../../../config/intake.ts'
import type { Journal } from '../../../journal/journal.ts'

/** A source that takes arrivals, with its secrets read. */
export interface IntakeSource {
  id: string
  verify: (typeof proofs)[number]
  /** Any of them proves the sender: a new one stands beside the old one while it is changed. */
  secrets: string[]
  /** Of WhatsApp: the verify token of its webhook. */
  challenge?: string
  /** Answers to surveys: their fields are known, so each is checked when it arrives, and a table (CSV) may be sent. */
  surveys?: boolean
}

/** All that a server needs to take arrivals. */
export interface IntakeDoor {
  sources: ReadonlyMap<string, IntakeSource>
  /** Public names under which sources that verify their sender may be reached, besides this machine's own. */
  hosts: readonly string[]
  journal: Pick<Journal, 'append'>
  /** Told after the disk has it. */
  onKept?(position: number): void
  now?(): number
}
