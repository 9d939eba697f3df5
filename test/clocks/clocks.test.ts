import { describe, expect, test } from 'vitest'
import { instantOf, secondsOf } from '../../src/calendar.ts'
import { addOpen, countOpen } from '../../src/clocks/count.ts'
import { type Interval, openIntervals, type Schedule, type Stretch } from '../../src/clocks/schedule.ts'
import { stripOf, withLastSchedule } from '../../src/clocks/strip.ts'

const hour = 3600
const weekdays = [1, 2, 3, 4, 5]
const week = (days: number[], ...stretches: [number, number][]): Stretch[] =>
  days.flatMap((weekday) => stretches.map(([from, to]) => ({ weekday, from: from * hour, to: to * hour })))
const schedule = (zone: string, stretches: Stretch[], holidays: string[] = []): Schedule => ({
  name: 's',
  zone,
  hours: [{ validFrom: null, week: stretches }],
  holidays: new Set(holidays),
})
const between = (from: string, to: string): Interval => ({ from: secondsOf(from), to: secondsOf(to) })
const around = (interval: Interval) => ({
  from: new Date((interval.from - 2 * 86_400) * 1000).toISOString().slice(0, 10),
  to: new Date((interval.to + 2 * 86_400) * 1000).toISOString().slice(0, 10),
})
const count = (given: Schedule, from: string, to: string): number => {
  const interval = between(from, to)
  return countOpen(openIntervals(given, around(interval)), interval)
}
const moment = (seconds: number | null) => (seconds === null ? null : new Date(seconds * 1000).toISOString())

/** Minutes since Sunday 00:00 UTC, as the decision log of dbt_zendesk prints the two schedules of its ticket 941606. */
function ofMinutes(name: string, pairs: [number, number][]): Schedule {
  const stretches = pairs.flatMap(([from, to]) => {
    const day = Math.floor(from / 1440)
    return cutAtMidnight(day, (from - day * 1440) * 60, (to - day * 1440) * 60)
  })
  return { ...schedule('UTC', stretches), name }
}

function cutAtMidnight(day: number, from: number, to: number): Stretch[] {
  const weekday = (index: number) => index % 7 || 7
  if (to <= 86_400) return [{ weekday: weekday(day), from, to }]
  return [
    { weekday: weekday(day), from, to: 86_400 },
    { weekday: weekday(day + 1), from: 0, to: to - 86_400 },
  ]
}

describe('the worked example of two schedules', () => {
  const chicago = ofMinutes('chicago', [
    [720, 1560],
    [2160, 3000],
    [3600, 4440],
    [5040, 5880],
    [6480, 7320],
    [7920, 8760],
    [9360, 10200],
  ])
  const sanFrancisco = ofMinutes('san-francisco', [
    [2340, 2910],
    [3780, 4350],
    [5220, 5790],
    [6660, 7230],
    [8100, 8670],
  ])
  const span = between('2020-09-29 17:01:38', '2020-09-30 19:01:46')
  const moved = secondsOf('2020-09-30 19:01:25')
  const clock = {
    runs: [span],
    span,
    business: {
      timeline: [
        { from: span.from, to: moved, schedule: 'chicago' },
        { from: moved, to: span.to, schedule: 'san-francisco' },
      ],
      open: new Map([chicago, sanFrancisco].map((each) => [each.name, openIntervals(each, around(span))])),
    },
  }
  test('960.1333 minutes under every schedule that held', () => {
    const { parts, seconds } = stripOf(clock)
    expect((seconds ?? 0) / 60).toBeCloseTo(960.1333, 4)
    expect(parts.map(({ rule, by, from, to }) => [rule, by, (to - from) / 60])).toEqual([
      ['open', 'chicago', expect.closeTo(538.3667, 4)],
      ['closed', 'chicago', 600],
      ['open', 'chicago', expect.closeTo(421.4167, 4)],
      ['open', 'san-francisco', expect.closeTo(0.35, 4)],
    ])
  })
  test('690.1333 minutes under the last schedule alone', () => {
    expect((stripOf(withLastSchedule(clock)).seconds ?? 0) / 60).toBeCloseTo(690.1333, 4)
  })
})

test('Friday 16:30 and one business hour, Monday to Friday 9 to 17, is Monday 09:30', () => {
  const open = openIntervals(schedule('UTC', week(weekdays, [9, 17])), { from: '2026-01-01', to: '2026-01-31' })
  expect(moment(addOpen(open, secondsOf('2026-01-09 16:30:00'), hour))).toBe('2026-01-12T09:30:00.000Z')
  expect(moment(addOpen(open, secondsOf('2026-01-09 16:00:00'), hour))).toBe('2026-01-09T17:00:00.000Z')
  expect(addOpen(open, secondsOf('2026-01-30 16:30:00'), hour)).toBeNull()
})

