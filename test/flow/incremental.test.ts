import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readKept } from '../../src/flow/arrivals/kept.ts'
import { dataFolder } from '../../src/flow/publish/publish.ts'
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

  test('of a file that a build knows by its stamp nothing is read', async () => {
    await desk.write('1.csv', csvOf([ticket(1)]))
    // A stamp is trusted when the file had been left alone for a while before it was taken.
    const index = join(desk.folder, '.rapport/landing/index.json')
    await desk.build()
    expect((await stat(index)).size).toBeGreaterThan(100)
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

  test('of more than twenty builds are one file', async () => {
    for (let id = 1; id <= 21; id++) {
      await desk.send([ticket(id)])
      await desk.build({ checks: [] })
    }
    const { parts } = await readKept(join(desk.folder, '.rapport/journal'))
    expect(parts).toMatchObject([{ source: 'desk', from: 1, to: 21, records: 21 }])
    const { version } = await desk.build()
    expect(await subjects(version)).toHaveLength(21)
  })
})
