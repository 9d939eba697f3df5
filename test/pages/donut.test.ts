import { expect, test } from 'vitest'
import type { Frame, MetricCard } from '../../src/metrics/frame.ts'
import type { Chart } from '../../src/pages/charts/chart.ts'
import { donut, isWhole, partsOf } from '../../src/pages/charts/donut.ts'
import { renderChart } from '../../src/pages/charts/draw.ts'
import { chartTile } from '../../src/pages/tiles/chart.ts'
import type { TileContext } from '../../src/pages/tiles/tile.ts'
import { fixtureServices, wordsOf } from './fixtures.ts'

const groups = (values: number[]) =>
  values.map((value, index) => ({ key: `g${index}`, label: `Group ${index}`, value, filter: `team=g${index}` }))

/** A frame of one metric by team, as `runQuery` would give it. */
function frameOf(values: Record<string, number | null>, card: Partial<MetricCard> = {}, limit?: number): Frame {
  const metric = {
    id: 'aum',
    label: 'Assets {n|under} management',
    unit: 'money',
    additivity: 'semi-additive',
    ...card,
  }
  return {
    query: { metrics: ['aum'], by: ['team'], ...(limit && { limit }) },
    version: 'v',
    as_of: null,
    zone: 'UTC',
    rows: Object.entries(values).map(([team, value]) => ({ team: team || null, aum: { value } })),
    labels: { team: Object.fromEntries(Object.keys(values).map((each) => [each, each])) },
    metrics: { aum: metric as MetricCard },
    verdicts: [],
    notes: [],
  }
}

async function draw(frame: Frame, width = 560): Promise<ReturnType<Chart['draw']>> {
  return donut.draw({ frame, encode: {}, dimensions: new Map(), words: await wordsOf('en'), width })
}

interface Pie {
  data: { value: number; name: string; filter?: string; tip: string; itemStyle: { color: string } }[]
}

const seriesOf = (drawing: ReturnType<Chart['draw']>) => drawing.option.series as [Pie, Pie]

test('eight parts have a name; the rest is one part without a filter, and nothing is lost', async () => {
  const words = await wordsOf('en')
  const values = [5, 40, 1, 30, 20, 10, 9, 8, 7, 2, 3]
  const parts = partsOf(groups(values), words)
  expect(parts.map(({ label }) => label)).toEqual([
    ...['Group 0', 'Group 1', 'Group 3', 'Group 4', 'Group 5', 'Group 6', 'Group 7', 'Group 8'],
    'Other (3 groups)',
  ])
  expect(parts.at(-1)).toEqual({ label: 'Other (3 groups)', value: 6, groups: 3, colour: 'var(--mark)' })
  expect(parts.reduce((sum, { value }) => sum + value, 0)).toBe(135)
  expect(parts[1]?.colour).toBe('var(--part-1)')
  expect(new Set(parts.map(({ colour }) => colour)).size).toBe(9)
  expect(partsOf(groups(values.slice(0, 8)), words)).toHaveLength(8)
})

test('money: the whole with its unit in the middle, rows without a value of the dimension among the parts', async () => {
  const made = await draw(frameOf({ Bonds: 1_500_000, Shares: 2_400_000, '': 100_000, Gold: 0 }))
  const [parts, middle] = seriesOf(made)
  expect(parts.data.map(({ name }) => name)).toEqual(['Shares 60.0%', 'Bonds 37.5%', '(not set) 2.5%'])
  expect(parts.data[2]?.itemStyle.color).toBe('var(--mark)')
  // Braces of a name would be read as a style by the engine.
  expect(middle.data[0]?.name).toMatch(/^\{whole\|4.0M\}\n\{unit\|Assets \(n\|under\)\}\n\{unit\|management\}$/)
  expect(made.label).toContain('4,000,000 in all. Shares 60.0%; Bonds 37.5%; (not set) 2.5%.')
})

test('a share that is there is never written as nothing', async () => {
  const [parts] = seriesOf(await draw(frameOf({ Most: 99_999, Least: 1 })))
  expect(parts.data.map(({ name }) => name)).toEqual(['Most 100.0%', 'Least < 0.1%'])
})

test('every part is written in the drawing, on a phone as well, and carries its filter', async () => {
  const frame = frameOf({ New: 112, Open: 1180, Pending: 560, 'On hold': 215, Solved: 2139, Closed: 12_270 })
  for (const width of [560, 326]) {
    const made = await draw(frame, width)
    const svg = await renderChart(
      made.option,
      { width, height: made.height },
      { label: made.label, name: 'Parts' },
      await wordsOf('en'),
    )
    for (const share of ['0.7%', '7.2%', '3.4%', '1.3%', '13.0%', '74.5%']) expect(svg).toContain(share)
    expect(svg).toContain('data-filter="team=On hold"')
    expect(svg).toContain('16,476')
    expect(svg).not.toMatch(/#[0-9a-f]{3,6}"|rgb\(|style=/)
  }
})

test('what is no whole is none: means, a part below zero, a list that was cut', () => {
  expect(isWhole(frameOf({ a: 1, b: 2 }), 'aum')).toBe(true)
  expect(isWhole(frameOf({ a: 1, b: 2 }, { additivity: 'non-additive' }), 'aum')).toBe(false)
  expect(isWhole(frameOf({ a: 1, b: -2 }), 'aum')).toBe(false)
  expect(isWhole(frameOf({ a: 1, b: 2 }, {}, 2), 'aum')).toBe(false)
  expect(isWhole(frameOf({ a: 0, b: null }), 'aum')).toBe(false)
})

test('a mean asked for as a donut is drawn with its intervals instead', async () => {
  const services = await fixtureServices()
  const context = { services, words: services.words, scope: {}, page: { page: 'x' } } as unknown as TileContext
  const head = { id: 'x', title: (label: string) => label, width: 6 }
  const view = await chartTile(head, 'donut', { metrics: ['csat_mean'], by: ['channel'] }, {}, context)
  expect(view.figure?.chart).toBe('dots')
  const whole = await chartTile(head, 'donut', { metrics: ['cases'], by: ['status'] }, {}, context)
  expect([whole.figure?.chart, whole.verdict]).toEqual(['donut', undefined])
})
