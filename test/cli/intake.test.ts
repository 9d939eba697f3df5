import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { intakeDoor } from '../../src/cli/intake-door.ts'
import { type FeedOrder, feed } from '../../src/cli/intake-feed.ts'
import { readMessage } from '../../src/cli/intake-messages.ts'
import { openRoute } from '../../src/cli/intake-route.ts'
import { RapportError } from '../../src/errors.ts'
import { openJournal, readJournal } from '../../src/journal/journal.ts'
import { type Project, readProject } from '../../src/project.ts'
import { lockServer } from '../../src/surfaces/server/lock.ts'
import { startServer } from '../../src/surfaces/server/server.ts'
import { fakeAssets, fakeDoors, fakeViewer } from '../surfaces/fake.ts'

let folder: string
let project: Project

const settings = `sources:
  - { id: support, files: support.csv }
  - { id: comments, intake: {} }
  - { id: hooks, intake: { verify: token, secret: "file:token" } }
`

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-intake-'))
  await writeFile(join(folder, 'rapport.yaml'), settings)
  await writeFile(join(folder, 'token'), 'a-token-that-nobody-guesses\n', { mode: 0o600 })
  project = await readProject({ directory: folder })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function kept(): Promise<string[]> {
  const all: string[] = []
  for await (const records of readJournal(project.data.journal))
    all.push(...records.map(({ source, body }) => `${source} ${body}`))
  return all
}

const states: string[] = []
const pauses: number[] = []
beforeEach(() => {
  states.length = pauses.length = 0
})

async function bring(input: string | AsyncIterable<Buffer>, change: Partial<FeedOrder> = {}) {
  const route = await openRoute(project, async (milliseconds) => pauses.push(milliseconds))
  try {
    const chunks = typeof input === 'string' ? inPieces(input) : input
    return Object.fromEntries(
      await feed(chunks, {
        route,
        source: 'support',
        sourceOf: (stream) => (stream === 'ticket_comments' ? 'comments' : 'support'),
        table: false,
        state: (text) => states.push(text),
        ...change,
      }),
    )
  } finally {
    await route.close()
  }
}

/** Cut where no line ends, as a pipe does. */
async function* inPieces(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
}

const airbyte = [
  '{"type":"LOG","log":{"level":"INFO","message":"starting"}}',
  '{"type":"RECORD","record":{"stream":"tickets","data":{"id":12345678901234567890,"n":1.10},"emitted_at":1}}',
  '{"type": "RECORD", "record": {"emitted_at": 2, "data": {"id": 2, "data": {"a": "}"}}, "stream": "ticket_comments"}}',
  '{"type":"STATE","state":{"type":"STREAM","cursor":12345678901234567890}}',
].join('\n')

const singer = [
  '{"type":"SCHEMA","stream":"tickets","schema":{"properties":{}},"key_properties":["id"]}',
  '{"type":"RECORD","stream":"tickets","record":{"id":12345678901234567890,"n":1e2},"time_extracted":"2026-03-01T00:00:00Z"}',
  '{"type":"STATE","value":{"bookmarks":{"tickets":12345678901234567890}}}',
  '{"type":"RECORD","stream":"ticket_comments","record":{"id":7}}',
].join('\n')

test('messages of an Airbyte source: each stream to its source, digits as they were written', async () => {
  expect(await bring(airbyte)).toEqual({
    support: { kept: 1, duplicates: 0, rejected: 0 },
    comments: { kept: 1, duplicates: 0, rejected: 0 },
  })
  expect(await kept()).toEqual([
    'support {"id":12345678901234567890,"n":1.10}',
    'comments {"id": 2, "data": {"a": "}"}}',
  ])
  expect(states).toEqual([airbyte.split('\n')[3]])
})

test('messages of a Singer tap: the value of a state is what the tap wants back', async () => {
  expect(await bring(singer)).toMatchObject({ support: { kept: 1 }, comments: { kept: 1 } })
  expect(await kept()).toEqual(['support {"id":12345678901234567890,"n":1e2}', 'comments {"id":7}'])
  expect(states).toEqual(['{"bookmarks":{"tickets":12345678901234567890}}'])
})

test('a state is told only when everything before it is on the disk', async () => {
  const order: string[] = []
  const told: Pick<FeedOrder, 'route' | 'state'> = {
    route: {
      send: async (source, lines) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        order.push(`${source} ${lines.length}`)
        return { kept: lines.length, duplicates: 0, rejected: 0 }
      },
    },
    state: () => order.push('state'),
  }
  await bring(singer, told)
  expect(order).toEqual(['support 1', 'state', 'comments 1'])
  order.length = 0
  const failing = { ...told, route: { send: () => Promise.reject(new Error('disk full')) } }
  await expect(bring(singer, failing)).rejects.toThrow('disk full')
  expect(order).toEqual([])
})

