import { expect, test } from 'vitest'
import type { Frame } from '../../src/metrics/frame.ts'
import { charts } from '../../src/pages/charts/all.ts'
import { wrapNames } from '../../src/pages/charts/points.ts'
import { valueAxis } from '../../src/pages/charts/style.ts'
import { wordsOf } from './fixtures.ts'
import { drawSmall, frameOf, type Small } from './frames.ts'

const money = { unit: 'money', additivity: 'additive' } as const

test('names are broken before they are cut, into as few lines as hold them', () => {
  expect(wrapNames(['Return of the market', 'ETF'], 70).names).toEqual(['Return of\nthe market', 'ETF'])
  expect(wrapNames(['Return on assets, time-weighted'], 126, 3).names).toEqual(['Return on assets,\ntime-weighted'])
  expect(wrapNames(['Return on assets, time-weighted'], 91, 3).names).toEqual(['Return on\nassets, time-\nweighted'])
  expect(wrapNames(['Donaudampfschifffahrt'], 70).names[0]).toBe('Donaudamp…')
  expect(wrapNames(['10–19'], 36).names).toEqual(['10–19'])
})

test('all ticks of an axis are short, or none', () => {
  const axis = (max: number) => valueAxis({ min: 0, max, step: max / 4 }, 'money', 0).axisLabel as { formatter: object }
  expect(axis(8_000).formatter).not.toHaveProperty('short')
  expect(axis(10_000).formatter).toHaveProperty('short', true)
  expect(valueAxis({ min: 0, max: 86_400, step: 3_600 }, 'seconds', 0).axisLabel).not.toHaveProperty('formatter.short')
})

test('bars are labelled short and told whole; hundreds have no decimals beside each other', async () => {
  const rows = [
    { a: 'x', n: 242_993_149 },
    { a: 'y', n: 731_869 },
  ]
  const { svg } = await drawSmall('bars', { query: { metrics: ['n'], by: ['a'] }, cards: { n: money }, rows })
  expect(svg).toContain('>243.0M<')
  expect(svg).toContain('>731,869<')
  expect(svg).toContain('<title>x: 242,993,149</title>')
  const shares: Small = {
    query: { metrics: ['n'], by: ['a'] },
    cards: { n: { unit: 'number' } },
    rows: [
      { a: 'x', n: 394.4 },
      { a: 'y', n: 32 },
    ],
  }
  expect((await drawSmall('bars', shares)).svg).toContain('>32<')
})

interface Label {
  show: boolean
  position: string
  align?: string
}

test.each([
  ['rises', [1, 2, 3, 4, 5], 'top'],
  ['falls', [5, 4, 3, 2, 1], 'bottom'],
])('where a line %s into a forecast its last number ends at its point, on the free side', async (_, values, side) => {
  const rows = values.map((n, i) => ({ period: `2024-0${i + 1}-01`, n }))
  const forecast = [{ start: '2024-06-01', value: 3, low: 2, high: 4 }]
  const { series } = await drawSmall('line', { query: { metrics: ['n'], grain: 'month' }, rows }, { forecast })
  const told = series.find((each) => each.data.some((point) => point?.label?.formatter === String(values.at(-1))))
  expect((told as unknown as { label: Label }).label).toMatchObject({ position: side, align: 'right' })
})

test('a return below zero or above all is drawn where it is; a share is not given room beyond', async () => {
  const cards = { r: { unit: 'ratio', additivity: 'non-additive' } } as const
  const axisOf = async (values: number[]) => {
    const rows = values.map((r, i) => ({ period: `2024-0${i + 1}-01`, r }))
    const { made } = await drawSmall('line', { query: { metrics: ['r'], grain: 'month' }, cards, rows })
    const [axis] = made.option.yAxis as { min: number; max: number }[]
    return [axis?.min ?? 0, axis?.max ?? 0]
  }
  const [low, high] = await axisOf([-0.3, 0.2, 1.4])
  expect(low).toBeLessThanOrEqual(-0.3)
  expect(high).toBeGreaterThanOrEqual(1.4)
  expect(await axisOf([0.1, 0.99])).toEqual([0, 1])
})

