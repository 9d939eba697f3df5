import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { buildVersion } from '../../src/flow/flow.ts'
import { standBehind } from '../../src/flow/loaded.ts'
import { lockBuild } from '../../src/flow/publish/lock.ts'
import { readSynonyms } from '../../src/project.ts'
import { sql } from '../../src/sql/sql.ts'
import { seededRandom } from '../stats/seeded.ts'
import { csvOf, type Desk, makeDesk, removeDesk, type Ticket } from './desk.ts'

let desk: Desk
const others: Desk[] = []
beforeEach(async () => {
  desk = await makeDesk()
})
afterEach(() => Promise.all([desk, ...others.splice(0)].map(removeDesk)))

const ticket = (id: number, revision = 1): Ticket => ({ id, revision })

/** What the model says, whatever load and record it came from. */
async function modelOf(of: Desk, version: string) {
  return {
    cases: await of.rows(version, sql`SELECT * EXCLUDE (load, record) FROM cx.cases ORDER BY id`),
    customers: await of.rows(version, sql`SELECT * EXCLUDE (load, record) FROM cx.customers ORDER BY id`),
  }
}

const subjects = (version: string) => desk.rows(version, sql`SELECT subject FROM cx.cases ORDER BY id`)

test('what is new is loaded alone, behind one copy of what was loaded before; without it everything is loaded', async () => {
  await desk.write('1.csv', csvOf([ticket(1), ticket(2)]))
  expect(await desk.build()).toMatchObject({ reused: 0, changed: true })
  await desk.write('2.csv', csvOf([ticket(2, 5)]))
  const { version, loads, reused } = await desk.build()
  expect(reused).toBe(1)
  // A load that was taken over knows that some of it was replaced.
  expect(loads.map(({ name, mapped, superseded }) => [name, mapped, superseded])).toEqual([
    ['1.csv', 1, 1],
    ['2.csv', 1, 0],
  ])
  expect(await subjects(version)).toEqual([{ subject: 'ticket 1 as of 1' }, { subject: 'ticket 2 as of 5' }])
  expect(await desk.build()).toMatchObject({ changed: false, version })
  const { versions } = desk.order().data
  const copies = (await readdir(versions)).filter((name) => name.includes('.loaded.'))
  expect(copies.toSorted()).toEqual([`${version}.loaded.duckdb`, `${version}.loaded.json`])
  expect(await desk.build({ hash: 'other settings' })).toMatchObject({ reused: 0, changed: true })
  for (const name of await readdir(versions))
    if (name.includes('.loaded.')) await writeFile(join(versions, name), 'no copy')
  await desk.write('3.csv', csvOf([ticket(3)]))
  expect(await desk.build({ hash: 'other settings' })).toMatchObject({ reused: 0, changed: true })
})

test('when a file came is known for good, also where everything is loaded anew', async () => {
  await desk.write('1.csv', csvOf([ticket(1)]))
  const { loads } = await desk.build()
  const { landing } = desk.order().data
  await utimes(join(landing, loads[0]!.hash), 1_700_000_000, 1_700_000_000)
  await desk.write('2.csv', csvOf([ticket(2)]))
  const { version } = await desk.build({ hash: 'other settings' })
  const landed = await desk.rows(
    version,
    sql`SELECT path, CAST(landed_at AS VARCHAR) AS landed FROM cx.loads ORDER BY path`,
  )
  expect(landed.map((row) => row.landed)).toEqual(['2023-11-14 22:13:20', expect.stringMatching(/^20(2[4-9]|[3-9])/)])
})

test('new batches must stand behind what is loaded, in each table of each source', () => {
  const batch = (source: string, table: string, isLoaded: boolean) => ({ source, fills: [{ table }], isLoaded })
  const old = batch('desk', 'cases', true)
  expect(standBehind([old, batch('desk', 'cases', false)])).toBe(true)
  expect(standBehind([batch('desk', 'cases', false), old])).toBe(false)
  expect(standBehind([batch('desk', 'agents', false), batch('chat', 'cases', false), old])).toBe(true)
  const both = { source: 'desk', fills: [{ table: 'agents' }, { table: 'cases' }], isLoaded: false }
  expect(standBehind([both, old])).toBe(false)
})

test('a late record is older by the clock of its source, whatever load it comes with', async () => {
  await desk.write('1.csv', csvOf([ticket(1, 9)]))
  await desk.build()
  // Ticket 4 has the same client, whose name is older too.
  await desk.write('2.csv', csvOf([ticket(1, 3), ticket(4, 2)]))
  const { version, loads } = await desk.build()
  expect(await subjects(version)).toEqual([{ subject: 'ticket 1 as of 9' }, { subject: 'ticket 4 as of 2' }])
  expect(await desk.rows(version, sql`SELECT name FROM cx.customers`)).toEqual([{ name: 'client 1 as of 9 by 1' }])
  expect(loads.map(({ mapped, superseded }) => [mapped, superseded])).toEqual([
    [1, 0],
    [1, 1],
  ])
})

