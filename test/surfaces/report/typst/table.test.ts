import { expect, test } from 'vitest'
import type { TableView } from '../../../../src/pages/view.ts'
import { layTable, type PaperTable } from '../../../../src/surfaces/report/typst/table.ts'
import { breakable, together } from '../../../../src/surfaces/report/typst/text.ts'

/** Points of the page beside its left margin and 11 mm at its right edge. */
const paper = 493

function table(columns: number, rows: number, cell: (row: number, column: number) => string): TableView {
  return {
    caption: '',
    columns: Array.from({ length: columns }, (_, index) => ({
      id: `c${index}`,
      label: `Column ${index}`,
      numeric: index > 0,
    })),
    rows: Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (__, column) => ({ text: cell(row, column), value: null })),
    ),
  }
}

function widest({ grids }: PaperTable): number {
  return Math.max(
    ...grids.map(({ widths, strips }) => {
      const one = widths.reduce((sum, width) => sum + width, 0)
      return one * strips.length + 24 * (strips.length - 1)
    }),
  )
}

function texts({ grids }: PaperTable): Set<string> {
  return new Set(grids.flatMap(({ strips }) => strips.flat(2).map(({ text }) => text.replaceAll('\u200b', ''))))
}

test('a small table stands as it is, whole', () => {
  const laid = layTable(table(4, 5, (row, column) => (column === 0 ? `Group ${row}` : '1,234')))
  expect(laid).toMatchObject({ size: 8.2, whole: true })
  expect(laid.grids).toHaveLength(1)
  expect(widest(laid)).toBeLessThanOrEqual(422)
})

test('a long narrow table stands beside itself, no row lost and none twice', () => {
  const laid = layTable(table(2, 243, (row, column) => (column === 0 ? `Day ${row}` : `${row}`)))
  expect(laid.grids.every(({ strips }) => strips.length > 1)).toBe(true)
  expect(laid.grids.flatMap(({ strips }) => strips.flat())).toHaveLength(243)
  expect(laid.grids[0]?.strips[0]?.[1]?.[0]?.text).toBe('Day 1')
  expect(widest(laid)).toBeLessThanOrEqual(paper)
  expect(laid.whole).toBe(false)
})

test('few rows of many columns are turned', () => {
  const laid = layTable(table(18, 2, (row, column) => (column === 0 ? `Market ${row}` : `${row}.${column} %, 12,345`)))
  expect(laid.grids[0]?.columns.map(({ label }) => label)).toEqual(['Column 0', 'Market 0', 'Market 1'])
  expect(laid.grids[0]?.strips.flat()).toHaveLength(17)
  expect(widest(laid)).toBeLessThanOrEqual(paper)
})

test('many rows of many columns are parted, each part with the names of its rows', () => {
  const view = table(20, 30, (row, column) => (column === 0 ? `Name ${row}` : `${row}${column},000`))
  const laid = layTable(view)
  expect(laid.grids.length).toBeGreaterThan(1)
  expect(laid.grids.every(({ columns }) => columns[0]?.label === 'Column 0')).toBe(true)
  expect(laid.grids.flatMap(({ columns }) => columns.slice(1).map(({ label }) => label))).toEqual(
    view.columns.slice(1).map(({ label }) => label),
  )
  expect(texts(laid)).toEqual(new Set(view.rows.flat().map(({ text }) => text)))
  expect(widest(laid)).toBeLessThanOrEqual(paper)
})

test('texts as long as a file can hold stay on the paper', () => {
  const laid = layTable(table(3, 2, (row) => `${'x'.repeat(32_000)}${row}`))
  expect(widest(laid)).toBeLessThanOrEqual(paper)
})

test('a table without rows or with one column is a table', () => {
  expect(layTable(table(3, 0, () => '')).grids[0]?.strips).toEqual([[]])
  expect(layTable(table(1, 2, () => 'only')).grids[0]?.columns).toHaveLength(1)
})

test('long words may break, short ones and words of a sentence may not', () => {
  expect(breakable('customer_support_tickets_of_2023.csv').split('\u200b').join('|')).toBe(
    'customer_|support_|tickets_|of_|2023.|csv',
  )
  expect(breakable('A sentence of usual words, and more of them.')).not.toContain('\u200b')
  expect([...breakable('😀'.repeat(30)).replaceAll('\u200b', '')]).toEqual(Array(30).fill('😀'))
})

test('a statistic keeps its sign beside it', () => {
  expect(together('(chi-square p < 0.001, q = 0.01), a < b')).toBe(
    '(chi-square p\u00a0<\u00a00.001, q\u00a0=\u00a00.01), a < b',
  )
})
