import { expect, test } from 'vitest'
import { findSurvival, type Survival } from '../../src/insights/survival.ts'
import type { SurvivalEvidence, SurvivalScope } from '../../src/insights/survival-evidence.ts'
import { renderChart } from '../../src/pages/charts/draw.ts'
import { drawSurvival } from '../../src/pages/charts/survival.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { fixtureServices, wordsOf } from './fixtures.ts'

/** Two groups of customers: 60 of 100 leave after 30 to 1,800 days, and none of 40. */
function evidence(names: [string, string]): SurvivalEvidence {
  const leaving = Array.from({ length: 60 }, (_, at) => ({ time: 30 * (at + 1), events: 1, censored: 0 }))
  const leavers = [...leaving, { time: 2000, events: 0, censored: 40 }]
  const stayers = [{ time: 1500, events: 0, censored: 40 }]
  const groups = [leavers, stayers].map((counts, at) => ({ key: names[at]!, label: names[at]!, counts }))
  return {
    about: 'customers',
    missing: [],
    as_of: '2026-01-01T00:00:00Z',
    whole: [...leavers, ...stayers],
    splits: [{ dimension: 'segment', label: 'Segment', groups, others: 0 }],
    left_out: {},
    stopped: 0,
    exact: true,
    observed_from: null,
    late: 0,
  }
}

async function svgOf(names: [string, string], width: number): Promise<string> {
  const words = await wordsOf('en')
  const found = findSurvival(evidence(names), { by: 'segment', words }) as Survival
  const { option, height, label } = drawSurvival(found, words, width)
  return renderChart(option, { width, height }, { label, name: 'survival' }, words)
}

test('each group is named at its curve, with its interval and what a pointer is told', async () => {
  const svg = await svgOf(['Gold', 'Basic'], 900)
  for (const name of ['Gold', 'Basic']) expect(svg).toContain(`>${name}</text>`)
  for (const part of ['var(--part-1)', 'var(--part-2)']) expect(svg).toContain(part)
  expect(svg).toContain('After 2 years: Gold 76.0%')
  expect(svg).not.toMatch(/NaN|undefined|Infinity/)
})

test('a group that nobody left has no shade, and its interval is in the table', async () => {
  const words = await wordsOf('en')
  const found = findSurvival(evidence(['Gold', 'Basic']), { by: 'segment', words }) as Survival
  const { option, foot } = drawSurvival(found, words, 900)
  const veils = (option.series as { renderItem?: { shape: string } }[]).filter(
    ({ renderItem }) => renderItem?.shape === 'veil',
  )
  expect(veils).toHaveLength(1)
  expect(foot).toContain('A line at 100 % has its interval in the table only.')
  const flat = found.curves[1]?.at[0]
  expect(flat?.value).toBe(1)
  // Wilson's lower end for 40 of 40: 40 / (40 + 1.96 squared).
  expect(flat?.low).toBeCloseTo(40 / (40 + 1.959963984540054 ** 2), 9)
})

test('names from a file are text, on a desk and on a phone', async () => {
  for (const width of [900, 326]) {
    const svg = await svgOf(['<script>alert(1)</script>', '{c}'], width)
    expect(svg).not.toContain('<script')
    expect(svg).not.toMatch(/NaN|undefined/)
  }
})

/** The tiles of a page about cases, and what they asked for. */
async function tilesOf(present: string[], answer: Partial<SurvivalEvidence> = {}, refused: 'hide' | 'show' = 'hide') {
  const services = await fixtureServices()
  const page = services.pages.find((each) => each.page === 'sla')!
  const only = {
    ...page,
    tiles: page.tiles.flatMap((each) => (each.kind === 'survival' ? { ...each, when_refused: refused } : [])),
  }
  const asked: SurvivalScope[] = []
  const readSurvival = async (scope: SurvivalScope): Promise<SurvivalEvidence> => {
    asked.push(scope)
    return { ...evidence(['Gold', 'Basic']), about: scope.about, splits: [], ...answer }
  }
  const version = { ...services.version, present: new Set(present) }
  const { tiles } = await resolvePage(only, '', { ...services, version, readSurvival })
  return { tiles, asked }
}

test('a page asks once for the curve of all and for the table of its groups', async () => {
  const { tiles, asked } = await tilesOf(['cases.priority'])
  expect(tiles.map(({ id, state }) => [id, state])).toEqual([
    ['reply-open', 'ok'],
    ['resolution-open', 'ok'],
    ['reply-open-by-priority', 'ok'],
    ['resolution-open-by-priority', 'ok'],
  ])
  expect(asked).toEqual([
    { about: 'reply', by: 'priority' },
    { about: 'resolution', by: 'priority' },
  ])
})

test('where nobody knows the split the curve stays, and the table of groups is left out', async () => {
  const { tiles, asked } = await tilesOf([])
  expect(tiles.map(({ id }) => id)).toEqual(['reply-open', 'resolution-open'])
  expect(asked).toEqual([{ about: 'reply' }, { about: 'resolution' }])
})

test('what cannot be known is left out, or told where the page wants it', async () => {
  expect((await tilesOf([], { missing: ['cases.created_at'] })).tiles.filter(({ state }) => state === 'ok')).toEqual([])
  const lacking = await tilesOf([], { missing: ['cases.created_at'] }, 'show')
  expect(lacking.tiles[0]?.problem?.message).toContain('do not say when a case was created')
  const few = await tilesOf([], { whole: [{ time: 1, events: 3, censored: 0 }] }, 'show')
  expect(few.tiles[0]).toMatchObject({ state: 'refused', problem: { message: expect.stringContaining('3 cases') } })
})
