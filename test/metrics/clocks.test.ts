import { afterAll, beforeAll, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { clocks } from '../../src/flow/derive/clocks.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { MetricCell } from '../../src/metrics/frame.ts'
import type { Query } from '../../src/metrics/query.ts'
import { readRows } from '../../src/metrics/rows.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { sql } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from './fixture.ts'

let store: Store
let context: MetricContext

/** 400 cases over 200 days, each new, pending and solved at known moments; the source stored a wait for every second one. */
beforeAll(async () => {
  store = await emptyModel()
  await fill(
    store,
    'cases',
    `SELECT 's:' || i AS id, 's' AS source, CASE WHEN i % 4 = 0 THEN 'chat' ELSE 'email' END AS channel, 'solved' AS status,
      TIMESTAMP '2026-01-01 06:00:00' + to_hours(CAST(i * 12 AS INTEGER)) AS created_at, CAST(created_at AS DATE) AS created_on,
      created_at + to_minutes(CAST(i AS INTEGER)) AS first_response_at FROM range(400) t(i)`,
  )
  await fill(
    store,
    'case_events',
    `SELECT c.id AS "case", s AS seq, c.created_at + to_minutes(CAST(s * (10 + s) AS INTEGER)) AS "at", 'status' AS activity,
      ['pending', 'open', 'solved'][s] AS to_value FROM cx.cases c, range(1, 4) t(s) WHERE c.id NOT LIKE '%7'`,
  )
  await fill(
    store,
    'case_durations',
    `SELECT id || '/stored' AS id, id AS "case", 'requester_wait' AS metric, 'calendar' AS clock, 999 AS seconds, 'stored' AS origin
      FROM cx.cases WHERE CAST(substr(id, 3) AS INTEGER) % 2 = 1`,
  )
  const settings = settingsSchema.parse({
    sources: [{ id: 's', files: 'x.csv' }],
    schedules: [{ name: 'mail', hours: { 'mon-sun': '06:00-08:00' }, for: { channel: 'email' } }],
  })
  await clocks.run({ store, settings, directory: null, newest: async () => null })
  context = await contextOf(store, { asOf: '2026-07-31 00:00:00' })
})
afterAll(() => store.close())

async function cell(metric: string, query: Partial<Query> = {}): Promise<MetricCell> {
  const frame = await runQuery({ metrics: [metric], ...query }, context)
  return frame.rows[0]?.[metric] as MetricCell
}

test('a computed wait counts where there is one, else the stored', async () => {
  // Cases that end in 7 have no changes; all of those are odd and stored. New 11 min and open 24 to 39 min: 26 min.
  const computed = 11 * 60 + 15 * 60
  expect(await cell('requester_wait_time')).toMatchObject({ n: 400, value: (360 * computed + 40 * 999) / 400 })
  expect(await cell('requester_wait_time:stored')).toMatchObject({ n: 200, value: 999 })
  expect(await cell('agent_wait_time')).toMatchObject({ n: 360, value: 13 * 60 })
  expect(await cell('on_hold_time')).toMatchObject({ n: 360, value: 0 })
  expect((await cell('next_reply_time')).value).toBeNull()
})

test('open time is known for cases with a schedule alone', async () => {
  const [plain] =
    await store.rows(sql`SELECT avg(epoch(least(greatest(first_response_at, created_on + TIME '06:00'), created_on + TIME '08:00'))
    - epoch(least(greatest(created_at, created_on + TIME '06:00'), created_on + TIME '08:00'))) AS value, count(*) AS n FROM cx.cases
    WHERE channel = 'email'`)
  expect(Number(plain?.n)).toBe(300)
  expect(await cell('first_reply_time:business')).toMatchObject({
    n: 300,
    value: expect.closeTo(Number(plain?.value), 6),
  })
  const frame = await runQuery({ metrics: ['first_reply_time:business'], by: ['channel'] }, context)
  expect(frame.rows.map((row) => row.channel)).toEqual(['email'])
})

test('a duration stands in the period of its case', async () => {
  const frame = await runQuery({ metrics: ['agent_wait_time'], grain: 'month' }, context)
  const plain = await store.rows(
    sql`SELECT CAST(date_trunc('month', created_on) AS VARCHAR) AS month, count(*) AS n FROM cx.cases WHERE id NOT LIKE '%7' GROUP BY 1 ORDER BY 1`,
  )
  expect(frame.notes).toEqual([])
  expect(frame.rows.map((row) => (row.agent_wait_time as MetricCell).n)).toEqual(plain.map(({ n }) => n))
  const range = { from: '2026-02-01', to: '2026-02-28' }
  expect(await cell('agent_wait_time', { range })).toMatchObject({ n: plain[1]?.n })
  const rows = await readRows(
    { table: 'case_durations', range, metric: { id: 'agent_wait_time', part: 'population' }, limit: 1 },
    context,
  )
  expect(rows.total).toBe(plain[1]?.n)
  expect(frame.metrics.agent_wait_time?.time_basis).toBe('cases.created_at')
})
