import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Receiver, receiversSchema } from '../../src/config/alerts.ts'
import type { Words } from '../../src/config/words.ts'
import { type Ledger, openLedger } from '../../src/watch/ledger.ts'
import type { Notification } from '../../src/watch/notification.ts'
import { type Mailbox, openOutbox } from '../../src/watch/outbox.ts'
import { mailboxOf } from '../../src/watch/receivers/all.ts'
import { wordsOf } from '../pages/fixtures.ts'
import { message, notification } from './notifications.ts'
import { type LocalReceiver, localReceiver } from './receivers.ts'

let folder: string
let words: Words
let hook: LocalReceiver
let ledger: Ledger
let now = Date.UTC(2026, 0, 5, 6)
const key = Buffer.alloc(32, 7)
const minute = 60_000

beforeAll(async () => {
  words = await wordsOf('en')
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-alerts-'))
  hook = await localReceiver()
  ledger = await openLedger(folder)
  now = Date.UTC(2026, 0, 5, 6)
})
afterEach(async () => {
  await ledger.close()
  await hook.close()
  await rm(folder, { recursive: true, force: true })
})

function receivers(): Map<string, Mailbox> {
  const written = [
    { id: 'team', kind: 'webhook', url: 'env:HOOK', secret: 'env:KEY', allow_private: true },
    { id: 'chat', kind: 'slack', url: 'env:HOOK', allow_private: true },
    { id: 'duty', kind: 'pagerduty', key: 'env:KEY', url: 'env:HOOK', allow_private: true },
    { id: 'log', kind: 'file', path: 'out/alerts.ndjson' },
    { id: 'outside', kind: 'slack', url: 'env:HOOK' },
  ]
  const outside = {
    directory: folder,
    environment: { HOOK: hook.url, KEY: `whsec_${key.toString('base64')}` },
    now: () => now,
    timeout: 80,
  }
  return new Map(receiversSchema.parse(written).map((each: Receiver) => [each.id, mailboxOf(each, outside)]))
}

const outbox = (mailboxes = receivers()) => openOutbox({ ledger, mailboxes, words, now: () => now, random: () => 0.5 })

const queue = (...queued: Notification[]) =>
  ledger.append({
    kind: 'evaluated',
    at: new Date(now).toISOString(),
    version: 'v',
    states: [],
    gone: [],
    events: [],
    queued,
  })

const outcomes = () => [...ledger.watched.deliveries.values()].map(({ outcome, tries }) => [outcome, tries])
const delivery = (id = notification().id) => ledger.watched.deliveries.get(id)!

/** As after a kill: whatever was not on the disk is not known. */
async function reopen(): Promise<void> {
  await ledger.close()
  ledger = await openLedger(folder)
}

test('what is queued is sent, signed, once, and stays sent after a restart', async () => {
  await queue(notification())
  expect(await outbox().deliver()).toBeNull()
  expect(await outbox().deliver()).toBeNull()
  await reopen()
  await outbox().deliver()
  expect(hook.heard).toHaveLength(1)
  const { headers, body } = hook.heard[0]!
  const id = String(headers['webhook-id'])
  const expected = createHmac('sha256', key).update(`${id}.${headers['webhook-timestamp']}.${body}`).digest('base64')
  expect([id, headers['webhook-signature']]).toEqual([notification().id, `v1,${expected}`])
  expect(outcomes()).toEqual([['sent', 1]])
})

test('a process that dies after sending sends the same again under the same id', async () => {
  await queue(notification())
  const mailboxes = receivers()
  const team = mailboxes.get('team')!
  // Sent, and then nothing is written any more.
  await openOutbox({
    ledger: { ...ledger, watched: ledger.watched, append: () => Promise.reject(new Error('killed')) },
    mailboxes,
    words,
    now: () => now,
  })
    .deliver()
    .catch((error: Error) => expect(error.message).toBe('killed'))
  expect(team).toBeDefined()
  await reopen()
  await outbox().deliver()
  await outbox().deliver()
  expect(hook.heard.map(({ headers }) => headers['webhook-id'])).toEqual([notification().id, notification().id])
})

test('a process that dies before sending sends it at the next start', async () => {
  await queue(notification())
  await reopen()
  await outbox().deliver()
  expect(hook.heard).toHaveLength(1)
})

test('failures and silence are tried again with longer and longer waits, then given up with a sentence', async () => {
  hook.answers.push({ status: 500 }, { status: 0 }, ...Array.from({ length: 8 }, () => ({ status: 502 })))
  await queue(notification())
  const waits: number[] = []
  for (let tries = 0; tries < 10; tries++) {
    const next = await outbox().deliver()
    if (next === null) break
    waits.push(Math.round((next - now) / 1000))
    now = next - 1
    await outbox().deliver()
    expect(delivery().tries).toBe(tries + 1)
    now = next
    await reopen()
  }
  expect(waits).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400])
  expect(delivery().outcome).toBe('dead')
  expect(delivery().says).toBe('team was tried 10 times and given up: HTTP 502: no thanks')
  expect(new Set(hook.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(hook.heard).toHaveLength(10)
})

test('silence is told as such, and a wait that is asked for is kept', async () => {
  hook.answers.push({ status: 0 }, { status: 429, headers: { 'retry-after': '1200' } })
  await queue(notification())
  const next = (await outbox().deliver())!
  expect(delivery().says).toBe('no answer in time')
  now = next
  expect((await outbox().deliver())! - now).toBe(1200_000)
})

