import { afterAll, beforeAll, expect, test } from 'vitest'
import { valueWithin } from '../../src/metrics/clustered.ts'
import type { MetricCell } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { scopeOf } from '../../src/metrics/scope.ts'
import { parseExpression } from '../../src/sql/expression.ts'
import type { Store } from '../../src/store/store.ts'
import { builtInCatalogue, contextOf, emptyModel, fill } from './fixture.ts'

let store: Store
beforeAll(async () => {
  store = await emptyModel()
  // Ages 20 to 79; customer i makes i % 3 + 1 contacts in January and one in March.
  await fill(store, 'customers', `SELECT 'c' || i AS id, 20 + i AS age, TRUE AS is_identified FROM range(60) AS t(i)`)
  await fill(
    store,
    'touchpoints',
    `SELECT 't' || i || '/' || n AS id, 'call' AS channel, 'inbound' AS direction, 'c' || i AS customer, begun AS started_at, CAST(begun AS DATE) AS started_on
    FROM (SELECT i, n, CASE WHEN n = 9 THEN TIMESTAMP '2024-03-05 10:00' ELSE TIMESTAMP '2024-01-05 10:00' + to_days(CAST(n AS INTEGER)) END AS begun
      FROM range(60) AS t(i), (SELECT unnest([0, 1, 2, 9]) AS n) WHERE n = 9 OR n <= i % 3)`,
  )
})
afterAll(() => store.close())

test('contacts per customer and month by equal bands of age, with an interval over customers', async () => {
  const frame = await runQuery({ metrics: ['contact_rate'], by: ['age_band'] }, await contextOf(store))
  const cells = frame.rows.map((row) => row.contact_rate as MetricCell)
  expect(frame.rows.length).toBe(6)
  for (const cell of cells) {
    expect(cell.denominator).toBe(20)
    expect(cell.value).toBeCloseTo((cell.numerator ?? 0) / 20, 12)
    expect((cell.high ?? 0) - (cell.low ?? 0)).toBeGreaterThan(0)
  }
  expect(cells.reduce((sum, { numerator = 0 }) => sum + numerator, 0)).toBe(180)
})

test('months of contacts are counted within a customer and not as texts, and contacts without a customer not at all', async () => {
  const own = await emptyModel()
  try {
    await fill(own, 'customers', `SELECT 'c' || i AS id, 20 AS age, TRUE AS is_identified FROM range(3) AS t(i)`)
    await fill(
      own,
      'touchpoints',
      `SELECT 't' || i AS id, 'call' AS channel, 'inbound' AS direction, CASE WHEN i < 6 THEN 'c' || (i % 3) END AS customer,
      begun AS started_at, CAST(begun AS DATE) AS started_on FROM (SELECT i, TIMESTAMP '2024-01-05 10:00' + to_days(CAST(40 * (i // 3) AS INTEGER)) AS begun FROM range(9) AS t(i))`,
    )
    const frame = await runQuery({ metrics: ['contact_rate'] }, await contextOf(own))
    // Three customers in two months each.
    expect(frame.rows[0]?.contact_rate).toMatchObject({ numerator: 6, denominator: 6, value: 1 })
    const { metrics } = builtInCatalogue()
    const rate = metrics.get('contact_rate')!
    const per = (of: string) => {
      const scope = scopeOf({ dialect: own.dialect, from: 'touchpoints', asOf: null, zone: 'UTC' })
      return valueWithin({ ...rate, measure: { kind: 'per', of: parseExpression(of) } }, scope)
    }
    const known = '("touchpoints"."customer" IS NOT NULL)'
    expect(per("concat(customer, ' ', to_text(started_on))")).toBe(
      `CASE WHEN ${known} THEN "touchpoints"."started_on" END`,
    )
    expect(per('customer')).toBe(`CASE WHEN ${known} THEN 1 END`)
    // Two parts that vary, or none that is the customer: the whole value.
    expect(per('concat(customer, channel, direction)')).toContain('||')
    expect(per("concat(channel, ' ', direction)")).toContain('||')
  } finally {
    await own.close()
  }
})

test('months long before the now, and after it, are told apart like those just before', async () => {
  const own = await emptyModel()
  try {
    await fill(own, 'customers', `SELECT 'c' AS id, 20 AS age, TRUE AS is_identified`)
    // Twice a month over twenty years around the now.
    await fill(
      own,
      'touchpoints',
      `SELECT 't' || i AS id, 'call' AS channel, 'inbound' AS direction, 'c' AS customer, begun AS started_at, CAST(begun AS DATE) AS started_on
      FROM (SELECT i, TIMESTAMP '2006-01-05 10:00' + to_months(CAST(i // 2 AS INTEGER)) + to_days(CAST(i % 2 AS INTEGER)) AS begun FROM range(480) AS t(i))`,
    )
    const frame = await runQuery({ metrics: ['contact_rate'], as_of: '2024-06-30T00:00:00Z' }, await contextOf(own))
    expect(frame.rows[0]?.contact_rate).toMatchObject({ numerator: 480, denominator: 240, value: 2 })
  } finally {
    await own.close()
  }
})
