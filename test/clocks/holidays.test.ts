import { expect, test } from 'vitest'
import { findHolidays } from '../../src/clocks/holidays.ts'

test('public holidays of a country, days as they stand', async () => {
  const found = await findHolidays(['FR', '2026-12-24'], { from: 2026, to: 2026 })
  // Code du travail L3133-1: eleven days; Easter 2026 is 5 April, Ascension 14 May, Whit Monday 25 May.
  expect(found.filter(({ country }) => country === 'FR').map(({ day }) => day)).toEqual([
    '2026-01-01',
    '2026-04-06',
    '2026-05-01',
    '2026-05-08',
    '2026-05-14',
    '2026-05-25',
    '2026-07-14',
    '2026-08-15',
    '2026-11-01',
    '2026-11-11',
    '2026-12-25',
  ])
  expect(found.filter(({ country }) => country === null)).toEqual([{ country: null, day: '2026-12-24' }])
})

test('a region has its own', async () => {
  const days = async (place: string) =>
    new Set((await findHolidays(place, { from: 2026, to: 2026 })).map(({ day }) => day))
  expect((await days('DE-BY')).has('2026-01-06')).toBe(true)
  expect((await days('DE')).has('2026-01-06')).toBe(false)
  expect((await days('US')).has('2026-11-26')).toBe(true)
})

test('a country that nobody knows is said', async () => {
  await expect(findHolidays('QQ', { from: 2026, to: 2026 })).rejects.toThrow(/QQ/)
})
