import type { AlertRule, Receiver } from '../config/alerts.ts'
import { say, type Words } from '../config/words.ts'
import { type AlertMessage, type Notification, notificationId } from './notification.ts'
import { quietUntil } from './quiet.ts'

/** A message with the rule that it comes from. `times`: how often it was told, this time included. */
export interface Told {
  rule: AlertRule
  message: AlertMessage
  times: number
}

interface NotifyOptions {
  receivers: Receiver[]
  project: string
  zone: string
  words: Words
  now: number
}

/**
 * Messages of one evaluation -> what each receiver gets: one message for all of it, but alone what wants to be, what is held back for quiet
 * hours, and everything for receivers that keep an incident for each alert.
 */
export function notify(told: Told[], options: NotifyOptions): Notification[] {
  return options.receivers.flatMap((receiver) => {
    const own = told.filter(({ rule }) => rule.receivers.includes(receiver.id))
    return groupsOf(own, receiver, options).map(({ members, held }) => notificationOf(members, held, receiver, options))
  })
}

interface Group {
  members: Told[]
  held: number | null
}

function groupsOf(told: Told[], receiver: Receiver, { now, zone }: NotifyOptions): Group[] {
  const groups = new Map<string, Group>()
  for (const each of told) {
    const held = each.rule.quiet ? quietUntil(each.rule.quiet, now, zone) : null
    const alone = receiver.kind === 'pagerduty' || !each.rule.group
    const key = JSON.stringify([alone ? each.message.key : null, held])
    const group = groups.get(key) ?? { members: [], held }
    group.members.push(each)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function notificationOf(
  members: Told[],
  held: number | null,
  receiver: Receiver,
  { project, words, now }: NotifyOptions,
): Notification {
  const messages = members.map(({ message }) => message)
  const [first] = messages
  const parts = members.map(({ message, times }) => `${message.key} ${message.event} ${message.since} ${times}`)
  return {
    id: notificationId(receiver.id, parts),
    receiver: receiver.id,
    at: new Date(now).toISOString(),
    project,
    title:
      messages.length === 1 && first ? first.title : say(words, 'alerts.title.several', { count: messages.length }),
    messages,
    ...(held !== null && { not_before: new Date(held).toISOString() }),
  }
}
