import { expect, test } from 'vitest'
import { daySerial, momentSerial } from '../../../src/surfaces/workbook/dates.ts'

test('days as Excel counts them; what it cannot count is no number', () => {
  expect(daySerial('1900-03-01')).toBe(61)
  expect(daySerial('2024-02-29')).toBe(45_351)
  expect(daySerial('1900-02-28')).toBeNull()
  expect(daySerial('1850-01-01')).toBeNull()
  expect(daySerial('2024-02-31')).toBeNull()
})

test('a moment stands as the clock on the wall of the zone shows it, over a change of that clock too', () => {
  const day = daySerial('2024-03-31') ?? 0
  expect(momentSerial('2024-03-31 00:30:00', 'UTC')).toBeCloseTo(day + 0.5 / 24, 9)
  expect(momentSerial('2024-03-31 00:30:00', 'Europe/Paris')).toBeCloseTo(day + 1.5 / 24, 9)
  expect(momentSerial('2024-03-31 01:30:00', 'Europe/Paris')).toBeCloseTo(day + 3.5 / 24, 9)
  expect(momentSerial('2024-03-31T23:30:00Z', 'America/New_York')).toBeCloseTo(day + 19.5 / 24, 9)
  expect(momentSerial('nothing', 'UTC')).toBeNull()
})
