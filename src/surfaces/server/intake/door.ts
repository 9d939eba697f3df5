import type { proofs } from '../../../config/intake.ts'
import type { Journal } from '../../../journal/journal.ts'

/** A source that takes arrivals, with its secrets read. */
export interface IntakeSource {
  id: string
  /** `owner`: nothing is sent to it over the network, only by `rapport intake` of whoever owns the data folder. */
  verify: (typeof proofs)[number] | 'owner'
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
  /** By which `rapport intake` shows that it may read the data folder: it may send to every source. */
  key?: string
  journal: Pick<Journal, 'append'>
  /** Told after the disk has it. */
  onKept?(position: number): void
  now?(): number
}
