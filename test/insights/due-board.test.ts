import { afterAll, beforeAll, expect, test } from 'vitest'
import { secondsOf } from '../../src/calendar.ts'
import { addUp, type DueBoard, type DueRisks, readDueBoard, readDueRisks } from '../../src/insights/due-board.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { MetricCell } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

const asOf = '2024-03-10T12:00:00Z'
let store: Store
let context: MetricContext

const hour = 3600
/** Hours ago, status, hours until the first answer, promised hours of answer and solution, market, agent. */
const cases: [string, number, string, number | null, number | null, number | null, string, string | null][] = [
  // Over: no answer for five hours where four were promised, although a day is left for the solution.
  ['late', 5, 'open', null, 4, 24, 'DE', 's:ada'],
  // Answered too late: that is done, the solution is due next.
  ['answered', 20, 'pending', 6, 4, 24, 'DE', 's:ada'],
  // The answer is due in half an hour.
  ['soon', 3.5, 'new', null, 4, 24, 'FR', 's:bob'],
  ['exactly', 24, 'open', 1, 4, 24, 'FR', 's:bob'],
  ['later', 1, 'open', null, null, 48, 'FR', null],
  ['oldest', 300, 'hold', 1, 4, 24, 'DE', 's:bob'],
  // Nothing to be kept, or nothing that is open.
  ['unpromised', 50, 'open', null, null, null, 'DE', 's:ada'],
  ['closed', 50, 'closed', 1, 4, 24, 'DE', 's:ada'],
  ['deleted', 50, 'deleted', null, 4, 24, 'DE', 's:ada'],
  ['tomorrow', -1, 'open', null, 4, 24, 'DE', 's:ada'],
]

beforeAll(async () => {
  store = await emptyModel()
  const moment = (ago: number) => `TIMESTAMP '2024-03-10 12:00:00' - to_seconds(${ago * hour})`
  const seconds = (hours: number | null) => (hours === null ? 'CAST(NULL AS BIGINT)' : String(hours * hour))
  const rows = cases.map(
    ([id, ago, status, answer, reply, solution, market, agent]) =>
      `('s:${id}', '${id}', 'email', 's:kim', '${status}', '${market}', ${agent ? `'${agent}'` : 'NULL'}, ${moment(ago)},
        ${answer === null ? 'CAST(NULL AS TIMESTAMP)' : moment(ago - answer)}, ${status === 'closed' ? moment(ago - 2) : 'NULL'}, ${seconds(reply)}, ${seconds(solution)})`,
  )
  await fill(
    store,
    'cases',
    `SELECT * FROM (VALUES ${rows.join(',')}) t(id, source_key, channel, customer, status, market, agent, created_at, first_response_at, solved_at,
      first_reply_target_seconds, resolution_target_seconds)`,
  )
  await fill(store, 'customers', `SELECT 's:kim' AS id, 'Kim <b>' AS name`)
  await fill(
    store,
    'sla_targets',
    `SELECT * FROM (VALUES ('1', 1, 'first_reply', 'DE', 14400, 'calendar', 'German desk'), ('2', 2, 'first_reply', NULL, 14400, 'calendar', 'Handbook'),
      ('3', 3, 'resolution', NULL, 86400, 'calendar', 'Contract')) t(id, record, metric, market, seconds, clock, origin)`,
  )
  context = await contextOf(store, { asOf })
})
afterAll(() => store.close())

const board = async (change: object = {}) => (await readDueBoard({ limit: 50, ...change }, context)) as DueBoard
const keys = ({ cases: found }: DueBoard) => found.map(({ values }) => values.source_key)

test('open cases stand by the promise that is missed next, those over first', async () => {
  const found = await board()
  expect(found.cases.map(({ values, promise, left }) => [values.source_key, promise, left / hour])).toEqual([
    ['oldest', 'resolution', -276],
    ['late', 'first_reply', -1],
    ['exactly', 'resolution', 0],
    ['soon', 'first_reply', 0.5],
    ['answered', 'resolution', 4],
    ['later', 'resolution', 47],
  ])
  expect(found.counts).toEqual({ over: 3, hour: 1, four: 1, later: 1 })
  expect(found.as_of).toBe(secondsOf(asOf))
  expect(found.cases[1]).toMatchObject({ due: secondsOf('2024-03-10T11:00:00Z'), target: 4 * hour })
  expect(found.unpromised).toEqual([])
})

