import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { landFile } from '../../../src/flow/land/land.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import type { ChatSettings } from '../../../src/flow/sources/chat.ts'
import { chatKind } from '../../../src/flow/sources/chat-content.ts'
import { ChatDates, momentOf } from '../../../src/flow/sources/chat-dates.ts'
import { type ChatLine, readChatLine } from '../../../src/flow/sources/chat-line.ts'
import { recogniseForm } from '../../../src/flow/sources/form.ts'
import { readBatches } from '../../../src/flow/sources/source.ts'
import { zipFiles } from '../../corpus/zip.ts'
import { loadBatch } from './load.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-chat-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Read = { batch: Batch; rows: Record<string, string | null>[] }

async function read(name: string, content: string | Buffer, chats?: Partial<ChatSettings>): Promise<Read> {
  const path = join(folder, name)
  await writeFile(path, content)
  const landed = await landFile(path, { landing: join(folder, 'landing') })
  const settings = { derived: join(folder, 'derived'), chats: { business: [], guess: false, ...chats } }
  const [batch] = await readBatches(landed, settings)
  await landed.copy?.synced
  const { values } = await loadBatch(batch!)
  expect(values.length, 'what the engine finds').toBe(batch!.readable)
  const rows = values.map((cells) => Object.fromEntries(batch!.columns.map((column, at) => [column, cells[at]!])))
  return { batch: batch!, rows }
}

const codes = ({ batch }: Read): string[] => batch.notes.map(({ code }) => code)

describe('a line of a chat', () => {
  test.each([
    ['20/09/2026, 21:15 - Ana Ruiz: Hola: ya', '20/09/2026', 'Ana Ruiz', 'Hola: ya', '2026-09-20 21:15:00'],
    ['[31/12/2025, 23:59:59] Ana: text', '31/12/2025', 'Ana', 'text', '2025-12-31 23:59:59'],
    ['9/20/26, 9:15\u202fPM - +52 1 55 1234 5678: hi', '9/20/26', '+52 1 55 1234 5678', 'hi', null],
    ['\u200e[20/09/26, 12:40:03\u202fa.\u00a0m.] Soporte: ya', '20/09/26', 'Soporte', 'ya', '2026-09-20 00:40:03'],
    ['12.12.19, 02:09 - Bo: bla', '12/12/19', 'Bo', 'bla', '2019-12-12 02:09:00'],
    [
      '20/09/2026, 21:15 - Messages are end-to-end encrypted.',
      '20/09/2026',
      null,
      'Messages are end-to-end encrypted.',
      '2026-09-20 21:15:00',
    ],
    [
      '20/09/2026, 21:15 - Ana changed the name to “a: b”',
      '20/09/2026',
      null,
      'Ana changed the name to “a: b”',
      '2026-09-20 21:15:00',
    ],
    ['20/09/2026, 21:15 - Ana:', '20/09/2026', 'Ana', '', '2026-09-20 21:15:00'],
  ])('%s', (line, date, sender, text, moment) => {
    const found = readChatLine(line)!
    expect([found.date.join('/'), found.sender, found.text, momentOf(found, 'd/m/y')]).toEqual([
      date,
      sender,
      text,
      moment,
    ])
  })

  test('is none where a message goes on', () => {
    for (const line of ['second line: with a colon', '', '3 - 4 pieces', '12/12/2019', '[1] see above'])
      expect(readChatLine(line)).toBeNull()
  })

  test.each([
    ['Ana', '<Media omitted>', false, 'media'],
    ['Ana', 'IMG-20260920-WA0001.jpg (file attached)', false, 'media'],
    ['Ana', 'image omitted', true, 'media'],
    ['Ana', 'image omitted', false, 'text'],
    ['Ana', 'Ce message a été supprimé', false, 'deleted'],
    ['Ana', 'Messages and calls are end-to-end encrypted.', true, 'system'],
    [null, 'Ana left', false, 'system'],
  ])('%s: %s is %s %s', (sender, text, marked, kind) => {
    expect(chatKind({ sender, text, marked })).toBe(kind)
  })
})

describe('the order of day and month', () => {
  const decided = (dates: string[], guess = false, half = ''): unknown[] => {
    const all = new ChatDates()
    for (const date of dates) all.add(readChatLine(`${date}, 9:00${half} - A: x`) as ChatLine)
    const { order, how } = all.decide(undefined, guess)
    return [order, how]
  }
  test.each([
    [['01/02/2026', '13/02/2026'], 'd/m/y', 'values'],
    [['1/2/26', '1/13/26'], 'm/d/y', 'values'],
    [['2026-02-01', '2026-02-02'], 'y/m/d', 'values'],
    [['05/05/2026'], 'd/m/y', 'values'],
    [['1/2/26', '2/2/26', '3/2/26', '1/3/26'], 'd/m/y', 'sequence'],
    [['25-12-09', '25-12-31', '26-01-02'], 'y/m/d', 'values'],
    [['03/04/2026'], null, 'undecided'],
    [['03/04/2026', '04/05/2026'], null, 'undecided'],
  ])('%j: %s by %s', (dates, order, how) => {
    expect(decided(dates)).toEqual([order, how])
  })
  test('is only guessed when asked to, by the clock of twelve hours', () => {
    expect(decided(['03/04/2026'], true)).toEqual(['d/m/y', 'guessed'])
    expect(decided(['03/04/2026'], true, ' PM')).toEqual(['m/d/y', 'guessed'])
  })
})

