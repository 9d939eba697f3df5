import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import type { Words } from '../../src/config/words.ts'
import { type BuildOrder, buildVersion } from '../../src/flow/flow.ts'
import { liveBuilder } from '../../src/flow/live/builder.ts'
import { buildLive } from '../../src/flow/live.ts'
import { dataFolder } from '../../src/flow/publish/publish.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { runQuery } from '../../src/metrics/run.ts'
import {
  metricContext,
  type OpenVersion,
  openVersion,
  type Project,
  readChecks,
  readMetrics,
  readPacks,
  readProjectWords,
  readSynonyms,
} from '../../src/project.ts'
import { raw } from '../../src/sql/sql.ts'

const catalogues = [join(import.meta.dirname, '../../catalog')]

interface Ticket {
  id: number
  day: number
  hour: number
  status: string
  score: string
  customer: number
  /** Of a message that later versions do not have. */
  extra?: number
}

const moment = ({ day, hour }: Pick<Ticket, 'day' | 'hour'>): string =>
  `2026-01-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`

/** A ticket as the system posts it, with the history of its messages. */
function ticket({ id, day, hour, status, score, customer, extra }: Ticket): string {
  const created = moment({ day: 1 + (id % 9), hour: 8 + (id % 5) })
  return JSON.stringify({
    id,
    url: `https://demo.example/api/v2/tickets/${id}.json`,
    via: { channel: id % 3 === 0 ? 'chat' : 'email' },
    created_at: created,
    updated_at: moment({ day, hour }),
    subject: `Parcel ${id}`,
    description: 'Where is it?',
    priority: 'normal',
    status,
    requester_id: customer,
    submitter_id: customer,
    assignee_id: 511 + (id % 2),
    group_id: 211,
    satisfaction_rating: { score },
    comments: [
      { id: id * 100 + 1, author_id: customer, public: true, created_at: created, body: 'Where is it?' },
      {
        id: id * 100 + 2,
        author_id: 511 + (id % 2),
        public: true,
        created_at: moment({ day: 10, hour: 9 }),
        body: 'Soon.',
      },
      ...(extra ? [{ id: extra, author_id: customer, public: true, created_at: created, body: 'Hello?' }] : []),
    ],
  })
}

/** One line of the public set: it names its customer by name and address. */
const shopLine = (id: number, customer: number, rating: number | null): string =>
  JSON.stringify({
    'Ticket ID': id,
    'Customer Name': `Buyer ${customer}`,
    'Customer Email': `buyer${customer}@example.com`,
    'Customer Age': 30 + customer,
    'Customer Gender': 'Female',
    'Product Purchased': 'Aria Headset',
    'Date of Purchase': '2025-10-19',
    'Ticket Type': 'Billing inquiry',
    'Ticket Subject': 'Product setup',
    'Ticket Description': 'Please assist.',
    'Ticket Status': rating === null ? 'Open' : 'Closed',
    Resolution: null,
    'Ticket Priority': 'Medium',
    'Ticket Channel': 'Email',
    'First Response Time': null,
    'Time to Resolution': null,
    'Customer Satisfaction Rating': rating,
  })

interface Sent {
  source: 'support' | 'shop'
  body: string
}

const baseTickets = Array.from({ length: 40 }, (_, at) =>
  ticket({ id: 1000 + at, day: 12, hour: 9, status: 'open', score: 'offered', customer: 400 + (at % 7) }),
)
const baseLines = Array.from({ length: 20 }, (_, at) => shopLine(1 + at, at % 6, at % 4 === 0 ? 3 : null))

const support = (given: Partial<Ticket> & { id: number }): Sent => ({
  source: 'support',
  body: ticket({ day: 13, hour: 9, status: 'solved', score: 'good', customer: 400 + (given.id % 7), ...given }),
})
const shop = (id: number, customer: number, rating: number | null): Sent => ({
  source: 'shop',
  body: shopLine(id, customer, rating),
})

