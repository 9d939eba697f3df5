import { expect, test } from 'vitest'
import { flowOf } from '../../src/pages/charts/sankey.ts'
import { wordsOf } from './fixtures.ts'
import { drawSmall, frameOf, type Series, type Small } from './frames.ts'

const values = (series: Series[]) => series.flatMap((each) => each.data.map(({ value }) => value))

const paths: Small = {
  query: { metrics: ['customers'], by: ['channel', 'product', 'status'] },
  rows: [
    { channel: 'branch', product: 'bond', status: 'active', customers: 60 },
    { channel: 'branch', product: 'fund', status: 'active', customers: 20 },
    { channel: 'online', product: 'fund', status: 'left', customers: 15 },
    { channel: null, product: 'fund', status: 'left', customers: 5 },
    { channel: 'online', product: 'bond', status: 'left', customers: null },
  ],
}

test('sankey: nodes and ribbons stand where their sums are, the largest flow of each step in colour', async () => {
  const { made, shapes, svg } = await drawSmall('sankey', paths, { width: 1000 })
  const nodes = values(shapes('box')) as number[][]
  // 230 pixels for 100 customers: 80, 15 and 5 of the channels, 60 and 40 of the products, 80 and 20 of the statuses.
  expect(nodes.map(([, , from = 0, to = 0]) => Math.round(to - from))).toEqual([184, 35, 12, 138, 92, 184, 46])
  const ribbons = shapes('ribbon')[0]!.data
  expect(ribbons.map(({ tip }) => tip)).toEqual([
    'branch to bond: 60 · 60.0%',
    'branch to fund: 20 · 20.0%',
    'online to fund: 15 · 15.0%',
    '(not set) to fund: 5 · 5.0%',
    'bond to active: 60 · 60.0%',
    'fund to active: 20 · 20.0%',
    'fund to left: 20 · 20.0%',
  ])
  expect(ribbons.map(({ value }) => value[4])).toEqual([138, 46, 34.5, 11.5, 138, 46, 46])
  expect(ribbons.flatMap(({ itemStyle }, i) => (itemStyle?.color === 'var(--accent)' ? [i] : []))).toEqual([0, 4])
  expect(ribbons[3]?.filter).toBe('channel=\nproduct=fund')
  expect(made.foot).toContain('one row without an amount left out')
  expect(made.label).toBe('customers: 100. Largest flows: branch to bond: 60 · 60.0%; bond to active: 60 · 60.0%.')
  expect(svg).toContain('<title>branch to bond: 60 · 60.0%</title>')
})

test('sankey: every level has the same sum, also when small groups are put together', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({
    a: `a${i % 13}`,
    b: `b${i % 7}`,
    c: `c${i % 11}`,
    customers: i + 1,
  }))
  const frame = frameOf({ query: { metrics: ['customers'], by: ['a', 'b', 'c'] }, rows })
  const input = { frame, encode: {}, dimensions: new Map(), words: await wordsOf('en'), width: 500 }
  const { levels, links, total } = flowOf(input, 'customers')
  expect(total).toBe(820)
  expect(levels.map(({ nodes }) => nodes.length)).toEqual([9, 7, 9])
  expect(levels[0]?.nodes.at(-1)?.label).toBe('5 others')
  for (const { nodes } of levels) expect(nodes.reduce((sum, { value }) => sum + value, 0)).toBe(820)
  for (const [level, { nodes }] of levels.entries())
    nodes.forEach(({ value }, n) => {
      const out = links.filter((each) => each.level === level && each.from === n)
      const into = links.filter((each) => each.level === level - 1 && each.to === n)
      if (level < 2) expect(out.reduce((sum, each) => sum + each.value, 0)).toBe(value)
      if (level > 0) expect(into.reduce((sum, each) => sum + each.value, 0)).toBe(value)
    })
})

const stages = (...counts: (number | null)[]): Small => ({
  query: { metrics: counts.map((_, i) => `stage_${i}`) },
  rows: [Object.fromEntries(counts.map((count, i) => [`stage_${i}`, count]))],
})

