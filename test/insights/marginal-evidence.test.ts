import { afterAll, beforeAll, expect, test } from 'vitest'
import { readMarginal } from '../../src/insights/marginal-evidence.ts'
import type { Store } from '../../src/store/store.ts'
import { emptyModel, fill } from '../metrics/fixture.ts'

/** Thirty days of two calls at ten in each of two teams; one of them is given up. */
let store: Store
const columns = [
  'channel',
  'started_at',
  'team',
  'market',
  'is_answered',
  'is_abandoned',
  'wait_seconds',
  'talk_seconds',
]
const present = new Set([...columns.map((each) => `touchpoints.${each}`), 'teams.name'])

beforeAll(async () => {
  store = await emptyModel()
  const at = `TIMESTAMP '2026-01-05 10:00:00' + to_days(CAST(d AS INTEGER))`
  await fill(
    store,
    'touchpoints',
    `SELECT 'call' AS channel, ${at} AS started_at, CAST(${at} AS DATE) AS started_on, 10 AS started_hour, 'DE' AS market, 't' || t AS team,
    n = 0 AS is_answered, n = 1 AS is_abandoned, 10 AS wait_seconds, CASE WHEN n = 0 THEN 100 + t END AS talk_seconds
    FROM range(30) AS days(d), range(2) AS ns(n), range(1, 3) AS ts(t)`,
  )
  await fill(store, 'teams', `SELECT 't1' AS id, 'Billing' AS name`)
})
afterAll(() => store.close())

const read = (filled: ReadonlySet<string> = present, market?: string) =>
  readMarginal(
    {
      store,
      targets: [],
      version: { id: 'v1', as_of: '2026-03-01T00:00:00Z', zone: 'UTC', present: filled, counts: {} },
    },
    { market },
  )

test('a queue for each market and each team: whole days, hours of the week, and names where there are any', async () => {
  const { queues, missing } = await read()
  expect(missing).toEqual([])
  expect(queues.map(({ by, group, label, contacts }) => [by, group, label, contacts])).toEqual([
    ['market', 'DE', 'DE', 120],
    ['team', 't1', 'Billing', 60],
    ['team', 't2', 't2', 60],
  ])
  const [market, team] = queues
  expect(market!.days).toHaveLength(28)
  expect(market!.days[0]).toMatchObject({ contacts: 4, judged: 4, within: 2, handled: 2, seconds: 203 })
  expect(team!.hours).toHaveLength(7)
  expect(team!.hours.reduce((sum, each) => sum + each.contacts, 0)).toBe(56)
  expect(team!.parts).toEqual({ talk: 30 * 101, hold: null, wrapup: null })
})

test('what nobody fills is named, and a market is no SQL', async () => {
  expect((await read(new Set(['touchpoints.channel', 'touchpoints.started_at']))).missing).toEqual([
    'touchpoints.market',
    'touchpoints.team',
  ])
  expect((await read(new Set(['touchpoints.channel']))).missing).toEqual(['touchpoints.started_at'])
  expect((await read(present, "x' OR '1'='1")).queues).toEqual([])
})
