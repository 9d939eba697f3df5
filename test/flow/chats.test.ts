import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { dateOrderKey, mapOnly } from '../../src/flow/flow.ts'
import { dataFolder } from '../../src/flow/publish/publish.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { readPacks, readSynonyms } from '../../src/project.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf } from '../metrics/fixture.ts'
import { builtFrom } from './built.ts'

const samples = (pack: string, ...files: string[]): string[] =>
  files.map((file) => join(import.meta.dirname, '../../catalog/packs', pack, 'sample', file))

const contacts = async (store: Store): Promise<unknown[]> =>
  (
    await store.rows(
      raw(`SELECT c.name, t.direction, CAST(t.started_at AS VARCHAR) AS started_at, t.wait_seconds, t.is_answered, t.outcome
FROM cx.touchpoints AS t LEFT JOIN cx.customers AS c ON c.id = t.customer ORDER BY t.started_at, c.name`),
    )
  ).map((row) => Object.values(row))

describe('posts of the Cloud API, through the whole flow', async () => {
  const { report, store } = await builtFrom(...samples('whatsapp-webhook', 'posts.json', 'webhook.ndjson'))

  test('become conversations with a first answer', async () => {
    expect(await contacts(store)).toEqual([
      ['Ana', 'inbound', '2026-03-02 09:00:00', 300, true, 'answered'],
      ['Léa', 'inbound', '2026-03-02 09:16:40', 5400, true, 'left_open'],
      ['Bo', 'outbound', '2026-03-02 09:33:20', null, null, 'outreach'],
      ['Kim', 'inbound', '2026-03-02 10:00:00', null, false, 'delivery_failed'],
      ['Ana', 'inbound', '2026-03-03 11:06:00', 120, true, 'answered'],
      ['Bo', 'inbound', '2026-03-09 09:00:00', 45, true, 'answered'],
    ])
    const [failed] = await store.rows(raw(`SELECT attributes FROM cx.touchpoints WHERE outcome = 'delivery_failed'`))
    expect(JSON.parse(String(failed!.attributes))).toMatchObject({
      failed: '1',
      failure: '131026 Message undeliverable',
    })
  })

  test('in whatever order they come', async () => {
    const other = await builtFrom(...samples('whatsapp-webhook', 'webhook.ndjson', 'posts.json'))
    expect(await contacts(other.store)).toEqual(await contacts(store))
  })

  test('are all accounted for, and a build says what was set aside', () => {
    for (const { records, mapped, rejected, duplicate, superseded, skipped } of report.loads)
      expect(records).toBe(mapped + rejected + duplicate + superseded + skipped)
    expect(report.loads[1]).toMatchObject({
      records: 21,
      mapped: 16,
      rejected: 3,
      duplicate: 1,
      superseded: 0,
      skipped: 1,
    })
    expect(report.notes.map(({ code }) => code)).toEqual(['posts-set-aside', 'conversations-made'])
    expect(report.notes[1]!.message).toContain('A customer began 5, of which 4 were answered.')
  })

  test('have no number of a customer in an id', async () => {
    const rows = await store.rows(
      raw(
        `SELECT id, source_key, thread, message FROM cx.messages UNION ALL SELECT id, source_key, customer, NULL FROM cx.touchpoints`,
      ),
    )
    for (const value of rows.flatMap((row) => Object.values(row)))
      if (value !== null) expect(String(value)).toMatch(/^(whatsapp-webhook:)?[0-9a-f]{16}$/)
  })

  test('answer the KPIs of chats', async () => {
    const frame = await runQuery({ metrics: ['touchpoints', 'speed_of_answer'] }, await contextOf(store))
    expect(frame.rows[0]).toMatchObject({
      touchpoints: { value: 6 },
      speed_of_answer: { value: (300 + 5400 + 120 + 45) / 4, n: 4 },
    })
  })
})

