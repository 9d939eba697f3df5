import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import type { Receiver } from '../../config/alerts.ts'
import { type AlertMessage, cut, type Notification, plain } from '../notification.ts'
import type { Answer } from '../outbox.ts'
import { checkAddress, type Resolve } from './address.ts'

type Email = Extract<Receiver, { kind: 'email' }>

/** A message as it is handed to the mail server. */
export interface Mail {
  from: string
  to: string | string[]
  subject: string
  text: string
  html: string
  messageId: string
  references?: string[]
  inReplyTo?: string
  date: Date
  attachments?: { filename: string; content: Buffer }[]
  headers: Record<string, string>
}

/** A notification as text and simple HTML. The id of the message is that of the notification; what is about one alert is one thread. */
export function formatEmail(notification: Notification, { from, to }: Pick<Email, 'from' | 'to'>): Mail {
  const { id, title, messages, project, at } = notification
  const [only] = messages
  const thread =
    messages.length === 1 && only && only.event !== 'test' && only.event !== 'told'
      ? threadOf(only, project)
      : undefined
  return {
    from,
    to,
    subject: plain(`[${project}] ${title}`, 200),
    text: [...messages.map(textOf), `${project}`].join('\n\n'),
    html: `<!doctype html><html><body style="font-family:system-ui,sans-serif;font-size:14px;line-height:1.45;color:#1a1a1a">${messages.map(htmlOf).join('<hr style="border:0;border-top:1px solid #ddd">')}<p style="color:#666">${escaped(project)}</p></body></html>`,
    messageId: `<${id}@rapport.invalid>`,
    ...(thread && { references: [thread], inReplyTo: thread }),
    date: new Date(at),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  }
}

function threadOf({ key }: AlertMessage, project: string): string {
  return `<${createHash('sha256').update(`${project}/${key}`).digest('hex').slice(0, 32)}@rapport.invalid>`
}

function textOf({ title, text, why, facts, link }: AlertMessage): string {
  return [
    title,
    text,
    ...why.map((each) => `- ${each}`),
    '',
    ...facts.map(({ label, value }) => `${label}: ${value}`),
    '',
    `${link.label}: ${link.href}`,
  ].join('\n')
}

function htmlOf({ title, text, why, facts, link }: AlertMessage): string {
  const list = why.length > 0 ? `<ul>${why.map((each) => `<li>${escaped(each)}</li>`).join('')}</ul>` : ''
  const rows = facts.map(
    ({ label, value }) =>
      `<tr><td style="padding:2px 12px 2px 0;color:#666">${escaped(label)}</td><td style="padding:2px 0">${escaped(value)}</td></tr>`,
  )
  return `<h2 style="font-size:16px;margin:12px 0 4px">${escaped(title)}</h2><p>${escaped(text)}</p>${list}<table role="presentation" cellspacing="0" cellpadding="0">${rows.join('')}</table><p><a href="${escaped(link.href)}">${escaped(link.label)}</a></p>`
}

function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;')
}

/** What goes with a message, read when it is sent: it may wait for days. */
export async function attachmentsOf({ messages }: Notification): Promise<Pick<Mail, 'attachments'>> {
  const files = messages.flatMap((each) => each.files ?? [])
  if (files.length === 0) return {}
  const attachments = await Promise.all(
    files.map(async ({ name, path }) => ({ filename: name, content: await readFile(path) })),
  )
  return { attachments }
}

/** Hands a message to the server of the receiver, at the address that was checked. */
export async function sendEmail(
  mail: Mail,
  { host, port, tls, user, allow_private }: Email,
  options: { password?: string; resolve?: Resolve; timeout?: number },
): Promise<Answer> {
  const { address } = await checkAddress(host, { allowPrivate: allow_private, resolve: options.resolve })
  const { createTransport } = await import('nodemailer')
  const timeout = options.timeout ?? 20_000
  const transport = createTransport({
    host: address,
    port,
    secure: tls === 'tls',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(isIP(host) === 0 && { tls: { servername: host } }),
    ...(user !== undefined && { auth: { user, pass: options.password ?? '' } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await transport.sendMail(mail)
    return { ok: true }
  } catch (error) {
    const { responseCode, message } = error as Error & { responseCode?: number }
    // 55x of the message or its recipients: it will not be another one later. Signing in may be mended.
    const never = responseCode !== undefined && [550, 551, 552, 553, 554].includes(responseCode)
    return { ok: false, says: cut(message.replace(/\s+/g, ' '), 300), ...(never && { never: true as const }) }
  } finally {
    transport.close()
  }
}
