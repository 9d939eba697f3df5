import { expect, test } from 'vitest'
import type { MeasuredAction } from '../../src/insights/measure-action.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { PageServices } from '../../src/pages/services.ts'
import type { ActionsContent, PlaybookContent } from '../../src/pages/tiles/actions.ts'
import { fixtureServices } from './fixtures.ts'

async function viewOf(page: string, services: PageServices) {
  return resolvePage(services.pages.find((each) => each.page === page)!, '', services)
}

test('the page lists recommendations by concern, each with its parts and the command that accepts it', async () => {
  const services = await fixtureServices()
  const view = await viewOf('actions', services)
  const content = view.tiles[0]?.content as PlaybookContent
  const items = content.concerns.flatMap((each) => each.items)
  const reply = items.find(({ id }) => id === 'answer-more-cases')
  expect(reply?.parts.map(({ label }) => label)).toEqual(['Evidence', 'Expected effect', 'Effort', 'Check later'])
  expect(reply?.command).toBe('rapport actions accept answer-more-cases --owner NAME --from 2023-06-02')
  expect(reply?.way?.href).toBe('/cases?metric=reply_rate&part=denominator')
  expect(view.tiles[0]?.table?.rows).toHaveLength(items.length)
  expect(content.silent?.groups.map(({ label }) => label)).toEqual(['No evidence', 'Data missing', 'Not the case'])
  const places = items.map(({ place }) => Number.parseInt(place, 10)).toSorted((a, b) => a - b)
  expect(places).toEqual(places.map((_, index) => index + 1))
})

test('nothing on satisfaction is recommended where nothing goes with it', async () => {
  const view = await viewOf('actions', await fixtureServices())
  const content = view.tiles[0]?.content as PlaybookContent
  expect(content.concerns.map(({ label }) => label)).not.toContain('Satisfaction')
})

test('the overview shows the first four and leads to all', async () => {
  const view = await viewOf('overview', await fixtureServices())
  const tile = view.tiles.find(({ id }) => id === 'next')
  expect((tile?.content as ActionsContent | undefined)?.items).toHaveLength(4)
  expect(tile?.links).toEqual([{ href: '/actions', label: 'All recommendations' }])
})

const decided: MeasuredAction = {
  action: 'answer-more-cases',
  decision: 'accepted',
  owner: '<b>Ada</b>',
  from: '2023-06-05',
  note: 'two more agents',
  decided_at: '2023-06-05T08:00:00.000Z',
  do: 'See to it that every case gets a reply.',
  metric: 'reply_rate',
  metric_label: 'Reply rate',
  effect: { standing: 'refused', sentence: 'Too early to measure.', limits: null, change: null },
}

test('below stands what was decided; without a project or a decision the tile says so', async () => {
  const services = await fixtureServices()
  const ledger = async (readActions?: PageServices['readActions']) =>
    (await viewOf('actions', { ...services, readActions })).tiles.find(({ id }) => id === 'ledger')
  expect(await ledger()).toMatchObject({ state: 'empty', reading: expect.stringContaining('kept in a project') })
  expect(await ledger(async () => [])).toMatchObject({
    state: 'empty',
    reading: expect.stringContaining('Nothing has'),
  })
  const tile = await ledger(async () => [decided])
  expect(tile?.table?.rows[0]?.map(({ text }) => text)).toEqual([
    'See to it that every case gets a reply.',
    'accepted',
    '<b>Ada</b>',
    'Jun 5, 2023',
    'Too early to measure.',
    'two more agents',
  ])
  const view = await viewOf('actions', { ...services, readActions: async () => [decided] })
  const drawn = renderContent(view, services.words)
  expect(drawn).toContain('accepted · &lt;b&gt;Ada&lt;/b&gt; · Jun 5, 2023')
  expect(drawn).not.toContain('<b>Ada')
})
