import { expect, test } from 'vitest'
import type { DueBoard, DueRisks } from '../../src/insights/due-board.ts'
import { figureOf, type NowFigures } from '../../src/insights/now-windows.ts'
import { linksOf, startOf } from '../../src/pages/links.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { PageServices } from '../../src/pages/services.ts'
import type { DueBoardContent } from '../../src/pages/tiles/due-board.ts'
import { fixtureServices } from './fixtures.ts'
import { expectGolden } from './golden.ts'

const now = Date.parse('2024-03-10T12:00:00Z') / 1000
const column = (id: string, label: string) => ({ id, label, type: 'text' as const, masked: false })

const board: DueBoard = {
  as_of: now,
  columns: [
    column('id', 'Id'),
    column('source_key', 'Number'),
    column('customer', 'Customer'),
    column('priority', 'Priority'),
  ],
  cases: [
    {
      values: { id: 's:17', source_key: '17', customer: 's:<b>kim</b>', priority: 'high' },
      promise: 'first_reply',
      due: now - 3 * 3600,
      left: -3 * 3600,
      target: 14_400,
      promised: 14_400,
      source: 'Handbook <i>2024</i>',
      clock: 'calendar',
    },
    {
      values: { id: 's:18', source_key: '18', customer: null, priority: null },
      promise: 'resolution',
      due: now + 2520,
      left: 2520,
      target: 200_000,
      promised: 36_000,
      source: null,
      clock: 'business',
    },
  ],
  counts: { over: 40, hour: 12, four: 3, later: 9 },
  unpromised: [{ promise: 'first_reply', missing: ['cases.first_response_at'] }],
}

const risks: DueRisks = {
  agent: [{ value: 's:ada', label: 's:ada', counts: { over: 2, hour: 1, four: 0, later: 4 } }],
  market: [{ value: null, label: '(not set)', counts: { over: 0, hour: 0, four: 0, later: 4 } }],
}

const span = { from: now - 899, to: now + 1 }
const windows = (kept: number, n: number) => ({
  minutes: figureOf([{ kept: 3, n: 5 }], 2),
  hour: figureOf(
    [
      { kept, n },
      { kept: 90, n: 100 },
      { kept: 80, n: 100 },
    ],
    0,
  ),
  today: figureOf([{ kept, n }], 7),
})
const figures: NowFigures = {
  as_of: now,
  spans: { minutes: span, hour: span, today: { from: now - 12 * 3600, to: now + 1 } },
  weeks: 8,
  least: 20,
  groups: [{ value: null, label: '', metrics: [{ metric: 'reply_rate', windows: windows(20, 60) }] }],
  refused: [{ metric: 'resolution_rate', missing: ['cases.solved_at'] }],
}
const split: NowFigures = {
  ...figures,
  groups: [
    { value: 'chat', label: 'Chat', metrics: [{ metric: 'reply_rate', windows: windows(20, 60) }] },
    { value: 'email', label: 'E-mail', metrics: [{ metric: 'reply_rate', windows: windows(2, 3) }] },
  ],
}

async function services(language = 'en', change: Partial<PageServices> = {}): Promise<PageServices> {
  const known = await fixtureServices(language)
  return {
    ...known,
    readDueBoard: async () => board,
    readDueRisks: async () => risks,
    readNow: async ({ by }) => (by ? split : figures),
    version: { ...known.version, as_of: '2024-03-10T12:00:00Z', zone: 'Europe/Paris' },
    ...change,
  }
}

async function viewOf(query = '', own?: PageServices) {
  const all = own ?? (await services())
  return resolvePage(all.pages.find((each) => each.page === 'live')!, query, all)
}

test.each(['en', 'fr'])('the page is drawn as it was (%s)', async (language) => {
  const own = await services(language)
  expectGolden(`live${language === 'en' ? '' : `.${language}`}.html`, renderContent(await viewOf('', own), own.words))
})

test('it opens with what is missed, and says when now is and in which zone', async () => {
  const { headline } = await viewOf()
  expect(headline).toContain(
    '64 open cases have a promise to keep; 40 have missed it, 12 more are due within the hour.',
  )
  expect(headline).toContain('Mar 10, 2024, 1:00 PM (Europe/Paris), the newest event in the data')
})

test('while things arrive now is the clock, and is not called an event', async () => {
  const known = await services()
  const view = await viewOf('', await services('en', { version: { ...known.version, by_clock: true } }))
  expect(view.headline).toMatch(/Now is Mar 10, 2024, 1:00 PM \(Europe\/Paris\)\.$/)
  expect(JSON.stringify(view)).not.toContain('newest event')
})

