import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import type { Words } from '../../src/config/words.ts'
import type { NoFindings } from '../../src/insights/finding.ts'
import { findNextMarket, type NextMarket, type NextMarketQuestion } from '../../src/insights/next-market.ts'
import { readNextMarket } from '../../src/insights/next-market-evidence.ts'
import { staffHour } from '../../src/insights/staffed-hour.ts'
import type { Store } from '../../src/store/store.ts'
import { present, twoMarkets } from './two-markets.ts'

let store: Store
let words: Words

beforeAll(async () => {
  words = await readWords(['catalog/words'], 'en', [])
  store = await twoMarkets()
})
afterAll(() => store.close())

const read = (filled: ReadonlySet<string> = present) =>
  readNextMarket(
    {
      store,
      targets: [],
      version: { id: 'v1', as_of: '2026-06-30T00:00:00Z', zone: 'UTC', present: filled, counts: {} },
    },
    {},
  )
const ask = (changes: Partial<NextMarketQuestion> = {}): NextMarketQuestion => ({
  like: ['DE', 'FR'],
  customers: 1000,
  shrinkage: 0.3,
  concurrency: {},
  handle: {},
  words,
  ...changes,
})
const refused = async (changes: Partial<NextMarketQuestion>) =>
  (findNextMarket(await read(), ask(changes)) as NoFindings).refused

test('demand for each 1,000 customers by whole months, against those who had joined by then', async () => {
  const [calls] = (findNextMarket(await read(), ask()) as NextMarket).queues
  const month = 365.25 / 12
  expect(calls!.like).toEqual([
    { market: 'DE', months: 3, customers: 200, rate: expect.closeTo(50 * month, 6), handle_seconds: 180 },
    { market: 'FR', months: 3, customers: 100, rate: expect.closeTo((160 / 3) * month, 6), handle_seconds: 180 },
  ])
  const middle = ((50 + 160 / 3) / 2) * month
  expect(calls!.rate.value).toBeCloseTo(middle, 6)
  expect(calls!.rate.low).toBeLessThan(50 * month)
  expect(calls!.rate.high).toBeGreaterThan(60 * month)
  expect(calls!.contacts_a_week.value).toBeCloseTo((middle * 7) / month, 6)
})

test('the shape of their week, opening hours and languages make the agents', async () => {
  const [calls] = (findNextMarket(await read(), ask()) as NextMarket).queues
  expect(calls!.hours.map((each) => each.hour)).toEqual(new Array(7).fill([9, 10]).flat())
  const monday = calls!.hours[0]!
  expect(monday.agents).toBe(staffHour(monday.contacts, 180, { share: 0.8, within: 20 }, 1)!.agents)
  const open = (findNextMarket(await read(), ask({ hours: { from: 9, to: 10 } })) as NextMarket).queues[0]!
  expect(open.hours).toHaveLength(7)
  expect(open.outside).toBeCloseTo(1 - (0.5 + (0.6 * 4 + 0.5 * 1) / 5) / 2, 1)
  expect(open.hours.reduce((sum, each) => sum + each.contacts, 0)).toBeCloseTo(open.contacts_a_week.value, 6)
  const two = [
    { language: 'de', share: 0.6 },
    { language: 'fr', share: 0.4 },
  ]
  const split = (findNextMarket(await read(), ask({ languages: two })) as NextMarket).queues[0]!
  expect(split.agent_hours.value).toBeGreaterThan(calls!.agent_hours.value)
  expect(calls!.service_level).toBeGreaterThanOrEqual(0.8)
  expect(calls!.service_level_high).toBeLessThan(calls!.service_level)
})

test('refused under a minimum of history, with what is missing', async () => {
  expect(await refused({ like: ['DE', 'XX'] })).toBe(
    'What the next market takes cannot be told: of XX no customer is known. There are DE, FR, IT.',
  )
  expect(await refused({ like: ['DE'] })).toContain('it takes 2 markets')
  expect(await refused({ like: ['DE', 'DE'] })).toContain('it takes 2 markets')
  expect(await refused({ like: ['DE', 'IT'] })).toContain(
    '3 whole months in which it had 50 customers or more; IT has 0',
  )
  const bare = await read(new Set([...present].filter((each) => each !== 'customers.market')))
  expect(findNextMarket(bare, ask())).toMatchObject({ missing: ['customers.market'] })
})

test('without the day on which customers joined, it says against whom contacts are held', async () => {
  const undated = await read(new Set([...present].filter((each) => each !== 'customers.joined_on')))
  const found = findNextMarket(undated, ask()) as NextMarket
  expect(found.queues[0]!.like[0]!.customers).toBe(1000)
  expect(found.assumptions.join(' ')).toContain("held against today's customers")
})
