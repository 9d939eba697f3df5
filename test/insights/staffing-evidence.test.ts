import { afterAll, beforeAll, expect, test } from 'vitest'
import { type QueueEvidence, readStaffing, type StaffingScope } from '../../src/insights/staffing-evidence.ts'
import type { Store } from '../../src/store/store.ts'
import { emptyModel, fill } from '../metrics/fixture.ts'

/** 37 days from a Monday on, so 35 whole ones: each day `day % 3` calls at 10 and one at 14, and a chat every second day. */
let store: Store
const columns = [
  'channel',
  'started_at',
  'agent',
  'market',
  'reason',
  'case',
  'target_seconds',
  'is_answered',
  'is_abandoned',
]
const seconds = [
  'wait_seconds',
  'talk_seconds',
  'hold_seconds',
  'wrapup_seconds',
  'responded_at',
  'ended_at',
  'direction',
]
const present = new Set([...[...columns, ...seconds].map((each) => `touchpoints.${each}`), 'cases.priority'])

beforeAll(async () => {
  store = await emptyModel()
  await fill(
    store,
    'cases',
    `SELECT 'k' || i AS id, CASE WHEN i % 5 = 0 THEN 'critical' ELSE 'low' END AS priority FROM range(40) AS numbers(i)`,
  )
  const at = (hour: number) => `TIMESTAMP '2026-01-05' + to_days(CAST(d AS INTEGER)) + to_hours(${hour})`
  const days = 'range(37) AS days(d)'
  const row = (hour: number, more: string) =>
    `${at(hour)} AS started_at, CAST(${at(hour)} AS DATE) AS started_on, ${hour} AS started_hour, ${more}`
  // The second call of an hour waits 40 s and the third is given up.
  const call = `'call' AS channel, 'inbound' AS direction, 'DE' AS market, 20 AS target_seconds, NOT given AS is_answered, given AS is_abandoned,
    wait_seconds, CASE WHEN NOT given THEN 200 END AS talk_seconds, CASE WHEN NOT given AND n = 1 THEN 60 END AS hold_seconds,
    CASE WHEN NOT given THEN 30 END AS wrapup_seconds, CASE WHEN NOT given THEN 'a' || n END AS agent, 'k' || d AS "case"`
  const shape = `SELECT *, n = 3 AS given, CASE n WHEN 1 THEN 5 ELSE 40 END AS wait_seconds`
  await fill(
    store,
    'touchpoints',
    `SELECT ${row(10, call)} FROM (${shape} FROM ${days}, range(1, 4) AS ns(n) WHERE n <= d % 3 + (d % 3 = 2)::INT)`,
  )
  await fill(store, 'touchpoints', `SELECT ${row(14, call)} FROM (${shape} FROM ${days}, range(1, 2) AS ns(n))`)
  await fill(store, 'touchpoints', `SELECT ${row(10, "'call' AS channel, 'outbound' AS direction")} FROM ${days}`)
  await fill(store, 'touchpoints', `SELECT ${row(9, "'email' AS channel")} FROM ${days}`)
  const chat = `'chat' AS channel, CASE WHEN d % 4 = 0 THEN 'DE' ELSE 'FR' END AS market`
  await fill(store, 'touchpoints', `SELECT ${row(11, chat)} FROM ${days} WHERE d % 2 = 0`)
})
afterAll(() => store.close())

function read(scope: Partial<StaffingScope> = {}, filled: ReadonlySet<string> = present) {
  const version = { id: 'v1', as_of: '2026-02-10T23:00:00Z', zone: 'UTC', present: filled, counts: {} }
  return readStaffing({ store, version, targets: [] }, { byMarket: false, keep: [], ...scope })
}

const cellsAt = (queue: QueueEvidence, hour: number) => queue.cells.filter((each) => each.hour === hour)
const sum = (cells: QueueEvidence['cells'], of: (cell: QueueEvidence['cells'][number]) => number) =>
  cells.reduce((all, each) => all + of(each), 0)

