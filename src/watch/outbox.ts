import { say, type Words } from '../config/words.ts'
import type { Delivery, Ledger } from './ledger.ts'
import { type Notification, notificationId } from './notification.ts'

/** What a receiver said. */
export type Answer =
  | { ok: true }
  | {
      ok: false
      says: string
      /** Seconds that it asks to be left alone. */
      retry_after?: number
      /** It wants nothing more at this address. */
      gone?: true
      /** It will never take this one. */
      never?: true
    }

/** A receiver as the outbox sees it. */
export interface Mailbox {
  id: string
  /** Changes with the address: a disabled receiver that has a new one is tried again. */
  address: string
  /** Does it take several alerts in one message? */
  gathers: boolean
  send(notification: Notification): Promise<Answer>
}

export interface Outbox {
  /** Tries all that is due. One run at a time: who asks meanwhile gets the same. Answers when the next is due, in milliseconds since 1970. */
  deliver(): Promise<number | null>
  /** Begins nothing more, and waits a moment for what is under way: what is cut off is sent again at the next start. */
  close(): Promise<void>
}

interface OutboxOptions {
  ledger: Ledger
  closed?: () => boolean
  mailboxes: ReadonlyMap<string, Mailbox>
  words: Words
  now(): number
  random?(): number
}

const [second, minute, hour] = [1000, 60_000, 3_600_000]
/** Waits after each try that failed. */
const waits = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const
/** Longer than any wait with its jitter: a clock that was set back must not hold a message for ever. */
const longest = 27 * hour

/**
 * Sends what waits in the ledger. A try is written down after it: a process that dies in between sends the same once more, under the same
 * id, and nothing is ever left out.
 */
export function openOutbox(options: Omit<OutboxOptions, 'closed'>): Outbox {
  let running: Promise<number | null> | null = null
  let closed = false
  return {
    deliver: () => {
      running ??= deliverAll({ ...options, closed: () => closed }).finally(() => {
        running = null
      })
      return running
    },
    close: async () => {
      closed = true
      const moment = new Promise((resolve) => setTimeout(resolve, patience).unref())
      await Promise.race([running?.catch(() => {}), moment])
    },
  }
}

const patience = 1000

async function deliverAll(options: OutboxOptions): Promise<number | null> {
  const receivers = new Set(waiting(options).map(({ notification }) => notification.receiver))
  const done = await Promise.allSettled([...receivers].map((receiver) => deliverTo(receiver, options)))
  const failed = done.find((each) => each.status === 'rejected')
  if (failed) throw failed.reason
  const next = waiting(options).map((each) => dueAt(each, options.now()))
  return next.length > 0 ? Math.min(...next) : null
}

function waiting({ ledger }: OutboxOptions): Delivery[] {
  return [...ledger.watched.deliveries.values()].filter(({ outcome }) => outcome === 'waiting')
}

function dueAt({ next }: Delivery, now: number): number {
  const at = Date.parse(next)
  return at - now > longest * 3 ? now : at
}

/** In their order; what is about the same alert as one that still waits stays behind it, or an end could come before its beginning. */
async function deliverTo(receiver: string, options: OutboxOptions): Promise<void> {
  await gatherHeld(receiver, options)
  const behind = new Set<string>()
  let answered = false
  const own = () => waiting(options).filter(({ notification }) => notification.receiver === receiver)
  for (const delivery of own()) {
    if (options.closed?.()) return
    const keys = delivery.notification.messages.map(({ key }) => key)
    const due = dueAt(delivery, options.now()) <= options.now()
    const ready = due || (answered && delivery.tries > 0)
    if (ready && !keys.some((key) => behind.has(key))) {
      const sent = await attempt(delivery, options)
      answered ||= sent
      if (sent) continue
    }
    for (const key of keys) behind.add(key)
  }
}

/** What was held back in quiet hours goes out as one message. */
async function gatherHeld(receiver: string, { ledger, mailboxes, words, now }: OutboxOptions): Promise<void> {
  if (!mailboxes.get(receiver)?.gathers) return
  const held = [...ledger.watched.deliveries.values()].filter(
    ({ outcome, tries, notification }) =>
      outcome === 'waiting' &&
      tries === 0 &&
      notification.receiver === receiver &&
      notification.not_before !== undefined &&
      Date.parse(notification.not_before) <= now(),
  )
  const [first] = held
  if (!first || held.length < 2) return
  const of = held.map(({ notification }) => notification.id)
  const messages = held.flatMap(({ notification }) => notification.messages)
  const at = new Date(now()).toISOString()
  await ledger.append({
    kind: 'gathered',
    at,
    of,
    into: {
      id: notificationId(receiver, of),
      receiver,
      at,
      project: first.notification.project,
      title: say(words, 'alerts.title.digest', { count: messages.length }),
      messages,
    },
  })
}

async function attempt({ notification, tries }: Delivery, options: OutboxOptions): Promise<boolean> {
  const { ledger, mailboxes, words, now } = options
  const { id, receiver } = notification
  const mailbox = mailboxes.get(receiver)
  const dead = (says: string) => ledger.append({ kind: 'tried', at: at(now()), id, outcome: 'dead', says })
  if (!mailbox) {
    await dead(say(words, 'alerts.delivery.unknown', { receiver }))
    return false
  }
  const off = ledger.watched.disabled.get(receiver)
  if (off && off.address === mailbox.address) {
    await dead(say(words, 'alerts.delivery.disabled', { receiver, says: off.says }))
    return false
  }
  const answer = await mailbox
    .send(notification)
    .catch((error: unknown): Answer => ({ ok: false, says: error instanceof Error ? error.message : String(error) }))
  if (answer.ok) {
    if (off)
      await ledger.append({
        kind: 'receiver',
        at: at(now()),
        receiver,
        disabled: false,
        address: mailbox.address,
        says: '',
      })
    await ledger.append({ kind: 'tried', at: at(now()), id, outcome: 'sent', says: '' })
    return true
  }
  if (answer.gone)
    await ledger.append({
      kind: 'receiver',
      at: at(now()),
      receiver,
      disabled: true,
      address: mailbox.address,
      says: answer.says,
    })
  const wait = waits[tries]
  if (answer.gone || answer.never || wait === undefined) {
    await dead(say(words, 'alerts.delivery.dead', { receiver, tries: tries + 1, says: answer.says }))
    return false
  }
  const jittered = wait * (0.9 + 0.2 * (options.random ?? Math.random)())
  const asked = Math.min((answer.retry_after ?? 0) * 1000, 24 * hour)
  const next = at(now() + Math.max(jittered, asked))
  await ledger.append({ kind: 'tried', at: at(now()), id, outcome: 'waiting', says: answer.says, next })
  return false
}

const at = (time: number): string => new Date(time).toISOString()
