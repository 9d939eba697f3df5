import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeParts } from '../../../src/flow/arrivals/parts.ts'
import { openJournal } from '../../../src/journal/journal.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rapport-parts-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const damaged = () => expect.fail('nothing was spoiled')

test('each source gets a file of what it sent between two positions, as it came', async () => {
  const journal = await openJournal(join(root, 'journal'))
  const send = (source: string, id: number) => journal.append([{ source, key: String(id), body: `{"id": ${id}}` }])
  await send('support', 1)
  await send('chat', 2)
  await send('support', 3)
  await send('support', 4)
  await journal.close()
  const folder = join(root, 'parts')
  const parts = await writeParts(join(root, 'journal'), { after: 1, to: 3 }, { folder, damaged })
  expect(parts.map(({ path: _, ...part }) => part)).toEqual([
    { source: 'chat', from: 2, to: 2, records: 1, unreadable: 0 },
    { source: 'support', from: 3, to: 3, records: 1, unreadable: 0 },
  ])
  expect(await readFile(parts[1]!.path, 'utf8')).toBe('{"id": 3}\n')
  expect(await writeParts(join(root, 'journal'), { after: 4, to: 9 }, { folder, damaged })).toEqual([])
  expect((await readdir(folder)).toSorted()).toEqual(['intake-chat-2-3.ndjson', 'intake-support-2-3.ndjson'])
})
