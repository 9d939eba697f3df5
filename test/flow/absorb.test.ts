import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeArrivals } from '../../src/flow/absorb.ts'
import { readKept } from '../../src/flow/arrivals/kept.ts'
import { keepLanded } from '../../src/flow/land/land.ts'
import { dataFolder } from '../../src/flow/publish/publish.ts'
import { openJournal } from '../../src/journal/journal.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rapport-absorb-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function send(...ids: number[]): Promise<void> {
  const journal = await openJournal(join(root, 'journal'))
  for (const id of ids) await journal.append([{ source: 'desk', key: String(id), body: `{"id": ${id}}` }])
  await journal.close()
}

async function take(publish = true) {
  const arrivals = await takeArrivals(dataFolder(root), ['desk'])
  if (publish) {
    await Promise.all(arrivals.landed.map(keepLanded))
    await arrivals.keep()
  }
  await arrivals.drop()
  return arrivals
}

test('without a journal, or of files that were named directly, nothing is taken', async () => {
  expect(await take()).toMatchObject({ journal: 0, parts: [] })
  await send(1)
  expect(await takeArrivals(dataFolder(root), null)).toMatchObject({ journal: 0, parts: [] })
})

test('what a build that failed had taken is taken again', async () => {
  await send(1)
  await take(false)
  await send(2)
  expect((await take()).parts.map(({ part }) => [part.from, part.to, part.records])).toEqual([[1, 2, 2]])
})

test('parts of more than twenty builds become one, in the order of arrival', async () => {
  for (let id = 1; id <= 21; id++) {
    await send(id)
    await take()
  }
  const { parts, absorbed } = await readKept(join(root, 'journal'))
  expect(absorbed).toBe(21)
  expect(parts).toMatchObject([{ source: 'desk', from: 1, to: 21, records: 21 }])
  const lines = (await readFile(join(root, 'landing', parts[0]!.hash), 'utf8')).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).id)).toEqual(Array.from({ length: 21 }, (_, at) => at + 1))
})

test('a part that is gone from the landing folder stops the build with a sentence', async () => {
  await send(1)
  const [first] = (await take()).parts
  await rm(first!.landed.landed)
  await expect(take()).rejects.toMatchObject({ problems: [{ code: 'arrivals-lost' }] })
})
