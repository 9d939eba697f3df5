import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { addDays } from '../../src/calendar.ts'
import { generate } from '../../src/generate/generate.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import { beginsInside } from '../../src/metrics/coverage.ts'
import type { Frame, MetricCell, Period } from '../../src/metrics/frame.ts'
import type { Query } from '../../src/metrics/query.ts'
import { readRows, rowsOf } from '../../src/metrics/rows.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { trendOf } from '../../src/metrics/trend.ts'
import { raw } from '../../src/sql/sql.ts'
import { kruskalWallis, rankSums } from '../../src/stats/kruskal-wallis.ts'
import type { Store } from '../../src/store/store.ts'
import { builtFrom } from '../flow/built.ts'
import { temporaryFolder } from '../generate/reading.ts'
import { contextOf, emptyModel, fill } from './fixture.ts'

const folder = temporaryFolder()

describe('what the published team solved, day by day', () => {
  let store: Store
  let context: MetricContext
  beforeAll(async () => {
    await generate('success-team', { likePublished: true, out: folder })
    store = (await builtFrom(join(folder, 'success_team_export.csv'))).store
    context = await contextOf(store, { asOf: '2023-06-21T06:30:00Z' })
  }, 60_000)

  const run = (query: Partial<Query>): Promise<Frame> => runQuery({ metrics: ['solved_per_day'], ...query }, context)
  const cells = (frame: Frame, by: string) =>
    frame.rows.map((row) => {
      const { value, n, low, high } = row.solved_per_day as MetricCell
      return [String(row[by]), value?.toFixed(2), n, low?.toFixed(1), high?.toFixed(1)]
    })

  test('the first day begins at 13:00 and the last ends at noon: both are marked, and no other', async () => {
    const frame = await run({ metrics: ['solved_cases'], grain: 'day' })
    const partial = frame.rows.map((row) => row.period as Period).filter((each) => each.partial)
    expect(partial.map(({ start }) => start)).toEqual(['2023-04-17', '2023-06-21'])
    expect(frame.rows).toHaveLength(66)
    const weeks = await run({ metrics: ['solved_cases'], grain: 'week' })
    expect(weeks.rows.map((row) => (row.period as Period).partial)).toEqual([true, ...Array(8).fill(false), true])
  })

  test('means are of whole days, and so are the rows behind them', async () => {
    const frame = await run({})
    expect(frame.rows[0]?.solved_per_day).toMatchObject({ n: 64, numerator: 14_409 - 213 - 58, denominator: 64 })
    const page = await readRows(rowsOf(frame.query, frame.rows[0]!, 'solved_per_day', 'numerator', context), context)
    expect(page.total).toBe(14_138)
    expect(frame.metrics.solved_per_day?.interval).toBe('95% interval of a mean (Student)')
  })

  test('weekdays: mean, whole days and interval, and a verdict by their ranks', async () => {
    const frame = await run({ by: ['weekday'] })
    expect(cells(frame, 'weekday')).toEqual([
      ['1', '291.33', 9, '269.8', '312.8'],
      ['2', '268.30', 10, '254.4', '282.2'],
      ['3', '253.67', 9, '239.6', '267.8'],
      ['4', '268.22', 9, '254.0', '282.4'],
      ['5', '286.89', 9, '274.8', '298.9'],
      ['6', '101.89', 9, '94.7', '109.1'],
      ['7', '70.78', 9, '64.2', '77.3'],
    ])
    const days = await store.rows(
      raw(`SELECT isodow(solved_on) AS weekday, count(*) AS n FROM cx.cases WHERE status IN ('solved', 'closed')
        AND solved_on BETWEEN '2023-04-18' AND '2023-06-20' GROUP BY solved_on, 1`),
    )
    const byHand = kruskalWallis(
      rankSums(days.map(({ weekday, n }) => ({ group: String(weekday), value: Number(n), count: 1 }))),
    )!
    const [verdict] = frame.verdicts
    expect(verdict).toMatchObject({ real: true, test: 'kruskal-wallis', df: 6, n: 64, n_min: 9 })
    expect(verdict?.statistic).toBeCloseTo(byHand.statistic, 9)
    expect(verdict?.sentence).toMatch(/^Real: weekdays differ, from Monday \(291\) to Sunday \(70\.78\) /)
  })

  test('half months: days 1 to 15 and from the 16th on; late May is highest, and that is no evidence', async () => {
    const frame = await run({ by: ['half_month'] })
    expect(cells(frame, 'half_month').map((each) => each.slice(0, 3))).toEqual([
      ['2023-04-16', '214.85', 13],
      ['2023-05-01', '223.67', 15],
      ['2023-05-16', '245.44', 16],
      ['2023-06-01', '207.13', 15],
      ['2023-06-16', '191.20', 5],
    ])
    expect(Object.values(frame.labels.half_month ?? {})).toContain('16–31 May 2023')
    expect(frame.verdicts[0]).toMatchObject({ real: false, test: 'kruskal-wallis', df: 4, n_min: 5 })
    expect(frame.verdicts[0]?.p).toBeCloseTo(0.07, 2)
  })

  test('half months are for numbers a day: other metrics say so, and are tested no more often than before', async () => {
    const frame = await run({ metrics: ['csat_mean'], by: ['half_month'] })
    expect(frame.rows[0]?.csat_mean).toMatchObject({ refused: { code: 'days-only' } })
    const [verdict] = (await run({ metrics: ['csat_mean'], by: ['medium'] })).verdicts
    expect(verdict?.family.dimensions).not.toContain('half_month')
  })

  test('the slight fall that was published is no evidence of a trend', async () => {
    const frame = await run({ metrics: ['solved_cases'], grain: 'day' })
    const trend = trendOf(frame, 'solved_cases')!
    expect([trend.slope, trend.low, trend.high].map((each) => each.toFixed(2))).toEqual(['-1.92', '-5.26', '1.41'])
    expect(trend).toMatchObject({ n: 64, real: false })
    expect(frame.verdicts).toMatchObject([{ by: 'period', test: 'trend', real: false, n: 64 }])
    expect(frame.verdicts[0]?.sentence).toBe(
      'No evidence of a trend: −1.92 a week (95% interval −5.26 to +1.41, p = 0.24); each weekday is held against itself, neighbours are alike, which widens the interval.',
    )
  })
})

