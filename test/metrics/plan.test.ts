import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RapportError } from '../../src/errors.ts'
import { compilePlan } from '../../src/metrics/compile.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { MetricCell } from '../../src/metrics/frame.ts'
import { planQuery } from '../../src/metrics/plan.ts'
import type { Query } from '../../src/metrics/query.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import { numbered } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf } from './fixture.ts'
import { syntheticModel } from './synthetic.ts'

let store: Store
let context: MetricContext
beforeAll(async () => {
  store = await syntheticModel(200)
  context = await contextOf(store, { asOf: '2024-06-10T00:00:00Z' })
})
afterAll(() => store?.close())

const compiled = (query: Query): { text: string; values: unknown[] }[] =>
  compilePlan(planQuery(query, context), duckdb).map(numbered)

describe('text of the statement', () => {
  test('one pass for what shares its rows, no join that nobody needs', () => {
    expect(compiled({ metrics: ['cases', 'reply_rate'], by: ['channel', 'product'] })).toMatchInlineSnapshot(`
      [
        {
          "text": "SELECT "cases"."channel" AS "channel",
        "cases"."product" AS "product",
        count(*) AS "cases__n",
        count(CASE WHEN ("cases"."first_response_at" IS NOT NULL) THEN 1 END) AS "reply_rate__numerator",
        count(*) AS "reply_rate__denominator"
      FROM "cx"."cases" AS "cases"
      WHERE (("cases"."status" IS NULL) OR ("cases"."status" <> 'deleted'))
      GROUP BY "cases"."channel", "cases"."product"
      ORDER BY "cases__n" DESC NULLS LAST, "channel", "product"
      LIMIT 10001",
          "values": [],
        },
      ]
    `)
  })

  test('links are joined one row to one row; what a request says is a parameter', () => {
    const query: Query = {
      metrics: ['nps'],
      by: ['region'],
      where: [{ dimension: 'category', op: 'not_in', values: ["it's"] }],
      range: { from: '2024-01-01', to: '2024-01-31' },
    }
    expect(compiled(query)).toMatchInlineSnapshot(`
      [
        {
          "text": "SELECT "customer"."region" AS "region",
        count(CASE WHEN ("surveys"."score" >= 9) THEN 100 WHEN ("surveys"."score" <= 6) THEN (- 100) ELSE 0 END) AS "nps__n",
        CAST(sum(CASE WHEN ("surveys"."score" >= 9) THEN 100 WHEN ("surveys"."score" <= 6) THEN (- 100) ELSE 0 END) AS DOUBLE) AS "nps__sum",
        var_samp(CASE WHEN ("surveys"."score" >= 9) THEN 100 WHEN ("surveys"."score" <= 6) THEN (- 100) ELSE 0 END) AS "nps__variance"
      FROM "cx"."surveys" AS "surveys"
      LEFT JOIN "cx"."customers" AS "customer" ON "customer"."id" = "surveys"."customer"
      LEFT JOIN "cx"."cases" AS "case" ON "case"."id" = "surveys"."case"
      LEFT JOIN "cx"."products" AS "case_product" ON "case_product"."id" = "case"."product"
      WHERE ((((("surveys"."kind" = 'nps') AND ("surveys"."score" BETWEEN 0 AND 10)) AND (coalesce("surveys"."scale_min", 0) = 0)) AND (coalesce("surveys"."scale_max", 10) = 10)) AND (coalesce("surveys"."polarity", 'higher_is_better') = 'higher_is_better'))
        AND "surveys"."responded_on" >= CAST($1 AS DATE)
        AND "surveys"."responded_on" <= CAST($2 AS DATE)
        AND ("case_product"."category" IS NULL OR "case_product"."category" NOT IN ($3))
      GROUP BY "customer"."region"
      ORDER BY "nps__n" DESC NULLS LAST, "region"
      LIMIT 10001",
          "values": [
            "2024-01-01",
            "2024-01-31",
            "it's",
          ],
        },
      ]
    `)
  })

  test('weeks from Sunday and years from April', () => {
    const house = { ...context, version: { ...context.version, calendar: { weekStart: 7, fiscalStart: 4 } } }
    const text = (grain: Query['grain']): string =>
      numbered(compilePlan(planQuery({ metrics: ['cases'], grain }, house), duckdb)[0]!).text
    expect(text('week')).toContain(
      `date_trunc('week', CAST("cases"."created_on" + to_days(CAST(-6 AS INTEGER)) AS DATE))`,
    )
    expect(text('year')).toContain('to_months(CAST(-3 AS INTEGER))')
  })

  test('what is shown has its values written in', async () => {
    const frame = await runQuery(
      { metrics: ['cases'], where: [{ dimension: 'priority', op: 'in', values: ['low'] }] },
      context,
    )
    expect(frame.metrics.cases?.sql).toContain(`IN ('low')`)
  })
})