/** New, replaced, older, late and repeated ones. */
const arrivals: Sent[] = [
  support({ id: 2000, status: 'new', score: 'offered' }),
  support({ id: 1001 }),
  support({ id: 1002, status: 'pending', day: 11, extra: 77 }),
  support({ id: 2001, day: 2, status: 'closed', score: 'bad' }),
  support({ id: 1003, day: 14, status: 'closed' }),
  support({ id: 1003, day: 13, status: 'solved' }),
  support({ id: 1003, day: 14, status: 'closed' }),
  shop(21, 2, 5),
  shop(22, 99, 1),
  shop(1, 0, 4),
]

let root: string
/** One version that was built, for all tests. */
let project: Project & { order: BuildOrder }
let base: string
let parts: {
  metrics: Awaited<ReturnType<typeof readMetrics>>
  words: Words
  order: Omit<BuildOrder, 'data' | 'settings'>
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rapport-live-'))
  await writeFile(join(root, 'support.ndjson'), `${baseTickets.join('\n')}\n`)
  await writeFile(join(root, 'shop.ndjson'), `${baseLines.join('\n')}\n`)
  const catalogue = { catalogues }
  parts = {
    metrics: await readMetrics(catalogue),
    words: await readProjectWords(catalogue, 'en'),
    order: {
      directory: root,
      hash: 'a',
      product: 'test',
      packs: await readPacks(catalogue),
      synonyms: () => readSynonyms(catalogue),
      checks: await readChecks(catalogue),
      guess: true,
      answers: {},
    },
  }
  project = projectOf('served')
  base = (await buildVersion(project.order)).version
})
afterAll(() => rm(root, { recursive: true, force: true }))

function projectOf(name: string, extra: Sent[] = []): Project & { order: BuildOrder } {
  const files = (source: Sent['source']) => [
    `${source}.ndjson`,
    ...(extra.some((each) => each.source === source) ? [`${name}-${source}.ndjson`] : []),
  ]
  const settings = settingsSchema.parse({
    sources: [
      { id: 'support', files: files('support'), pack: 'zendesk', intake: {} },
      { id: 'shop', files: files('shop'), pack: 'customer-first', intake: {} },
    ],
  })
  const data = dataFolder(join(root, name))
  const order = { ...parts.order, data, settings }
  return { name, directory: root, data, settings, catalogues, hash: 'a', order }
}

/** A build of the same files with what arrived as one more of each source. */
async function builtWhole(name: string, sent: Sent[]): Promise<OpenVersion> {
  const project = projectOf(name, sent)
  for (const source of ['support', 'shop']) {
    const lines = sent.filter((each) => each.source === source).map(({ body }) => `${body}\n`)
    if (lines.length > 0) await writeFile(join(root, `${name}-${source}.ndjson`), lines.join(''))
  }
  await buildVersion(project.order)
  return openVersion(project)
}

/** All that has arrived since. */
async function send(sent: Sent[]): Promise<number> {
  await rm(project.data.journal, { recursive: true, force: true })
  const journal = await openJournal(project.data.journal)
  for (const { source, body } of sent) await journal.append([{ source, key: body, body }])
  const { position } = journal
  await journal.close()
  return position
}

async function openLive(to: number): Promise<OpenVersion> {
  const { file } = await buildLive({ ...project.order, base: { id: base, position: 0 }, to })
  return openVersion(project, { live: { base, file } })
}

const contents = {
  cases: 'id, status, updated_at, customer, channel',
  touchpoints: 'id, channel, "case", customer, responded_at',
  surveys: 'id, "case", score, kind',
  case_events: 'id, "case", activity, actor_kind',
  case_durations: 'id, seconds, origin',
  customers: 'id, name',
  products: 'id, name',
}

async function rowsOf(version: OpenVersion): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  for (const [table, columns] of Object.entries(contents))
    found[table] = await version.store.rows(raw(`SELECT ${columns} FROM cx.${table} ORDER BY id`))
  return found
}

async function valuesOf(version: OpenVersion): Promise<unknown[]> {
  const context = metricContext(
    { project, version, catalogue: parts.metrics, words: parts.words },
    { language: 'en', personalData: 'mask' },
  )
  const metrics = ['cases', 'csat_mean', 'touchpoints', 'customers', 'resolution_rate', 'survey_response_rate']
  const frame = await runQuery({ metrics, by: ['channel'], as_of: '2026-02-01T00:00:00Z' }, context)
  return frame.rows
}

