import { expect, test } from 'vitest'
import type { Encode } from '../../src/pages/chart-spec.ts'
import type { charts } from '../../src/pages/charts/all.ts'
import { drawSmall, type Small } from './frames.ts'

const periods = ['2024-01-01', '2024-02-01', '2024-04-01']
const ratio = { unit: 'ratio', additivity: 'non-additive' } as const

/** One frame for each kind that needs more than a value by group, and the same without rows. */
const kinds: [keyof typeof charts, Small, Encode][] = [
  [
    'sankey',
    {
      query: { metrics: ['n'], by: ['a', 'b'] },
      rows: [
        { a: 'x {c} <b>', b: 'y', n: 3 },
        { a: null, b: 'y', n: 0 },
      ],
    },
    {},
  ],
  ['funnel', { query: { metrics: ['n', 'm'] }, rows: [{ n: 3, m: 4 }] }, {}],
  ['waterfall', { query: { metrics: ['n', 'm'] }, rows: [{ n: -3, m: 4 }] }, {}],
  [
    'gauge',
    { query: { metrics: ['r'] }, cards: { r: ratio }, rows: [{ r: { value: 0.2, low: 0.1, high: 0.3, n: 9 } }] },
    {},
  ],
  ['bubble', { query: { metrics: ['n', 'm'], by: ['a'] }, rows: [{ a: 'x {c} <b>', n: 3, m: 4 }] }, { series: 'a' }],
  [
    'flows',
    {
      query: { metrics: ['n', 'm'], grain: 'month' },
      rows: periods.map((period, i) => ({ period, n: i, m: i ? 2 : null })),
    },
    { up: ['n'], down: ['m'] },
  ],
  [
    'columns',
    {
      query: { metrics: ['n'], by: ['a'], grain: 'month' },
      rows: periods.map((period, n) => ({ period, a: 'x {c} <b>', n })),
    },
    { as: 'share_of_column' },
  ],
  [
    'cohorts',
    {
      query: { metrics: ['n'], by: ['a', 'b'] },
      as_of: '2024-05-01',
      rows: [
        { a: '2024-01', b: 1, n: 3 },
        { a: '2024-02', b: null, n: 0 },
      ],
    },
    { period: 'month' },
  ],
  [
    'map',
    {
      query: { metrics: ['n'], by: ['a'] },
      rows: [
        { a: 'TX', n: 3 },
        { a: 'x {c} <b>', n: 1 },
      ],
    },
    { places: 'us' },
  ],
]

test.each(kinds)(
  '%s draws clean at each width and in each language, and the same bytes again',
  async (name, small, encode) => {
    for (const asked of [{ width: 1036 }, { width: 326, language: 'fr' }]) {
      const { made, svg } = await drawSmall(name, small, { encode, ...asked })
      expect(JSON.parse(JSON.stringify(made.option))).toEqual(made.option)
      expect(svg).not.toMatch(/style=|<style|class="zr|ecmeta|NaN|undefined|Infinity|<b>/)
      expect(svg).not.toMatch(/#[0-9a-f]{3,6}"|rgb\(/)
      for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(svg).toContain(`id="${id}"`)
      expect(made.label.length).toBeGreaterThan(5)
      expect(`${made.label} ${made.foot}`).not.toMatch(/pages\.|NaN|undefined/)
      expect((await drawSmall(name, small, { encode, ...asked })).svg).toBe(svg)
    }
  },
)

test.each(kinds)('%s without rows is an empty drawing, no fault', async (name, small, encode) => {
  const { svg, made } = await drawSmall(name, { ...small, rows: [] }, { encode })
  expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  expect(made.height).toBeGreaterThan(0)
})
