import { createHmac } from 'node:crypto'
import { RapportError } from '../../errors.ts'
import { type AlertMessage, cut, type Notification } from '../notification.ts'

/** What a receiver of webhooks takes without asking. */
const mostBytes = 20 * 1000

/** A notification as Standard Webhooks have it. Thin where it would be too large: what it is about, and as many as fit. */
export function formatWebhook(notification: Notification): string {
  const whole = bodyOf(notification, notification.messages.map(withoutPaths))
  if (Buffer.byteLength(whole) <= mostBytes) return whole
  const thin = notification.messages.map(({ key, rule, event, severity, link }) => ({
    key: cut(key, 300),
    rule,
    event,
    severity,
    link: link.href.length <= 1000 ? link : undefined,
  }))
  for (let shown = Math.min(thin.length, 100); ; shown--) {
    const body = bodyOf({ ...notification, title: cut(notification.title, 300) }, thin.slice(0, shown))
    if (shown <= 1 || Buffer.byteLength(body) <= mostBytes) return body
  }
}

/** Where a file stands is of no use to another machine. */
function withoutPaths({ files, ...message }: AlertMessage): object {
  return files ? { ...message, files: files.map(({ name }) => ({ name })) } : message
}

/** `count`: of all of them, whether or not they fit. */
function bodyOf({ id, at, project, title, messages }: Notification, alerts: object[]): string {
  return JSON.stringify({
    type: typeOf(messages),
    timestamp: at,
    data: { id, project, title, count: messages.length, alerts },
  })
}

function typeOf(messages: AlertMessage[]): string {
  const types = new Set(messages.map(({ kind, event }) => (event === 'told' ? `${kind}.told` : `alert.${event}`)))
  const [only] = types
  return types.size === 1 && only ? only : 'alert.several'
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
