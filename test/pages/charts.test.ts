import { expect, test } from 'vitest'
import type { Query } from '../../src/metrics/query.ts'
import { charts } from '../../src/pages/charts/all.ts'
import { renderChart } from '../../src/pages/charts/draw.ts'
import { stepsOf } from '../../src/pages/charts/periods.ts'
import { digitsOf, niceScale } from '../../src/pages/charts/scale.ts'
import { fixtureServices } from './fixtures.ts'
import { expectGolden } from './golden.ts'

/** The map has a test of its own, and so have the kinds that need a frame of their own. */
const queries = {
  dots: { metrics: ['csat_mean'], by: ['channel'] },
  bars: { metrics: ['cases'], by: ['type'] },
  donut: { metrics: ['cases'], by: ['status'] },
  histogram: { metrics: ['csat_mean'], by: ['score'] },
  line: { metrics: ['cases'], grain: 'month' },
  heat: { metrics: ['cases'], by: ['channel', 'priority'] },
} satisfies Partial<Record<keyof typeof charts, Query>>

async function drawing(name: keyof typeof queries, language = 'en') {
  const services = await fixtureServices(language)
  const { words, catalogue } = services
  const frame = await services.runQuery(queries[name])
  const encode = name === 'histogram' ? { top: 2 } : {}
  const overall = { value: 2.9913 }
  return {
    words,
    made: charts[name].draw({ frame, encode, overall, dimensions: catalogue.dimensions, words, width: 560 }),
  }
}

test.each(Object.keys(queries) as (keyof typeof queries)[])(
  '%s: the option is as it was, plain JSON, and draws clean',
  async (name) => {
    const { made, words } = await drawing(name)
    expectGolden(`charts/${name}.json`, `${JSON.stringify(made, null, 2)}\n`)
    expect(JSON.parse(JSON.stringify(made.option))).toEqual(made.option)
    const size = { width: 560, height: made.height }
    const svg = await renderChart(made.option, size, { label: made.label, name: 'Title' }, words)
    expect(svg).not.toMatch(/style=|<style|class="zr|ecmeta/)
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+"[^>]*><title>Title<\/title>/)
    expect(svg).not.toMatch(/#[0-9a-f]{3,6}"|rgb\(/)
    expect(await renderChart(made.option, size, { label: made.label, name: 'Title' }, words)).toBe(svg)
  },
)

test('numbers in a drawing are written whole, and in the language of the reader', async () => {
  for (const [language, text] of [
    ['en', '3.08'],
    ['fr', '3,08'],
  ] as const) {
    const { made, words } = await drawing('dots', language)
    const svg = await renderChart(made.option, { width: 560, height: made.height }, { label: '', name: '' }, words)
    expect(svg).toContain(`>${text}<`)
  }
})

test('marks carry their filter and a tip', async () => {
  const { made, words } = await drawing('dots')
  const svg = await renderChart(made.option, { width: 560, height: 200 }, { label: '', name: '' }, words)
  expect(svg).toContain('data-filter="channel=chat"')
  expect(svg).toContain('<title>Chat: 3.08 (2.98 to 3.19), n = 674</title>')
})

test('the line of the overall value stands where the value is, to the pixel', async () => {
  const { made, words } = await drawing('dots')
  const svg = await renderChart(made.option, { width: 560, height: made.height }, { label: '', name: '' }, words)
  const at = Number(/<path d="M([\d.]+) [^"]*"[^>]*stroke-dasharray/.exec(svg)?.[1])
  const { min, max } = made.option.xAxis as { min: number; max: number }
  const { left, right } = made.option.grid as { left: number; right: number }
  expect(Math.abs(at - (left + ((2.9913 - min) / (max - min)) * (560 - left - right)))).toBeLessThan(0.8)
})

test('a gap in time is a gap, and an incomplete period is marked', async () => {
  const services = await fixtureServices()
  const steps = stepsOf(await services.runQuery(queries.line), 'cases', services.words)
  expect(steps.map((each) => each.cell?.value ?? null)).toEqual([40, 55, null, 61, 12])
  expect(steps.at(-1)?.partial).toBe(true)
})

test('the hatch of a drawing is its own: the phone does not borrow that of the hidden one', async () => {
  const { made, words } = await drawing('line')
  const patterns = await Promise.all(
    [560, 326].map(async (width) => {
      const svg = await renderChart(made.option, { width, height: made.height }, { label: '', name: 'Title' }, words)
      const [, id = ''] = /<pattern id="([^"]+)"/.exec(svg) ?? []
      expect(svg).toContain(`fill="url(#${id})"`)
      return id
    }),
  )
  expect(new Set(patterns).size).toBe(2)
})

