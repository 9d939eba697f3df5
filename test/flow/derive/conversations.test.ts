import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settingsSchema } from '../../../src/config/settings.ts'
import type { Problem } from '../../../src/errors.ts'
import { conversations } from '../../../src/flow/derive/conversations.ts'
import { makeColumns } from '../../../src/flow/derive/filled.ts'
import { createBookkeeping } from '../../../src/flow/publish/create.ts'
import { raw } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'
import type { Row, Store } from '../../../src/store/store.ts'

let folder = ''
let made = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-conversations-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Derived {
  store: Store
  notes: Problem[]
  contacts: Row[]
}

/** Messages of SQL, as contacts. */
async function derived(query: string, chats: object = {}, zone = 'UTC'): Promise<Derived> {
  const name = `m${++made}`
  const store = await openDuckdb({
    file: join(folder, `${name}.duckdb`),
    alias: name,
    mode: 'write',
    temporary: join(folder, 'tmp'),
    external: true,
  })
  await createBookkeeping(store)
  await store.run(raw(`INSERT INTO cx.loads (id, path) VALUES ('l', 'chats/_chat.txt')`))
  const [row] = await store.rows(raw(`SELECT * FROM (${query}) LIMIT 1`))
  await makeColumns(store, 'messages', Object.keys(row ?? {}))
  await store.run(
    raw(`INSERT INTO cx.messages BY NAME (SELECT 's' AS source, 'l' AS load, 's:' || row_number() OVER () AS id,
    row_number() OVER () AS record, * FROM (${query}))`),
  )
  const settings = settingsSchema.parse({ sources: [{ id: 'a', files: 'a' }], zone, chats })
  const notes = await conversations.run({ store, settings, directory: null, newest: async () => null })
  const contacts = await store.rows(raw('SELECT * FROM cx.touchpoints ORDER BY started_at, id'))
  return { store, notes, contacts }
}

/** One message or report: minutes after nine on the second of March. */
const sent = (
  message: string,
  direction: string,
  minutes: number,
  more: Record<string, string | boolean> = {},
): string => {
  const all = { report: null, kind: 'text', is_automatic: null, thread: 's:t', failure: null, ...more }
  const cell = (value: unknown): string =>
    value === null ? 'CAST(NULL AS VARCHAR)' : typeof value === 'boolean' ? String(value) : `'${value}'`
  return `SELECT 's:${message}' AS message, '${direction}' AS direction, TIMESTAMP '2026-03-02 09:00:00' + to_minutes(${minutes}) AS "at",
    ${cell(all.report)} AS report, ${cell(all.kind)} AS kind, CAST(${all.is_automatic} AS BOOLEAN) AS is_automatic, ${cell(all.thread)} AS thread,
    ${cell(all.failure)} AS failure, 's:customer' AS customer`
}
const all = (...messages: string[]): string => messages.join(' UNION ALL ')
const brief = ({ contacts }: Derived): unknown[] =>
  contacts.map((row) => [row.direction, row.wait_seconds, row.is_answered, row.outcome])

describe('a conversation', () => {
  test('begins with the first message of the customer and is answered by the first of the business', async () => {
    const found = await derived(
      all(
        sent('b', 'outbound', 20, { report: 'read' }),
        sent('b', 'outbound', 15, { report: 'sent' }),
        sent('a', 'inbound', 0),
        sent('a2', 'inbound', 3),
        sent('c', 'inbound', 30),
      ),
    )
    expect(brief(found)).toEqual([['inbound', 900, true, 'left_open']])
    const [row] = found.contacts
    expect([row!.id, row!.channel, row!.customer, row!.load, Number(row!.record)]).toEqual([
      's:a',
      'chat',
      's:customer',
      'l',
      3,
    ])
    expect(JSON.parse(String(row!.attributes))).toEqual({
      messages: '4',
      from_customer: '3',
      from_business: '1',
      templates: '0',
      failed: '0',
    })
  })

  test('ends when nobody has written for as long as the settings say, either side', async () => {
    const day = 24 * 60
    const messages = all(
      sent('a', 'inbound', 0),
      sent('b', 'outbound', day),
      sent('c', 'inbound', 2 * day),
      sent('d', 'inbound', 3 * day + 1),
    )
    expect(brief(await derived(messages))).toEqual([
      ['inbound', 86_400, true, 'left_open'],
      ['inbound', null, false, 'unanswered'],
    ])
    const short = await derived(messages, { gap: '2 h' })
    expect(brief(short)).toEqual([
      ['inbound', null, false, 'unanswered'],
      ['outbound', null, null, 'outreach'],
      ['inbound', null, false, 'unanswered'],
      ['inbound', null, false, 'unanswered'],
    ])
    expect(short.notes[0]!.message).toContain('after 2 h without one')
  })

  test.each([
    [
      'a template answers nothing',
      [sent('a', 'inbound', 0), sent('b', 'outbound', 1, { report: 'sent', is_automatic: true })],
      ['inbound', null, false, 'unanswered'],
    ],
    [
      'a message that failed answers nothing',
      [
        sent('a', 'inbound', 0),
        sent('b', 'outbound', 1, { report: 'sent' }),
        sent('b', 'outbound', 2, { report: 'failed', failure: '131026' }),
      ],
      ['inbound', null, false, 'delivery_failed'],
    ],
    [
      'when it was sent is unknown where only its arrival is',
      [sent('a', 'inbound', 0), sent('b', 'outbound', 2, { report: 'read' })],
      ['inbound', null, true, 'untimed'],
    ],
    [
      'a sign on a message is none',
      [sent('a', 'inbound', 0), sent('b', 'outbound', 5), sent('c', 'inbound', 6, { kind: 'reaction' })],
      ['inbound', 300, true, 'answered'],
    ],
    [
      'at one moment the customer was first',
      [sent('b', 'outbound', 0), sent('a', 'inbound', 0)],
      ['inbound', 0, true, 'answered'],
    ],
    [
      'whoever wrote first by hand began it',
      [sent('b', 'outbound', 0), sent('a', 'inbound', 9), sent('c', 'outbound', 10)],
      ['outbound', 60, true, 'answered'],
    ],
    [
      'a template before it did not',
      [
        sent('b', 'outbound', 0, { report: 'sent', is_automatic: true }),
        sent('a', 'inbound', 9),
        sent('c', 'outbound', 10),
      ],
      ['inbound', 60, true, 'answered'],
    ],
    [
      'what did not arrive before it is neither a beginning nor a reply',
      [sent('b', 'outbound', 0, { report: 'failed' }), sent('a', 'inbound', 9)],
      ['inbound', null, false, 'unanswered'],
    ],
    [
      'nobody replied to a campaign',
      [sent('b', 'outbound', 0, { report: 'sent', is_automatic: true })],
      ['outbound', null, null, 'outreach'],
    ],
    [
      'a campaign did not arrive',
      [sent('b', 'outbound', 0, { report: 'failed', is_automatic: true })],
      ['outbound', null, null, 'delivery_failed'],
    ],
  ])('%s', async (_, messages, expected) => {
    expect(brief(await derived(all(...(messages as string[]))))).toEqual([expected])
  })

  test('is of one customer with one number, and its day is that of the reporting zone', async () => {
    const found = await derived(
      all(sent('a', 'inbound', 0), sent('b', 'outbound', 1, { thread: 's:u' })),
      {},
      'Asia/Tokyo',
    )
    expect(brief(found)).toEqual([
      ['inbound', null, false, 'unanswered'],
      ['outbound', null, null, 'outreach'],
    ])
    expect(found.contacts.map((row) => Number(row.started_hour))).toEqual([18, 18])
  })
})

