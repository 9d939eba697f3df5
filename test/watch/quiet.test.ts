import { expect, test } from 'vitest'
import type { Quiet } from '../../src/config/alerts.ts'
import { quietUntil } from '../../src/watch/quiet.ts'

const nights: Quiet = { from: '20:00', to: '08:00' }
const until = (quiet: Quiet, instant: string, zone = 'Europe/Paris') => {
  const end = quietUntil(quiet, Date.parse(instant), zone)
  return end === null ? null : new Date(end).toISOString()
}

test('a night begins on one day and ends on the next, in the zone of the project', () => {
  expect(until(nights, '2026-01-05T18:59:59Z')).toBeNull()
  expect(until(nights, '2026-01-05T19:00:00Z')).toBe('2026-01-06T07:00:00.000Z')
  expect(until(nights, '2026-01-06T06:59:59Z')).toBe('2026-01-06T07:00:00.000Z')
  expect(until(nights, '2026-01-06T07:00:00Z')).toBeNull()
})

test('days are those on which it begins; a whole day is from midnight to midnight', () => {
  expect(until({ ...nights, days: ['fri'] }, '2026-01-10T02:00:00Z')).toBe('2026-01-10T07:00:00.000Z')
  expect(until({ ...nights, days: ['fri'] }, '2026-01-11T02:00:00Z')).toBeNull()
  const weekend: Quiet = { days: ['sat', 'sun'], from: '00:00', to: '00:00' }
  expect(until(weekend, '2026-01-10T12:00:00Z')).toBe('2026-01-10T23:00:00.000Z')
  expect(until(weekend, '2026-01-12T12:00:00Z')).toBeNull()
})

test('a night in which clocks change ends at eight on the wall', () => {
  expect(until(nights, '2026-03-29T00:30:00Z')).toBe('2026-03-29T06:00:00.000Z')
  expect(until({ ...nights, zone: 'America/New_York' }, '2026-03-29T03:00:00Z')).toBe('2026-03-29T12:00:00.000Z')
})
