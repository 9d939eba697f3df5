import { expect, test } from 'vitest'
import { drawSmall, type Small } from './frames.ts'

const products: Small = {
  query: { metrics: ['risk', 'gain', 'aum'], by: ['product'] },
  cards: { risk: { unit: 'ratio', label: 'Risk' }, gain: { unit: 'ratio', label: 'Gain' }, aum: { unit: 'money' } },
  rows: [
    { product: 'small', risk: 0.1, gain: { value: 0.05, low: 0.04, high: 0.06, n: 90 }, aum: 25 },
    { product: 'large', risk: 0.2, gain: 0.08, aum: 100 },
    { product: 'none', risk: null, gain: 0.08, aum: 50 },
  ],
}

test('a point a group, its area by the third metric, intervals as crosses; who lacks a value is left out and said', async () => {
  const { made, series, svg } = await drawSmall('bubble', products)
  const [crosses, marks] = series
  expect(
    marks?.data.map(({ value, filter, ...rest }) => [value, filter, (rest as { symbolSize?: number }).symbolSize]),
  ).toEqual([
    [[0.2, 0.08], 'product=large', 52],
    [[0.1, 0.05], 'product=small', 26],
  ])
  expect((crosses as unknown as { markLine: { data: unknown[] } }).markLine.data).toEqual([
    [{ coord: [0.1, 0.04] }, { coord: [0.1, 0.06] }],
  ])
  expect(marks?.data[1]?.tip).toBe('small: Risk 10.0%, Gain 5.0% (4.0% to 6.0%), n = 90, aum 25')
  const axes = made.option as { xAxis: { name: string }[]; yAxis: { name: string }[] }
  expect([axes.xAxis[0]?.name, axes.yAxis[0]?.name]).toEqual(['Risk (%)', 'Gain (%)'])
  expect(made.foot).toContain('its area: aum; crosses: 95% intervals; one group without a value left out')
  // A large circle ends so near to its start that rounding would leave nothing of it.
  expect(svg).toContain('d="M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0" transform="matrix(26,')
})

test('two dimensions name a point, one of them colours it; names stand only where there is room', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => ({
    product: `product ${i}`,
    risk: i % 2 ? 'high' : 'low',
    x: 5,
    y: 5,
  }))
  const small: Small = { query: { metrics: ['x', 'y'], by: ['product', 'risk'] }, rows }
  const { made, series } = await drawSmall('bubble', small, { encode: { x: 'x', y: 'y', series: 'risk' } })
  const [, marks, legend] = series
  expect(new Set(marks?.data.map(({ itemStyle }) => itemStyle?.color))).toEqual(
    new Set(['var(--part-1)', 'var(--part-2)']),
  )
  expect(marks?.data[0]?.filter).toBe('product=product 0\nrisk=low')
  expect(marks?.data.filter(({ label }) => label?.show)).toHaveLength(1)
  expect(legend?.data.map(({ label }) => label?.formatter)).toEqual(['high', 'low'])
  expect(made.foot).toContain('11 points without room for their names')
})