describe('a query that cannot be read', () => {
  const problemsOf = async (query: Query): Promise<string[]> => {
    try {
      await runQuery(query, context)
      return []
    } catch (error) {
      expect(error).toBeInstanceOf(RapportError)
      const { problems, exitCode } = error as RapportError
      expect(exitCode).toBe(2)
      return problems.map(({ code, fix }) => `${code}: ${fix}`)
    }
  }

  test.each<[Query, string[]]>([
    [
      { metrics: ['cses'], by: ['chanel'] },
      ['metric-unknown: Did you mean cases or ces?', 'dimension-unknown: Did you mean channel?'],
    ],
    [{ metrics: [] }, ['metric-missing: Name at least one, such as cases.']],
    [
      { metrics: ['cases'], where: [{ dimension: 'channel', op: 'in', values: ['e-mail'] }] },
      ['value-unknown: Did you mean email?'],
    ],
    [
      { metrics: ['cases'], where: [{ dimension: 'product', op: 'in', values: ['Product 1'] }] },
      ['value-unknown: Did you mean s:p1?'],
    ],
    [
      { metrics: ['cases'], where: [{ dimension: 'channel', op: 'in', values: [] }] },
      ['condition-incomplete: Give at least one value.'],
    ],
    [
      { metrics: ['cases'], where: [{ dimension: 'hour', op: 'between', values: ['morning', 12] }] },
      ['value-unreadable: Write a number, such as 12.'],
    ],
    [{ metrics: ['cases'], range: { from: '2024-02-30' } }, ['day-unreadable: Write YYYY-MM-DD, such as 2024-05-31.']],
    [{ metrics: ['cases'], range: { from: '2024-02-03', to: '2024-02-01' } }, ['range-reversed: Swap the two days.']],
    [{ metrics: ['cases'], compare: 'previous' }, ['compare-without-range: Give a range (from) or a grain.']],
    [{ metrics: ['cases'], as_of: 'soon' }, ['as-of-unreadable: Write an ISO instant, such as 2024-05-31T18:00:00Z.']],
    [{ metrics: ['cases'], order: { by: 'reply_rate' } }, ['order-unknown: Use one of: cases, period.']],
    [{ metrics: ['cases'], limit: 0 }, ['limit-unreadable: Give a whole number from 1.']],
    [
      { metrics: ['cases'], grain: 'fortnight' as 'week' },
      ['grain-unknown: Use one of: day, week, month, quarter, year.'],
    ],
    [
      { metrics: ['cases'], where: [{ dimension: 'channel', op: 'like' as 'in', values: ['x'] }] },
      ['condition-unknown: Use in, not_in, between, is_null or not_null.'],
    ],
  ])('%j', async (query, expected) => {
    expect(await problemsOf(query)).toEqual(expected)
  })

  test('values of a request never become SQL', async () => {
    for (const value of [`x') OR TRUE --`, `'; DROP TABLE cx.cases; --`])
      expect(
        (await problemsOf({ metrics: ['cases'], where: [{ dimension: 'channel', op: 'in', values: [value] }] }))[0],
      ).toContain('value-unknown')
    expect((await runQuery({ metrics: ['cases'] }, context)).rows).toHaveLength(1)
  })

  test('a word of the vocabulary that does not occur is a note, not a fault', async () => {
    const frame = await runQuery(
      { metrics: ['cases'], where: [{ dimension: 'channel', op: 'in', values: ['sms'] }] },
      context,
    )
    expect(frame.notes.map(({ code }) => code)).toEqual(['value-unknown'])
    expect(frame.rows[0]?.cases).toMatchObject({ value: 0 })
  })
})

describe('order and limit', () => {
  test('size first; ordered dimensions in their own order; without a value last', async () => {
    const channels = (await runQuery({ metrics: ['cases'], by: ['channel'] }, context)).rows
    expect(channels.map((row) => row.channel)).toContain(null)
    const sizes = channels.map((row) => (row.cases as { value: number }).value)
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    const priorities = await runQuery({ metrics: ['cases'], by: ['priority'] }, context)
    expect(priorities.rows.map((row) => row.priority)).toEqual(['low', 'medium', 'critical'])
    const asked = await runQuery(
      { metrics: ['cases'], by: ['priority'], order: { by: 'priority', descending: true }, limit: 2 },
      context,
    )
    expect(asked.rows.map((row) => row.priority)).toEqual(['critical', 'medium'])
  })

  test('a limit does not change what is said about the whole', async () => {
    const whole = await runQuery({ metrics: ['reply_rate'], by: ['channel'] }, context)
    const cut = await runQuery({ metrics: ['reply_rate'], by: ['channel'], limit: 1 }, context)
    expect(cut.rows).toHaveLength(1)
    expect(cut.verdicts).toEqual(whole.verdicts)
  })
})

test('a row carries the target of its own channel, and none where all have the same', async () => {
  const targets = [
    { metric: 'csat_mean', value: 4, source: 'all' },
    { metric: 'csat_mean', value: 3.5, source: 'chat', channel: 'chat' },
  ]
  const held = { ...context, targets }
  const cells = async (query: Query) =>
    (await runQuery(query, held)).rows.map((row) => [row.channel ?? null, (row.csat_mean as MetricCell).target])
  const byChannel = await cells({ metrics: ['csat_mean'], by: ['channel'] })
  expect(byChannel.length).toBeGreaterThan(1)
  for (const [channel, target] of byChannel) expect(target).toBe(channel === 'chat' ? 3.5 : undefined)
  expect(await cells({ metrics: ['csat_mean'] })).toEqual([[null, undefined]])
  expect(
    await cells({ metrics: ['csat_mean'], where: [{ dimension: 'channel', op: 'in', values: ['chat'] }] }),
  ).toEqual([[null, 3.5]])
})

test('a target is held against the interval, the one of the filter before the general one', async () => {
  const targets = [
    { metric: 'csat_mean', value: 4, source: 'general' },
    { metric: 'csat_mean', value: 1, source: 'chat', channel: 'chat' },
  ]
  const held = { ...context, targets }
  expect((await runQuery({ metrics: ['csat_mean'], by: ['priority'] }, held)).metrics.csat_mean?.target).toMatchObject({
    source: 'general',
    met: false,
    excluded: true,
  })
  const chat: Query = { metrics: ['csat_mean'], where: [{ dimension: 'channel', op: 'in', values: ['chat'] }] }
  expect((await runQuery(chat, held)).metrics.csat_mean?.target).toMatchObject({ source: 'chat', met: true })
})