describe('arrivals', () => {
  test('are taken once, the same bytes sent again too, and stay when the journal is shortened', async () => {
    await desk.write('1.csv', csvOf([ticket(1)]))
    await desk.send([ticket(2), ticket(3)])
    const first = await desk.build()
    expect(first).toMatchObject({ journal: 2, reused: 0 })
    expect(first.loads.map(({ name, records }) => [name, records])).toEqual([
      ['1.csv', 1],
      ['intake-desk-1-2.ndjson', 2],
    ])
    await desk.send([ticket(2), ticket(3)])
    const second = await desk.build()
    expect(second).toMatchObject({ journal: 4, reused: 2 })
    expect(second.loads.map(({ mapped, duplicate }) => [mapped, duplicate])).toEqual([
      [1, 0],
      [0, 2],
      [2, 0],
    ])
    expect(await desk.rows(second.version, sql`SELECT journal FROM cx.versions`)).toEqual([{ journal: 4 }])
    expect(await desk.build()).toMatchObject({ changed: false, journal: 4 })
    const { journal } = desk.order().data
    for (const name of await readdir(journal)) if (name !== 'parts.json') await rm(join(journal, name))
    expect(await subjects((await desk.build({ hash: 'other settings' })).version)).toHaveLength(3)
  })

  test('that the disk spoiled are rejects of their source, and a note; the build goes on', async () => {
    await desk.send([ticket(1), ticket(2), ticket(3)])
    const { journal } = desk.order().data
    const [log = ''] = await readdir(journal)
    const text = await readFile(join(journal, log), 'utf8')
    await writeFile(join(journal, log), text.replace('ticket 2 as', 'ticket 7 as'))
    const { loads, notes, version } = await desk.build()
    expect(loads.map(({ records, mapped, rejected }) => [records, mapped, rejected])).toEqual([[3, 2, 1]])
    expect(notes).toMatchObject([{ code: 'journal-damaged' }])
    const rejects = await desk.rows(version, sql`SELECT reason, raw LIKE '%ticket 7 as%' AS kept FROM cx.rejects`)
    expect(rejects).toEqual([{ reason: 'journal-damaged', kept: true }])
  })

  test('that are no records, or none of their source, are rejects and stop no build', async () => {
    const catalogues = [join(import.meta.dirname, '../../catalog')]
    const synonyms = () => readSynonyms({ catalogues })
    await desk.write('1.csv', csvOf([ticket(1)]))
    await desk.sendText('5')
    const first = await desk.build({ synonyms })
    expect(first.loads.map(({ records, mapped, rejected }) => [records, mapped, rejected])).toEqual([
      [1, 1, 0],
      [1, 0, 1],
    ])
    await desk.sendText('{"id": 1, "status": "open", "created_at": "2024-01-01"}')
    const second = await desk.build({ synonyms })
    expect(second).toMatchObject({ reused: 2, mappings: [{ pack: 'desk' }] })
    expect(second.notes.map(({ code }) => code)).toContain('arrivals-strange')
    const rejects = await desk.rows(second.version, sql`SELECT raw FROM cx.rejects ORDER BY raw`)
    expect(rejects.map(({ raw }) => raw)).toEqual(['5', '{"id": 1, "status": "open", "created_at": "2024-01-01"}'])
    expect(await subjects(second.version)).toEqual([{ subject: 'ticket 1 as of 1' }])
  })

  test('for a source that the settings do not name are kept, and a note says so', async () => {
    await desk.write('1.csv', csvOf([ticket(1)]))
    await desk.send([ticket(2)])
    const settings = settingsSchema.parse({ sources: [{ id: 'other', files: ['in/'] }] })
    const { notes, journal } = await desk.build({ settings, hash: 'other' })
    expect(notes).toMatchObject([{ code: 'arrivals-without-source' }])
    expect(journal).toBe(1)
    expect(await subjects((await desk.build()).version)).toHaveLength(2)
  })
})

test('a second build of a project waits for the first, and is refused when that takes too long', async () => {
  await desk.write('1.csv', csvOf([ticket(1)]))
  const lock = await lockBuild(desk.order().data, { wait: 0, waiting: () => {} })
  await expect(desk.build({ wait: 0 })).rejects.toMatchObject({ problems: [{ code: 'build-running' }] })
  const told: string[] = []
  const second = buildVersion(desk.order(), ({ step }) => told.push(step))
  await vi.waitUntil(() => told.length > 0)
  await lock.release()
  expect(await second).toMatchObject({ changed: true })
  expect(told[0]).toContain(`waiting for the build of process ${process.pid}`)
})

type Step = { send: Ticket[] } | { file: string; tickets: Ticket[] }

/** Files that come, change and come again, and arrivals between them: shuffled, repeated, late. */
function stepsOf(seed: number): Step[] {
  const random = seededRandom(seed)
  const pick = (below: number): number => Math.floor(random() * below)
  // A revision belongs to one ticket alone: two records of one clock are the same record.
  const some = (): Ticket[] =>
    Array.from({ length: 1 + pick(4) }, () => pick(6)).map((id) => ({ id, revision: id + 10 * pick(5) }))
  return Array.from({ length: 4 }, (_, at) =>
    pick(2) === 0 ? { send: some() } : { file: pick(3) === 0 ? '0.csv' : `${at}.csv`, tickets: some() },
  )
}

test.each([
  [6, true],
  [8, false],
])(
  'whatever came in which order, going on comes to the same as one build of everything (%i, a clock: %s)',
  async (seed, hasClock) => {
    const own = await makeDesk({ hasClock })
    others.push(own)
    let last = ''
    for (const [at, step] of stepsOf(seed).entries()) {
      if ('send' in step) await own.send(step.send)
      else await own.write(step.file, csvOf(step.tickets))
      if (at !== 2) last = (await own.build()).version
    }
    const whole = await own.fresh()
    others.push(whole)
    const { version } = await whole.build()
    expect(await modelOf(own, last)).toEqual(await modelOf(whole, version))
  },
)
