import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../src/errors.ts'
import type { Frame } from '../../src/metrics/frame.ts'
import { cell, json, makeFolder, removeFolder, run, write } from './command.ts'

interface Opened {
  headline: string
  frame: Frame
  notes: Problem[]
  loads: { pack: string; records: number; rejected: number; duplicate: number; skipped: number }[]
}

let folder: string
const packs = join(import.meta.dirname, '../../catalog/packs')
beforeAll(async () => {
  folder = await makeFolder()
  await copyFile(join(packs, 'whatsapp-webhook/sample/webhook.ndjson'), join(folder, 'webhook.ndjson'))
  for (const name of ['WhatsApp Chat - Léa.txt', 'WhatsApp Chat with Ana Ruiz.txt'])
    await copyFile(join(packs, 'whatsapp-chat/sample', name), join(folder, name))
})
afterAll(() => removeFolder(folder))

const open = (...files: string[]): Promise<Opened> => json<Opened>(['open', '--no-serve', ...files], { folder })
const notesOf = ({ notes }: Opened): string[] => notes.map(({ code }) => code)

describe('open', () => {
  test('posts of the Cloud API: contacts, how long they waited, and what was set aside', async () => {
    const opened = await open('webhook.ndjson')
    expect(opened.headline).toContain('5 contacts from one file')
    expect(cell(opened.frame, 'touchpoints').value).toBe(5)
    expect(cell(opened.frame, 'speed_of_answer')).toMatchObject({ value: 1940, n: 3 })
    expect(opened.loads).toMatchObject([
      { pack: 'whatsapp-webhook', records: 21, rejected: 3, duplicate: 1, skipped: 1 },
    ])
    expect(notesOf(opened)).toEqual(['posts-set-aside', 'conversations-made'])
  })

  test('a chat of a phone: the same', async () => {
    const opened = await open('WhatsApp Chat with Ana Ruiz.txt')
    expect(opened.headline).toContain('2 contacts from one file')
    expect(cell(opened.frame, 'speed_of_answer')).toMatchObject({ value: 1500, n: 1 })
    expect(opened.loads).toMatchObject([{ pack: 'whatsapp-chat', records: 9, rejected: 1 }])
  })

  test('a chat that does not tell its sides says so; two chats of one phone tell them', async () => {
    const text = await readFile(join(folder, 'WhatsApp Chat with Ana Ruiz.txt'), 'utf8')
    await write(folder, { 'a.txt': text, 'b.txt': text.replaceAll('Ana Ruiz', 'Bo').replaceAll('20/03', '25/03') })
    const alone = await open('a.txt')
    expect(notesOf(alone)).toEqual(['chat-in-minutes', 'chat-zone-assumed', 'chat-sides-unknown'])
    expect(alone.notes[2]!.fix).toContain('rapport.yaml')
    expect(cell((await open('a.txt', 'b.txt')).frame, 'touchpoints').value).toBe(4)
  })
})

test('a project keeps what it was told of its chats: sides, zone, order of dates, gap', async () => {
  await write(folder, {
    'p/_chat.txt': '[03/04/2026, 9:00:00] Ana: x\n[03/04/2026, 9:10:00] Desk: y\n[03/04/2026, 20:00:00] Ana: z\n',
    'p/rapport.yaml':
      'sources:\n  - { id: chats, files: _chat.txt, zone: Europe/Paris, date_order: m/d/y }\nchats: { business: [desk], gap: 8 h }\n',
  })
  const built = await json<Opened>(['build', '--project', 'p'], { folder })
  expect(built.notes.map(({ code }) => code)).toEqual(['conversations-made'])
  expect(built.notes[0]!.message).toContain('became 2 conversations: the next message after 8 h')
  const { stdout } = await run(['query', 'touchpoints', '--grain', 'day', '--project', 'p', '--json'], { folder })
  expect(stdout).toContain('2026-03-04')
})

test('init keeps the order of dates that it guessed', async () => {
  await write(folder, { 'WhatsApp Chat with Ana.txt': '[03/04/2026, 9:00:00] Ana: x\n[03/04/2026, 9:10:00] Desk: y\n' })
  await json(['init', 'q', '--from', 'WhatsApp Chat with Ana.txt', '--yes'], { folder })
  expect(await readFile(join(folder, 'q/rapport.yaml'), 'utf8')).toContain('date_order: d/m/y')
})