test('a donut without room for names lists them with their shares, each a place to click, none cut', async () => {
  const names = ['Bond Fund', 'Insurance Product', 'Retirement Account', 'ETF']
  const rows = names.map((a, i) => ({ a, n: 40_000_000 - i * 9_000_000 }))
  const cards = { n: { ...money, label: 'Assets under management' } }
  const { svg } = await drawSmall('donut', { query: { metrics: ['n'], by: ['a'] }, cards, rows }, { width: 316 })
  for (const text of ['Bond Fund', 'Insurance', 'Product', 'Retirement', 'Account', '37.7%', '106.0M', 'Assets under'])
    expect(svg).toContain(`>${text}<`)
  expect(svg).not.toContain('…')
  expect(svg.match(/data-filter="a=ETF"/g)).toHaveLength(2)
})

const untested = (frame: Frame, real: boolean | null): Frame => ({
  ...frame,
  verdicts: frame.query.metrics.map((metric) => ({ metric, by: 'a', real })) as unknown as Frame['verdicts'],
})

async function mapOf(unit: 'count' | 'score', real: boolean | null) {
  const small: Small = {
    query: { metrics: ['n'], by: ['a'] },
    cards: { n: { unit, additivity: unit === 'count' ? 'additive' : 'non-additive' } },
    rows: [
      { a: 'CA', n: 29 },
      { a: 'TX', n: 11 },
      { a: 'RI', n: 20 },
    ],
  }
  const words = await wordsOf('en')
  const frame = untested(frameOf(small), real)
  const made = charts.map.draw({ frame, encode: { places: 'us' }, dimensions: new Map(), words, width: 660 })
  const series = made.option.series as { type: string; data: { itemStyle?: object; label?: { formatter: string } }[] }[]
  const map = series.find((each) => each.type === 'map')
  return {
    hues: new Set(map?.data.map(({ itemStyle }) => JSON.stringify(itemStyle))).size,
    texts: series
      .filter((each) => each.type !== 'map')
      .flatMap(({ data }) => data.map((each) => each.label?.formatter)),
    foot: made.foot,
  }
}

test('a map shades amounts by their size, tested or not; scores only where they differ', async () => {
  expect((await mapOf('count', null)).hues).toBe(3)
  expect((await mapOf('count', false)).hues).toBe(3)
  expect((await mapOf('score', false)).hues).toBe(1)
  expect((await mapOf('score', false)).foot).toContain('Not shaded')
})

test('a state that is too small for its number has it below the map', async () => {
  const { texts } = await mapOf('count', null)
  expect(texts).toEqual(expect.arrayContaining(['RI', '20']))
  expect(texts).not.toContain('CA')
})

test('on a phone the dimension of fewer values goes across; a number that does not fit its cell is left to the tip', async () => {
  const bands = Array.from({ length: 8 }, (_, i) => `${i + 1}0–${i + 1}9`)
  const rows = bands.flatMap((band) => ['Affluent', 'Mass'].map((a) => ({ a, band, n: 272_803 })))
  const small: Small = { query: { metrics: ['n'], by: ['a', 'band'] }, cards: { n: money }, rows }
  const headsOf = async (width: number) => {
    const { made } = await drawSmall('heat', small, { width })
    return (made.option.xAxis as { data: string[] }[])[1]?.data.length
  }
  expect([await headsOf(326), await headsOf(496)]).toEqual([2, 8])
  expect((await drawSmall('heat', small, { width: 496 })).svg).toContain('>273K<')
  const crowded = await drawSmall('heat', small, { width: 200, encode: { as: undefined } })
  expect(crowded.svg).toContain('272,803')
})

test('what is written as 0 is no step of a bridge', async () => {
  const bridge = (rest: number): Small => ({
    query: { metrics: ['a', 'b', 'c'] },
    cards: { a: money, b: money, c: money },
    rows: [{ a: 100, b: 50, c: 150 + rest }],
  })
  expect((await drawSmall('waterfall', bridge(0.3))).svg).not.toContain('Not explained')
  expect((await drawSmall('waterfall', bridge(1))).svg).toContain('Not explained')
})