test('time left is told in words, with the promise by its own clock, and leads to the case', async () => {
  const [tile] = (await viewOf()).tiles
  const [first, second] = tile!.table!.rows
  const text = (id: string, row = first!) => row[tile!.table!.columns.findIndex((each) => each.id === id)]
  expect(text('left')).toMatchObject({ text: '3 hr over', bar: { share: 1, tone: 'bad' } })
  expect(text('left', second)).toMatchObject({ text: 'in 42 min', bar: { tone: 'warn' } })
  expect(text('promise', second)?.text).toBe('Solution, 10 hr of opening time')
  expect(text('due')?.text).toBe('Mar 10, 2024, 10:00 AM')
  expect(text('source_key')?.href).toBe('/case/s%3A17')
  const own = await services()
  const html = renderContent(await viewOf('', own), own.words)
  expect(html).not.toContain('<b>kim')
  expect(html).toContain('Handbook &lt;i&gt;2024')
})

test('states and pages are links that keep the filters; a fault in the address is no offset', async () => {
  const asked: object[] = []
  const own = await services('en', {
    readDueBoard: async (scope) => {
      asked.push(scope)
      return board
    },
  })
  const view = await viewOf('where=channel=chat&due=over&cursor=50', own)
  expect(asked).toEqual([
    { where: [{ dimension: 'channel', op: 'in', values: ['chat'] }], state: 'over', limit: 50, offset: 50 },
  ])
  const content = view.tiles[0]?.content as DueBoardContent
  expect(content.states[0]?.href).toBe('/live?where=channel=chat')
  expect(content.first).toBe('/live?where=channel=chat&due=over')
  expect(((await viewOf('', own)).tiles[0]!.content as DueBoardContent).next).toEqual({
    href: '/live?cursor=50',
    label: 'And 62 more',
  })
  await viewOf('due=nonsense&cursor=-3', own)
  expect(asked.at(-1)).toEqual({ limit: 50, offset: 0 })
})

test('a number of those at risk leads to the board of that group; who has none at risk is not listed', async () => {
  const { tiles } = await viewOf('where=channel=chat')
  const agents = tiles.find(({ id }) => id === 'agents')
  expect(agents?.table?.rows[0]?.map(({ text }) => text)).toEqual(['ada', '2', '1', '0', '4'])
  expect(agents?.table?.rows[0]?.[2]?.href).toBe('/live?where=channel=chat&where=agent=s:ada&due=hour')
  expect(tiles.find(({ id }) => id === 'markets')).toMatchObject({ state: 'empty' })
})

test('a share of few is not told, a lower one is called so, and what is left out is counted', async () => {
  const tile = (await viewOf()).tiles.find(({ id }) => id === 'now')
  const rows = tile!.table!.rows.map((row) => row.map(({ text }) => text))
  expect(rows.map((row) => [row[1], row[2], row[4], row[5], row[6]])).toEqual([
    ['Last 15 minutes', 'too few (n = 5)', '–', '–', '2'],
    ['Last hour', '33.3% (n = 60), lower than usual', '85.0% (n = 200, 2 weeks)', '80.0% to 90.0%', '0'],
    ['Today (12 hr)', '33.3% (n = 60)', '–', '–', '7'],
  ])
  expect(tile?.foot).toContain('Resolution rate cannot be known')
  expect(tile?.table?.rows[1]?.[3]?.strip).toMatchObject({ tone: 'bad', usual: { mean: 0.85, low: 0.8, high: 0.9 } })
})

test('groups too small to tell are counted, not listed', async () => {
  const own = await services()
  own.version = { ...own.version, present: new Set([...own.version.present, 'cases.market']) }
  const tile = (await viewOf('', own)).tiles.find(({ id }) => id === 'solved-by-channel')
  expect(tile?.table?.rows.map(([name]) => name?.text)).toEqual(['Chat'])
  expect(tile?.reading).toContain('1 row with fewer than 20 items')
})

test('what the source lacks is said with its fields, and nothing is drawn from it', async () => {
  const own = await services('en', {
    readDueBoard: async () => ({ missing: ['cases.created_at'] }),
    readDueRisks: async () => ({ missing: ['cases.created_at'] }),
    readNow: async () => ({ ...figures, groups: [] }),
  })
  const { tiles } = await viewOf('', own)
  expect(tiles.map(({ id }) => id)).toEqual(['board'])
  expect(tiles[0]?.problem?.message).toContain('creation date of the case')
})

test('it stands first in its group and never opens first; a source without promises has none', async () => {
  const known = await services()
  const without = await linksOf(known)
  expect(without.map(({ id }) => id)).not.toContain('live')
  const present = new Set([...known.version.present, 'cases.created_at'])
  const counts = { ...known.version.counts, sla_targets: 4 }
  const links = await linksOf({ ...known, version: { ...known.version, present, counts } })
  expect(links[0]?.id).toBe('live')
  expect(startOf(links)?.id).toBe(startOf(without)?.id)
  expect(startOf(links, 'live')?.id).toBe('live')
})
