import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { RapportError } from '../../src/errors.ts'
import { type Arrival, type Journal, openJournal, readJournal } from '../../src/journal/journal.ts'
import type { IntakeDoor, IntakeSource } from '../../src/surfaces/server/intake/door.ts'
import { createReader } from '../../src/surfaces/server/intake/read-body.ts'
import { fakeServer } from './fake.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const token = 'a-token-that-nobody-guesses'
const standardKey = Buffer.from('thirty-two bytes of a signing key')
const whatsappSecret = 'd1f2c3b4a5968778695a4b3c2d1e0f10'
const zendeskSecret = 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=='

const sources: IntakeSource[] = [
  { id: 'local', verify: 'none', secrets: [] },
  { id: 'crm', verify: 'token', secrets: [token] },
  { id: 'hooks', verify: 'standard', secrets: [`whsec_${standardKey.toString('base64')}`] },
  { id: 'chats', verify: 'whatsapp', secrets: [whatsappSecret], challenge: 'asked-for' },
  { id: 'tickets', verify: 'zendesk', secrets: [zendeskSecret] },
  { id: 'surveys', verify: 'none', secrets: [], surveys: true },
]

let folder: string
let journal: Journal
/** Positions that were told on. */
let told: number[]
let clock: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-intake-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  told = []
  clock = now
  journal = await openJournal(join(folder, 'journal'))
})
afterEach(async () => {
  await journal.close()
  await rm(join(folder, 'journal'), { recursive: true })
})

const door = (change: Partial<IntakeDoor> = {}): IntakeDoor => ({
  sources: new Map(sources.map((source) => [source.id, source])),
  hosts: ['hooks.example.org'],
  journal,
  onKept: (position) => told.push(position),
  now: () => clock,
  ...change,
})

type Headers = Record<string, string>
const json = { 'content-type': 'application/json' }

function server(change: Partial<IntakeDoor> = {}) {
  const { ask, log, asked } = fakeServer({}, undefined, door(change))
  const send = async (source: string, body: string | Uint8Array<ArrayBuffer>, headers: Headers = {}) => {
    const answer = await ask(`/intake/${source}`, { method: 'POST', body, headers: { ...json, ...headers } })
    return { status: answer.status, headers: answer.headers, ...((await answer.json()) as Record<string, unknown>) }
  }
  return { ask, send, log, asked }
}

async function kept(): Promise<Pick<Arrival, 'source' | 'body'>[]> {
  const all: Pick<Arrival, 'source' | 'body'>[] = []
  for await (const some of readJournal(join(folder, 'journal')))
    all.push(...some.map(({ source, body }) => ({ source, body })))
  return all
}

/** As the senders' manuals say it, by their own steps. */
const sign = {
  hooks: (body: string, { id = 'msg_1', at = now, key = standardKey } = {}): Headers => {
    const seconds = String(Math.floor(at / 1000))
    const mac = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
    return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${mac}` }
  },
  chats: (body: string, key = whatsappSecret): Headers => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(Buffer.from(body)).digest('hex')}`,
  }),
  tickets: (body: string, at = now): Headers => {
    const stamp = new Date(at).toISOString().replace('.000Z', 'Z')
    return {
      'x-zendesk-webhook-signature-timestamp': stamp,
      'x-zendesk-webhook-signature': createHmac('sha256', zendeskSecret)
        .update(stamp + body)
        .digest('base64'),
    }
  },
  crm: (): Headers => ({ authorization: `Bearer ${token}` }),
}

