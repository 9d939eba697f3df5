import { createHmac } from 'node:crypto'
import { RapportError } from '../../errors.ts'
import type { AlertMessage, Notification } from '../notification.ts'

/** What a receiver of webhooks takes without asking. */
const mostBytes = 20 * 1000

/** A notification as Standard Webhooks have it. Thin where it would be too large: what it is about, and where to read it. */
export function formatWebhook(notification: Notification): string {
  const whole = bodyOf(notification, (message) => message)
  if (Buffer.byteLength(whole) <= mostBytes) return whole
  const thin = bodyOf(notification, ({ key, rule, event, severity, link }) => ({ key, rule, event, severity, link }))
  if (Buffer.byteLength(thin) <= mostBytes) return thin
  return bodyOf({ ...notification, messages: notification.messages.slice(0, 20) }, ({ key, event }) => ({ key, event }))
}

function bodyOf({ id, at, project, title, messages }: Notification, part: (message: AlertMessage) => object): string {
  return JSON.stringify({
    type: typeOf(messages),
    timestamp: at,
    data: { id, project, title, count: messages.length, alerts: messages.map(part) },
  })
}

function typeOf(messages: AlertMessage[]): string {
  const events = new Set(messages.map(({ event }) => event))
  const [only] = events
  return events.size === 1 && only ? `alert.${only}` : 'alert.several'
}

/** Headers that let the receiver know it, and know it again. Signed with every key: while one is changed, both hold. */
export function signed(id: string, seconds: number, body: string, keys: string[]): Record<string, string> {
  const signatures = keys.map((key) => {
    const hash = createHmac('sha256', bytesOf(key)).update(`${id}.${seconds}.${body}`).digest('base64')
    return `v1,${hash}`
  })
  return {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  }
}

function bytesOf(key: string): Buffer {
  const bytes = Buffer.from(key.replace(/^whsec_/, ''), 'base64')
  if (bytes.length >= 24 && bytes.length <= 64) return bytes
  throw new RapportError(
    {
      code: 'secret-unfit',
      message: 'The signing key of the webhook is not 24 to 64 bytes in base64.',
      fix: "Make one: node -e \"console.log('whsec_' + require('node:crypto').randomBytes(32).toString('base64'))\"",
    },
    2,
  )
}
