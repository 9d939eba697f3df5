import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { MetricCell, Verdict } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { raw } from '../../src/sql/sql.ts'
import { kruskalWallis, rankSums } from '../../src/stats/kruskal-wallis.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from './fixture.ts'

let store: Store
let context: MetricContext
beforeAll(async () => {
  store = await emptyModel()
  // Chat is one point better and answered more often; email is the same as call; sms is too small to tell; half have no priority.
  await fill(
    store,
    'cases',
    `SELECT 's:' || i AS id, 's' AS source, CASE WHEN i % 100 = 0 THEN 'sms' WHEN i % 3 = 0 THEN 'chat' WHEN i % 3 = 1 THEN 'email' ELSE 'call' END AS channel, 't' || i % 40 AS type,
      CASE WHEN hash(i, 7) % 2 = 0 THEN 'low' WHEN hash('p' || i) % 3 = 0 THEN 'high' END AS priority, 'closed' AS status,
      CASE WHEN i % 3 = 0 OR hash(i, 9) % 2 = 0 THEN TIMESTAMP '2024-01-01' END AS first_response_at FROM range(1200) t(i)`,
  )
  await fill(
    store,
    'surveys',
    `SELECT id, 's' AS source, 'csat' AS kind, id AS "case", CASE WHEN channel = 'chat' THEN 2 + hash(id) % 4 ELSE 1 + hash(id) % 4 END AS score, 1 AS scale_min, 5 AS scale_max FROM cx.cases`,
  )
  context = await contextOf(store)
})
afterAll(() => store?.close())

async function verdict(metric: string, by: string): Promise<Verdict> {
  return (await runQuery({ metrics: [metric], by: [by] }, context)).verdicts[0]!
}

describe('a planted difference', () => {
  test('of means is found, and the small group is left out and said', async () => {
    const found = await verdict('csat_mean', 'channel')
    expect(found).toMatchObject({ real: true, test: 'kruskal-wallis', df: 2 })
    expect(found.sentence).toMatch(
      /^Real: channels differ, from Chat \(3\.\d+\) to (E-mail|Phone) \(2\.\d+\) .* 1 group has fewer than 30 and is left out\.$/,
    )
  })

  test('of means has the statistic of the ranks counted by hand', async () => {
    const rows = await store.rows(
      raw(
        `SELECT channel AS g, score AS v, count(*) AS c FROM cx.surveys s JOIN cx.cases c ON c.id = s."case" WHERE channel <> 'sms' GROUP BY ALL`,
      ),
    )
    const byHand = kruskalWallis(
      rankSums(rows.map((row) => ({ group: String(row.g), value: Number(row.v), count: Number(row.c) }))),
    )
    expect((await verdict('csat_mean', 'channel')).statistic).toBeCloseTo(byHand?.statistic ?? 0, 9)
  })

  test('of shares is found', async () => {
    expect(await verdict('reply_rate', 'channel')).toMatchObject({ real: true, test: 'chi-square', df: 2 })
  })

  test('of numbers is found, small groups included', async () => {
    expect(await verdict('cases', 'channel')).toMatchObject({ real: true, test: 'chi-square-even', df: 3, n_min: 12 })
  })
})

test('of means by two dimensions is said without a first and a last: each cell is too small for a place', async () => {
  const { verdicts, rows } = await runQuery({ metrics: ['csat_mean'], by: ['channel', 'type'] }, context)
  for (const row of rows) expect((row.csat_mean as MetricCell).n).toBeLessThan(30)
  expect(verdicts.find(({ by }) => by === 'channel')?.real).toBe(true)
  expect(verdicts.find(({ by }) => by === 'channel')?.sentence).toMatch(
    /^Real: channels differ \(Kruskal-Wallis p < 0\.001, q < 0\.001\)\./,
  )
  expect(verdicts.find(({ by }) => by === 'type')?.sentence).toMatch(/^No evidence of a difference between types/)
})

test('where there is none, it says so; rows without a value take no part', async () => {
  const found = await verdict('csat_mean', 'priority')
  expect(found.real).toBe(false)
  expect(found.n).toBeLessThan(1200)
  expect(found.sentence).toContain('No evidence of a difference between priorities')
})

test('too few is its own answer', async () => {
  const few = await runQuery(
    { metrics: ['csat_mean'], by: ['priority'], where: [{ dimension: 'channel', op: 'in', values: ['sms'] }] },
    context,
  )
  expect(few.verdicts[0]).toMatchObject({ real: null, p: null, q: null, test: 'none' })
  expect(few.verdicts[0]?.sentence).toMatch(/^Too few: n = \d+;/)
})

test('a split by what the metric is made of is not tested', async () => {
  expect(await verdict('resolution_rate', 'status')).toMatchObject({ real: null, test: 'none' })
  expect((await verdict('resolution_rate', 'channel')).family.dimensions).not.toContain('status')
})

test('noise is seldom called real: at most three times in twenty shuffles', async () => {
  await store.run(raw(`UPDATE cx.surveys SET score = 1 + hash(id, 11) % 5`))
  let real = 0
  for (let seed = 0; seed < 20; seed++) {
    await store.run(raw(`UPDATE cx.surveys SET score = 1 + hash(id, ${seed}) % 5`))
    const fresh: MetricContext = { ...context, version: { ...context.version, id: `v${seed}` } }
    const frame = await runQuery({ metrics: ['csat_mean'], by: ['channel'] }, fresh)
    if (frame.verdicts[0]?.real) real++
  }
  expect(real).toBeLessThanOrEqual(3)
})
