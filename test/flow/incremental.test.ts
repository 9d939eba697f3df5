import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { buildVersion } from '../../src/flow/flow.ts'
import { lockBuild } from '../../src/flow/publish/lock.ts'
import { dataFolder } from '../../src/flow/publish/publish.ts'
import { readSynonyms } from '../../src/project.ts'
import { sql } from '../../src/sql/sql.ts'
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

describe('what is new', () => {
  test('is read and loaded alone; what is there is taken over', async () => {
    await desk.write('1.csv', csvOf([ticket(1), ticket(2)]))
    expect((await desk.build()).reused).toBe(0)
    await desk.write('2.csv', csvOf([ticket(3)]))
    const second = await desk.build()
    expect(second).toMatchObject({ reused: 1, changed: true })
    expect(second.loads.map(({ name, mapped }) => [name, mapped])).toEqual([
      ['1.csv', 2],
      ['2.csv', 1],
    ])
    expect(await subjects(second.version)).toHaveLength(3)
    expect(await desk.build()).toMatchObject({ changed: false, version: second.version })
  })

  test('replaces what it is newer than, and a load that was taken over says so', async () => {
    await desk.write('1.csv', csvOf([ticket(1), ticket(2)]))
    await desk.build()
    await desk.write('2.csv', csvOf([ticket(2, 5)]))
    const { loads } = await desk.build()
    expect(loads.map(({ mapped, superseded }) => [mapped, superseded])).toEqual([
      [1, 1],
      [1, 0],
    ])
  })

  test('before what is loaded, or instead of it, has everything loaded anew', async () => {
    await desk.write('2.csv', csvOf([ticket(1), ticket(2)]))
    await desk.build()
    await desk.write('1.csv', csvOf([ticket(3)]))
    expect((await desk.build()).reused).toBe(0)
    await desk.write('1.csv', csvOf([ticket(3), ticket(4)]))
    expect((await desk.build()).reused).toBe(0)
    await desk.write('3.csv', csvOf([ticket(5)]))
    expect((await desk.build()).reused).toBe(2)
    await desk.write('4.csv', csvOf([ticket(6)]))
    expect((await desk.build({ hash: 'other settings' })).reused).toBe(0)
  })

  test('one loaded copy is kept, of the newest version; without it everything is loaded', async () => {
    await desk.write('1.csv', csvOf([ticket(1)]))
    await desk.build()
    await desk.write('2.csv', csvOf([ticket(2)]))
    const { version } = await desk.build()
    const folder = join(desk.folder, '.rapport/versions')
    const copies = (await readdir(folder)).filter((name) => name.includes('.loaded.'))
    expect(copies.toSorted()).toEqual([`${version}.loaded.duckdb`, `${version}.loaded.json`])
    await rm(join(folder, `${version}.loaded.duckdb`))
    await desk.write('3.csv', csvOf([ticket(3)]))
    expect((await desk.build()).reused).toBe(0)
  })
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
  test('are taken once, and the version says up to which position', async () => {
    await desk.write('1.csv', csvOf([ticket(1)]))
    await desk.send([ticket(2), ticket(3)])
    const first = await desk.build()
    expect(first).toMatchObject({ journal: 2 })
    expect(first.loads.map(({ name, records }) => [name, records])).toEqual([
      ['1.csv', 1],
      ['intake-desk-1-2.ndjson', 2],
    ])
    await desk.send([ticket(4)])
    const second = await desk.build()
    expect(second).toMatchObject({ journal: 3, reused: 2 })
    expect(await desk.rows(second.version, sql`SELECT journal FROM cx.versions`)).toEqual([{ journal: 3 }])
    expect(await subjects(second.version)).toHaveLength(4)
    expect(await desk.build()).toMatchObject({ changed: false, journal: 3 })
  })

  test('stay when the journal is shortened: their bytes are in the landing folder', async () => {
    await desk.send([ticket(1), ticket(2)])
    await desk.build()
    const { journal } = dataFolder(join(desk.folder, '.rapport'))
    for (const name of await readdir(journal)) if (name !== 'parts.json') await rm(join(journal, name))
    const { version } = await desk.build({ hash: 'other settings' })
    expect(await subjects(version)).toHaveLength(2)
  })

  test('sent to two sources with the same bytes, or twice at different times, are each taken', async () => {
    await desk.send([ticket(1, 1)])
    await desk.build()
    await desk.send([ticket(1, 1)])
    const { loads } = await desk.build()
    expect(loads.map(({ mapped, duplicate }) => [mapped, duplicate])).toEqual([
      [0, 1],
      [1, 0],
    ])
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
    expect(await desk.build()).toMatchObject({ changed: false })
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
  let state = seed
  const pick = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
  // A revision belongs to one ticket alone: two records of one clock are the same record.
  const some = (): Ticket[] =>
    Array.from({ length: 1 + pick(4) }, () => pick(6)).map((id) => ({ id, revision: id + 10 * pick(5) }))
  return Array.from({ length: 4 }, (_, at) =>
    pick(2) === 0 ? { send: some() } : { file: pick(3) === 0 ? '0.csv' : `${at}.csv`, tickets: some() },
  )
}

test.each([1, 2])(
  'whatever came in which order, going on comes to the same as one build of everything (%i)',
  async (seed) => {
    let last = ''
    for (const step of stepsOf(seed)) {
      if ('send' in step) await desk.send(step.send)
      else await desk.write(step.file, csvOf(step.tickets))
      last = (await desk.build()).version
    }
    const whole = await desk.fresh()
    others.push(whole)
    const { version } = await whole.build()
    expect(await modelOf(desk, last)).toEqual(await modelOf(whole, version))
  },
)