test('what is no message is a record, and what is neither is kept as a reject', async () => {
  expect(readMessage('{"type":"RECORD","id":1}')).toBeNull()
  expect(readMessage('{"type":"question"}')).toBeNull()
  expect(readMessage(`{"type":"RECORD","stream":"a","record":${'['.repeat(100_000)}`)).toBeNull()
  expect(await bring('{"type":"question","id":1}\n\n{"type":"STATE","state":1}\n{"id":\n')).toEqual({
    support: { kept: 2, duplicates: 0, rejected: 1 },
  })
  expect(await bring(`${airbyte}\nTraceback (most recent call last)\n`)).toMatchObject({ support: { rejected: 1 } })
})

test('one JSON document is read whole; lines of which the first is torn stay lines', async () => {
  const list = '[\n  {"id": 1,\n   "t": "a"},\n  {"id": 2}\n]\n'
  expect(await bring(list)).toMatchObject({ support: { kept: 2 } })
  expect((await kept())[0]).toBe('support {"id": 1,    "t": "a"}')
  expect(await bring('{\n"id": 3\n}')).toMatchObject({ support: { kept: 1 } })
  expect(await bring('{"id":\n{"id":4}\n{"id":5}\n')).toMatchObject({ support: { kept: 2, rejected: 1 } })
})

test('answers to surveys may be a table, and are checked', async () => {
  const table =
    'id,kind,score,scale_min,scale_max,responded_at\na,nps,9,0,10,2026-03-01T09:30:00Z\nb,nps,11,0,10,2026-03-01T09:30:00Z\n'
  expect(await bring(table, { source: 'surveys', table: true })).toEqual({
    surveys: { kept: 1, duplicates: 0, rejected: 1 },
  })
})

test('the same input again is known; a value that comes back later is not', async () => {
  const lines = '{"id":1,"s":"a"}\n{"id":1,"s":"b"}\n{"id":1,"s":"a"}\n'
  expect(await bring(lines)).toMatchObject({ support: { kept: 3, duplicates: 0 } })
  expect(await bring(lines)).toMatchObject({ support: { kept: 0, duplicates: 3 } })
  expect(await kept()).toHaveLength(3)
})

test('what waits is sent when nothing comes any more', async () => {
  const sent: number[] = []
  async function* slow(): AsyncGenerator<Buffer> {
    yield Buffer.from('{"id":1}\n{"id":2}\n')
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(sent).toEqual([2])
    yield Buffer.from('{"id":3}\n')
  }
  await bring(slow(), {
    idle: 10,
    route: {
      send: async (_, { length }) => {
        sent.push(length)
        return { kept: length, duplicates: 0, rejected: 0 }
      },
    },
  })
  expect(sent).toEqual([2, 1])
})

test('a running server is sent to, whatever proof its senders need; it is waited for when it is busy', async () => {
  const lock = await lockServer(project.data.root)
  const journal = await openJournal(project.data.journal)
  let refusals = 1
  const busy = new RapportError({ code: 'busy', message: 'Too much.', fix: 'Wait.' })
  const append: typeof journal.append = (given) => (refusals-- > 0 ? Promise.reject(busy) : journal.append(given))
  const door = await intakeDoor(project, { ...journal, append })
  const doors = fakeDoors({ queries: [], rows: [], pages: [], released: 0 })
  const server = await startServer({ current: () => doors, assets: fakeAssets, viewer: fakeViewer, intake: door })
  await lock.announce(server.url, door.key)
  try {
    expect(await bring(airbyte, { sourceOf: () => 'hooks' })).toEqual({
      hooks: { kept: 2, duplicates: 0, rejected: 0 },
    })
    expect(pauses).toEqual([2000])
    expect(await bring('{"id":\n')).toMatchObject({ support: { rejected: 1 } })
    expect(door.sources.get('hooks')).toMatchObject({ verify: 'token', secrets: ['a-token-that-nobody-guesses'] })
  } finally {
    await server.close()
    await journal.close()
    await lock.release()
  }
  expect(await kept()).toHaveLength(3)
})

test('a secret that is missing is said when the server starts, and one that is none is refused', async () => {
  const journal = await openJournal(project.data.journal)
  await rm(join(folder, 'token'))
  await expect(intakeDoor(project, journal)).rejects.toThrow('There is no file')
  await writeFile(join(folder, 'rapport.yaml'), settings.replace('verify: token', 'verify: standard'))
  await writeFile(join(folder, 'token'), 'whsec_AAAA', { mode: 0o600 })
  await expect(intakeDoor(await readProject({ directory: folder }), journal)).rejects.toThrow('Standard Webhooks')
  await journal.close()
})