describe('walls and instants', () => {
  const at = (day: string, hours: number, zone: string) => moment(instantOf(day, hours * hour, zone))
  test('a time that clocks skip is the jump; one that they show twice is the first', () => {
    expect(at('2026-03-29', 2.5, 'Europe/Paris')).toBe('2026-03-29T01:00:00.000Z')
    expect(at('2026-03-29', 3, 'Europe/Paris')).toBe('2026-03-29T01:00:00.000Z')
    expect(at('2026-10-25', 2.5, 'Europe/Paris')).toBe('2026-10-25T00:30:00.000Z')
    expect(at('2026-10-25', 3, 'Europe/Paris')).toBe('2026-10-25T02:00:00.000Z')
  })
  test('half an hour of daylight saving, a quarter hour of offset, a day that never was', () => {
    expect(at('2026-10-04', 2.25, 'Australia/Lord_Howe')).toBe('2026-10-03T15:30:00.000Z')
    expect(at('2026-04-05', 2, 'Australia/Lord_Howe')).toBe('2026-04-04T15:30:00.000Z')
    expect(at('2026-01-01', 0, 'Asia/Kathmandu')).toBe('2025-12-31T18:15:00.000Z')
    expect(at('2011-12-30', 12, 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z')
  })
  test('a zone that gave up daylight saving is asked for the day at hand', () => {
    expect(at('1979-07-01', 9, 'Asia/Hong_Kong')).toBe('1979-07-01T00:00:00.000Z')
    expect(at('1980-07-01', 9, 'Asia/Hong_Kong')).toBe('1980-07-01T01:00:00.000Z')
  })
})

describe('opening hours', () => {
  const always = week([1, 2, 3, 4, 5, 6, 7], [0, 24])
  test('a day has 23 hours when clocks go forward and 25 when they go back', () => {
    expect(count(schedule('Europe/Paris', always), '2026-03-28 23:00:00', '2026-03-29 22:00:00')).toBe(23 * hour)
    expect(count(schedule('Europe/Paris', always), '2026-10-24 22:00:00', '2026-10-25 23:00:00')).toBe(25 * hour)
    const nights = schedule('America/New_York', week([7], [0, 6]))
    expect(count(nights, '2026-03-07 00:00:00', '2026-03-09 00:00:00')).toBe(5 * hour)
    expect(count(nights, '2026-10-31 00:00:00', '2026-11-02 00:00:00')).toBe(7 * hour)
  })
  test('nine on the wall is another instant after the change', () => {
    const paris = schedule('Europe/Paris', week(weekdays, [9, 17]))
    expect(count(paris, '2026-03-27 15:59:59', '2026-03-30 07:00:01')).toBe(2)
    expect(count(paris, '2026-10-23 14:59:59', '2026-10-26 08:00:01')).toBe(2)
  })
  test('split shifts: lunch does not count', () => {
    const split = schedule('Europe/Paris', week(weekdays, [9, 12], [13, 17]))
    expect(count(split, '2026-01-12 09:30:00', '2026-01-12 12:30:00')).toBe(2 * hour)
    expect(count(split, '2026-01-12 00:00:00', '2026-01-13 00:00:00')).toBe(7 * hour)
  })
  test('a holiday is closed, and only that one', () => {
    const off = schedule('Europe/Paris', week(weekdays, [9, 17]), ['2026-05-14'])
    expect(count(off, '2026-05-13 14:00:00', '2026-05-15 08:00:00')).toBe(2 * hour)
  })
  test('a case that lived outside hours took no open time, which is 0 and known', () => {
    const span = between('2026-01-10 10:00:00', '2026-01-10 12:00:00')
    const open = openIntervals(schedule('UTC', week(weekdays, [9, 17])), around(span))
    const strip = stripOf({
      runs: [span],
      span,
      business: { timeline: [{ ...span, schedule: 's' }], open: new Map([['s', open]]) },
    })
    expect(strip).toEqual({ parts: [{ ...span, counted: false, rule: 'closed', by: 's' }], seconds: 0 })
  })
  test('without a schedule nothing is known: not 0', () => {
    const span = between('2026-01-12 10:00:00', '2026-01-12 12:00:00')
    const business = { timeline: [{ ...span, schedule: null }], open: new Map() }
    expect(stripOf({ runs: [span], span, business }).seconds).toBeNull()
  })
  test('hours change from a day on, overlaps count once', () => {
    const changed: Schedule = {
      ...schedule('UTC', []),
      hours: [
        { validFrom: '2026-02-02', week: week(weekdays, [8, 12], [11, 16]) },
        { validFrom: null, week: week(weekdays, [9, 17]) },
      ],
    }
    expect(count(changed, '2026-01-30 00:00:00', '2026-01-31 00:00:00')).toBe(8 * hour)
    expect(count(changed, '2026-02-02 00:00:00', '2026-02-03 00:00:00')).toBe(8 * hour)
    expect(count(changed, '2026-02-02 08:00:00', '2026-02-02 09:00:00')).toBe(hour)
  })
  test('a status pauses, a schedule changes within the day, and the parts sum', () => {
    const [nine, ten, eleven, noon] = [9, 10, 11, 12].map((each) =>
      secondsOf(`2026-01-12 ${String(each).padStart(2, '0')}:00:00`),
    ) as [number, number, number, number]
    const strip = stripOf({
      span: { from: nine, to: noon },
      runs: [
        { from: nine, to: ten },
        { from: eleven, to: noon },
      ],
      pausedBy: [{ from: ten, to: eleven, status: 'pending' }],
      business: {
        timeline: [
          { from: nine, to: eleven + 1800, schedule: 'a' },
          { from: eleven + 1800, to: noon, schedule: 'b' },
        ],
        open: new Map([
          ['a', [{ from: nine + 600, to: noon }]],
          ['b', [{ from: nine, to: noon - 300 }]],
        ]),
      },
    })
    expect(strip.parts.map(({ rule, by, from, to }) => [rule, by, to - from])).toEqual([
      ['closed', 'a', 600],
      ['open', 'a', 3000],
      ['paused', 'pending', 3600],
      ['open', 'a', 1800],
      ['open', 'b', 1500],
      ['closed', 'b', 300],
    ])
    expect(strip.seconds).toBe(3000 + 1800 + 1500)
  })
})
