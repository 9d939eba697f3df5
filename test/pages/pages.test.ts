import { expect, test } from 'vitest'
import { linksOf } from '../../src/pages/links.ts'
import { renderPage } from '../../src/pages/render/page.ts'
import { fillRows, resolvePage } from '../../src/pages/resolve.ts'
import type { PageServices } from '../../src/pages/services.ts'
import { fixtureServices } from './fixtures.ts'
import { expectGolden } from './golden.ts'

async function drawn(services: PageServices, id: string, query = ''): Promise<string> {
  const page = services.pages.find((each) => each.page === id)!
  const view = await resolvePage(page, query, services)
  const assets = { style: '/assets/style.css', script: '/assets/main.js' }
  return renderPage(view, {
    words: services.words,
    links: await linksOf(services),
    source: 'tickets.csv',
    languages: ['en', 'fr'],
    theme: 'system',
    assets,
  })
}

const cases: [name: string, page: string, language: string, query: string][] = [
  ['overview', 'overview', 'en', ''],
  ['overview.fr', 'overview', 'fr', ''],
  ['breakdown', 'breakdown', 'en', 'where=channel=chat&nonsense=1'],
  ['cases', 'cases', 'en', 'sort=-priority'],
  ['case', 'case', 'en', 'id=customer-first:10'],
  ['data', 'data', 'en', ''],
  ['actions', 'actions', 'en', ''],
  ['actions.fr', 'actions', 'fr', ''],
  ['definitions', 'definitions', 'en', ''],
]

test.each(cases)('page %s is drawn as it was', async (name, page, language, query) => {
  expectGolden(`${name}.html`, await drawn(await fixtureServices(language), page, query))
})

test('no inline style, no handler, no script but data: a strict content policy holds', async () => {
  const services = await fixtureServices()
  for (const [, page, , query] of cases) {
    const html = await drawn(services, page, query)
    expect(html).not.toMatch(/\sstyle=|<style|\son[a-z]+=|javascript:/i)
    expect(html.match(/<script(?! type="(application\/json|module)")/)).toBeNull()
  }
})

test('a number that cannot be known says why, and at most two are shown', async () => {
  const services = await fixtureServices()
  const page = services.pages.find((each) => each.page === 'overview')!
  const view = await resolvePage(page, '', services)
  const refused = view.tiles.filter((tile) => tile.state === 'refused')
  expect(refused.map((tile) => tile.id)).toEqual(['first_reply_time'])
  expect(refused[0]?.content).toMatchObject({
    href: '/data#field-cases.created_at',
    unlocks: 'Adding it unlocks 2 KPIs.',
  })
})

test('the headline says no more than the verdicts allow', async () => {
  const services = await fixtureServices()
  const page = services.pages.find((each) => each.page === 'overview')!
  const silent = await resolvePage(page, '', services)
  expect(silent.headline).toContain(
    'a full point below target, and there is no evidence that channel, type, or priority',
  )
  const run = services.runQuery
  const real = async (query: Parameters<typeof run>[0]) => {
    const frame = await run(query)
    return { ...frame, verdicts: frame.verdicts.map((each) => ({ ...each, real: each.by === 'channel' })) }
  }
  const found = await resolvePage(page, '', { ...services, runQuery: real })
  expect(found.headline).toContain('; it differs by channel.')
})

test('a tile that fails leaves the rest of the page alive', async () => {
  const services = await fixtureServices()
  const page = services.pages.find((each) => each.page === 'data')!
  const facts = { ...services.facts, loads: () => Promise.reject(new Error('secret path /etc')) }
  const view = await resolvePage(page, '', { ...services, facts })
  expect(view.tiles.find((tile) => tile.id === 'loads')).toMatchObject({ state: 'error' })
  expect(view.tiles.find((tile) => tile.id === 'findings')).toMatchObject({ state: 'ok' })
  expect(JSON.stringify(view)).not.toContain('secret')
})

test('filters become chips, and what this data does not have becomes a notice', async () => {
  const services = await fixtureServices()
  const page = services.pages.find((each) => each.page === 'overview')!
  const view = await resolvePage(page, 'where=channel=chat&where=planet=mars&foo=1', services)
  expect(view.filters).toMatchObject([{ label: 'Channel: Chat', text: 'channel=chat', without: '/overview' }])
  expect(view.notices.map((each) => each.code)).toEqual(['parameter-unknown', 'filter-unknown'])
})

test('rows of the grid are filled when a neighbour is left out', () => {
  const tile = (width: number, kind = 'chart') => ({ kind, width })
  expect(fillRows([tile(7), tile(5), tile(6), tile(12)])).toEqual([7, 5, 12, 12])
  expect(fillRows([tile(3, 'kpi'), tile(4), tile(4)])).toEqual([3, 6, 6])
})
