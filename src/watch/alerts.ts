import type { AlertRule, Receiver } from '../config/alerts.ts'
import { say, type Words } from '../config/words.ts'
import { problemsOf, RapportError } from '../errors.ts'
import { type Evaluation, evaluate, type RuleReadings } from './evaluate.ts'
import { openLedger, type Watched } from './ledger.ts'
import { composeMessage } from './message.ts'
import { type AlertMessage, type Notification, notificationId } from './notification.ts'
import { notify, type Told } from './notify.ts'
import { type Answer, openOutbox } from './outbox.ts'
import { readRule } from './readings/all.ts'
import { mailboxOf, type Outside } from './receivers/all.ts'
import type { WatchServices } from './services.ts'
import { findWhy } from './why.ts'

/** What alerts are handed: rules, who is told, and where the numbers come from. */
export interface AlertsOptions {
  /** Where the ledger is kept. */
  folder: string
  /** Name of the project. */
  project: string
  zone: string
  words: Words
  rules: AlertRule[]
  receivers: Receiver[]
  /** What messages link to. */
  publicUrl: string
  outside: Outside
  /** Opens the newest version for one evaluation. */
  open(now: number): Promise<{ services: WatchServices; close(): Promise<void> }>
}

export interface Evaluated extends Evaluation {
  /** Messages that this evaluation put into the outbox. */
  queued: Notification[]
}

/** Alerts of one project, evaluated and delivered by one process. */
export interface Alerts {
  /** One evaluation of the newest version; what is to be told is on the disk when it answers. */
  evaluateNow(): Promise<Evaluated>
  /** Tries all that is due; when the next is, in milliseconds since 1970. */
  deliverNow(): Promise<number | null>
  /** Puts a message that no rule made into the outbox, once for each receiver and `name`; on the disk when it answers. */
  tell(message: AlertMessage, receivers: string[], name: string): Promise<void>
  /** Sends one message past rules and outbox; where it arrives, a receiver that had been disabled is back. */
  test(receiver: string): Promise<Answer>
  readonly watched: Watched
  close(): Promise<void>
}

export async function openAlerts(options: AlertsOptions): Promise<Alerts> {
  const { rules, receivers, outside, words } = options
  const ledger = await openLedger(options.folder)
  const mailboxes = new Map(receivers.map((each) => [each.id, mailboxOf(each, outside)]))
  const outbox = openOutbox({ ledger, mailboxes, words, now: outside.now })
  let before: Promise<unknown> = Promise.resolve()

  const evaluateOnce = async (): Promise<Evaluated> => {
    const now = outside.now()
    const at = new Date(now).toISOString()
    const { services, close } = await options.open(now)
    try {
      const readings: RuleReadings[] = []
      for (const rule of rules) readings.push({ rule, readings: await readingsOf(rule, services, ledger.watched) })
      const evaluation = evaluate(readings, ledger.watched.states, at)
      const told: Told[] = []
      for (const transition of evaluation.transitions) {
        const rule = rules.find(({ id }) => id === transition.rule)!
        if (rule.receivers.length === 0) continue
        const why = transition.event === 'resolved' ? [] : await findWhy(rule, transition.state, services)
        const message = composeMessage(rule, transition, why, services, options.publicUrl)
        told.push({ rule, message, times: transition.times })
      }
      const { project, zone } = options
      const queued = notify(told, { receivers, project, zone, words, now })
      const { changed, gone, transitions } = evaluation
      if (changed.length > 0 || gone.length > 0 || queued.length > 0)
        await ledger.append({
          kind: 'evaluated',
          at,
          version: services.context.version.id,
          states: changed,
          gone,
          events: transitions.map(({ state, event }) => ({ key: state.key, event })),
          queued,
        })
      return { ...evaluation, queued }
    } finally {
      await close()
    }
  }
  return {
    watched: ledger.watched,
    evaluateNow: () => {
      const next = before.then(evaluateOnce)
      before = next.catch(() => {})
      return next
    },
    deliverNow: () => outbox.deliver(),
    tell: async (message, to, name) => {
      const at = new Date(outside.now()).toISOString()
      const unknown = to.find((id) => !mailboxes.has(id))
      if (unknown !== undefined) throw unknownReceiver(unknown, receivers)
      const queued = to.map((receiver) => ({
        ...{ id: notificationId(receiver, [name]), receiver, at },
        ...{ project: options.project, title: message.title, messages: [message] },
      }))
      const fresh = queued.filter(({ id }) => !ledger.watched.deliveries.has(id))
      if (fresh.length > 0) await ledger.append({ kind: 'queued', at, queued: fresh })
    },
    test: async (id) => {
      const mailbox = mailboxes.get(id)
      if (!mailbox) throw unknownReceiver(id, receivers)
      const answer = await mailbox.send(testNotification(id, options)).catch(failed)
      if (answer.ok && ledger.watched.disabled.has(id))
        await ledger.append({
          kind: 'receiver',
          at: new Date(outside.now()).toISOString(),
          receiver: id,
          disabled: false,
          address: mailbox.address,
          says: '',
        })
      return answer
    },
    close: async () => {
      await before
      await outbox.close()
      await ledger.close()
    },
  }
}

/** A rule that cannot be read has no data: the others are evaluated all the same. */
async function readingsOf(rule: AlertRule, services: WatchServices, { states }: Watched) {
  const known = [...states.values()].filter((state) => state.rule === rule.id)
  try {
    return await readRule(
      rule,
      services,
      known.map(({ key }) => key),
    )
  } catch (error) {
    const because = problemsOf(error)[0]?.message ?? ''
    const places = known.length > 0 ? known : [{ key: rule.id, segment: null }]
    return places.map(({ key, segment }) => ({
      key,
      segment,
      finding: 'no-data' as const,
      value: null,
      limit: null,
      because,
      evidence: `failed ${services.context.version.id} ${because}`,
      as_of: services.context.version.as_of,
    }))
  }
}

function failed(error: unknown): Answer {
  return { ok: false, says: error instanceof Error ? error.message : String(error) }
}

function unknownReceiver(id: string, receivers: Receiver[]): RapportError {
  const known = receivers.map((each) => each.id)
  return new RapportError(
    {
      code: 'receiver-unknown',
      message: `There is no receiver "${id}".`,
      where: id,
      fix: known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'Write one under receivers: of rapport.yaml.',
    },
    5,
  )
}

function testNotification(receiver: string, { project, words, publicUrl, outside }: AlertsOptions): Notification {
  const at = new Date(outside.now()).toISOString()
  const title = say(words, 'alerts.title.test')
  return {
    id: notificationId(receiver, ['test', at]),
    receiver,
    at,
    project,
    title,
    messages: [
      {
        key: 'test',
        rule: 'test',
        kind: 'test',
        segment: null,
        event: 'test',
        severity: 'info',
        title,
        text: say(words, 'alerts.text.test', { project }),
        why: [],
        facts: [],
        since: at,
        link: { href: publicUrl, label: say(words, 'alerts.link') },
        value: null,
        limit: null,
        n: null,
        as_of: null,
        version: '',
      },
    ],
  }
}
