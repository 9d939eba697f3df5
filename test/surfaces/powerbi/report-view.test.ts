import { expect, test } from 'vitest'
import { type Page, pageSchema } from '../../../src/pages/spec.ts'
import type { PageView, TileView } from '../../../src/pages/view.ts'
import { reportPage } from '../../../src/surfaces/powerbi/from-view.ts'
import { wordsOf } from '../../pages/fixtures.ts'

const page: Page = pageSchema.parse({
  page: 'overview',
  title: 'Overview',
  tiles: [
    { id: 'csat', kind: 'kpi', metric: 'csat_mean' },
    { id: 'nps', kind: 'kpi', metric: 'nps' },
    { id: 'by', kind: 'chart', chart: 'dots', query: { metrics: ['csat_mean'], by: ['channel'] } },
    { id: 'trust', kind: 'findings' },
    { id: 'next', kind: 'actions' },
    { id: 'gap', kind: 'gaps', metric: 'csat_mean', by: 'market' },
    { id: 'list', kind: 'rows', table: 'cases' },
    { id: 'gone', kind: 'kpi', metric: 'ces' },
  ],
})

const shown = (id: string, kind: string, extra: Partial<TileView> = {}): TileView => ({
  id,
  kind,
  title: `Title of ${id}`,
  width: 6,
  state: 'ok',
  ...extra,
})

const view = (as_of: string | null) =>
  ({
    title: 'First page',
    as_of,
    tiles: [
      shown('csat', 'kpi', {
        frame: { metrics: { csat_mean: { unit: 'score', target: { value: 4 } } } } as never,
      }),
      shown('nps', 'kpi', { state: 'refused' }),
      shown('by', 'chart', { verdict: { sentence: 'No evidence of a difference.' } as never, reading: 'As told.' }),
      shown('trust', 'findings', {
        content: { items: [{ sentence: '12 rows have no date.', effect: 'They are left out.' }] },
      }),
      shown('next', 'actions', {
        content: { items: [{ what: 'Answer urgent cases first.', why: 'They wait longest.' }] },
      }),
      shown('gap', 'gaps', { reading: 'Market A is lower.' }),
      shown('list', 'rows', { reading: '50 of 900 rows.' }),
    ],
  }) as PageView

test('a tile goes with its title, its target, its verdict and what was found; one that shows nothing does not go', async () => {
  const words = await wordsOf('en')
  const { title, tiles } = reportPage(page, view('2026-11-26T10:00:00Z'), words)
  expect(title).toBe('First page')
  expect(tiles.map(({ tile: { id }, title: _own, ...rest }) => ({ id, ...rest, tile: undefined }))).toEqual([
    { id: 'csat', subtitle: 'Target 4.00' },
    { id: 'by', subtitle: 'All data until Nov 26, 2026: No evidence of a difference.' },
    { id: 'trust', sentences: ['12 rows have no date. They are left out.'] },
    { id: 'next', sentences: ['Answer urgent cases first. They wait longest.'] },
    { id: 'gap', sentences: ['Market A is lower.'] },
    { id: 'list' },
  ])
  expect(tiles.map((each) => each.title)).toContain('Title of gap')
})

test('without a day, nothing is dated', async () => {
  const words = await wordsOf('fr')
  const { tiles } = reportPage(page, view(null), words)
  expect(tiles.find(({ tile }) => tile.id === 'by')?.subtitle).toBe('Toutes les données : No evidence of a difference.')
})