test('inbound calls and chats of whole days: counts, parts, waits and the promise', async () => {
  const { queues } = await read()
  expect(queues.map((each) => each.channel)).toEqual(['call', 'chat'])
  const calls = queues[0]!
  expect([calls.from, calls.to, calls.days]).toEqual(['2026-01-06', '2026-02-09', [5, 5, 5, 5, 5, 5, 5]])
  expect([calls.target, calls.promised]).toEqual([{ share: 0.8, within: 20 }, 'share'])
  // Of the days 1 to 35, twelve have a call at ten, twelve have three, eleven none.
  const ten = cellsAt(calls, 10)
  expect([sum(ten, (each) => each.days), sum(ten, (each) => each.contacts * each.days)]).toEqual([24, 12 + 36])
  expect([sum(ten, (each) => each.judged), sum(ten, (each) => each.within)]).toEqual([48, 24])
  expect(sum(ten, (each) => each.agents)).toBe(12 + 24)
  expect(sum(cellsAt(calls, 14), (each) => each.contacts * each.days)).toBe(35)
  // All days count for how long a call takes: 12 + 12 first and 12 second ones at ten, 37 at two.
  expect(calls.handled).toBe(12 + 2 * 12 + 37)
  expect(calls.parts).toEqual({ talk: 200 * 73, hold: 60 * 61, wrapup: 30 * 73 })
  expect([calls.left, calls.waited]).toEqual([12, 61 * 5 + 24 * 40])
})

test('a channel without a part has none, and its promise is assumed', async () => {
  const chats = (await read()).queues[1]!
  expect(chats.parts).toEqual({ talk: null, hold: null, wrapup: null })
  expect([chats.target, chats.promised]).toEqual([{ share: 0.8, within: 20 }, 'assumed'])
  expect(chats.contacts).toBe(19)
})

test('a queue for each market, or one market alone', async () => {
  const { queues } = await read({ byMarket: true })
  expect(queues.map(({ channel, market }) => [channel, market])).toEqual([
    ['call', 'DE'],
    ['chat', 'DE'],
    ['chat', 'FR'],
  ])
  expect(sum(queues[2]!.cells, (each) => each.contacts * each.days)).toBe(9)
  const unset = await read({ byMarket: true }, new Set([...present].filter((each) => each !== 'touchpoints.market')))
  expect(unset.queues.map(({ channel, market }) => [channel, market])).toEqual([
    ['call', ''],
    ['chat', ''],
  ])
  expect(unset.queues[1]!.cells.length).toBeGreaterThan(0)
  const alone = await read({ market: 'FR' })
  expect(alone.queues.map(({ channel, market, contacts }) => [channel, market, contacts])).toEqual([['chat', null, 9]])
})

test('contacts that may not move, by the priority of their case; what is not known is named', async () => {
  const keep = [{ dimension: 'priority' as const, values: ['critical'] }]
  const { queues, unknown } = await read({ keep })
  expect(unknown).toEqual([])
  // Days 5, 10, ... 35 at two o'clock.
  expect(sum(cellsAt(queues[0]!, 14), (each) => each.kept)).toBe(7)
  expect((await read({ keep }, new Set([...present].filter((each) => each !== 'cases.priority')))).unknown).toEqual([
    'priority',
  ])
})

test('a target that is asked for, and values that are no SQL', async () => {
  const { queues } = await read({ target: { share: 0.9, within: 60 } })
  expect([queues[0]!.target.within, queues[0]!.promised]).toEqual([60, 'asked'])
  expect(sum(cellsAt(queues[0]!, 10), (each) => each.within)).toBe(36)
  expect((await read({ market: "x' OR '1'='1" })).queues).toEqual([])
})

test('columns that nobody fills are not read, and without moments there is nothing', async () => {
  const few = new Set(['touchpoints.channel', 'touchpoints.started_at'])
  const [calls] = (await read({}, few)).queues
  expect([calls!.handled, calls!.knowsAgents, sum(calls!.cells, (each) => each.judged)]).toEqual([0, false, 0])
  expect((await read({}, new Set(['touchpoints.channel']))).queues).toEqual([])
})

test('states of agents are added up; too few hours, or no such source, are none', async () => {
  const filled = new Set([...present, ...['state', 'started_at', 'ended_at'].map((each) => `agent_states.${each}`)])
  const states = (state: string, hours: number) =>
    `SELECT 'a1' AS agent, '${state}' AS state, TIMESTAMP '2026-01-05' AS started_at, TIMESTAMP '2026-01-05' + to_hours(${hours}) AS ended_at`
  await fill(store, 'agent_states', `${states('handling', 60)} UNION ALL ${states('available', 20)}`)
  expect((await read({}, filled)).time).toBeNull()
  await fill(store, 'agent_states', `${states('break', 20)} UNION ALL ${states('offline', 500)}`)
  expect((await read({}, filled)).time).toEqual({
    handling: 60 * 3600,
    available: 20 * 3600,
    break: 20 * 3600,
    agents: 1,
  })
  expect((await read()).time).toBeNull()
})
