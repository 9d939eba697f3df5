import { expect, test } from 'vitest'
import type { Query } from '../../src/metrics/query.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { standingOf } from '../../src/pages/tiles/target.ts'
import { fixtureServices } from './fixtures.ts'

const isFiltered = (query: Query) => query.where?.some((each) => each.dimension === 'type')

test('filters that leave nothing: one tile says which of them, with a way back', async () => {
  const services = await fixtureServices()
  const runQuery = async (query: Query) => {
    const frame = await services.runQuery(query)
    return isFiltered(query) ? { ...frame, rows: [] } : frame
  }
  const page = services.pages.find((each) => each.page === 'overview')!
  const view = await resolvePage(page, 'where=channel=chat&where=type=none', { ...services, runQuery })
  expect(view.tiles.map((each) => [each.kind, each.title])).toEqual([['nothing', 'No cases match these filters']])
  expect(view.tiles[0]?.links).toEqual([
    { label: 'Without “Channel: Chat”: still none', href: '/overview?where=type=none' },
    { label: 'Without “Type: none”: 8,469 cases', href: '/overview?where=channel=chat' },
    { label: 'Show everything', href: '/overview' },
  ])
})

test('a file without rows is told from filters that leave none', async () => {
  const services = await fixtureServices()
  const runQuery = async (query: Query) => ({ ...(await services.runQuery(query)), rows: [] })
  const version = { ...services.version, counts: { cases: 0 } }
  const page = services.pages.find((each) => each.page === 'overview')!
  const view = await resolvePage(page, '', { ...services, runQuery, version })
  expect(view.tiles[0]).toMatchObject({ kind: 'nothing', title: 'These files hold no records' })
})

test('a sample of one, or one that holds the target in its interval, has not missed it', async () => {
  const { runQuery } = await fixtureServices()
  const card = (await runQuery({ metrics: ['csat_mean'] })).metrics.csat_mean!
  expect(standingOf(card, { value: 1, n: 1 })).toBe('unclear')
  expect(standingOf(card, { value: 3, n: 900 })).toBe('missed')
  expect(standingOf({ ...card, target: { ...card.target!, excluded: false } }, { value: 3, n: 9 })).toBe('unclear')
})