describe('a trend', () => {
  const series = async (sql: string): Promise<{ frame: Frame; context: MetricContext }> => {
    const store = await emptyModel()
    await fill(store, 'cases', sql)
    const context = await contextOf(store, { asOf: '2024-03-31T12:00:00Z' })
    return { context, frame: await runQuery({ metrics: ['cases'], grain: 'day' }, context) }
  }

  test('that was planted under a weekly rhythm is found, with its size', async () => {
    // 40 cases on a weekday, 12 on a day of the weekend, and one more with every third day.
    const { frame } = await series(`SELECT 's:' || d || '/' || i AS id, 's' AS source, 'open' AS status,
      TIMESTAMP '2024-01-01' + to_days(CAST(d AS INTEGER)) + to_minutes(CAST(i * 7 AS INTEGER)) AS created_at, CAST(TIMESTAMP '2024-01-01' + to_days(CAST(d AS INTEGER)) AS DATE) AS created_on,
      CAST(i * 7 // 60 AS BIGINT) AS created_hour
      FROM range(91) days(d), range(90) cases(i) WHERE i < CASE WHEN d % 7 < 5 THEN 40 ELSE 12 END + d // 3 + CAST(hash(d) % 5 AS BIGINT)`)
    const trend = trendOf(frame, 'cases')!
    expect(trend.real).toBe(true)
    expect(trend.low).toBeLessThan(7 / 3)
    expect(trend.high).toBeGreaterThan(7 / 3)
    expect(trend.high - trend.low).toBeLessThan(0.4)
    expect(frame.verdicts[0]?.sentence).toMatch(/^Real trend: \+2\.\d\d a week/)
    // The day of the as-of time is not over; the first begins at midnight.
    expect(frame.rows.map((row) => row.period as Period).filter((each) => each.partial)).toEqual([
      { start: '2024-03-31', partial: true },
    ])
  })

  test('is not looked for in splits, in longer periods, or in what is no number of cases', async () => {
    const { frame } =
      await series(`SELECT 's:' || i AS id, 's' AS source, 'open' AS status, DATE '2024-01-01' + CAST(i % 60 AS INTEGER) AS created_on,
      CAST(DATE '2024-01-01' + CAST(i % 60 AS INTEGER) AS TIMESTAMP) AS created_at FROM range(900 + 37) t(i)`)
    expect(trendOf(frame, 'cases')).not.toBeNull()
    expect(trendOf({ ...frame, query: { ...frame.query, by: ['channel'] } }, 'cases')).toBeNull()
    expect(trendOf({ ...frame, query: { ...frame.query, grain: 'month' } }, 'cases')).toBeNull()
    const card = { ...frame.metrics.cases!, unit: 'ratio' as const }
    expect(trendOf({ ...frame, metrics: { cases: card } }, 'cases')).toBeNull()
  })
})

test('a first day is cut where it begins later than days do', () => {
  const days = (...hours: (number | null)[]) =>
    hours.map((hour, index) => ({ day: addDays('2024-01-01', index), hour }))
  expect(beginsInside(days(13, 3, 3, 4, 3, 3, 9))).toBe(true)
  expect(beginsInside(days(4, 3, 3, 4, 3, 3, 0))).toBe(false)
  // A shop that opens at nine covers its first day whole.
  expect(beginsInside(days(9, 9, 8, 9, 9))).toBe(false)
  // Few cases a day begin at any hour: nothing tells.
  expect(beginsInside(days(14, 2, 18, 9, 21, 7, 3))).toBe(false)
  expect(beginsInside(days(null, null, null))).toBe(false)
  expect(beginsInside(days(13, 5))).toBe(false)
  expect(beginsInside([])).toBe(false)
  // Weekends begin at two in the afternoon: that says nothing about a Monday.
  const week = [9, 9, 9, 9, 9, 14, 14]
  const weeks = (first: number) => days(first, ...week.slice(1), ...week, ...week, ...week, ...week, 9)
  expect([beginsInside(weeks(13)), beginsInside(weeks(9))]).toEqual([true, false])
})
