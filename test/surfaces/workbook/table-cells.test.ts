import { expect, test } from 'vitest'
import type { TableView } from '../../../src/pages/view.ts'
import { settled } from '../../../src/surfaces/workbook/number-formats.ts'
import { cellTable } from '../../../src/surfaces/workbook/table-cells.ts'
import { wordsOf } from '../../pages/fixtures.ts'

const text = (id: string) => ({ id, label: id, numeric: false })
const number = (id: string) => ({ id, label: id, numeric: true })

test('numbers keep their value and look as the page wrote them, in either language', async () => {
  const cases: [lang: string, text: string, value: number, shown: number, format: string][] = [
    ['en', '8,469', 8469, 8469, '#,##0'],
    ['en', '66.7%', 0.66712, 0.66712, '0.0%'],
    ['en', '2.99', 2.9913, 2.9913, '#,##0.00'],
    ['en', '7 hr 35 min', 27_312, 0.3161111111, '[h]:mm:ss'],
    ['en', '+2.1 pts', 0.021, 0.021, '+0.0%;-0.0%;0.0%'],
    ['en', '−0.30', -0.3, -0.3, '#,##0.00'],
    ['en', '< 0.001', 0.0000123, 0.0000123, '0.0E+00'],
    ['en', '0', 0, 0, '#,##0'],
    ['fr', '8\u202f469', 8469, 8469, '#,##0'],
    ['fr', '66,7\u00a0%', 0.66712, 0.66712, '0.0%'],
    ['fr', '2,99', 2.9913, 2.9913, '#,##0.00'],
  ]
  for (const [language, written, value, shown, format] of cases) {
    const words = await wordsOf(language)
    const table: TableView = { caption: '', columns: [number('x')], rows: [[{ text: written, value }]] }
    const [[cell] = []] = cellTable(table, { words, zone: 'UTC' }).rows
    expect([written, cell?.value, cell?.look.format]).toEqual([written, shown, format])
  }
})

test('a text that says more than its number stays whole; nothing known stays empty', async () => {
  const words = await wordsOf('en')
  const table: TableView = {
    caption: '',
    columns: [text('a'), number('b'), number('c')],
    rows: [
      [
        { text: '(not set)', value: null },
        { text: '–', value: null },
        { text: '12 of 40', value: 12 },
      ],
    ],
  }
  const { rows, columns } = cellTable(table, { words, zone: 'UTC' })
  expect(rows[0]?.map(({ value }) => value)).toEqual(['(not set)', null, '12 of 40'])
  expect(columns.map(({ numeric }) => numeric)).toEqual([false, false, false])
})

test('an interval gives two columns of numbers, an estimate three', async () => {
  const words = await wordsOf('en')
  const table: TableView = {
    caption: '',
    columns: [number('range'), number('estimate')],
    rows: [
      [
        { text: '4.20 – 4.28', value: 4.2, interval: { low: 4.2, high: 4.28, unit: 'score' } },
        { text: '2.42 (1.99 to 2.94)', value: 2.42, interval: { low: 1.99, high: 2.94, unit: 'score' } },
      ],
      [
        { text: '–', value: null },
        { text: '–', value: null },
      ],
    ],
  }
  const { rows, columns } = cellTable(table, { words, zone: 'UTC' })
  expect(columns.map(({ id }) => id)).toEqual(['range_low', 'range_high', 'estimate', 'estimate_low', 'estimate_high'])
  expect(rows.map((row) => row.map(({ value }) => value))).toEqual([
    [4.2, 4.28, 2.42, 1.99, 2.94],
    [null, null, null, null, null],
  ])
})

test('days, moments and periods are dates of Excel; an unfinished period says so in its look', async () => {
  const words = await wordsOf('en')
  const table: TableView = {
    caption: '',
    columns: [text('period'), text('day'), text('at')],
    rows: [
      [
        { text: 'Feb 2024 (partial)', value: '2024-02-01' },
        { text: 'Feb 29, 2024', value: '2024-02-29' },
        { text: 'Feb 29, 2024, 11:30 PM', value: '2024-02-29 23:30:00' },
      ],
    ],
  }
  const partial = `Feb 2024 (${words.messages['pages.partial']})`
  table.rows[0]![0]!.text = partial
  const [row = []] = cellTable(table, { words, zone: 'Europe/Paris', grain: 'month' }).rows
  expect(row.map(({ value }) => value)).toEqual([45_323, 45_351, 45_352 + 1800 / 86_400])
  expect(row.map(({ look }) => look.format)).toEqual([
    `mmm yyyy" (${words.messages['pages.partial']})"`,
    'yyyy-mm-dd',
    'yyyy-mm-dd hh:mm',
  ])
})

test('names that are numbers sort as numbers, unless one of them would lose a digit', async () => {
  const words = await wordsOf('en')
  const read = (texts: string[]) => {
    const rows = texts.map((each) => [{ text: each, value: each }])
    return cellTable({ caption: '', columns: [text('score')], rows }, { words, zone: 'UTC' }).rows.map(
      ([cell]) => cell?.value,
    )
  }
  expect(read(['1', '2', '10', '1.5'])).toEqual([1, 2, 10, 1.5])
  expect(read(['007', '8'])).toEqual(['007', '8'])
  expect(read(['1', 'n/a'])).toEqual(['1', 'n/a'])
  expect(read(['12345678901', '1e5'])).toEqual(['12345678901', '1e5'])
})

test('what an engine adds in another order is the same number', () => {
  expect(settled(31.605110315454418)).toBe(settled(31.60511031545442))
  expect(settled(0.36838732791784512)).toBe(settled(0.36838732791784534))
  expect(settled(123_080_546.37000002)).toBe(123_080_546.37)
  expect(settled(0.1 + 0.2)).toBe(0.3)
  expect(settled(8469)).toBe(8469)
})