test('each names the policy from which it has its promise', async () => {
  const found = await board()
  const sources = Object.fromEntries(found.cases.map(({ values, source }) => [values.source_key, source]))
  // Nobody promises two days: that target has no policy here.
  expect(sources).toEqual({
    oldest: 'Contract',
    late: 'German desk',
    exactly: 'Contract',
    soon: 'Handbook',
    answered: 'Contract',
    later: null,
  })
})

test('a state, a filter and a page narrow the list; the counts stay those of the filter', async () => {
  expect(keys(await board({ state: 'over' }))).toEqual(['oldest', 'late', 'exactly'])
  const page = await board({ limit: 2, offset: 2 })
  expect(keys(page)).toEqual(['exactly', 'soon'])
  expect(page.counts.over).toBe(3)
  const french = await board({ where: [{ dimension: 'market', op: 'in', values: ['FR'] }], state: 'later' })
  expect(keys(french)).toEqual(['later'])
  expect(french.counts).toEqual({ over: 1, hour: 1, four: 0, later: 1 })
  const none = await board({ state: 'four', where: [{ dimension: 'market', op: 'in', values: ['FR'] }] })
  expect([none.cases, none.counts.over]).toEqual([[], 1])
})

test('those that are not over, and were not answered late, are the promises still running of the metric', async () => {
  const frame = await runQuery({ metrics: ['sla_active'] }, context)
  const running = (await board()).cases.filter(({ left, values }) => left > 0 && values.source_key !== 'answered')
  // A case that begins tomorrow runs for the metric, and is not open yet for the board.
  expect(running.length + 1).toBe((frame.rows[0]!.sla_active as MetricCell).value)
})

test('an earlier now moves what is over, and knows no case that began later', async () => {
  const before = await board({ as_of: '2024-03-10T10:59:59Z' })
  expect(before.cases.find(({ values }) => values.source_key === 'late')?.left).toBe(1)
  expect(keys(before)).not.toContain('later')
})

test('agents and markets have as many cases as the board', async () => {
  const risks = (await readDueRisks({}, context)) as DueRisks
  expect(risks.market).toEqual([
    { value: 'DE', label: 'DE', counts: { over: 2, hour: 0, four: 1, later: 0 } },
    { value: 'FR', label: 'FR', counts: { over: 1, hour: 1, four: 0, later: 1 } },
  ])
  expect(risks.agent?.map(({ value, counts }) => [value, counts.over])).toEqual([
    ['s:bob', 2],
    ['s:ada', 1],
    [null, 0],
  ])
})

test('groups of several rows are added up, those without a value kept', () => {
  const row = (market: string | null, over: number) => ({ market, n_over: over, n_hour: 0, n_four: 0, n_later: 0 })
  const groups = addUp([row('DE', 1), row(null, 5), row('DE', 2)], 'market')
  expect(groups.map(({ value, counts }) => [value, counts.over])).toEqual([
    [null, 5],
    ['DE', 3],
  ])
})

test('without first answers in the data nobody is late with one; without a beginning there is no board', async () => {
  const without = (...fields: string[]) => ({
    ...context,
    version: {
      ...context.version,
      present: new Set([...context.version.present].filter((each) => !fields.includes(each))),
    },
  })
  const found = (await readDueBoard({ limit: 50 }, without('cases.first_response_at'))) as DueBoard
  expect(found.cases.every(({ promise }) => promise === 'resolution')).toBe(true)
  expect(found.unpromised).toEqual([{ promise: 'first_reply', missing: ['cases.first_response_at'] }])
  const policy = (await readDueBoard({ limit: 50 }, without('cases.resolution_target_seconds'))) as DueBoard
  expect(policy.unpromised).toEqual([{ promise: 'resolution', missing: [] }])
  expect(await readDueBoard({ limit: 50 }, without('cases.created_at'))).toEqual({ missing: ['cases.created_at'] })
  const { as_of: _now, ...version } = context.version
  expect(await readDueRisks({}, { ...context, version: { ...version, as_of: null } })).toHaveProperty('missing')
})
