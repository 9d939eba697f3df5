import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DriverReading, readDriverTests } from '../../src/insights/read-drivers.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { PageView } from '../../src/pages/view.ts'
import type { Store } from '../../src/store/store.ts'
import { findSnapshot } from '../../src/surfaces/report/snapshot.ts'
import { plant } from '../insights/planted-answers.ts'
import { contextOf, emptyModel } from '../metrics/fixture.ts'
import { fixtureServices } from './fixtures.ts'

/** The page of drivers on answers with planted effects, and on the same without any. */
const stores: Store[] = []
let planted: DriverReading
let plain: DriverReading

beforeAll(async () => {
  const read = async (effect: number) => {
    const store = await emptyModel()
    stores.push(store)
    await plant(store, effect)
    return (await readDriverTests({ metric: 'csat' }, await contextOf(store))) as DriverReading
  }
  planted = await read(1)
  plain = await read(0)
}, 120_000)
afterAll(async () => {
  for (const store of stores) await store.close()
})

async function page(reading: DriverReading, language = 'en', query = ''): Promise<{ view: PageView; html: string }> {
  const services = await fixtureServices(language)
  let asked = 0
  const readDrivers = async () => {
    asked++
    return reading
  }
  const found = services.pages.find((each) => each.page === 'drivers')!
  const view = await resolvePage(found, query, { ...services, readDrivers })
  expect(asked).toBeLessThanOrEqual(1)
  return { view, html: renderContent(view, services.words) }
}

const tileOf = (view: PageView, id: string) => view.tiles.find((each) => each.id === id)

test.each(['en', 'fr'])('every picture has its table, and every word is there (%s)', async (language) => {
  const { view, html } = await page(planted, language)
  expect(view.tiles.map(({ id }) => id)).toEqual([
    'importance',
    'snapshot',
    'segments',
    'priorities',
    'odds',
    'signals',
    'matrix',
  ])
  for (const tile of view.tiles) {
    expect([tile.id, tile.state, tile.table !== undefined]).toEqual([tile.id, 'ok', true])
    for (const row of tile.table!.rows) expect([tile.id, row.length]).toEqual([tile.id, tile.table!.columns.length])
  }
  expect(html).not.toMatch(/drivers\.[a-z_]+[.<"]|signals\.[a-z]+[.<"]|NaN|undefined|Infinity/)
})

test('as one picture: the sentence of the first drawing is the claim, with or without an effect', async () => {
  const services = await fixtureServices()
  const snapshot = async (reading: DriverReading) => {
    const found = services.pages.find((each) => each.page === 'drivers')!
    const tiles = found.tiles.filter(({ id }) => id === 'snapshot')
    return findSnapshot({ ...found, tiles }, 'answers', { ...services, readDrivers: async () => reading })
  }
  const { title, sure, picture } = await snapshot(planted)
  expect(title).toMatch(/at 1 day the score moves by −/)
  expect(sure).toMatch(/^Each doubling/)
  expect(picture?.svg).toMatch(/^<svg/)
  expect((await snapshot(plain)).title).toMatch(/^No evidence of a threshold/)
})

test('the snapshot has a step that begins at the threshold', async () => {
  const { view } = await page(planted)
  const snapshot = tileOf(view, 'snapshot')!
  expect(snapshot.table!.rows.some(([delay]) => delay!.value === 86_400)).toBe(true)
  expect(snapshot.reading).toMatch(/at 1 day the score moves by −/)
})

test('where nothing is real the page says so, names nothing and ranks nothing', async () => {
  expect(plain.tests.real).toBe(0)
  const { view } = await page(plain)
  expect(tileOf(view, 'importance')!.reading).toMatch(/^No evidence that anything goes with satisfaction/)
  expect(tileOf(view, 'snapshot')!.reading).toMatch(/^No evidence of a threshold/)
  for (const id of ['segments', 'priorities', 'odds', 'signals'])
    expect([id, tileOf(view, id)?.state]).toEqual([id, 'empty'])
  expect(tileOf(view, 'matrix')!.reading).toMatch(/^No evidence of a rank correlation/)
  // A share of what is explained is told only of what is real.
  const shares = tileOf(view, 'importance')!.table!
  const at = shares.columns.findIndex(({ id }) => id === 'share')
  expect(shares.rows.map((row) => row[at]!.value)).toEqual(shares.rows.map(() => null))
})

test('with a filter it is refused: what is left would be another question', async () => {
  const { view } = await page(planted, 'en', 'where=channel%3Dchat')
  expect(tileOf(view, 'importance')).toMatchObject({ state: 'refused', problem: { code: 'no-drivers' } })
})
