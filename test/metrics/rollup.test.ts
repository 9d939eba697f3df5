import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { FrameRow, MetricCell } from '../../src/metrics/frame.ts'
import { planQuery } from '../../src/metrics/plan.ts'
import type { Query } from '../../src/metrics/query.ts'
import { runQuery } from '../../src/metrics/run.ts'
import type { Store } from '../../src/store/store.ts'
import { derivedBank } from './bank.ts'
import { contextOf } from './fixture.ts'

let store: Store
let rolled: MetricContext
let plain: MetricContext
beforeAll(async () => {
  store = await derivedBank({
    customers: `SELECT 'c' || i AS id, CASE i % 3 WHEN 0 THEN 'Gold' WHEN 1 THEN 'Basic' END AS segment, CASE WHEN i % 2 = 0 THEN 'North' ELSE 'South' END AS region,
      CASE WHEN i % 7 <> 0 THEN 18 + hash(i) % 60 END AS age FROM range(60) t(i)`,
    products: `SELECT 'p' || i AS id, 'Product ' || i AS name, CASE WHEN i < 2 THEN 'funds' ELSE 'cash' END AS category FROM range(4) t(i)`,
    holdings: `SELECT 'h' || i AS id, 'c' || (i % 60) AS customer, 'p' || (hash(i) % 4) AS product, DATE '2022-11-05' + CAST(hash(i, 1) % 500 AS INTEGER) AS opened_on FROM range(90) t(i)`,
    balances: `SELECT 'b' || row_number() OVER () AS id, customer, product, on_date, hash(customer, n, 1) % 9000 / 4 AS balance, hash(customer, n, 2) % 90 AS contributions,
      hash(customer, n, 3) % 30 AS withdrawals, CAST(hash(customer, n, 4) % 50 AS INTEGER) - 20 AS returns, hash(customer, n, 5) % 5 AS fees
      FROM (SELECT 'c' || (i % 60) AS customer, 'p' || (hash(i) % 4) AS product, n, DATE '2022-11-05' + CAST(hash(i, 1) % 500 + n * 17 AS INTEGER) AS on_date
        FROM range(90) t(i), range(20) u(n)) WHERE on_date <= DATE '2024-05-20'`,
  })
  rolled = await contextOf(store, { asOf: '2024-05-20T00:00:00Z' })
  const present = new Set([...rolled.version.present].filter((column) => !column.startsWith('balance_months.')))
  plain = { ...rolled, version: { ...rolled.version, present } }
})
afterAll(() => store?.close())

const metrics = [
  'aum',
  'aum_opening',
  'contributions',
  'net_flows',
  'fee_revenue',
  'aum_mean',
  'organic_growth',
  'roi',
  'roi:time_weighted',
  'return_volatility',
]

const monthsDay = fc
  .integer({ min: 0, max: 24 })
  .chain((month) =>
    fc.constantFrom(1, 15, 0).map((day) => new Date(Date.UTC(2022, 9 + month, day)).toISOString().slice(0, 10)),
  )
const conditions = fc.subarray(
  [
    { dimension: 'segment', op: 'in' as const, values: ['Gold'] },
    { dimension: 'region', op: 'not_in' as const, values: ['South'] },
    { dimension: 'category', op: 'in' as const, values: ['funds'] },
    { dimension: 'product', op: 'in' as const, values: ['p0', 'p3'] },
    { dimension: 'age_band', op: 'in' as const, values: ['20-29', '40-49'] },
    { dimension: 'segment', op: 'is_null' as const, values: [] },
  ],
  { maxLength: 2 },
)
const queries: fc.Arbitrary<Query> = fc
  .record({
    metrics: fc.subarray(metrics, { minLength: 1 }),
    by: fc.subarray(['product', 'category', 'segment', 'region', 'age_band'], { maxLength: 2 }),
    where: conditions,
    grain: fc.option(fc.constantFrom('week' as const, 'month' as const, 'quarter' as const, 'year' as const), {
      nil: undefined,
    }),
    from: fc.option(monthsDay, { nil: undefined }),
    to: fc.option(monthsDay, { nil: undefined }),
    as_of: fc.option(fc.constantFrom('2023-06-10T00:00:00Z', '2023-06-30T00:00:00Z', '2024-05-20T00:00:00Z'), {
      nil: undefined,
    }),
    compare: fc.option(fc.constant('previous' as const), { nil: undefined }),
  })
  .map(({ from, to, compare, ...rest }) => {
    const [first, last] = from && to && from > to ? [to, from] : [from, to]
    return { ...rest, range: { from: first, to: last }, compare: first || rest.grain ? compare : undefined }
  })

/** Rows by their keys, amounts to the thousandth: the same sums in another order differ in their last digits. */
function comparable(rows: FrameRow[], query: Query) {
  const round = (value: unknown): unknown =>
    typeof value === 'number' ? Math.round(value * 1000) / 1000 + 0 : (value ?? null)
  return Object.fromEntries(
    rows.map((row) => [
      JSON.stringify([row.period ?? null, ...(query.by ?? []).map((id) => row[id])]),
      query.metrics.map((id) => {
        const { value, n, previous } = row[id] as MetricCell
        return [id, round(value), n, round(previous)]
      }),
    ]),
  )
}

test('months of balances give what the balances give, for any split, filter, range and now', async () => {
  let taken = 0
  await fc.assert(
    fc.asyncProperty(queries, async (query) => {
      if (planQuery(query, rolled).selects.some(({ from }) => from === 'balance_months')) taken += 1
      expect(planQuery(query, plain).selects.every(({ from }) => from !== 'balance_months')).toBe(true)
      const [here, there] = await Promise.all([runQuery(query, rolled), runQuery(query, plain)])
      expect(comparable(here.rows, query)).toEqual(comparable(there.rows, query))
    }),
    { numRuns: 120, seed: 20_240_520 },
  )
  expect(taken).toBeGreaterThan(40)
})

test('are read where whole months are asked, mean days among them, and not where days are', () => {
  const tableOf = (query: Query) => planQuery(query, rolled).selects.map(({ from }) => from)
  expect(tableOf({ metrics: ['aum'], by: ['category'], grain: 'month' })).toEqual(['balance_months'])
  expect(tableOf({ metrics: ['contributions'], range: { from: '2023-02-01', to: '2023-02-28' } })).toEqual([
    'balance_months',
  ])
  expect(tableOf({ metrics: ['aum'], range: { to: '2024-05-20' } })).toEqual(['balance_months'])
  expect(tableOf({ metrics: ['aum'], range: { to: '2024-05-19' } })).toEqual(['balances'])
  expect(tableOf({ metrics: ['aum'], as_of: '2023-06-10T00:00:00Z' })).toEqual(['balances'])
  expect(tableOf({ metrics: ['aum'], grain: 'week' })).toEqual(['balances'])
  expect(tableOf({ metrics: ['aum_mean'] })).toEqual(['balance_months'])
  expect(
    tableOf({ metrics: ['fee_revenue', 'aum'], where: [{ dimension: 'age_band', op: 'in', values: ['20-29'] }] }),
  ).toEqual(['balance_months', 'balance_months'])
})