test('ticks are round, cover the data, and can be told apart', () => {
  expect(niceScale(2.84, 3.19, 'score')).toEqual({ min: 2.8, max: 3.2, step: 0.1 })
  expect(niceScale(0, 5400, 'seconds', 4)).toEqual({ min: 0, max: 5400, step: 1800 })
  expect(niceScale(3, 3, 'count').max).toBeGreaterThan(3)
  expect(digitsOf(0.25, 'score')).toBe(2)
  expect(digitsOf(0.005, 'ratio')).toBe(1)
})

test('over time by a dimension: one panel a group, all on one scale; periods that are not whole are dashed', async () => {
  const services = await fixtureServices()
  const frame = await services.runQuery(queries.line)
  const split = { ...frame, query: { ...frame.query, by: ['channel'] } }
  const rows = ['chat', 'email'].flatMap((channel) => frame.rows.map((row) => ({ ...row, channel })))
  const { words, catalogue } = services
  const shared = { encode: {}, dimensions: catalogue.dimensions, words, width: 560 }
  const one = charts.line.draw({ frame, ...shared })
  const two = charts.line.draw({ frame: { ...split, rows }, ...shared })
  const axes = two.option.yAxis as { name: string; max: number }[]
  expect(axes.map((each) => each.name)).toEqual(['Chat', 'E-mail'])
  expect(new Set(axes.map((each) => each.max)).size).toBe(1)
  const strokes = (one.option.series as { lineStyle?: { type?: unknown }; data: { value: unknown }[] }[]).slice(1)
  expect(strokes.map((each) => [each.lineStyle?.type !== undefined, each.data.map(({ value }) => value)])).toEqual([
    [true, ['-', '-', '-', 61, 12]],
    [false, [40, 55, '-', 61, '-']],
  ])
})

test('panels in the order asked for stand alike in the pictures of several metrics, four of them in one row', async () => {
  const { runQuery, words, catalogue } = await fixtureServices()
  const frame = await runQuery(queries.line)
  const channels = ['email', 'chat', 'call', 'web']
  const panels = (order: { by: string; descending?: boolean } | undefined, width: number) => {
    const rows = channels.flatMap((channel, at) =>
      frame.rows.map((row) => ({ ...row, channel, cases: { value: at, n: at } })),
    )
    const query = { ...frame.query, by: ['channel'], ...(order && { order }) }
    const input = { frame: { ...frame, query, rows }, encode: {}, dimensions: catalogue.dimensions, words, width }
    const { option } = charts.line.draw(input)
    const names = (option.yAxis as { name: string }[]).map(({ name }) => name)
    return { names, tops: new Set((option.grid as { top: number }[]).map(({ top }) => top)).size }
  }
  expect(panels(undefined, 1036)).toEqual({ names: ['web', 'Phone', 'Chat', 'E-mail'], tops: 1 })
  expect(panels({ by: 'channel' }, 1036).names).toEqual(['Phone', 'Chat', 'E-mail', 'web'])
  expect(panels({ by: 'channel', descending: true }, 560)).toEqual({
    names: ['web', 'E-mail', 'Chat', 'Phone'],
    tops: 2,
  })
})

test('a pair of dimensions can be read as shares of a row, a column or the whole', async () => {
  const { words, catalogue, runQuery } = await fixtureServices()
  const frame = await runQuery(queries.heat)
  const first = (as: 'share_of_row' | 'share_of_column' | 'share_of_total') => {
    const { option } = charts.heat.draw({ frame, encode: { as }, dimensions: catalogue.dimensions, words, width: 560 })
    return (option.series as { data: { label: { formatter: string }; tip: string }[] }[])[0]?.data[0]
  }
  expect(first('share_of_row')?.label.formatter).toBe('47.9%')
  expect(first('share_of_column')?.label.formatter).toBe('51.2%')
  expect(first('share_of_total')?.tip).toBe('E-mail · Low: 525 · 25.0%')
})

test('targets that differ by group stand as ticks beside the dots', async () => {
  const { words, catalogue, runQuery } = await fixtureServices()
  const frame = await runQuery(queries.dots)
  const targets = new Map([['chat', 4]])
  const made = charts.dots.draw({ frame, encode: {}, targets, dimensions: catalogue.dimensions, words, width: 560 })
  expect(
    (made.option.series as { symbol?: string; data: unknown }[]).find((each) => each.symbol === 'rect')?.data,
  ).toEqual([[4, 0]])
  expect(made.foot).toBe('95% intervals; upright: target')
})
