import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  addMonths,
  daysAYearBefore,
  daysBefore,
  endOf,
  type Grain,
  isDay,
  lengthOf,
  localDay,
  periodsIn,
  shiftPeriod,
  startOf,
  utcMoment,
} from '../src/calendar.ts'

const grains: Grain[] = ['day', 'week', 'month', 'quarter', 'year']
const day = fc.integer({ min: 0, max: 30_000 }).map((days) => addDays('1980-01-01', days))
const calendar = fc.record({ weekStart: fc.integer({ min: 1, max: 7 }), fiscalStart: fc.integer({ min: 1, max: 12 }) })

describe('periods', () => {
  test.each([
    ['2024-02-29', 'week', '2024-02-26', '2024-03-03'],
    ['2024-02-29', 'month', '2024-02-01', '2024-02-29'],
    ['2024-02-29', 'quarter', '2024-01-01', '2024-03-31'],
    ['2024-12-31', 'week', '2024-12-30', '2025-01-05'],
    ['2023-01-01', 'week', '2022-12-26', '2023-01-01'],
  ] as const)('%s by %s runs from %s to %s', (at, grain, start, end) => {
    expect([startOf(at, grain), endOf(at, grain)]).toEqual([start, end])
  })

  test('a week may start on Sunday and a fiscal year in April', () => {
    const house = { weekStart: 7, fiscalStart: 4 }
    expect(startOf('2024-03-02', 'week', house)).toBe('2024-02-25')
    expect(startOf('2024-03-02', 'year', house)).toBe('2023-04-01')
    expect(startOf('2024-03-02', 'quarter', house)).toBe('2024-01-01')
    expect(startOf('2024-05-02', 'quarter', { weekStart: 1, fiscalStart: 2 })).toBe('2024-05-01')
  })

  test('every day lies in exactly one period, and periods follow each other without gap', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...grains), calendar, (at, grain, house) => {
        const [start, end] = [startOf(at, grain, house), endOf(at, grain, house)]
        expect(start <= at && at <= end).toBe(true)
        expect(startOf(end, grain, house)).toBe(start)
        expect(startOf(addDays(end, 1), grain, house)).toBe(addDays(end, 1))
        expect(shiftPeriod(start, grain, 1)).toBe(addDays(end, 1))
        expect(shiftPeriod(shiftPeriod(start, grain, 3), grain, -3)).toBe(start)
      }),
    )
  })

  test('periods of a range cover it', () => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 500 }),
        fc.constantFrom<Grain>('week', 'month', 'quarter', 'year'),
        (from, days, grain) => {
          const range = { from, to: addDays(from, days) }
          const starts = periodsIn(range, grain)
          expect(starts[0]).toBe(startOf(from, grain))
          expect(endOf(starts.at(-1)!, grain) >= range.to).toBe(true)
          expect(new Set(starts).size).toBe(starts.length)
        },
      ),
    )
  })
})

describe('the days before', () => {
  test.each([
    ['2024-03-01', '2024-03-31', '2024-02-01', '2024-02-29'],
    ['2024-01-01', '2024-03-31', '2023-10-01', '2023-12-31'],
    ['2024-03-05', '2024-03-11', '2024-02-27', '2024-03-04'],
  ])('%s to %s: %s to %s', (from, to, before, until) => {
    expect(daysBefore({ from, to })).toEqual({ from: before, to: until })
  })

  test('a year earlier, February keeps its last day', () => {
    expect(daysAYearBefore({ from: '2024-02-01', to: '2024-02-29' })).toEqual({ from: '2023-02-01', to: '2023-02-28' })
    expect(daysAYearBefore({ from: '2025-02-01', to: '2025-02-28' })).toEqual({ from: '2024-02-01', to: '2024-02-29' })
  })

  test('end the day before, whatever the range', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 400 }), (from, days) => {
        expect(addDays(daysBefore({ from, to: addDays(from, days) }).to, 1)).toBe(from)
      }),
    )
  })
})

test('days that do not exist are no days', () => {
  expect(['2024-02-29', '2023-02-29', '2024-13-01', '2024-1-1', 'today', ''].map(isDay)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})

test('a month later keeps the day of the month or the last there is', () => {
  expect(addMonths('2024-01-31', 1)).toBe('2024-02-29')
  expect(addMonths('2024-03-31', -13)).toBe('2023-02-28')
  expect(lengthOf({ from: '2024-02-01', to: '2024-02-29' })).toBe(29)
})

describe('instants', () => {
  test('fall on the day of the zone', () => {
    expect(localDay('2024-03-31T23:30:00Z', 'Europe/Paris')).toBe('2024-04-01')
    expect(localDay('2024-03-31 23:30:00', 'America/Chicago')).toBe('2024-03-31')
    expect(() => localDay('2024-03-31T23:30:00Z', 'Mars/Olympus')).toThrow('is not a time zone')
  })

  test('are stored in UTC', () => {
    expect(utcMoment('2024-03-31T23:30:00+02:00')).toBe('2024-03-31 21:30:00')
    expect(utcMoment('2024-03-31T23:30:00.250Z')).toBe('2024-03-31 23:30:00.250')
    expect(utcMoment('2024-03-31')).toBe('2024-03-31 00:00:00')
    expect(utcMoment('soon')).toBeNull()
  })
})