test('a version with what arrived reads like a build of the same', async () => {
  const to = await send(arrivals)
  const whole = await builtWhole('whole', arrivals)
  const live = await openLive(to)
  expect(await rowsOf(live)).toEqual(await rowsOf(whole))
  expect(await valuesOf(live)).toEqual(await valuesOf(whole))
  // The contact before it is one of the version: the new one was lent it.
  const gap = raw(`SELECT since_last_seconds FROM cx.touchpoints WHERE id = 'support:2000'`)
  expect((await live.store.rows(gap))[0]?.since_last_seconds).toBeGreaterThan(0)
  expect(await live.store.rows(gap)).toEqual(await whole.store.rows(gap))
  expect(live.facts.id).toBe(`${base}+${to}`)
  expect(live.facts.counts).toMatchObject({ cases: 64, customers: 7, surveys: whole.facts.counts.surveys })
  expect([...live.facts.present].toSorted()).toEqual([...whole.facts.present].toSorted())
  await Promise.all([live.close(), whole.close()])
})

test('in whatever order things arrive, late and repeated, the version reads like a build of the same', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...arrivals, ...arrivals.slice(1, 4)], { minLength: 4 }), async (sent) => {
      const name = `order-${++run}`
      const to = await send(sent)
      const [whole, live] = await Promise.all([builtWhole(`${name}-whole`, sent), openLive(to)])
      const [found, wanted] = [await rowsOf(live), await rowsOf(whole)]
      await Promise.all([live.close(), whole.close()])
      expect(found).toEqual(wanted)
    }),
    { numRuns: 3 },
  )
})

test('what the base has taken in is not read again', async () => {
  const to = await send([support({ id: 3000 }), support({ id: 3001 }), support({ id: 3002 })])
  const { file, arrivals: taken } = await buildLive({ ...project.order, base: { id: base, position: 2 }, to })
  expect(taken).toBe(1)
  const live = await openVersion(project, { live: { base, file } })
  expect(live.facts.counts.cases).toBe(61)
  await live.close()
})

test('what nothing can be made of is left to the next build, and what came behind it is there', async () => {
  const to = await send([support({ id: 3000 }), support({ id: 3001 }), support({ id: 3002 })])
  const tried: number[] = []
  const build = liveBuilder(async (task) => {
    tried.push(task.to)
    if (task.to >= 2 && !task.without?.includes(2)) throw new Error('It cannot be read.')
    return buildLive({ ...project.order, ...task })
  })
  const report = await build({ base: { id: base, position: 0 }, to })
  expect(report).toMatchObject({ position: 3, arrivals: 2 })
  expect(report.notes).toMatchObject([{ code: 'arrival-left', where: 'journal, position 2' }])
  expect(report.notes[0]?.message).toContain('number 2')
  const again = tried.length
  await build({ base: { id: base, position: 0 }, to })
  expect(tried.length - again).toBe(1)
  expect(await readdir(project.data.live)).not.toContain(`${base}-1.duckdb`)
})

test('a fault that no arrival has is told, not sought for ever', async () => {
  let tries = 0
  const build = liveBuilder(() => {
    tries++
    return Promise.reject(new Error('The disk is gone.'))
  })
  await expect(build({ base: { id: base, position: 0 }, to: 1000 })).rejects.toThrow('The disk is gone.')
  expect(tries).toBeLessThan(30)
})

test('what failed once and no more leaves nothing out', async () => {
  let dies = true
  const build = liveBuilder(({ base: { id }, to, without }) => {
    if (dies) {
      dies = false
      return Promise.reject(new Error('The process ended.'))
    }
    return Promise.resolve({
      version: `${id}+${to}`,
      file: join(root, 'none'),
      position: to,
      arrivals: to - (without?.length ?? 0),
      received: {},
      notes: [],
      milliseconds: 1,
    })
  })
  expect(await build({ base: { id: base, position: 0 }, to: 8 })).toMatchObject({ arrivals: 8, notes: [] })
})
