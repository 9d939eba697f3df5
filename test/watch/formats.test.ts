import { createHmac } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { plain } from '../../src/watch/notification.ts'
import { formatEmail } from '../../src/watch/receivers/email.ts'
import { formatPagerduty } from '../../src/watch/receivers/pagerduty.ts'
import { formatSlack } from '../../src/watch/receivers/slack.ts'
import { formatTeams } from '../../src/watch/receivers/teams.ts'
import { formatWebhook, signed } from '../../src/watch/receivers/webhook.ts'
import { hostile, message, notification } from './notifications.ts'

const addresses = { from: 'Rapport <alerts@shop.example>', to: 'team@shop.example' }
const formats = {
  slack: formatSlack,
  teams: formatTeams,
  webhook: formatWebhook,
  pagerduty: (each: ReturnType<typeof notification>) => formatPagerduty(each, 'k'.repeat(32)),
  email: (each: ReturnType<typeof notification>) => JSON.stringify(formatEmail(each, addresses)),
}

const large = (count: number) =>
  notification({
    title: 't'.repeat(500),
    messages: Array.from({ length: count }, (_, at) =>
      message({
        key: `rule/${at}${'x'.repeat(300)}`,
        title: 'T'.repeat(400),
        text: 'é'.repeat(5000),
        why: Array.from({ length: 30 }, () => '−'.repeat(900)),
        facts: Array.from({ length: 30 }, (__, fact) => ({ label: `L${fact}`, value: 'v'.repeat(3000) })),
      }),
    ),
  })

describe.each(Object.keys(formats) as (keyof typeof formats)[])('%s', (kind) => {
  test('one alert, as it was agreed', () => {
    const file = join(import.meta.dirname, `../golden/alerts/${kind}.json`)
    const made = `${JSON.stringify(JSON.parse(formats[kind](notification())), null, 2)}\n`
    if (process.env.UPDATE) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, made)
    }
    expect(readFileSync(file, 'utf8')).toBe(made)
  })

  test('is JSON whatever the data hold', () => {
    const text = plain(hostile, 200)
    const made = formats[kind](
      notification({
        title: text,
        messages: [message({ title: text, text, why: [text], facts: [{ label: text, value: text }] })],
      }),
    )
    expect(() => JSON.parse(made)).not.toThrow()
  })
})

describe('limits', () => {
  test.each([1, 5, 60])('of Slack with %i alerts', (count) => {
    const body = JSON.parse(formatSlack(large(count))) as {
      text: string
      blocks: { type: string; text?: { text: string }; fields?: { text: string }[] }[]
    }
    expect(body.blocks.length).toBeLessThanOrEqual(50)
    expect(body.text).not.toBe('')
    for (const block of body.blocks) {
      expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3000)
      expect(block.fields?.length ?? 0).toBeLessThanOrEqual(10)
      for (const field of block.fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2000)
    }
  })

  test.each([1, 5, 60])('of Teams with %i alerts', (count) => {
    expect(Buffer.byteLength(formatTeams(large(count)))).toBeLessThanOrEqual(27 * 1024)
  })

  test.each([1, 5, 60])('of webhooks with %i alerts: thin, with what it is about', (count) => {
    const body = formatWebhook(large(count))
    expect(Buffer.byteLength(body)).toBeLessThan(20_000)
    const { data } = JSON.parse(body) as { data: { count: number; alerts: { key: string }[] } }
    expect(data.count).toBe(count)
    expect(data.alerts[0]?.key).toMatch(/^rule\/0/)
  })

  test('of PagerDuty, with one key from beginning to end', () => {
    const event = (each: 'fired' | 'repeated' | 'resolved') => {
      const one = large(1)
      one.messages[0]!.event = each
      return JSON.parse(formatPagerduty(one, 'k')) as {
        dedup_key: string
        event_action: string
        payload?: { summary: string }
      }
    }
    expect(event('fired').payload?.summary.length).toBeLessThanOrEqual(1024)
    expect(event('fired').dedup_key.length).toBeLessThanOrEqual(255)
    expect(['fired', 'repeated', 'resolved'].map((each) => event(each as 'fired').event_action)).toEqual([
      'trigger',
      'trigger',
      'resolve',
    ])
    expect(new Set(['fired', 'repeated', 'resolved'].map((each) => event(each as 'fired').dedup_key)).size).toBe(1)
    expect(event('resolved').payload).toBeUndefined()
  })
})

describe('text out of data', () => {
  test('is one line, without what hides or turns, and never half a character', () => {
    expect(plain('a\u202Eb\u0000c\r\nd\u200B  e', 50)).toBe('a b c d e')
    expect(plain('😀😀😀', 4)).toBe('😀…')
  })

  test('mentions nobody and links nothing in Slack', () => {
    const body = formatSlack(notification({ messages: [message({ text: plain(hostile, 500) })] }))
    expect(body).not.toMatch(/<!|<https|<img/)
    expect(body).toContain('&lt;!channel&gt;')
    for (const [, verbatim] of body.matchAll(/"type":"mrkdwn"[^}]*?"verbatim":(true|false)/g))
      expect(verbatim).toBe('true')
  })

  test('is no Markdown in Teams', () => {
    const card = formatTeams(notification({ messages: [message({ text: plain(hostile, 500) })] }))
    expect(JSON.parse(card).attachments[0].content.body[1].text).toContain('\\[x\\]\\(javascript:alert\\(1\\)\\)')
  })

  test('is no HTML in mail, and no header', () => {
    const text = plain(hostile, 500)
    const { html, subject } = formatEmail(
      notification({ title: text, messages: [message({ title: text, text })] }),
      addresses,
    )
    expect(html).not.toMatch(/<img|<!channel|onerror=alert\(1\)>/)
    expect(subject).not.toMatch(/[\r\n]/)
  })
})

test('a webhook is signed as the standard says, with both keys while one is changed', () => {
  const keys = [Buffer.alloc(32, 1), Buffer.alloc(24, 2)]
  const body = formatWebhook(notification())
  const headers = signed(
    'msg-1',
    1_767_592_800,
    body,
    keys.map((key) => `whsec_${key.toString('base64')}`),
  )
  const expected = keys.map(
    (key) =>
      `v1,${createHmac('sha256', key)
        .update(Buffer.from(`msg-1.1767592800.${body}`))
        .digest('base64')}`,
  )
  expect(headers['webhook-signature']).toBe(expected.join(' '))
  expect([headers['webhook-id'], headers['webhook-timestamp']]).toEqual(['msg-1', '1767592800'])
  expect(JSON.parse(body)).toMatchObject({
    type: 'alert.fired',
    timestamp: '2026-01-05T06:00:00.000Z',
    data: { count: 1 },
  })
  expect(() => signed('m', 1, body, ['whsec_c2hvcnQ='])).toThrow(/24 to 64 bytes/)
})

test('the same alert is one thread of mail; every message has an id of its own that stays', () => {
  const first = formatEmail(notification(), addresses)
  const later = formatEmail(
    notification({ id: 'rapport-later', messages: [message({ event: 'resolved' })] }),
    addresses,
  )
  expect(first.references).toEqual(later.references)
  expect([first.messageId, later.messageId]).toEqual([
    '<rapport-0123456789abcdef0123456789abcdef@rapport.invalid>',
    '<rapport-later@rapport.invalid>',
  ])
  expect(first.headers['Auto-Submitted']).toBe('auto-generated')
})
