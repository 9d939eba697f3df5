import { afterEach, expect, test, vi } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import type { Query } from '../../src/metrics/query.ts'
import { charts } from '../../src/pages/charts/all.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { PageServices } from '../../src/pages/services.ts'
import { parsePage } from '../../src/pages/spec.ts'
import type { TileView } from '../../src/pages/view.ts'
import { frameOf } from '../insights/frames.ts'
import { airPassengers } from '../stats/series.ts'
import { fixtureServices } from './fixtures.ts'

const text = (extra: string) => `page: x
title: X
tiles:
  - id: ahead
    kind: chart
    chart: line
    query: { metrics: [cases], grain: month }
    ${extra}
`

afterEach(() => vi.restoreAllMocks())

async function tileOf(values: number[], extra: string, parameters = '', language = 'en') {
  const page = parsePage(parseYaml(text(extra), 'pages/x.yaml'), [])!
  const asked: Query[] = []
  const services: PageServices = {
    ...(await fixtureServices(language)),
    runQuery: async (query) => {
      asked.push(query)
      const shape = { first: '1949-01-01', metric: 'cases', additivity: 'semi-additive' } as const
      const all = frameOf([...values, 1], { ...shape, partial: [-1] })
      const from = query.range?.from ?? ''
      const rows = all.rows.filter((row) => (row.period as { start: string }).start >= from)
      return { ...all, rows, query }
    },
  }
  const draw = vi.spyOn(charts.line, 'draw')
  const view = await resolvePage(page, parameters, services)
  return { tile: view.tiles[0] as TileView, drawn: draw.mock.calls.map(([input]) => input.forecast), asked }
}

test('a line that looks ahead hands its points to the drawing and says what they are worth', async () => {
  const { tile, drawn } = await tileOf(airPassengers, 'forecast: 6')
  expect(tile.reading).toBe('6 months ahead by Holt-Winters: better than repeating the season before when tested.')
  expect(tile.foot).toMatch(/with its interval\. Tested from 12 earlier moments: MASE .* sMAPE .* interval\.$/)
  expect(drawn[0]?.map(({ start }) => start)).toEqual([1, 2, 3, 4, 5, 6].map((month) => `1961-0${month}-01`))
  for (const { value, low, high } of drawn[0]!) expect(low < value && value < high).toBe(true)
})

test('one that must not be drawn is not, and says why', async () => {
  const { tile, drawn } = await tileOf(airPassengers.slice(0, 9), 'forecast: 6')
  expect(tile.state).toBe('ok')
  expect(tile.reading).toBe('No forecast: 9 whole months are too few for 6 months ahead and a test of it; it takes 14.')
  expect(drawn.every((forecast) => forecast === undefined)).toBe(true)
})

test('a viewer who looks at the last year has not made the history shorter', async () => {
  const { tile, drawn } = await tileOf(airPassengers, 'forecast: 6', 'from=1960-01-01')
  expect(tile.frame?.rows).toHaveLength(13)
  expect(drawn[0]).toHaveLength(6)
  expect(tile.foot).toContain('Tested from 12 earlier moments')
})

test('without the option nothing is asked for and nothing is said', async () => {
  const { tile, drawn, asked } = await tileOf(airPassengers, 'width: 12', 'from=1960-01-01')
  expect(tile.reading).toBe('From 417 in Jan 1960 to 432 in Dec 1960; highest in Jul 1960: 622.')
  expect(tile.foot).not.toContain('Tested')
  expect(drawn.every((forecast) => forecast === undefined)).toBe(true)
  expect(asked.filter(({ grain }) => grain === 'month').every(({ range }) => range?.from === '1960-01-01')).toBe(true)
})

test('in French', async () => {
  expect((await tileOf(airPassengers, 'forecast: 6', '', 'fr')).tile.reading).toBe(
    '6 mois à venir par Holt-Winters : mieux que répéter la saison précédente aux essais.',
  )
})

test.each([
  'forecast: 6\n    title: T\n  - {id: b, kind: chart, chart: bars, query: {metrics: [cases], by: [channel]}, forecast: 3}',
  'forecast: 6\n    title: T\n  - {id: b, kind: chart, chart: line, query: {metrics: [cases], by: [channel], grain: month}, forecast: 3}',
])('it belongs on a line without a split (%#)', (extra) => {
  const problems: Problem[] = []
  expect(parsePage(parseYaml(text(extra), 'pages/x.yaml'), problems)).toBeNull()
  expect(problems).toMatchObject([{ code: 'chart-forecast', where: 'pages/x.yaml:10' }])
})
