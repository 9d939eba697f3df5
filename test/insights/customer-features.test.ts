import { afterAll, beforeAll, expect, test } from 'vitest'
import { customerFeatures } from '../../src/insights/customer-features.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
const present = new Set([
  'customers.id',
  'customers.segment',
  'customers.joined_on',
  'customers.left_on',
  'cases.customer',
  'cases.created_at',
  'cases.first_response_at',
  'cases.solved_at',
  'cases.channel',
  'surveys.customer',
  'surveys.kind',
  'surveys.score',
  'surveys.scale_min',
  'surveys.scale_max',
  'surveys.responded_on',
])

beforeAll(async () => {
  store = await emptyModel()
  await fill(
    store,
    'customers',
    `SELECT * FROM (VALUES ('a', 'gold', DATE '2025-01-01', NULL), ('b', 'silver', DATE '2026-01-20', NULL),
      ('gone', 'gold', DATE '2025-01-01', DATE '2026-01-15'), ('later', 'gold', DATE '2026-03-01', NULL)) AS v(id, segment, joined_on, left_on)`,
  )
  await fillCase('a', '2026-01-10 10:00', '2026-01-10 11:00', '2026-01-12 10:00', 'call')
  await fillCase('a', '2026-01-20 10:00', '2026-01-20 14:00', '2026-02-20 10:00', 'email')
  await fillCase('gone', '2026-01-10 10:00', '2026-01-10 11:00', '2026-01-12 10:00', 'call')
  await fillSurvey('a', 1, '2026-01-11')
  await fillSurvey('a', 5, '2026-01-25')
})
afterAll(() => store.close())

async function fillCase(customer: string, created: string, replied: string, solved: string, channel: string) {
  await fill(
    store,
    'cases',
    `SELECT '${customer}' || '${created}' AS id, '${customer}' AS customer, TIMESTAMP '${created}' AS created_at, DATE '${created.slice(0, 10)}' AS created_on,
      TIMESTAMP '${replied}' AS first_response_at, TIMESTAMP '${solved}' AS solved_at, '${channel}' AS channel`,
  )
}

async function fillSurvey(customer: string, score: number, on: string) {
  await fill(
    store,
    'surveys',
    `SELECT '${customer}${on}' AS id, '${customer}' AS customer, 'csat' AS kind, ${score} AS score, 1 AS scale_min, 5 AS scale_max, DATE '${on}' AS responded_on`,
  )
}

async function read(): Promise<Row[]> {
  const version = { id: 'v1', as_of: '2026-06-01T00:00:00Z', zone: 'UTC', present, counts: {} }
  const found = customerFeatures({ store, version }, { from: '2026-01-01', before: '2026-02-01' })
  const rows = await store.rows(found!.statement)
  return rows.toSorted((x, y) => String(x.customer).localeCompare(String(y.customer)))
}

test('reads what could have been known on the day, and nobody who had left or not yet come', async () => {
  const [a, b, ...others] = await read()
  expect(others).toEqual([])
  expect(a).toMatchObject({
    customer: 'a',
    segment: 'gold',
    cases: 2,
    channels: 1,
    reply_time: 9000,
    unresolved_share: 0.5,
    days_since_case: 12,
    satisfaction: 0.5,
    lowest_satisfaction: 0,
    tenure_days: 396,
  })
  expect(a!.reply_time_spread).toBeCloseTo(Math.log(14_401 / 3601) / Math.SQRT2, 9)
  expect(b).toMatchObject({ customer: 'b', cases: 0, reply_time: null, satisfaction: null })
})

test('nothing that happens afterwards changes it', async () => {
  const before = await read()
  await fillCase('a', '2026-02-01 00:00', '2026-02-01 11:00', '2026-02-12 10:00', 'chat')
  await fillSurvey('b', 1, '2026-02-01')
  expect(await read()).toEqual(before)
})

test('without customers there is nothing to read', () => {
  const version = { id: 'v1', as_of: null, zone: 'UTC', present: new Set(['cases.id']), counts: {} }
  expect(customerFeatures({ store, version }, { from: '2026-01-01', before: '2026-02-01' })).toBeNull()
})
