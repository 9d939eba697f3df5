import { expect, test } from 'vitest'
import type { Frame, MetricCell } from '../../src/metrics/frame.ts'
import type { Query } from '../../src/metrics/query.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { PageServices } from '../../src/pages/services.ts'
import type { Page } from '../../src/pages/spec.ts'
import type { KpiContent, RefusedContent } from '../../src/pages/tiles/kpi.ts'
import { fixtureServices } from './fixtures.ts'

const refused: NonNullable<MetricCell['refused']> = {
  code: 'no-link',
  message: 'Cases cannot be split by Team: nothing links the two.',
  fix: 'Use another metric.',
  missing: [],
}

const page = {
  page: 'small',
  title: 'Small',
  filters: [],
  dates: false,
  needs: [],
  order: 1,
  headline: { says: 'page' },
  tiles: [
    { id: 'cases', kind: 'kpi', metric: 'cases', spark: 'meter', when_refused: 'hide', width: 3 },
    {
      id: 'by-channel',
      kind: 'chart',
      chart: 'bars',
      title: 'By channel',
      width: 6,
      when_refused: 'hide',
      query: { metrics: ['cases'], by: ['channel'] },
      encode: {},
    },
  ],
} as unknown as Page

/** Refuses whatever is filtered by priority, or refuses always. */
async function refusing(always: boolean): Promise<PageServices> {
  const services = await fixtureServices()
  const runQuery = async (query: Query): Promise<Frame> => {
    const frame = await services.runQuery(query)
    const team = query.where?.some((each) => each.dimension === 'priority')
    if (!always && !team) return frame
    return { ...frame, rows: [{ channel: null, cases: { value: null, refused } }] }
  }
  return { ...services, runQuery }
}

test('a tile that a filter takes away stays and says why, though the page hides what it can never know', async () => {
  const services = await refusing(false)
  const view = await resolvePage(page, 'where=priority=low', services)
  expect(view.tiles.map(({ id, state }) => [id, state])).toEqual([
    ['cases', 'refused'],
    ['by-channel', 'refused'],
  ])
  const card = view.tiles[0]?.content as RefusedContent
  expect([card.title, card.reason, card.href]).toEqual(['Not with these filters', refused.message, ''])
  const html = renderContent(view, services.words)
  expect(html).toContain('Without this filter the number is there.')
  expect(html).not.toContain('Use another metric.')
  expect((await resolvePage(page, 'where=priority=low', await refusing(true))).tiles).toEqual([])
})

/** A card with a value of our own. */
async function cardOf(value: MetricCell, card: Partial<Frame['metrics'][string]>) {
  const services = await fixtureServices()
  const runQuery = async (query: Query): Promise<Frame> => {
    const frame = await services.runQuery(query)
    return { ...frame, rows: [{ cases: value }], metrics: { cases: { ...frame.metrics.cases!, ...card } } }
  }
  const view = await resolvePage({ ...page, tiles: page.tiles.slice(0, 1) }, '', { ...services, runQuery })
  return { content: view.tiles[0]?.content as KpiContent, html: renderContent(view, services.words) }
}

test('a card is short from ten million on, with the whole amount beside it; a sum has no n', async () => {
  const large = await cardOf({ value: 242_993_149, n: 57_180 }, { unit: 'money', sample: false })
  expect([large.content.value, large.content.exact, large.content.facts]).toEqual(['243.0M', '242,993,149', []])
  expect(large.html).toContain('title="242,993,149"')
  const small = await cardOf({ value: 5_131_324, n: 4 }, { unit: 'money' })
  expect([small.content.value, small.content.exact, small.content.facts]).toEqual(['5,131,324', undefined, ['n = 4']])
})

test('only a share of a whole has a bar up to all of it; a return in per cent has none', async () => {
  const cell = { value: 0.247, numerator: 21_745_988, denominator: 87_917_680, n: 3787 }
  const earned = await cardOf(cell, { unit: 'ratio' })
  expect([earned.content.meter, earned.content.facts]).toEqual([undefined, ['21.7M of 87.9M']])
  expect((await cardOf(cell, { unit: 'ratio', share: true })).content.meter?.value).toBeCloseTo(0.247)
})