const chat = `20/09/2026, 21:15 - Messages are end-to-end encrypted.
20/09/2026, 21:15 - Ana Ruiz: Hola
second line, "quoted"

20/09/2026, 21:15 - Ana Ruiz: ?
20/09/2026, 21:15 - Ana Ruiz: ?
20/09/2026, 21:40 - Soporte: Ya
`

describe('a chat', () => {
  test('is a form of its own, in brackets and without, and no JSON', () => {
    for (const text of [chat, '[31/12/2025, 23:59:59] Ana: x', '\ufeff\u200e[1/2/26, 9:00:00\u202fAM] Ana: x'])
      expect(recogniseForm(Buffer.from(text), 'a.txt')).toBe('chat')
    for (const text of ['[1, 2]', '20/09/2026,21:15,Ana', 'date - name: text\n1 - 2', '2026-01-01 09:00 - Ana'])
      expect(recogniseForm(Buffer.from(text), 'a.txt')).not.toBe('chat')
  })

  test('keeps lines together, tells the side by the name of its file, and loses nothing', async () => {
    const found = await read('WhatsApp Chat with Ana Ruiz (1).txt', chat)
    expect(found.batch).toMatchObject({ form: 'chat', records: 5, readable: 5, bad: [] })
    expect(found.rows.map(({ side, text, moment, place }) => [side, text, moment, place])).toEqual([
      ['app', 'Messages are end-to-end encrypted.', '2026-09-20 21:15:00', '1'],
      ['customer', 'Hola\nsecond line, "quoted"', '2026-09-20 21:15:00', '2'],
      ['customer', '?', '2026-09-20 21:15:00', '3'],
      ['customer', '?', '2026-09-20 21:15:00', '4'],
      ['business', 'Ya', '2026-09-20 21:40:00', '1'],
    ])
    expect(new Set(found.rows.map((row) => row.message_key)).size, 'twice the same is two').toBe(5)
    expect(codes(found)).toEqual(['chat-in-minutes'])
  })

  test('has the same keys in a longer export of it', async () => {
    const short = await read('WhatsApp Chat with Ana Ruiz.txt', chat)
    const long = await read('WhatsApp Chat with Ana Ruiz.txt', `${chat}21/09/2026, 8:00 - Ana Ruiz: y?\n`)
    const keys = new Set(long.rows.map((row) => row.message_key))
    expect(short.rows.every((row) => keys.has(row.message_key!))).toBe(true)
  })

  test('is told apart by the names of the business, and not at all without', async () => {
    const sides = ({ rows }: Read): unknown => [
      ...new Set(rows.map(({ sender, side }) => `${sender ?? ''} ${side ?? ''}`)),
    ]
    expect(sides(await read('_chat.txt', chat, { business: ['soporte'] }))).toEqual([
      ' app',
      'Ana Ruiz customer',
      'Soporte business',
    ])
    expect(sides(await read('_chat.txt', chat))).toEqual([' app', 'Ana Ruiz ', 'Soporte '])
  })

  test('without a decided order has no moments and says the way out; a stated or guessed one is taken', async () => {
    const text = '[03/04/2026, 9:00:00] Ana: x\n'
    const open = await read('_chat.txt', text)
    expect([open.rows[0]!.moment, codes(open)]).toEqual([null, ['date-order-undecided']])
    expect(open.batch.notes[0]!.fix).toContain('date_order')
    expect(open.batch.dateOrder).toBe('unknown')
    const stated = await read('_chat.txt', text, { dateOrder: 'm/d/y' })
    expect([stated.rows[0]!.moment, codes(stated)]).toEqual(['2026-03-04 09:00:00', []])
    const guessed = await read('_chat.txt', text, { guess: true })
    expect([guessed.rows[0]!.moment, codes(guessed), guessed.batch.dateOrder]).toEqual([
      '2026-04-03 09:00:00',
      ['date-order-guessed'],
      'd/m/y',
    ])
  })

  test('comes out of its archive, whose name says whose it is', async () => {
    const iphone = zipFiles({ '00000012-PHOTO.jpg': 'x', '_chat.txt': chat })
    const found = await read('WhatsApp Chat - Ana Ruiz.zip', iphone)
    expect([found.batch.records, found.rows[1]!.side]).toEqual([5, 'customer'])
    const android = zipFiles({ 'WhatsApp Chat with Ana Ruiz.txt': chat })
    expect((await read('export.zip', android)).rows[1]!.side).toBe('customer')
    await expect(read('other.zip', zipFiles({ 'readme.txt': 'hello' }))).rejects.toThrow('no chat')
  })

  test('sets a damaged line aside', async () => {
    const found = await read(
      '_chat.txt',
      `${chat}20/09/2026, 22:00 - Ana Ruiz: \0\0\n20/09/2026, 22:01 - Ana Ruiz: z\n`,
    )
    expect(found.batch).toMatchObject({ records: 7, readable: 6, bad: [{ record: 6, line: 8, reason: 'nul-byte' }] })
  })
})
