import { expect, test } from 'vitest'
import { decimalOf, kindOf } from '../../../src/flow/sources/cells.ts'
import { isFooter } from '../../../src/flow/sources/footer.ts'
import { cleanName, nameColumns, readHeader } from '../../../src/flow/sources/header.ts'

test('names are trimmed, normalised and freed of what cannot be seen', () => {
  expect(cleanName(' \u200bfirst\u00a0name\r\n ')).toBe('first name')
  expect(cleanName('caf\u0065\u0301')).toBe('café')
})

test('names are unique without regard to case, and each change is noted', () => {
  const { columns, notes } = nameColumns(['a', 'A', '', 'a', 'Column 3', 'A (2)'], 'x.csv')
  expect(new Set(columns.map((name) => name.toLowerCase())).size).toBe(6)
  expect(columns.slice(0, 4)).toEqual(['a', 'A (2)', 'Column 3', 'a (3)'])
  expect(notes.map((note) => note.code).sort()).toEqual([
    'header-duplicate',
    'header-duplicate',
    'header-duplicate',
    'header-duplicate',
    'header-empty',
  ])
  expect(notes[0]?.message).toContain('Columns 1 and 2')
})

test('a header is told from data', () => {
  const present = (rows: string[][]): boolean => readHeader(rows, 'x.csv').present
  expect(
    present([
      ['id', 'name'],
      ['1', 'x'],
    ]),
  ).toBe(true)
  expect(
    present([
      ['1', '2024-01-01'],
      ['2', '2024-01-02'],
    ]),
  ).toBe(false)
  expect(
    present([
      ['region', '2023', '2024'],
      ['N', '1', '2'],
    ]),
  ).toBe(true)
  expect(
    present([
      ['a@b.org', '5'],
      ['c@d.org', '6'],
    ]),
  ).toBe(false)
  expect(
    present([
      ['id', 'id'],
      ['1', 'x'],
    ]),
  ).toBe(true)
  expect(
    present([
      ['name', '5'],
      ['x', '6'],
      ['y', '7'],
    ]),
  ).toBe(false)
})

test('kinds and decimal commas', () => {
  expect(['1', '1.234,5', '2024-01-01', '10:15', 'a@b.org', '', 'x1'].map(kindOf)).toEqual([
    'number',
    'number',
    'date',
    'date',
    'mail',
    'empty',
    'text',
  ])
  expect(
    decimalOf([
      ['1,5', '2'],
      ['3,25', 'x'],
    ]),
  ).toBe(',')
  expect(decimalOf([['1,234', '2.5']])).toBe('.')
})

test('a footer is a total or a closing line, not a record that was cut off', () => {
  const before = [
    ['1', 'x', '5'],
    ['2', 'y', '6'],
  ]
  expect(isFooter(['Total', '', '11'], 3, before)).toBe(true)
  expect(isFooter(['TOTAL:', '2', '11'], 3, before)).toBe(true)
  expect(isFooter(['(2 rows)'], 3, before)).toBe(true)
  expect(isFooter(['3', 'z'], 3, before)).toBe(false)
  expect(
    isFooter(['Total', '5'], 2, [
      ['Shell', '1'],
      ['BP', '2'],
    ]),
  ).toBe(false)
  expect(isFooter(['2'], 1, [['1']])).toBe(false)
})
