import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dimensionsFor } from '../../src/metrics/catalogue.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { Frame, FrameRow, MetricCell, Period } from '../../src/metrics/frame.ts'
import type { Condition, Query } from '../../src/metrics/query.ts'
import { readRows, rowsOf } from '../../src/metrics/rows.ts'
import { runQuery } from '../../src/metrics/run.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf } from './fixture.ts'
import { syntheticModel } from './synthetic.ts'

let store: Store
let context: MetricContext
beforeAll(async () => {
  store = await syntheticModel()
  context = await contextOf(store, { asOf: '2024-06-10T00:00:00Z' })
})
afterAll(() => store?.close())

const run = (query: Query): Promise<Frame> => runQuery(query, context)
const value = (row: FrameRow | undefined, metric: string): number =>
  (row?.[metric] as MetricCell | undefined)?.value ?? 0
const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0)

describe('additive counts', () => {
  test('add up over every dimension that a case has', async () => {
    const total = value((await run({ metrics: ['cases'] })).rows[0], 'cases')
    for (const by of dimensionsFor(context.catalogue, 'cases')) {
      const frame = await run({ metrics: ['cases'], by: [by] })
      if ((frame.rows[0]?.cases as MetricCell | undefined)?.refused) continue
      expect([by, sum(frame.rows.map((row) => value(row, 'cases')))]).toEqual([by, total])
    }
  })

  test('add up over surveys reached through links, in two dimensions at once', async () => {
    const total = (await run({ metrics: ['csat_percent'] })).rows[0]?.csat_percent as MetricCell
    const frame = await run({ metrics: ['csat_percent'], by: ['category', 'region'] })
    expect(sum(frame.rows.map((row) => (row.csat_percent as MetricCell).denominator ?? 0))).toBe(total.denominator)
    expect(sum(frame.rows.map((row) => (row.csat_percent as MetricCell).numerator ?? 0))).toBe(total.numerator)
  })

  test('add up over periods of any length', async () => {
    const total = value((await run({ metrics: ['cases'] })).rows[0], 'cases')
    for (const grain of ['day', 'week', 'month', 'quarter', 'year'] as const) {
      const frame = await run({ metrics: ['cases'], grain })
      expect([grain, sum(frame.rows.map((row) => value(row, 'cases')))]).toEqual([grain, total])
      const starts = frame.rows.map((row) => (row.period as Period).start)
      expect(starts).toEqual([...starts].sort())
    }
  })

  test('in and not_in share out every row', async () => {
    const dimensions = ['channel', 'priority', 'region', 'product']
    const total = value((await run({ metrics: ['cases'] })).rows[0], 'cases')
    for (const dimension of dimensions) {
      const frame = await run({ metrics: ['cases'], by: [dimension] })
      const values = frame.rows.flatMap((row) => (row[dimension] === null ? [] : [row[dimension] as string]))
      await fc.assert(
        fc.asyncProperty(fc.subarray(values, { minLength: 1 }), async (chosen) => {
          const inside: Condition = { dimension, op: 'in', values: chosen }
          const parts = await Promise.all(
            [inside, { ...inside, op: 'not_in' as const }].map((condition) =>
              run({ metrics: ['cases'], where: [condition] }),
            ),
          )
          expect(sum(parts.map((part) => value(part.rows[0], 'cases')))).toBe(total)
        }),
        { numRuns: 8 },
      )
    }
  })
})

test('the rows of every part of every metric are as many as its cell says', async () => {
  for (const metric of context.catalogue.metrics.values()) {
    if (metric.quantileOf) continue
    const query: Query = {
      metrics: [metric.id],
      by: ['priority'],
      where: [{ dimension: 'channel', op: 'in', values: ['email', 'call'] }],
    }
    const frame = await run(query)
    const row = frame.rows[0]
    const cell = row?.[metric.id] as MetricCell | undefined
    if (!row || !cell || cell.refused || metric.measure.kind === 'distinct') continue
    const total = async (part: 'numerator' | 'denominator'): Promise<number> =>
      (await readRows(rowsOf(query, row, metric.id, part, context), context)).total
    const ratio = metric.measure.kind === 'ratio'
    // Of a number a day, n counts days, and the rows behind it are the numerator.
    const rows = ratio || metric.measure.kind === 'daily' ? cell.numerator : cell.n
    expect([metric.id, await total('numerator')]).toEqual([metric.id, rows])
    if (ratio) expect([metric.id, await total('denominator')]).toEqual([metric.id, cell.denominator])
  }
})