test('410 ends it for good: nothing more is sent until the address is another one or a test arrives', async () => {
  hook.answers.push({ status: 410 })
  await queue(notification(), notification({ id: 'second', messages: [message({ key: 'other' })] }))
  await outbox().deliver()
  expect(outcomes()).toEqual([
    ['dead', 1],
    ['dead', 1],
  ])
  expect(delivery('second').says).toContain('wants nothing more at this address')
  expect(hook.heard).toHaveLength(1)
  await reopen()
  await queue(notification({ id: 'third' }))
  const moved = receivers()
  moved.set('team', { ...moved.get('team')!, address: 'another' })
  await outbox(moved).deliver()
  expect(delivery('third').outcome).toBe('sent')
  expect(ledger.watched.disabled.size).toBe(0)
})

test('what Slack cannot read is not sent again, and a redirect is followed nowhere', async () => {
  hook.answers.push({ status: 400 })
  await queue(notification({ receiver: 'chat' }))
  await outbox().deliver()
  expect(delivery().outcome).toBe('dead')
  hook.answers.push({ status: 302, headers: { location: hook.url } })
  await queue(notification({ id: 'moved', receiver: 'chat' }))
  await outbox().deliver()
  expect(delivery('moved')).toMatchObject({ outcome: 'waiting', says: 'HTTP 302: no thanks' })
  expect(hook.heard).toHaveLength(2)
})

test('an end waits for its beginning; when the receiver answers again, all that waits goes', async () => {
  hook.answers.push({ status: 500 })
  const over = notification({ id: 'over', receiver: 'duty', messages: [message({ event: 'resolved' })] })
  const other = notification({ id: 'other', receiver: 'duty', messages: [message({ key: 'other' })] })
  await queue(notification({ receiver: 'duty' }), over, other)
  await outbox().deliver()
  expect(outcomes()).toEqual([
    ['waiting', 1],
    ['waiting', 0],
    ['sent', 1],
  ])
  now += 10 * minute
  await outbox().deliver()
  const actions = hook.heard.map(({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string })
  expect(actions.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'trigger', 'resolve'])
  expect(actions[0]?.dedup_key).toBe(actions[3]?.dedup_key)
})

describe('quiet hours', () => {
  const held = (id: string, receiver = 'team') =>
    notification({
      id,
      receiver,
      messages: [message({ key: id })],
      not_before: new Date(now + 60 * minute).toISOString(),
    })

  test('hold back, and then everything goes in one message, under one id whatever happens', async () => {
    await queue(held('a'), held('b'))
    expect(await outbox().deliver()).toBe(now + 60 * minute)
    expect(hook.heard).toHaveLength(0)
    await reopen()
    now += 60 * minute
    hook.answers.push({ status: 500 })
    await outbox().deliver()
    await reopen()
    now += minute
    await outbox().deliver()
    await outbox().deliver()
    expect(new Set(hook.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(hook.heard).toHaveLength(2)
    const { data } = JSON.parse(hook.heard[1]!.body) as { data: { title: string; alerts: { key: string }[] } }
    expect([data.title, data.alerts.map((each) => each.key)]).toEqual(['2 messages of the quiet hours', ['a', 'b']])
    expect(outcomes()).toEqual([
      ['gathered', 0],
      ['gathered', 0],
      ['sent', 2],
    ])
  })

  test('one alone goes as it is, and incidents one by one', async () => {
    await queue(held('a'), held('c', 'duty'), held('d', 'duty'))
    now += 60 * minute
    await outbox().deliver()
    expect(outcomes().every(([outcome]) => outcome === 'sent')).toBe(true)
    expect(hook.heard).toHaveLength(3)
  })
})

test('a clock that was set back a year holds nothing', async () => {
  hook.answers.push({ status: 500 })
  await queue(notification())
  await outbox().deliver()
  now -= 365 * 24 * 60 * minute
  await outbox().deliver()
  expect(delivery().outcome).toBe('sent')
})

test('a private address is refused unless it is allowed; a receiver that is gone is told as such', async () => {
  await queue(notification({ receiver: 'outside' }), notification({ id: 'gone', receiver: 'nobody' }))
  await outbox().deliver()
  expect(delivery()).toMatchObject({ outcome: 'waiting', says: expect.stringContaining('is not https') })
  expect(delivery().says).not.toContain('token')
  expect(delivery('gone')).toMatchObject({ outcome: 'dead', says: 'There is no receiver "nobody" any more.' })
  expect(hook.heard).toHaveLength(0)
})

test('a file gets one line each', async () => {
  await queue(
    notification({ receiver: 'log' }),
    notification({ id: 'two', receiver: 'log', messages: [message({ key: 'b' })] }),
  )
  await outbox().deliver()
  const lines = (await readFile(join(folder, 'out/alerts.ndjson'), 'utf8')).trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as Notification).id)).toEqual([notification().id, 'two'])
})

test('a missing secret is a failure that is tried again, and named', async () => {
  await queue(notification())
  const [receiver] = receiversSchema.parse([{ id: 'team', kind: 'slack', url: 'env:NOT_SET' }])
  const outside = { directory: folder, environment: {}, now: () => now }
  await outbox(new Map([['team', mailboxOf(receiver!, outside)]])).deliver()
  expect(delivery()).toMatchObject({ outcome: 'waiting', says: expect.stringContaining('NOT_SET is not set') })
})
