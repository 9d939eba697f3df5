import { join } from 'node:path'
import { openLog, readLog } from '../journal/append-log.ts'
import type { Notification } from './notification.ts'
import type { AlertEvent, AlertState } from './state.ts'

/** What became of a notification. */
export interface Delivery {
  notification: Notification
  tries: number
  outcome: 'waiting' | 'sent' | 'gathered' | 'dead'
  /** Of the last try, in words. */
  says: string
  /** ISO instant before which it is not tried again. */
  next: string
  /** Of the last line about it. */
  at: string
}

/** One line of `watch/alerts.log`. States and what follows from them stand in one line: one is never kept without the other. */
export type LedgerLine =
  | {
      kind: 'evaluated'
      at: string
      version: string
      states: AlertState[]
      /** Keys that stand for nothing any more. */
      gone: string[]
      events: { key: string; event: AlertEvent }[]
      queued: Notification[]
    }
  /** Not from a rule: a report, a run that failed. */
  | { kind: 'queued'; at: string; queued: Notification[] }
  | { kind: 'tried'; at: string; id: string; outcome: 'sent' | 'waiting' | 'dead'; says: string; next?: string }
  | { kind: 'gathered'; at: string; into: Notification; of: string[] }
  | { kind: 'receiver'; at: string; receiver: string; disabled: boolean; address: string; says: string }

/** All that the ledger comes to. */
export interface Watched {
  states: Map<string, AlertState>
  deliveries: Map<string, Delivery>
  /** Receivers that want nothing more, with the address that said so. */
  disabled: Map<string, { address: string; says: string }>
  /** When the last evaluation was kept. */
  evaluated: string | null
  /** Lines whose checksum does not hold: left out. */
  damaged: string[]
}

export interface Ledger {
  readonly watched: Watched
  /** Answers when the line is on the disk, and not before it counts. */
  append(line: LedgerLine): Promise<void>
  close(): Promise<void>
}

const folderOf = (watch: string): string => join(watch, 'alerts.log')
/** Notifications that are done with and still shown. */
const mostShown = 200

/** Opens the ledger for the one process that evaluates. */
export async function openLedger(watch: string): Promise<Ledger> {
  const log = await openLog(folderOf(watch))
  const watched = await readWatched(watch)
  return {
    watched,
    append: async (line) => {
      await log.append([JSON.stringify(line)])
      take(line, watched)
    },
    close: () => log.close(),
  }
}

/** What the ledger comes to, also for another process than the one that writes. */
export async function readWatched(watch: string): Promise<Watched> {
  const watched: Watched = {
    states: new Map(),
    deliveries: new Map(),
    disabled: new Map(),
    evaluated: null,
    damaged: [],
  }
  for await (const line of linesOf(watch, watched.damaged)) take(line, watched)
  return watched
}

/** Evaluations and tries in their order. */
export async function* readHistory(watch: string): AsyncGenerator<LedgerLine> {
  yield* linesOf(watch, [])
}

async function* linesOf(watch: string, damaged: string[]): AsyncGenerator<LedgerLine> {
  for await (const lines of readLog(folderOf(watch)))
    for (const line of lines) {
      if (line.damaged) damaged.push(line.where)
      else yield JSON.parse(line.text) as LedgerLine
    }
}

function take(line: LedgerLine, watched: Watched): void {
  const { states, deliveries, disabled } = watched
  switch (line.kind) {
    case 'evaluated':
      watched.evaluated = line.at
      for (const key of line.gone) states.delete(key)
      for (const state of line.states) states.set(state.key, state)
      for (const notification of line.queued) queue(notification, line.at, deliveries)
      return
    case 'queued':
      for (const notification of line.queued) queue(notification, line.at, deliveries)
      return
    case 'gathered':
      for (const id of line.of) settle(id, { outcome: 'gathered', at: line.at }, deliveries)
      queue(line.into, line.at, deliveries)
      return
    case 'receiver':
      if (line.disabled) disabled.set(line.receiver, { address: line.address, says: line.says })
      else disabled.delete(line.receiver)
      return
    case 'tried': {
      const { id, outcome, says, at, next = at } = line
      settle(id, { outcome, says, at, next, tries: (deliveries.get(id)?.tries ?? 0) + 1 }, deliveries)
      forget(deliveries)
    }
  }
}

function queue(notification: Notification, at: string, deliveries: Map<string, Delivery>): void {
  if (deliveries.has(notification.id)) return
  const next = notification.not_before ?? at
  deliveries.set(notification.id, { notification, tries: 0, outcome: 'waiting', says: '', next, at })
}

function settle(id: string, change: Partial<Delivery>, deliveries: Map<string, Delivery>): void {
  const known = deliveries.get(id)
  if (known) deliveries.set(id, { ...known, ...change })
}

function forget(deliveries: Map<string, Delivery>): void {
  const done = [...deliveries].filter(([, { outcome }]) => outcome !== 'waiting')
  for (const [id] of done.slice(0, Math.max(0, done.length - mostShown))) deliveries.delete(id)
}
