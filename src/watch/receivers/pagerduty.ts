import { createHash } from 'node:crypto'
import { cut, type Notification } from '../notification.ts'

const most = { summary: 1024, key: 255 }

/** A notification as an event of the Events API v2: what begins triggers, what is over resolves, under one key. */
export function formatPagerduty({ messages, project, id }: Notification, routingKey: string): string {
  const message = messages[0]!
  const key = `rapport/${message.key}`
  const dedup = key.length <= most.key ? key : `rapport/${createHash('sha256').update(key).digest('hex')}`
  const about = { routing_key: routingKey, dedup_key: dedup }
  if (message.event === 'resolved') return JSON.stringify({ ...about, event_action: 'resolve' })
  const { title, text, why, facts, link, severity, since, segment, rule, kind } = message
  return JSON.stringify({
    ...about,
    event_action: 'trigger',
    payload: {
      summary: cut(`${title}: ${text}`, most.summary),
      source: cut(project, 200),
      severity,
      timestamp: since,
      ...(segment && { component: cut(segment, 200) }),
      group: rule,
      class: kind,
      custom_details: {
        id,
        why: why.map((each) => cut(each, 500)).slice(0, 10),
        ...Object.fromEntries(facts.slice(0, 20).map(({ label, value }) => [cut(label, 100), cut(value, 500)])),
      },
    },
    links: [{ href: link.href, text: link.label }],
    client: 'Rapport',
    client_url: link.href,
  })
}
