import { createHash } from 'node:crypto'
import { resolve as resolvePath } from 'node:path'
import type { Receiver } from '../../config/alerts.ts'
import { readSecret } from '../../config/secret.ts'
import type { Mailbox } from '../outbox.ts'
import type { Resolve } from './address.ts'
import { attachmentsOf, formatEmail, sendEmail } from './email.ts'
import { addLine, formatFile } from './file.ts'
import { formatPagerduty } from './pagerduty.ts'
import { post } from './post.ts'
import { formatSlack } from './slack.ts'
import { formatTeams } from './teams.ts'
import { formatWebhook, signed } from './webhook.ts'

/** The outside world of the receivers. */
export interface Outside {
  /** Of `rapport.yaml`: files of secrets and of alerts are relative to it. */
  directory: string | null
  environment?: NodeJS.ProcessEnv
  now(): number
  resolve?: Resolve
  timeout?: number
}

/** Every kind of receiver as something to send to. Secrets are read when they are needed. */
export function mailboxOf(receiver: Receiver, outside: Outside): Mailbox {
  const common = { id: receiver.id, gathers: receiver.kind !== 'pagerduty', address: digest(receiver) }
  const secret = (reference: string) => readSecret(reference, outside)
  const place = (text: string) => (/^(env|file):/.test(text) ? secret(text) : Promise.resolve(text))
  const send = async (url: string, headers: Record<string, string>, body: string, never: readonly number[]) => {
    const allowPrivate = receiver.kind !== 'file' && receiver.allow_private
    return post({ url, headers, body }, { allowPrivate, resolve: outside.resolve, timeout: outside.timeout, never })
  }
  switch (receiver.kind) {
    case 'slack':
      return {
        ...common,
        send: async (each) => send(await secret(receiver.url), json, formatSlack(each), [400]),
      }
    case 'teams':
      return {
        ...common,
        send: async (each) => send(await secret(receiver.url), json, formatTeams(each), [400, 413]),
      }
    case 'webhook':
      return {
        ...common,
        send: async (each) => {
          const references = [receiver.secret, ...(receiver.previous_secret ? [receiver.previous_secret] : [])]
          const keys = await Promise.all(references.map(secret))
          const body = formatWebhook(each)
          const headers = signed(each.id, Math.floor(outside.now() / 1000), body, keys)
          return send(await place(receiver.url), headers, body, [413])
        },
      }
    case 'pagerduty':
      return {
        ...common,
        send: async (each) =>
          send(await place(receiver.url), json, formatPagerduty(each, await secret(receiver.key)), [400]),
      }
    case 'email':
      return {
        ...common,
        send: async (each) =>
          sendEmail({ ...formatEmail(each, receiver), ...(await attachmentsOf(each)) }, receiver, {
            password: receiver.password && (await secret(receiver.password)),
            resolve: outside.resolve,
            timeout: outside.timeout,
          }),
      }
    case 'file':
      return {
        ...common,
        send: (each) => addLine(resolvePath(outside.directory ?? '.', receiver.path), formatFile(each)),
      }
  }
}

const json = { 'Content-Type': 'application/json' }

function digest(receiver: Receiver): string {
  return createHash('sha256').update(JSON.stringify(receiver)).digest('hex').slice(0, 16)
}
