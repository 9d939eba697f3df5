import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { readNextMarket } from '../../src/insights/next-market-evidence.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { parsePage } from '../../src/pages/spec.ts'
import type { Store } from '../../src/store/store.ts'
import { present, twoMarkets } from '../insights/two-markets.ts'
import { fixtureServices } from './fixtures.ts'

let store: Store
beforeAll(async () => {
  store = await twoMarkets()
})
afterAll(() => store.close())

function pageOf(tile: string) {
  const problems: Problem[] = []
  const page = parsePage(
    parseYaml(`page: next\ntitle: Next\ngroup: decide\ntiles:\n  - ${tile}\n`, 'next.yaml'),
    problems,
  )
  return { page, problems }
}

const given = '{ id: call, kind: next_market, like: [DE, FR], customers: 1000, shrinkage: 0.3'

async function drawn(tile: string, language = 'en', query = '') {
  const services = await fixtureServices(language)
  const version = { ...services.version, as_of: '2026-06-30T00:00:00Z', present }
  const read = await readNextMarket({ store, targets: [], version }, {})
  const { page, problems } = pageOf(tile)
  expect(problems).toEqual([])
  const view = await resolvePage(page!, query, { ...services, readNextMarket: async () => read })
  return { tile: view.tiles[0], html: renderContent(view, services.words) }
}

test('agents of a market like the named ones, hour by hour, with the interval and what each of them says', async () => {
  const { tile, html } = await drawn(`${given} }`)
  expect(tile).toMatchObject({ state: 'ok', title: 'The next market: Phone' })
  expect(tile!.reading).toContain('in a market like DE, FR with 1,000 customers')
  expect(tile!.reading).toContain('DE: 1,521.9 a month for each 1,000 of 200 customers, 3 min each (3 months).')
  expect(tile!.foot).toContain('By analogy with 2 markets')
  // Two hours of seven days; half of what comes at nine, half at ten.
  expect(tile!.table!.rows).toHaveLength(14)
  expect(html).toContain('<svg')
  const french = await drawn(`${given} }`, 'fr')
  expect(french.tile!.title).toBe('Le prochain marché : Téléphone')
  expect(french.tile!.reading).toContain('DE : ')
})

test('opening hours and languages are read from the page', async () => {
  const { tile } = await drawn(`${given}, hours: { from: 9, to: 10 }, languages: { de: 0.6, fr: 0.4 } }`)
  expect(tile!.table!.rows.map((row) => row[1]!.text)).toEqual(Array(7).fill('09:00'))
  expect(tile!.foot).toContain('de 60.0%, fr 40.0%')
})

test('unknown markets are refused with those there are; a filter, and a channel without contacts, draw nothing wrong', async () => {
  const strange = await drawn(`${given.replace('FR', 'XX')}, when_refused: show }`)
  expect(strange.tile!.problem?.message).toContain('of XX no customer is known')
  const filtered = await drawn(`${given}, when_refused: show }`, 'en', 'where=channel=chat')
  expect(filtered.tile!.problem?.message).toContain('Take filters away')
  expect((await drawn(`${given}, channel: chat }`)).tile).toBeUndefined()
})

test('without the markets, or with hours and shares that do not hold, the page is refused', () => {
  for (const wrong of [
    '{ id: call, kind: next_market }',
    '{ id: call, kind: next_market, like: [DE], customers: 1000 }',
    `${given}, hours: { from: 18, to: 8 } }`,
    `${given}, languages: { de: 0.6 } }`,
  ])
    expect(pageOf(wrong).problems, wrong).not.toEqual([])
})
