import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { landFile } from '../../../src/flow/land/land.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import { readBatches } from '../../../src/flow/sources/source.ts'
import { loadBatch } from './load.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-webhook-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Row = Record<string, string | null>

async function read(name: string, content: string): Promise<{ batch: Batch; rows: Row[] }> {
  const path = join(folder, name)
  await writeFile(path, content)
  const landed = await landFile(path, { landing: join(folder, 'landing') })
  const [batch] = await readBatches(landed, { derived: join(folder, 'derived') })
  await landed.copy?.synced
  const { values } = await loadBatch(batch!)
  expect(values.length, 'what the engine finds').toBe(batch!.readable)
  const { blank, other = 0 } = batch!.skipped
  expect(batch!.records, 'conservation').toBe(batch!.readable + batch!.bad.length + blank + other)
  return {
    batch: batch!,
    rows: values.map((cells) => Object.fromEntries(batch!.columns.map((column, at) => [column, cells[at]!]))),
  }
}

const metadata = { display_phone_number: '+1 555-010-0200', phone_number_id: '1065' }
const post = (value: object, field = 'messages') => ({
  object: 'whatsapp_business_account',
  entry: [{ id: 'W', changes: [{ field, value: { metadata, ...value } }] }],
})
const message = (id: string, from: object) => ({
  id,
  timestamp: '1767607200',
  type: 'text',
  text: { body: id },
  ...from,
})
const ids = (rows: Row[]): unknown => rows.map((row) => row.message_id)
const two = post({
  messages: [message('a', { from: '5215512345678' }), message('b', { from: '447700900123' })],
  statuses: [
    {
      id: 'c',
      status: 'failed',
      timestamp: '1',
      recipient_id: '447700900123',
      errors: [{ code: 131026, title: 'Undeliverable' }],
    },
  ],
})

describe('posts', () => {
  const line = JSON.stringify(two)
  test.each([
    ['one a line', 'a.ndjson', `${line}\n\n${line}\n`, 2],
    ['in a list', 'a.json', JSON.stringify([two, two], null, 1), 2],
    ['in a list with a name', 'a.json', JSON.stringify({ posts: [two] }), 1],
    ['alone', 'a.json', JSON.stringify(two, null, 2), 1],
    [
      'in the lines of a log',
      'a.ndjson',
      `${JSON.stringify({ at: 'x', body: two })}\n${JSON.stringify({ at: 'x', payload: line })}\n`,
      2,
    ],
  ])('%s', async (_, name, text, times) => {
    const { batch, rows } = await read(name, text)
    expect(ids(rows)).toEqual(Array.from({ length: times }, () => ['a', 'b', 'c']).flat())
    expect(rows[0]).toMatchObject({
      whatsapp_event: 'message',
      business_number: '+15550100200',
      customer_phone: '+525512345678',
      message_text: 'a',
      sent_at: '1767607200',
    })
    expect(rows[2]).toMatchObject({ whatsapp_event: 'status', report: 'failed', failure: '131026 Undeliverable' })
    expect(batch.bad).toEqual([])
  })

  test('that cannot be read are set aside with their line, and those without a message are counted', async () => {
    const other = post({ event: 'APPROVED' }, 'message_template_status_update')
    const { batch, rows } = await read('a.ndjson', `${line}\n{oops\n{"status":"ok"}\n${JSON.stringify(other)}\n[1]\n`)
    expect(batch.bad.map(({ record, line: at, reason }) => [record, at, reason])).toEqual([
      [4, 2, 'not-json'],
      [5, 3, 'not-a-post'],
      [7, 5, 'not-an-object'],
    ])
    expect([rows.length, batch.skipped.other, batch.records]).toEqual([3, 1, 7])
    expect(
      batch.notes.map(({ code, message: says }) => [code, says.includes('message_template_status_update (1)')]),
    ).toEqual([['posts-set-aside', true]])
  })

  test('of things that are none keep a row each, which the pack rejects', async () => {
    const { rows } = await read('a.json', JSON.stringify([post({ messages: ['x', { id: 'd' }] })]))
    expect(ids(rows)).toEqual([null, 'd'])
  })

  test('know a customer by number, however late the number of an id comes', async () => {
    const early = post({ messages: [message('a', { from_user_id: 'FR.1' })] })
    const late = post({
      contacts: [{ wa_id: '33612000345', user_id: 'FR.1', profile: { name: 'Léa' } }],
      messages: [message('b', { from_user_id: 'FR.1' })],
    })
    const never = post({ messages: [message('c', { from_user_id: 'FR.2' })] })
    const { rows } = await read('a.json', JSON.stringify([early, late, never]))
    expect(rows.map((row) => row.customer_key)).toEqual(['+33612000345', '+33612000345', 'FR.2'])
    expect(rows.map((row) => row.customer_name)).toEqual([null, 'Léa', null])
  })

  test('are no tickets that talk about them', async () => {
    const { batch } = await read(
      'a.json',
      JSON.stringify([{ id: 1, body: 'we got {"object":"whatsapp_business_account"}' }]),
    )
    expect(batch.columns).toEqual(['id', 'body'])
  })
})