test('the formula of each sender gives what its manual prints', () => {
  // The example of the Standard Webhooks specification's reference library.
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
  const body = '{"test": 2432232314}'
  const given = sign.hooks(body, { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: 1614265330_000, key })
  expect(given['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

test('an answer is given when the disk has it, and neither opens the version nor waits with those who ask', async () => {
  const { send, asked } = server()
  const answer = await send('local', '{"id":12345678901234567890,"subject":"a"}')
  expect(answer).toMatchObject({ status: 200, kept: 1, duplicates: 0, rejected: 0, position: 1 })
  expect(await kept()).toEqual([{ source: 'local', body: '{"id":12345678901234567890,"subject":"a"}' }])
  expect(told).toEqual([1])
  expect(asked.released).toBe(0)
})

test('lists and lines are several arrivals, each as it was written', async () => {
  const { send } = server()
  const list = '[{"n":1.10,"t":"],[{"},\n {"n":[1,{"a":2}]} , {"n":"\\"]"}]'
  expect(await send('local', list)).toMatchObject({ kept: 3, position: 3 })
  const lines = '\uFEFF{"n":1e5}\r\n\r\n{"n":2}\n'
  expect(await send('local', lines, { 'content-type': 'application/x-ndjson; charset=utf-8' })).toMatchObject({
    kept: 2,
  })
  expect((await kept()).map(({ body }) => body)).toEqual([
    '{"n":1.10,"t":"],[{"}',
    '{"n":[1,{"a":2}]}',
    '{"n":"\\"]"}',
    '{"n":1e5}',
    '{"n":2}',
  ])
})

test('what is sent again is known: by its content, by the key of the sender, by the id of a webhook', async () => {
  const { send } = server()
  const body = '[{"id":1},{"id":1},{"id":2}]'
  expect(await send('local', body)).toMatchObject({ kept: 2, duplicates: 1 })
  expect(await send('local', body)).toMatchObject({ status: 200, kept: 0, duplicates: 3, position: 2 })
  const keyed = { 'idempotency-key': 'batch-1' }
  expect(await send('local', body, keyed)).toMatchObject({ kept: 3, duplicates: 0 })
  expect(await send('local', body, keyed)).toMatchObject({ kept: 0, duplicates: 3 })
  expect(await send('hooks', body, sign.hooks(body))).toMatchObject({ kept: 3 })
  clock += 60_000
  expect(await send('hooks', body, sign.hooks(body, { at: clock }))).toMatchObject({ kept: 0, duplicates: 3 })
  expect(await send('hooks', body, sign.hooks(body, { id: 'msg_2', at: clock }))).toMatchObject({ kept: 3 })
  expect(told).toEqual([2, 5, 8, 11])
})

test('a proof that holds is taken, under this name and the public one', async () => {
  const { send } = server()
  const body = '{"id":1}'
  for (const host of ['127.0.0.1:4600', 'hooks.example.org', 'hooks.example.org:443'])
    for (const source of ['crm', 'hooks', 'chats', 'tickets'] as const)
      expect((await send(source, body, { host, ...sign[source](body) })).status, `${source} ${host}`).toBe(200)
})

test('who may read the data folder may send to every source, and only from this machine', async () => {
  const closed: IntakeSource = { id: 'export', verify: 'owner', secrets: [] }
  const key = 'the-key-that-stands-beside-the-data'
  const { send } = server({ key, sources: new Map([...sources, closed].map((source) => [source.id, source])) })
  const owner = { authorization: `Bearer ${key}` }
  for (const source of ['export', 'local', 'crm', 'hooks', 'chats', 'tickets'])
    expect(await send(source, '{"id":1}', { ...owner, 'idempotency-key': 'a' })).toMatchObject({ status: 200, kept: 1 })
  expect(await send('export', '{"id":1}', { ...owner, 'idempotency-key': 'a' })).toMatchObject({ duplicates: 1 })
  expect((await send('export', '{}')).status).toBe(404)
  expect((await send('export', '{}', { authorization: 'Bearer other' })).status).toBe(404)
  expect((await send('export', '{}', { ...owner, 'x-forwarded-for': '203.0.113.7' })).status).toBe(404)
  expect((await send('export', '{}', { ...owner, host: 'hooks.example.org' })).status).toBe(404)
  expect((await send('hooks', '{}', { ...owner, host: 'hooks.example.org' })).status).toBe(401)
  expect((await send('elsewhere', '{}', owner)).status).toBe(404)
})

test('a secret is changed without a gap: several signatures, several secrets', async () => {
  const old = Buffer.from('the key before this one, now gone')
  const body = '{"id":1}'
  const two = (a: Headers, b: Headers) => ({
    ...a,
    'webhook-signature': `${a['webhook-signature']} ${b['webhook-signature']}`,
  })
  const { send } = server()
  const [first, second] = [sign.hooks(body, { key: old }), sign.hooks(body)]
  expect((await send('hooks', body, first)).status).toBe(401)
  expect((await send('hooks', body, two(first, second))).status).toBe(200)
  const both = { ...sources[2]!, secrets: [...sources[2]!.secrets, old.toString('base64')] }
  const rotating = server({ sources: new Map([['hooks', both]]) })
  expect((await rotating.send('hooks', '{"id":2}', sign.hooks('{"id":2}', { key: old, id: 'msg_2' }))).status).toBe(200)
})

const unproved: [string, string, Headers, string][] = [
  ['crm', 'no header', {}, 'proof-missing'],
  ['crm', 'another scheme', { authorization: `Basic ${token}` }, 'proof-missing'],
  ['crm', 'another token', { authorization: 'Bearer other' }, 'proof-wrong'],
  ['crm', 'a longer token', { authorization: `Bearer ${token}x` }, 'proof-wrong'],
  ['hooks', 'no headers', {}, 'proof-missing'],
  ['hooks', 'too old', sign.hooks('{}', { at: now - 301_000 }), 'proof-stale'],
  ['hooks', 'from the future', sign.hooks('{}', { at: now + 301_000 }), 'proof-stale'],
  ['hooks', 'no number', { ...sign.hooks('{}'), 'webhook-timestamp': '1e9' }, 'proof-wrong'],
  ['hooks', 'another version', { ...sign.hooks('{}'), 'webhook-signature': `v2,${'A'.repeat(43)}=` }, 'proof-wrong'],
  ['hooks', 'of another body', sign.hooks('{"a":1}'), 'proof-wrong'],
  ['chats', 'no header', {}, 'proof-missing'],
  ['chats', 'by another secret', sign.chats('{}', 'other'), 'proof-wrong'],
  [
    'chats',
    'without its scheme',
    { 'x-hub-signature-256': sign.chats('{}')['x-hub-signature-256']!.slice(7) },
    'proof-wrong',
  ],
  ['tickets', 'no headers', {}, 'proof-missing'],
  ['tickets', 'too old', sign.tickets('{}', now - 301_000), 'proof-stale'],
  ['tickets', 'of another body', sign.tickets('{"a":1}'), 'proof-wrong'],
]

test.each(unproved)('%s: %s is refused and not kept', async (source, _, headers, code) => {
  const { send, log } = server()
  expect(await send(source, '{}', headers)).toMatchObject({ status: 401, code })
  expect(await kept()).toEqual([])
  expect(log.join()).not.toMatch(/Bearer|a-token|v1,/)
})

/** Numbers that look drawn, the same in every run. */
function drawn(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=,.:-_ {}"'

test('1,000 changed signatures, moments and bodies are all refused, and nothing is kept', async () => {
  const { send } = server()
  const draw = drawn(20_260_301)
  const change = (text: string): string => {
    const at = draw(text.length)
    const other = signs[draw(signs.length)]!
    const kinds = [
      text.slice(0, at) + other + text.slice(at + 1),
      text.slice(0, at) + text.slice(at + 1),
      text.slice(0, at) + other + text.slice(at),
      text.slice(0, at),
    ]
    return kinds[draw(kinds.length)]!.trim()
  }
  const proofs = ['crm', 'hooks', 'chats', 'tickets'] as const
  const statuses = new Map<number, number>()
  for (let done = 0; done < 1000; ) {
    const source = proofs[done % 4]!
    const body = JSON.stringify({ id: done, subject: 'A question about an order' })
    const headers = sign[source](body)
    const names = Object.keys(headers)
    const what = source === 'crm' ? 0 : draw(names.length + 1)
    const changed = { ...headers }
    let sent = body
    if (what === names.length) sent = change(body)
    else changed[names[what]!] = change(headers[names[what]!]!)
    if (sent === body && names.every((name) => headers[name] === changed[name])) continue
    done++
    const { status } = await send(source, sent, changed)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  expect([...statuses]).toEqual([[401, 1000]])
  expect(await kept()).toEqual([])
  expect(told).toEqual([])
})

test('1,000 valid deliveries sent again add nothing', async () => {
  const { send } = server()
  const proofs = ['crm', 'hooks', 'chats', 'tickets'] as const
  const deliveries = proofs.map((source) => {
    const body = JSON.stringify([{ id: source }, { id: `${source} 2` }])
    return { source, body, headers: sign[source](body) }
  })
  for (const { source, body, headers } of deliveries)
    expect(await send(source, body, headers)).toMatchObject({ kept: 2 })
  for (let again = 0; again < 1000; again++) {
    const { source, body, headers } = deliveries[again % 4]!
    // A key that is not signed makes nothing new of what is.
    const renamed: Headers = source === 'crm' ? {} : { 'idempotency-key': `other ${again}` }
    expect(await send(source, body, { ...headers, ...renamed })).toMatchObject({ status: 200, kept: 0, duplicates: 2 })
  }
  expect(await kept()).toHaveLength(8)
})

test('WhatsApp is answered its challenge, and nobody else', async () => {
  const { ask } = server()
  const asked = (query: string, source = 'chats', host = 'hooks.example.org') =>
    ask(`/intake/${source}?${query}`, { headers: { host } })
  const right = 'hub.mode=subscribe&hub.verify_token=asked-for&hub.challenge=1158201444'
  const answer = await asked(right)
  expect([answer.status, await answer.text()]).toEqual([200, '1158201444'])
  expect(answer.headers.get('content-type')).toContain('text/plain')
  for (const wrong of [
    right.replace('asked-for', 'asked-foR'),
    right.replace('subscribe', 'unsubscribe'),
    right.replace('1158201444', '%3Cscript%3E'),
    'hub.mode=subscribe',
  ])
    expect((await asked(wrong)).status, wrong).toBe(401)
  expect((await asked(right, 'crm')).status).toBe(405)
})

test('who may send: this machine without a proof, a public name with one, no page of another site', async () => {
  const { send, ask } = server()
  const cases: [string, Headers, number][] = [
    ['local', {}, 200],
    ['local', { host: 'localhost:4600', origin: 'http://localhost:4600' }, 200],
    ['local', { host: 'hooks.example.org' }, 404],
    ['local', { host: 'evil.example:4600' }, 403],
    ['local', { host: '127.0.0.1:4601' }, 403],
    ['local', { host: '' }, 403],
    ['local', { origin: 'http://evil.example' }, 403],
    ['local', { origin: 'null' }, 403],
    ['local', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }, 403],
    ['local', { 'x-forwarded-for': '203.0.113.7' }, 404],
    ['local', { via: '1.1 proxy' }, 404],
    ['crm', { ...sign.crm(), 'x-forwarded-for': '203.0.113.7' }, 200],
    ['crm', { ...sign.crm(), host: 'hooks.example.org.evil.example' }, 403],
    ['crm', { ...sign.crm(), host: 'hooks.example.org', origin: 'https://hooks.example.org' }, 403],
    ['crm', { ...sign.crm(), origin: 'http://evil.example' }, 403],
    ['elsewhere', {}, 404],
    ['__proto__', {}, 404],
  ]
  for (const [at, [source, headers, status]] of cases.entries())
    expect((await send(source, `{"id":${at}}`, headers)).status, `${source} ${JSON.stringify(headers)}`).toBe(status)
  for (const path of ['/api/health', '/overview', '/openapi.json', '/', '/assets/main-A.js', '/intake'])
    expect((await ask(path, { headers: { host: 'hooks.example.org' } })).status, path).toBe(403)
  expect(await send('local', '{}', { host: 'hooks.example.org' })).toMatchObject(
    Object.fromEntries(['code', 'message', 'fix'].map((key) => [key, expect.any(String)])),
  )
})

test('a source that nobody may reach looks like one that is not there', async () => {
  const { send } = server()
  const [hidden, none] = await Promise.all(
    ['local', 'elsewhere'].map((source) => send(source, '{}', { host: 'hooks.example.org' })),
  )
  expect({ ...hidden, headers: 0 }).toEqual({ ...none, headers: 0 })
  expect(JSON.stringify(none)).not.toContain('crm')
})

test('what cannot be read is kept with its reason, and told', async () => {
  const { send } = server()
  const lines = '{"id":1}\n{"id":\n[1]\n{"id":2}'
  expect(await send('local', lines, { 'content-type': 'application/x-ndjson' })).toMatchObject({
    status: 200,
    kept: 2,
    rejected: 2,
    position: 4,
    problems: [
      { code: 'not-json', where: 'line 2' },
      { code: 'not-an-object', where: 'line 3' },
    ],
  })
  expect(JSON.parse((await kept())[1]!.body)).toEqual({
    rapport_unreadable: '{"id":',
    rapport_reason: 'not-json',
    rapport_message: 'It is not whole JSON.',
  })
  expect(await send('local', '[{"id":3},4]')).toMatchObject({ kept: 1, rejected: 1 })
})

test('a body that cannot be read at all is refused, and kept all the same', async () => {
  const { send } = server()
  const bodies: [string | Uint8Array<ArrayBuffer>, string][] = [
    ['{"id":', 'not-json'],
    ['"text"', 'not-an-object'],
    ['{"id":1}{"id":2}', 'not-json'],
    [new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x7d]), 'not-utf8'],
    ['['.repeat(200_000) + ']'.repeat(200_000), 'too-deep'],
    [`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'too-deep'],
  ]
  for (const [body, code] of bodies) expect(await send('local', body)).toMatchObject({ status: 400, code })
  const all = await kept()
  expect(all).toHaveLength(bodies.length)
  expect(Math.max(...all.map(({ body }) => body.length))).toBeLessThan(8200)
  expect((await send('local', `{"a":${'['.repeat(63)}${']'.repeat(63)}}`)).status).toBe(200)
  expect((await send('local', `[{"a":${'['.repeat(63)}${']'.repeat(63)}}]`)).status).toBe(200)
})

test('bodies of other kinds and sizes are refused, and not kept', async () => {
  const { send } = server()
  const long = `{"text":"${'a'.repeat(1 << 20)}"}`
  const cases: [string, string, Headers, number][] = [
    ['local', long, {}, 413],
    ['local', '', {}, 400],
    ['local', '[]', {}, 400],
    ['local', 'id=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['local', 'id\n1', { 'content-type': 'text/csv' }, 415],
    ['local', '{}', { 'content-encoding': 'gzip' }, 415],
    ['local', '1\n'.repeat(50_001), { 'content-type': 'application/x-ndjson' }, 413],
  ]
  for (const [source, body, headers, status] of cases)
    expect((await send(source, body, headers)).status, `${body.slice(0, 20)} ${JSON.stringify(headers)}`).toBe(status)
  expect(await kept()).toEqual([])
  expect((await send('local', long, { 'content-type': 'application/x-ndjson' })).status).toBe(200)
  expect((await send('chats', long, sign.chats(long))).status).toBe(200)
  const { ask } = server()
  expect((await ask('/intake/local', { method: 'PUT', body: '{}' })).status).toBe(405)
  expect((await ask('/intake/local')).status).toBe(405)
})

test('a stream that says nothing of its length is cut off where it is too long', async () => {
  const { ask } = server()
  let sent = 0
  const body = new ReadableStream({
    pull: (controller) => {
      sent += 1 << 16
      controller.enqueue(new Uint8Array(1 << 16).fill(32))
    },
  })
  const init = { method: 'POST', body, duplex: 'half', headers: json }
  expect((await ask('/intake/local', init as RequestInit & { headers: Headers })).status).toBe(413)
  expect(sent).toBeLessThan(2 << 20)
})

test('what the disk does not take is not acknowledged, and the sender hears when to come back', async () => {
  const failing = (code: string) => ({
    append: async () => {
      throw new RapportError({ code, message: 'No.', where: '/home/somebody/.rapport/journal', fix: 'Wait.' })
    },
  })
  const cases: [string, number][] = [
    ['busy', 429],
    ['disk-full', 507],
    ['journal-unwritable', 503],
  ]
  for (const [code, status] of cases) {
    const { send } = server({ journal: failing(code) })
    const answer = await send('local', '{}')
    expect(answer.status).toBe(status)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(JSON.stringify(answer)).not.toContain('somebody')
  }
  expect(told).toEqual([])
})

test('more than can be held waits outside', async () => {
  const withBody = createReader(100)
  const posted = (bytes: number) =>
    new Request('http://127.0.0.1/', { method: 'POST', body: new Uint8Array(bytes).fill(32) })
  let release = () => {}
  const slow = new Promise<void>((resolve) => {
    release = resolve
  })
  const first = withBody(posted(60), 80, () => slow)
  await new Promise((resolve) => setTimeout(resolve, 5))
  const refused = await withBody(posted(60), 80, async () => 1).catch((error: RapportError) => error.problems[0]?.code)
  expect(refused).toBe('intake-busy')
  expect(await withBody(posted(30), 80, async ({ length }) => length)).toBe(30)
  release()
  await first
  expect(await withBody(posted(60), 80, async ({ length }) => length)).toBe(60)
  await expect(withBody(posted(81), 80, async () => 1)).rejects.toThrow('larger')
  const told = (bytes: number) => {
    const request = posted(bytes)
    request.headers.set('content-length', String(bytes))
    return request
  }
  await expect(withBody(told(81), 80, async () => 1)).rejects.toThrow('larger')
  expect(await withBody(told(80), 80, async ({ length }) => length)).toBe(80)
  expect(await withBody(told(80), 80, async ({ length }) => length)).toBe(80)
})

const answer = {
  id: 'r1',
  kind: 'csat',
  score: 4,
  scale_min: 1,
  scale_max: 5,
  responded_at: '2026-03-01T09:30:00+01:00',
  comment: 'Quick.',
  customer: 17,
  case: '4711',
}

test('answers to surveys are checked when they arrive', async () => {
  const { send } = server()
  expect(await send('surveys', JSON.stringify([answer, { ...answer, id: 2, score: null }]))).toMatchObject({ kept: 2 })
  const wrong: [object, RegExp][] = [
    [{ ...answer, id: '' }, /no "id"/],
    [{ ...answer, kind: 'mood' }, /csat, nps, ces, exit/],
    [{ ...answer, score: 6 }, /not on its scale from 1 to 5/],
    [{ ...answer, score: 'four' }, /no number/],
    [{ ...answer, scale_max: undefined }, /"scale_min" or "scale_max"/],
    [{ ...answer, scale_min: 5, scale_max: 1 }, /not below/],
    [{ ...answer, score: null, comment: '' }, /neither/],
    [{ ...answer, responded_at: '2026-03-01T09:30:00' }, /zone/],
    [{ ...answer, responded_at: '2026-04-31T09:30:00Z' }, /zone/],
    [{ ...answer, case: [1] }, /"case"/],
    [{ ...answer, kind: 'mood', score: 9 }, /"kind".*scale/],
  ]
  for (const [body, says] of wrong) {
    const refused = await send('surveys', JSON.stringify(body))
    expect(refused).toMatchObject({ status: 400, code: 'survey-malformed' })
    expect(refused).toHaveProperty('message', expect.stringMatching(says))
  }
})

test('answers to surveys may be a table; each problem has its line', async () => {
  const { send } = server()
  const csv = { 'content-type': 'text/csv' }
  const table =
    'id;kind;score;scale_min;scale_max;responded_at;comment;customer;case\r\n' +
    'r1;nps;10;0;10;2026-03-01T09:30:00Z;"Good; ""very""\r\nquick";007;\r\n' +
    'r2;nps;11;0;10;2026-03-01T09:30:00Z;;;\r\n' +
    'r3;nps;9;0;10\r\n\r\n' +
    'r4;nps;9;0;10;2026-03-01T09:30:00Z;;;12'
  expect(await send('surveys', table, csv)).toMatchObject({
    kept: 2,
    rejected: 2,
    problems: [{ where: 'line 4' }, { where: 'line 5', code: 'wrong-number-of-fields' }],
  })
  const [first] = await kept()
  expect(JSON.parse(first!.body)).toEqual({
    id: 'r1',
    kind: 'nps',
    score: '10',
    scale_min: '0',
    scale_max: '10',
    responded_at: '2026-03-01T09:30:00Z',
    comment: 'Good; "very"\r\nquick',
    customer: '007',
  })
  const open = 'id,kind,score,scale_min,scale_max,responded_at\nr9,nps,9,0,10,"2026-03-01T09:30:00Z'
  expect(await send('surveys', open, csv)).toMatchObject({ status: 400, code: 'unterminated-quote' })
})

test('the document of the API names what can be sent', async () => {
  const { ask } = server()
  const { paths } = (await (await ask('/openapi.json')).json()) as { paths: Record<string, { post: object }> }
  expect(paths['/intake/{source}']?.post).toHaveProperty('requestBody')
})