test('a message of nobody is set aside: those of several would be one conversation', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-nobody-'))
  const file = join(folder, 'posts.ndjson')
  const messages = ['a', 'b'].map((id) => ({ id, timestamp: '1767607200', type: 'text', text: { body: id } }))
  const post = {
    object: 'whatsapp_business_account',
    entry: [{ id: 'W', changes: [{ field: 'messages', value: { messages } }] }],
  }
  await writeFile(file, JSON.stringify(post))
  const { report, store } = await builtFrom(file)
  rmSync(folder, { recursive: true })
  expect(report.loads).toMatchObject([{ records: 2, mapped: 0, rejected: 2 }])
  expect(await contacts(store)).toEqual([])
})

test('an account that one file knows by its id alone is that of the number in another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-accounts-'))
  const text = await readFile(samples('whatsapp-webhook', 'webhook.ndjson')[0]!, 'utf8')
  const files = ['1.ndjson', '2.ndjson'].map((name) => join(folder, name))
  const isLate = (line: string): boolean => line.includes('33612000345')
  const lines = text.split('\n').slice(0, -4)
  await writeFile(files[0]!, lines.filter((line) => !isLate(line)).join('\n'))
  await writeFile(files[1]!, `${lines.filter(isLate).join('\n')}\n${lines[0]}\n`)
  const { store } = await builtFrom(...files)
  rmSync(folder, { recursive: true })
  expect(await store.rows(raw('SELECT mapped, duplicate, superseded FROM cx.loads'))).toEqual([
    { mapped: 14, duplicate: 2, superseded: 0 },
    { mapped: 2, duplicate: 0, superseded: 0 },
  ])
  const rows = await contacts(store)
  expect(rows).toContainEqual(['Léa', 'inbound', '2026-03-02 09:16:40', 5400, true, 'left_open'])
  expect(rows.length).toBe(5)
  expect(await store.rows(raw('SELECT count(*) AS n FROM cx.customers'))).toEqual([{ n: 4 }])
})

describe('chats of a phone, through the whole flow', async () => {
  const names = ['WhatsApp Chat - Léa.txt', 'WhatsApp Chat with Ana Ruiz.txt']
  const { report, store } = await builtFrom(...samples('whatsapp-chat', ...names))

  test('become conversations with a first answer', async () => {
    expect(await contacts(store)).toEqual([
      ['Léa', 'inbound', '2026-03-14 09:40:05', 8725, true, 'answered'],
      ['Ana Ruiz', 'inbound', '2026-03-20 21:15:00', 1500, true, 'answered'],
      ['Ana Ruiz', 'outbound', '2026-03-23 10:00:00', null, null, 'outreach'],
    ])
    expect(await store.rows(raw('SELECT name FROM cx.agents'))).toEqual([{ name: 'Soporte' }])
  })

  test('are all accounted for, and a day that is none is set aside', async () => {
    for (const { records, mapped, rejected, duplicate, superseded, skipped } of report.loads)
      expect(records).toBe(mapped + rejected + duplicate + superseded + skipped)
    const rejects = await store.rows(raw('SELECT reason, raw FROM cx.rejects'))
    expect(rejects).toMatchObject([{ reason: 'required-missing', raw: expect.stringContaining('31/02/2026, 10:05') }])
    expect(report.notes.map(({ code }) => code)).toEqual([
      'chat-zone-assumed',
      'chat-in-minutes',
      'chat-zone-assumed',
      'conversations-made',
    ])
  })
})

test('whoever is asked for the order of dates is believed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-asked-'))
  const file = join(folder, 'WhatsApp Chat with Ana.txt')
  await writeFile(file, '[03/04/2026, 9:00:00] Ana: x\n[03/04/2026, 9:10:00] Desk: y\n')
  const catalogue = { catalogues: [join(import.meta.dirname, '../../catalog')] }
  const order = {
    directory: null,
    data: dataFolder(join(folder, 'data')),
    settings: settingsSchema.parse({ sources: [{ id: 'files', files: [file] }] }),
    hash: 'a',
    product: 'test',
    packs: await readPacks(catalogue),
    synonyms: () => readSynonyms(catalogue),
    checks: [],
    guess: false,
  }
  const orderOf = async (answers: Record<string, string>) =>
    (await mapOnly({ ...order, answers })).mappings[0]?.dateOrder
  expect(await orderOf({})).toBe('unknown')
  expect(await orderOf({ [dateOrderKey(file)]: 'm/d/y' })).toBe('m/d/y')
  rmSync(folder, { recursive: true })
})
