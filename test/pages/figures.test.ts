import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { parsePage } from '../../src/pages/spec.ts'
import type { PageView } from '../../src/pages/view.ts'
import type { Store } from '../../src/store/store.ts'
import { derivedBank, smallBank } from '../metrics/bank.ts'
import { contextOf } from '../metrics/fixture.ts'
import { fixtureServices } from './fixtures.ts'

let store: Store
beforeAll(async () => {
  store = await derivedBank(smallBank)
})
afterAll(() => store.close())

async function pageOf(lines: string, query = '', language = 'en'): Promise<PageView> {
  const context = await contextOf(store, { asOf: '2024-03-31T00:00:00Z', language })
  const services = await fixtureServices(language)
  const page = parsePage(parseYaml(`page: x\ntitle: X\n${lines}`, 'pages/x.yaml'), [])!
  return resolvePage(page, query, {
    ...services,
    catalogue: context.catalogue,
    words: context.words,
    version: { ...services.version, ...context.version },
    runQuery: (asked) => runQuery(asked, context),
    pictures: false,
  })
}

describe('a headline of figures', () => {
  const headline = (metrics: string) =>
    `headline: { says: figures, metrics: [${metrics}] }\ntiles: [{ id: a, kind: kpi, metric: aum }]`

  test('tells each metric by its own words, else by its label, and leaves out what cannot be known', async () => {
    const { headline: said } = await pageOf(headline('aum, reply_rate, net_flows, active_holdings'))
    expect(said).toMatch(
      /^From one file: 250 under management; \d+ more (came in than went out|went out than came in); Active holdings \d+\.$/,
    )
  })

  test('says how it changed where the viewer compares, and that there are filters', async () => {
    const { headline: said } = await pageOf(headline('aum'), 'from=2024-03-01&to=2024-03-31&compare=previous')
    expect(said).toBe('With these filters: 250 under management (+40 on the period before).')
    const french = await pageOf(headline('aum'), 'from=2024-03-01&to=2024-03-31&compare=previous', 'fr')
    expect(french.headline).toBe('Avec ces filtres : 250 d’encours (+40 par rapport à la période précédente).')
  })

  test('with nothing known it says what is here', async () => {
    expect((await pageOf(headline('reply_rate'))).headline).toBe('One file.')
  })
})

test('groups have places by what is no sample, though no test says so', async () => {
  const { tiles } = await pageOf('tiles: [{ id: r, kind: ranks, by: product, metrics: [aum, net_flows] }]')
  expect(tiles[0]?.reading).not.toContain('evidence')
  expect(tiles[0]?.table?.rows.flat().some(({ text }) => text.startsWith('1 · '))).toBe(true)
})

test('money by groups is told as it is, without a badge of a test that nobody can ask for', async () => {
  const { tiles } = await pageOf(
    'tiles: [{ id: r, kind: chart, chart: bars, query: { metrics: [aum], by: [product] } }]',
  )
  expect(tiles[0]?.verdict).toBeUndefined()
  expect(tiles[0]?.reading).toMatch(/^Highest: .+ \(\d+, \d+\.\d%\)/)
})

describe('what the viewer took away', () => {
  const tiles = 'tiles: [{ id: a, kind: kpi, metric: aum }, { id: b, kind: kpi, metric: customer_balance }]'

  test('a comparison without dates compares nothing, breaks nothing and is said', async () => {
    const { notices, tiles: shown } = await pageOf(tiles, 'compare=year')
    expect(shown.map(({ state }) => state)).not.toContain('error')
    expect(notices.map(({ code }) => code)).toEqual(['compare-undated'])
    expect((await pageOf(tiles, 'compare=year&from=2024-03-01&to=2024-03-31')).notices).toEqual([])
  })
})
