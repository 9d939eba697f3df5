import { afterEach, expect, test } from 'vitest'
import { findSegments, type Segments } from '../../src/insights/segments.ts'
import { findValueFrequency } from '../../src/insights/value-frequency.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
afterEach(() => store.close())

/** `kinds` of customers, 200 each: how many cases, how fast answered (hours, and how unevenly), and how often left unresolved. */
async function customersOf(kinds: { cases: number; hours: number; factor: number; open: number }[], quiet = 0) {
  store = await emptyModel()
  const all = kinds.length * 200 + quiet
  await fill(store, 'customers', `SELECT 'c' || i AS id FROM range(${all}) AS numbers(i)`)
  for (const [place, { cases, hours, factor, open }] of kinds.entries()) {
    const uniform = (salt: string) => `(hash(i, n, '${salt}${place}') % 100000 + 0.5) / 100000.0`
    const normal = `sqrt(-2 * ln(${uniform('a')})) * cos(2 * pi() * ${uniform('b')})`
    await fill(
      store,
      'cases',
      `SELECT 'k${place}_' || i || '_' || n AS id, 'c' || (${place * 200} + i) AS customer, created_at, CAST(created_at AS DATE) AS created_on, 0 AS reopens,
        created_at + to_seconds(CAST(3600 * ${hours} * exp(${Math.log(factor)} * normal) AS BIGINT)) AS first_response_at,
        CASE WHEN ${uniform('open')} > ${open} THEN created_at + to_days(2) END AS solved_at
      FROM (SELECT i, n, ${normal} AS normal, TIMESTAMP '2026-01-01' + to_hours(CAST(hash(i, n) % 3000 AS INTEGER)) AS created_at
        FROM range(200) AS customers(i), range(60) AS numbers(n) WHERE n < ${cases} * exp(0.25 * (((hash(i, 'c${place}') % 1000) / 500.0) - 1)))`,
    )
  }
}

const context = () => contextOf(store, { asOf: '2026-06-30T12:00:00Z' })

const found = async (): Promise<Segments> => {
  const answer = await findSegments(await context())
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

test('three planted kinds of customers are found, named by what sets them apart, and served accordingly', async () => {
  await customersOf(
    [
      { cases: 24, hours: 1, factor: 1.2, open: 0 },
      { cases: 6, hours: 1, factor: 1.2, open: 0.5 },
      { cases: 6, hours: 30, factor: 1.2, open: 0 },
    ],
    50,
  )
  const { segments, customers, findings } = await found()
  expect(customers).toBe(650)
  expect(segments.map(({ customers: size }) => size).toSorted((a, b) => a - b)).toEqual([50, 200, 200, 200])
  const services = Object.fromEntries(segments.map(({ service, apart }) => [service.id, apart[0]?.feature ?? 'quiet']))
  expect(services).toEqual({
    self_service: 'cases',
    follow_up: 'unresolved_share',
    faster: 'reply_time',
    watch: 'quiet',
  })
  expect(segments.find(({ service }) => service.id === 'faster')!.name).toMatch(/^Slow replies/)
  expect(findings).toHaveLength(4)
  expect(findings[0]!.limits[0]).toContain('proves nothing')
})

test('customers who differ by degree are not cut into groups', async () => {
  await customersOf([
    { cases: 8, hours: 5, factor: 1.5, open: 0.3 },
    { cases: 8, hours: 5, factor: 1.5, open: 0.3 },
    { cases: 8, hours: 5, factor: 1.5, open: 0.3 },
  ])
  const { segments, sentence, choice } = await found()
  expect(segments).toEqual([])
  expect(sentence).toContain('differ by degree')
  expect(choice).not.toBe('')
})

test('too few customers, and customers without cases, are refused with a sentence', async () => {
  await customersOf([])
  expect(await findSegments(await context())).toMatchObject({ missing: ['cases.customer', 'customers.id'] })
  await store.close()
  await customersOf([], 20)
  await fill(
    store,
    'cases',
    `SELECT 'k' || i AS id, 'c' || i AS customer, TIMESTAMP '2026-02-01' AS created_at, DATE '2026-02-01' AS created_on FROM range(20) AS numbers(i)`,
  )
  expect(await findSegments(await context())).toMatchObject({ refused: expect.stringContaining('it takes 200') })
})

test('value against contact adds up to all customers and all revenue; without amounts it is refused', async () => {
  await customersOf([{ cases: 8, hours: 5, factor: 1.5, open: 0.3 }], 100)
  expect(await findValueFrequency(await context())).toMatchObject({ missing: ['revenues.amount', 'revenues.customer'] })
  await fill(
    store,
    'revenues',
    `SELECT 'r' || i AS id, 'c' || i AS customer, DATE '2026-03-01' AS on_date, 10 * i AS amount FROM range(1, 300) AS numbers(i)`,
  )
  const answer = await findValueFrequency(await context())
  if ('refused' in answer) throw new Error(answer.refused)
  // The same order every time: the most valuable first, of each the most frequent first.
  const order = [
    'high many',
    'high few',
    'high none',
    'middle many',
    'middle few',
    'middle none',
    'low many',
    'low few',
    'low none',
  ]
  const places = answer.cells.map(({ value, contacts }) => order.indexOf(`${value} ${contacts}`))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  const sum = (of: 'customers' | 'revenue') => answer.cells.reduce((total, cell) => total + cell[of], 0)
  expect(sum('customers')).toBe(300)
  expect(sum('revenue')).toBe((10 * 299 * 300) / 2)
  expect(answer.cells.find(({ value, contacts }) => value === 'high' && contacts === 'none')!.customers).toBe(100)
})