test('funnel: counts from zero, shares of the first stage, losses between', async () => {
  const { made, series } = await drawSmall('funnel', stages(200, 150, 60))
  const bars = series.filter((each) => each.type === 'bar')[1]!
  expect(bars.data.map(({ value, label }) => [value, label?.formatter])).toEqual([
    [200, '200 · 100.0%'],
    [150, '150 · 75.0%'],
    [60, '60 · 30.0%'],
  ])
  expect((made.option.xAxis as { min: number }).min).toBe(0)
  const losses = series.find((each) => each.type === 'scatter')!
  expect(losses.data.map(({ value, label }) => [value, label?.formatter])).toEqual([
    [[0, 1], '−50 (25.0%)'],
    [[0, 2], '−90 (60.0%)'],
  ])
  expect(made.foot).toBe('Count, share of the first stage, loss from stage to stage')
})

test('funnel: a stage that grows is marked, one that nobody counted is no zero', async () => {
  const { made, series } = await drawSmall('funnel', stages(100, null, 40, 55))
  const bars = series.filter((each) => each.type === 'bar')[1]!
  expect(bars.data.map(({ itemStyle }) => itemStyle?.color)).toEqual([
    'var(--accent)',
    'var(--accent)',
    'var(--accent)',
    'url(#hatch)',
  ])
  expect(made.label).toContain('stage_1: not known; stage_2: 40 · 40.0%, −60 (60.0%); stage_3: 55 · 55.0%, +15')
  expect(made.foot).toContain('a stage larger than the one before')
})

const bridge = (end: number): Small => ({
  query: { metrics: ['start', 'came', 'left', 'end'] },
  rows: [{ start: 100, came: 30, left: 50, end }],
})

test('waterfall: steps up and down between two totals, with lines between their ends', async () => {
  const { made, shapes } = await drawSmall('waterfall', bridge(80), { encode: { subtract: ['left'] } })
  const [lines, boxes] = shapes('box')
  expect(boxes!.data.map(({ value, itemStyle }) => [value.slice(0, 2), itemStyle?.color])).toEqual([
    [[0, 100], 'var(--mark)'],
    [[100, 130], 'var(--accent)'],
    [[130, 80], 'var(--interval)'],
    [[0, 80], 'var(--mark)'],
  ])
  expect(lines!.data.map(({ value }) => Math.round((Number(value[0]) + Number(value[1])) / 2))).toEqual([100, 130, 80])
  expect(made.label).toContain('start: 100; came: +30; left: −50; end: 80')
  expect(made.foot).toBe('The steps add up to the closing total')
})

test('waterfall: what the steps do not explain is a step of its own', async () => {
  const { made, shapes } = await drawSmall('waterfall', bridge(95), { encode: { subtract: ['left'] } })
  expect(shapes('box')[1]!.data.map(({ value }) => value.slice(0, 2))).toEqual([
    [0, 100],
    [100, 130],
    [130, 80],
    [80, 95],
    [0, 95],
  ])
  expect(made.label).toContain('Not explained: +15')
  expect(made.foot).toContain('miss the closing total by 15')
})

test('gauge: the share, its interval as a band, its target as a tick, n below', async () => {
  const target = { value: 0.8, source: 'x', excluded: true, met: false }
  const small: Small = {
    query: { metrics: ['fcr_rate'] },
    cards: { fcr_rate: { label: 'FCR', unit: 'ratio', additivity: 'non-additive', target } },
    rows: [{ fcr_rate: { value: 0.5, low: 0.45, high: 0.55, n: 400 } }],
  }
  const { made, shapes, series, svg } = await drawSmall('gauge', small, { width: 320 })
  // Centre, from, to, inner and outer radius.
  expect(values(shapes('ring'))).toEqual([
    [160, 150, 0, 1, 96, 116],
    [160, 150, 0, 0.5, 96, 116],
    [160, 150, 0.45, 0.55, 87, 92],
    [160, 150, 0.795, 0.805, 92, 124],
  ])
  const texts = series.find((each) => each.type === 'scatter')!.data.map(({ label }) => label?.formatter)
  expect(texts).toEqual(['50.0%', '0.0%', '100.0%', 'n = 400 · 95%: 45.0% to 55.0%', 'Target 80.0%'])
  expect(made.label).toBe('FCR: 50.0%, 95%: 45.0% to 55.0%, n = 400, Target 80.0%.')
  expect(svg).toMatch(/<path class="hit" d="M[^"]+A[^"]+"/)
})

test('gauge: without a value, an interval or a target nothing of them is drawn', async () => {
  const small: Small = { query: { metrics: ['rate'] }, cards: { rate: { unit: 'ratio' } }, rows: [{ rate: null }] }
  const { made, shapes } = await drawSmall('gauge', small)
  expect(values(shapes('ring'))).toHaveLength(1)
  expect(made.foot).toBe('Of all, 0 to 100%')
})
