import { expect, test } from 'vitest'
import type { TileOf } from '../../src/pages/spec.ts'
import { resolveChart } from '../../src/pages/tiles/chart.ts'
import type { TileContext } from '../../src/pages/tiles/tile.ts'
import { fixtureServices } from './fixtures.ts'
import { frameOf, type Small } from './frames.ts'

async function resolved(chart: TileOf<'chart'>['chart'], small: Small, encode: TileOf<'chart'>['encode'] = {}) {
  const services = await fixtureServices()
  const context = {
    page: { page: 'overview' },
    scope: {},
    words: services.words,
    services: { ...services, pictures: false, runQuery: async () => frameOf(small) },
  } as unknown as TileContext
  const { metrics, by, grain } = small.query
  const query = { metrics, by, grain }
  return resolveChart({ id: 'a', kind: 'chart', chart, width: 6, when_refused: 'show', query, encode }, context)
}

const split = (additivity: 'additive' | 'non-additive'): Small => ({
  query: { metrics: ['rate'], by: ['channel', 'status'] },
  cards: { rate: { label: 'Rate', additivity } },
  rows: [{ channel: 'chat', status: 'open', rate: 5 }],
})

test('what cannot be added up is not drawn as parts of a whole', async () => {
  expect(await resolved('sankey', split('non-additive'))).toMatchObject({
    state: 'refused',
    problem: { code: 'chart-not-additive', message: 'Rate cannot be added up over groups, which this chart would do.' },
  })
  expect(await resolved('sankey', split('additive'))).toMatchObject({ state: 'ok', figure: { chart: 'sankey' } })
})

test('a gauge shows shares only', async () => {
  const small = (unit: 'ratio' | 'count'): Small => ({
    query: { metrics: ['x'] },
    cards: { x: { unit } },
    rows: [{ x: 0.4 }],
  })
  expect(await resolved('gauge', small('count'))).toMatchObject({ problem: { code: 'chart-not-ratio' } })
  expect(await resolved('gauge', small('ratio'))).toMatchObject({ state: 'ok' })
})

test('what has another unit has no place on the same axis, and a funnel counts', async () => {
  const small: Small = {
    query: { metrics: ['start', 'wait', 'end'] },
    cards: { wait: { label: 'Wait', unit: 'seconds' } },
    rows: [{ start: 5, wait: 1, end: 6 }],
  }
  const problem = { code: 'chart-units', message: expect.stringMatching(/^Wait is measured/) }
  expect(await resolved('waterfall', small)).toMatchObject({ state: 'refused', problem })
  expect(await resolved('funnel', small)).toMatchObject({ state: 'refused', problem })
})

test('a picture of several metrics is refused where one that it stands on is refused', async () => {
  const refused = { code: 'field-missing', message: 'No date.', missing: ['x.y'] }
  const small: Small = {
    query: { metrics: ['start', 'came', 'end'] },
    rows: [{ start: 5, came: 1, end: { value: null, refused } }],
  }
  expect(await resolved('waterfall', small)).toMatchObject({ state: 'refused', problem: { message: 'No date.' } })
  expect(await resolved('funnel', small)).toMatchObject({ state: 'ok' })
})

test('the table beside a picture has all that the picture shows', async () => {
  const small: Small = { query: { metrics: ['start', 'came', 'end'] }, rows: [{ start: 5, came: 1, end: 6 }] }
  const view = await resolved('waterfall', small)
  expect(view?.table?.columns.map(({ id }) => id)).toEqual(['start', 'came', 'end'])
  expect(view?.table?.rows.map((row) => row.map(({ text }) => text))).toEqual([['5', '1', '6']])
  expect(view?.csv).toBe('/api/query.csv?metrics=start%2Ccame%2Cend')
})
