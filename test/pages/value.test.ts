import { expect, test } from 'vitest'
import { valueFrom } from '../../src/insights/value.ts'
import type { ServedGroup, ValueEvidence } from '../../src/insights/value-evidence.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { builtInCatalogue } from '../metrics/fixture.ts'
import { fixtureServices } from './fixtures.ts'

const group = (level: string, left: number, change: number): ServedGroup => ({
  exposure: 'unresolved',
  level,
  stratum: '2 private',
  customers: 400,
  left,
  payers: 300,
  before: 100,
  after: 100 + change,
  change,
  variance: 25,
})

const evidence: ValueEvidence = {
  day: '2026-01-01',
  days: 180,
  money: 'revenue',
  leaving: true,
  alike: 'both',
  groups: [group('some', 80, -5), group('none', 40, 1)],
}

/** The page with these columns filled; nothing is known where there is no evidence. */
async function tilesOf(found: ValueEvidence | null, present: string[] = [], language = 'en') {
  const services = await fixtureServices(language)
  const page = services.pages.find((each) => each.page === 'value')!
  const version = { ...services.version, present: new Set(present) }
  const findValue = async () => valueFrom(found, services.words)
  return (await resolvePage(page, '', { ...services, catalogue: builtInCatalogue(), version, findValue })).tiles
}

test('what is real is said, and the table has the plain figures with what was compared', async () => {
  const tile = (await tilesOf(evidence)).find(({ kind }) => kind === 'value')!
  expect(tile.reading).toBe(
    'Customers with a case that was not solved brought in less afterwards: over 180 days 6 a customer less than others like them. Customers with a case that was not solved left more often: 10.0 points more within 180 days than of others like them.',
  )
  expect(tile.table?.rows.map((row) => row.map(({ text }) => text))).toEqual([
    [
      'A case not solved',
      '400',
      '300',
      '100',
      '95',
      '−5 (−6 to −4)',
      '20.0% (16.4% to 24.2%)',
      expect.stringMatching(/^Money: real .* Leaving: real/),
    ],
    ['All cases solved', '400', '300', '100', '101', '1 (0 to 2)', '10.0% (7.4% to 13.3%)', ''],
  ])
  expect(tile.foot).toContain('no effect of service')
})

test('without evidence the tile says what is missing, in both languages', async () => {
  for (const [language, said] of [
    ['en', 'A file with a customer key, an amount and a date is enough.'],
    ['fr', 'Un fichier avec une clé de client, un montant et une date suffit.'],
  ] as const) {
    const tile = (await tilesOf(null, [], language)).find(({ kind }) => kind === 'value')!
    expect(tile).toMatchObject({ state: 'refused', problem: { message: expect.stringContaining(said) } })
  }
})

test('the list of customers who wait is there only where it can be known', async () => {
  const ids = async (present: string[]) => (await tilesOf(evidence, present)).map(({ id }) => id)
  expect(await ids([])).not.toContain('at-stake')
  expect(await ids(['customers.year_revenue', 'customers.unsettled_cases'])).toContain('at-stake')
})

test('service and money by segment and month: the same segments and months in each, so that they can be read beside each other', async () => {
  const { pages } = await fixtureServices()
  const tiles = pages.find((each) => each.page === 'value')!.tiles.filter(({ id }) => id.endsWith('-by-segment-month'))
  const queries = tiles.map((tile) => (tile.kind === 'chart' ? tile.query : null))
  expect(queries.map((query) => query?.metrics)).toEqual(
    ['csat_mean', 'resolution_rate', 'reopen_rate', 'revenue', 'net_flows', 'churns'].map((metric) => [metric]),
  )
  for (const query of queries)
    expect(query).toMatchObject({ by: ['segment'], grain: 'month', order: { by: 'segment' } })
})