test('the rows of a period are those of the period', async () => {
  const query: Query = { metrics: ['cases'], grain: 'month', range: { from: '2024-01-10', to: '2024-03-20' } }
  const frame = await run(query)
  expect(frame.rows.map((row) => (row.period as Period).partial)).toEqual([true, false, true])
  for (const row of frame.rows)
    expect((await readRows(rowsOf(query, row, 'cases', 'population', context), context)).total).toBe(
      value(row, 'cases'),
    )
})

describe('backlog', () => {
  test('is what was open at the end of each period, counted one by one', async () => {
    for (const grain of ['week', 'month'] as const) {
      const frame = await run({ metrics: ['backlog'], grain })
      const ends = frame.rows
        .slice(0, -1)
        .map((row) => ({ start: (row.period as Period).start, open: value(row, 'backlog') }))
      for (const { start, open } of ends) {
        const to = grain === 'week' ? shift(start, 6) : lastOfMonth(start)
        expect([start, value((await run({ metrics: ['backlog'], range: { to } })).rows[0], 'backlog')]).toEqual([
          start,
          open,
        ])
      }
    }
  })

  test('splits add up to the whole, period by period', async () => {
    const whole = await run({ metrics: ['backlog'], grain: 'month' })
    const split = await run({ metrics: ['backlog'], grain: 'month', by: ['priority'] })
    for (const row of whole.rows) {
      const start = (row.period as Period).start
      const parts = split.rows.filter((each) => (each.period as Period).start === start)
      expect(sum(parts.map((each) => value(each, 'backlog')))).toBe(value(row, 'backlog'))
    }
  })
})

describe('comparison', () => {
  test('of periods: the value of the period before', async () => {
    const plain = await run({ metrics: ['cases'], grain: 'month' })
    const compared = await run({
      metrics: ['cases'],
      grain: 'month',
      compare: 'previous',
      range: { from: '2024-01-01', to: '2024-04-30' },
    })
    expect(compared.rows.map((row) => (row.cases as MetricCell).previous)).toEqual(
      plain.rows.slice(1, 5).map((row) => value(row, 'cases')),
    )
  })

  test('of ranges: the months before, group by group', async () => {
    const compared = await run({
      metrics: ['reply_rate'],
      by: ['channel'],
      compare: 'previous',
      range: { from: '2024-02-01', to: '2024-03-31' },
    })
    const before = await run({
      metrics: ['reply_rate'],
      by: ['channel'],
      range: { from: '2023-12-01', to: '2024-01-31' },
    })
    for (const row of compared.rows) {
      const cell = row.reply_rate as MetricCell
      const other = before.rows.find((each) => each.channel === row.channel)?.reply_rate as MetricCell
      expect(cell.previous).toBe(other.value)
      expect(cell.change).toBeCloseTo((cell.value ?? 0) - (other.value ?? 0), 12)
    }
  })
})

test('nothing impossible is noted about our own frames', async () => {
  for (const by of ['channel', 'priority', 'region', 'agent'])
    expect((await run({ metrics: ['cases', 'reply_rate', 'csat_mean', 'first_reply_time'], by: [by] })).notes).toEqual(
      [],
    )
})

test('the same query gives the same frame', async () => {
  const query: Query = { metrics: ['csat_mean', 'cases'], by: ['channel'] }
  expect(await run(query)).toEqual(await run(query))
})

function shift(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}

function lastOfMonth(day: string): string {
  return new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0)).toISOString().slice(0, 10)
}
