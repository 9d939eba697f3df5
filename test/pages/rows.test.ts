import { expect, test } from 'vitest'
import type { RowsQuery } from '../../src/metrics/query.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { scalarText } from '../../src/pages/tiles/rows.ts'
import { cataloguePages, fixtureServices } from './fixtures.ts'

test('the page of rows is about the table of the metric that the address names, without free text', async () => {
  const services = await fixtureServices()
  const page = (await cataloguePages()).pages.find((each) => each.page === 'rows')!
  const asked: RowsQuery[] = []
  const readRows: typeof services.readRows = async (query) => {
    asked.push(query)
    return { columns: [], rows: [], total: 0, next: null, version: 'v1' } as unknown as ReturnType<
      typeof services.readRows
    >
  }
  const present = new Set(['surveys.source_key', 'surveys.score', 'surveys.comment', 'cases.description'])
  const version = { ...services.version, present }
  await resolvePage(page, 'metric=csat_mean&part=population', { ...services, version, readRows })
  expect(asked[0]).toMatchObject({ table: 'surveys', metric: { id: 'csat_mean', part: 'population' } })
  expect(asked[0]?.columns).toEqual(['id', 'source_key', 'score'])
  await resolvePage(page, '', { ...services, version, readRows })
  expect(asked[1]?.table).toBe('cases')
  expect(asked[1]?.columns).not.toContain('description')
})

test('every picture of a number leads to its rows, with the filters of its page', async () => {
  const services = await fixtureServices()
  const page = (await cataloguePages()).pages.find((each) => each.page === 'overview')!
  const view = await resolvePage(page, 'where=priority=low', services)
  const links = view.tiles.find((each) => each.id === 'csat-by-channel')?.links
  expect(links).toEqual([{ href: '/rows?where=priority=low&metric=csat_mean&part=population', label: 'Rows' }])
})

test('money has its cents, a link its key, by the table that the row is of', async () => {
  const { words } = await fixtureServices()
  expect(scalarText(-1226, { id: 'returns', type: 'money' }, { words }, 'balances')).toBe('−1,226.00')
  expect(scalarText('wealth:ENR1', { id: 'holding', type: 'text' }, { words }, 'balances')).toBe('ENR1')
})
