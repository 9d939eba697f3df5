import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberText } from '../../../src/flow/sources/serial.ts'
import { columnName } from '../../../src/flow/sources/sheet.ts'

test('day fractions become ISO text', () => {
  expect(numberText('1', 'date', false)).toBe('1900-01-01')
  expect(numberText('59', 'date', false)).toBe('1900-02-28')
  expect(numberText('60', 'date', false)).toBe('60')
  expect(numberText('61', 'date', false)).toBe('1900-03-01')
  expect(numberText('0', 'date', true)).toBe('1904-01-01')
  expect(numberText('45678.999999', 'datetime', false)).toBe('2025-01-22 00:00:00')
  expect(numberText('1.5', 'time', false)).toBe('1900-01-01 12:00:00')
  expect(numberText('-1', 'date', false)).toBe('-1')
  expect(numberText('9e9', 'date', false)).toBe('9000000000')
  expect(numberText('4.1666666666666664E-2', 'duration', false)).toBe('01:00:00')
})

test('each moment survives the way through Excel', () => {
  const from = Date.UTC(1900, 2, 1) / 1000
  const to = Date.UTC(2100, 0, 1) / 1000
  fc.assert(
    fc.property(fc.integer({ min: from, max: to }), (seconds) => {
      const serial = seconds / 86_400 + 25_569
      const iso = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')
      expect(numberText(String(serial), 'datetime', false)).toBe(iso)
    }),
  )
})

test('numbers show 15 digits, as in Excel', () => {
  expect(
    ['1.1000000000000001', '123456789012345', '1E3', 'abc', '0.30000000000000004'].map((v) =>
      numberText(v, 'number', false),
    ),
  ).toEqual(['1.1', '123456789012345', '1000', 'abc', '0.3'])
})

test('columns are named as in Excel', () => {
  expect([0, 25, 26, 51, 52, 701, 702, 16_383].map(columnName)).toEqual([
    'A',
    'Z',
    'AA',
    'AZ',
    'BA',
    'ZZ',
    'AAA',
    'XFD',
  ])
})
