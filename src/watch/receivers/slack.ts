import { type AlertMessage, cut, type Notification } from '../notification.ts'

/** What Slack takes. */
const most = { header: 150, section: 3000, fields: 10, field: 2000, blocks: 50 }
const mostShown = 12

/** A notification as the body of an incoming webhook. */
export function formatSlack(notification: Notification): string {
  const shown = notification.messages.slice(0, mostShown)
  const rest = notification.messages.length - shown.length
  const blocks = [
    { type: 'header', text: { type: 'plain_text', text: cut(notification.title, most.header), emoji: false } },
    ...shown.flatMap((message) => blocksOf(message, notification.messages.length > 1)),
    ...(rest > 0 ? [{ type: 'section', text: mrkdwn(`+ ${rest}`, most.section) }] : []),
    { type: 'context', elements: [mrkdwn(escaped(notification.project), most.field)] },
  ]
  return JSON.stringify({
    text: cut(escaped(fallback(notification)), most.section),
    blocks: blocks.slice(0, most.blocks),
  })
}

function blocksOf(message: AlertMessage, several: boolean): object[] {
  const head = several ? `*${escaped(message.title)}*\n` : ''
  const text = [escaped(message.text), ...message.why.map((each) => `• ${escaped(each)}`)].join('\n')
  const fields = message.facts
    .slice(0, most.fields)
    .map(({ label, value }) => mrkdwn(`*${escaped(label)}*\n${escaped(value)}`, most.field))
  return [
    { type: 'section', text: mrkdwn(head + text, most.section) },
    ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          text: { type: 'plain_text', text: cut(message.link.label, 75), emoji: false },
          url: message.link.href.slice(0, 3000),
        },
      ],
    },
  ]
}

/** `verbatim`: Slack makes no links and no mentions of what stands in the text. */
function mrkdwn(text: string, length: number): object {
  return { type: 'mrkdwn', text: cut(text, length), verbatim: true }
}

/** The three characters that mean something. A cut may leave half of `&lt;`, which means nothing. */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

function fallback({ title, messages }: Notification): string {
  const [only] = messages
  return messages.length === 1 && only ? `${title}: ${only.text}` : title
}