/** Who wrote what in which chat, in minutes; no side is known unless it is said. */
const wrote = (chat: string, sender: string, minutes: number, direction: string | null = null): string =>
  `SELECT 's:${chat}' AS thread, 's:${chat}${minutes}' AS message, TIMESTAMP '2026-03-02 09:00:00' + to_minutes(${minutes}) AS "at", ${minutes} AS seq,
    CAST(${direction === null ? 'NULL' : `'${direction}'`} AS VARCHAR) AS direction, 'text' AS kind, '${sender}' AS sender, 's:' || md5('${sender}') AS writer`

describe('the sides of chats that a phone exported', () => {
  const people = async ({ store }: Derived): Promise<unknown> => ({
    agents: (await store.rows(raw('SELECT name FROM cx.agents ORDER BY name'))).map((row) => row.name),
    customers: (await store.rows(raw('SELECT coalesce(name, phone) AS name FROM cx.customers ORDER BY name'))).map(
      (row) => row.name,
    ),
  })

  test('are told by who writes in several chats', async () => {
    const found = await derived(
      all(wrote('x', 'Ana', 0), wrote('x', 'Desk', 2), wrote('y', '+52 1 55 1234 5678', 5), wrote('y', 'Desk', 9)),
    )
    expect(brief(found)).toEqual([
      ['inbound', 120, true, 'answered'],
      ['inbound', 240, true, 'answered'],
    ])
    expect(await people(found)).toEqual({ agents: ['Desk'], customers: ['+5215512345678', 'Ana'] })
    expect(found.notes.map(({ code }) => code)).toEqual(['conversations-made'])
  })

  test('are told by a chat that says it', async () => {
    const found = await derived(
      all(
        wrote('x', 'Ana', 0, 'inbound'),
        wrote('x', 'Desk', 2, 'outbound'),
        wrote('y', 'Bo', 5),
        wrote('y', 'Desk', 9),
      ),
    )
    expect(await people(found)).toEqual({ agents: ['Desk'], customers: ['Ana', 'Bo'] })
  })

  test('stay open where nothing tells them, with the way out', async () => {
    const found = await derived(
      all(wrote('x', 'Ana', 0), wrote('x', 'Desk', 2), wrote('y', 'Ana', 3), wrote('y', 'Desk', 4)),
    )
    expect(found.contacts).toEqual([])
    expect(await people(found)).toEqual({ agents: [], customers: [] })
    expect(found.notes).toMatchObject([
      { code: 'chat-sides-unknown', where: 'chats/_chat.txt', message: expect.stringContaining('2 who write') },
      { code: 'chat-sides-unknown' },
    ])
    expect(found.notes[0]!.fix).toContain('chats: {business')
  })

  test('keep the order of the file within a minute', async () => {
    const same = `SELECT * REPLACE (TIMESTAMP '2026-03-02 09:00:00' AS "at") FROM (${all(wrote('x', 'Desk', 1, 'outbound'), wrote('x', 'Ana', 2, 'inbound'))})`
    expect(brief(await derived(same))).toEqual([['outbound', null, false, 'unanswered']])
  })
})
