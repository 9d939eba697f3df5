import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { containment } from '../../src/flow/derive/containment.ts'
import { type Containment, findContainment, readContainment } from '../../src/insights/containment.ts'
import {
  type Deflection,
  findDeflection,
  findNamedDeflection,
  readDeflection,
  readTopicMonths,
  type TopicMonth,
} from '../../src/insights/deflection.ts'
import type { MetricCell } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { raw } from '../../src/sql/sql.ts'
import { uniformDraws } from '../../src/stats/uniform-draws.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'
import { wordsOf } from '../pages/fixtures.ts'

const topic = {
  id: 'password-reset',
  terms: ['password', 'reset'],
  words: [{ stem: 'password', weight: 3 }],
  stability: 1,
}
const other = { id: 'parcel-late', terms: ['parcel'], words: [{ stem: 'parcel', weight: 3 }], stability: 1 }
const words = await wordsOf('en')

const random = uniformDraws(31)
/** Roughly Poisson. */
const drawn = (mean: number) =>
  Math.max(0, Math.round(mean + Math.sqrt(mean) * (random() + random() + random() - 1.5) * 2))

function months(effect: number, drift = 0): TopicMonth[] {
  return Array.from({ length: 14 }, (_, at) => {
    const customers = 1 + at * 0.1
    const own = 200 * customers * (at >= 8 ? effect : 1) * (1 + drift * at)
    return {
      month: `${at < 12 ? 2025 : 2026}-${String((at % 12) + 1).padStart(2, '0')}-01`,
      topic: drawn(own),
      others: drawn(900 * customers),
    }
  })
}

const find = (list: TopicMonth[]) => findDeflection(list, topic, '2025-09-01', words) as Deflection

describe('deflection', () => {
  test('three in ten fewer are found, whatever the number of customers does, with an interval that covers it', () => {
    let covered = 0
    for (let round = 0; round < 60; round++) {
      const { factor } = find(months(0.7))
      expect(factor.real || factor.p < 0.05).toBe(true)
      if (factor.low <= 0.7 && factor.high >= 0.7) covered += 1
    }
    expect(covered).toBeGreaterThanOrEqual(53)
  })

  test('without a change hardly any is told', () => {
    let told = 0
    for (let round = 0; round < 100; round++) if (find(months(1)).factor.real) told += 1
    expect(told).toBeLessThanOrEqual(11)
  })

  test('a topic that went its own way before is not told', () => {
    const found = find(months(1, 0.12))
    expect(found.factor.real).toBe(false)
    expect(found.sentence).toContain('had moved apart before')
  })

  test('too few months, or cases, are refused', () => {
    expect(findDeflection(months(1).slice(6), topic, '2025-09-01', words)).toMatchObject({
      refused: expect.stringContaining('there are 2 before and 6 after'),
    })
    const few = months(1).map((each) => ({ ...each, topic: 1 }))
    expect(findDeflection(few, topic, '2025-09-01', words)).toMatchObject({
      refused: expect.stringContaining('fewer than 5'),
    })
  })
})

describe('from the store', () => {
  let store: Store
  beforeAll(async () => {
    store = await emptyModel()
    await fill(
      store,
      'cases',
      `SELECT 'c' || i AS id, CASE WHEN i % 3 = 0 THEN 'my password is lost' ELSE 'the parcel is lost' END AS description, 'p' || i AS customer,
        CASE WHEN i % 10 = 9 THEN 'open' ELSE 'closed' END AS status, DATE '2026-01-10' + to_days(i) AS created_at,
        CAST(DATE '2026-01-10' + to_days(i) AS DATE) AS created_on, DATE '2026-01-11' + to_days(i) AS closed_at,
        CASE WHEN i % 10 = 1 THEN DATE '2026-01-14' + to_days(i) WHEN i % 10 = 2 THEN DATE '2026-01-25' + to_days(i) END AS next_case_at
      FROM (SELECT CAST(i AS INTEGER) AS i FROM range(100) AS n(i)) AS numbers`,
    )
    await fill(
      store,
      'case_events',
      `SELECT 'e' || i AS id, 'c' || i AS "case", 'bot' AS actor_kind, TIMESTAMP '2026-01-10' AS "at" FROM range(80) AS n(i)
      UNION ALL SELECT 'a' || i, 'c' || i, 'agent', TIMESTAMP '2026-01-10' FROM range(100) AS n(i) WHERE i % 10 = 0`,
    )
    await containment.run({
      store,
      settings: settingsSchema.parse({ sources: [{ id: 'a', files: 'a' }] }),
      directory: null,
      newest: async () => null,
    })
  })
  afterAll(() => store.close())

  test('whole months only, a case a day of which every third is of the topic', async () => {
    const context = await contextOf(store, { asOf: '2026-04-20T00:00:00Z' })
    const read = await readTopicMonths([topic, other], 'password-reset', { of: 'cases' }, context)
    expect(read.map(({ month, topic: own, others }) => [month, own + others])).toEqual([
      ['2026-02-01', 28],
      ['2026-03-01', 31],
    ])
    expect(read[0]!.topic).toBeGreaterThanOrEqual(9)
  })

  test('a topic is meant by its id or by one of its words; where there is none, those there are get told', async () => {
    const context = await contextOf(store, { asOf: '2026-04-20T00:00:00Z' })
    for (const asked of ['password-reset', 'Reset']) {
      const read = await readDeflection(asked, [other, topic], context)
      expect(read.topic?.id).toBe('password-reset')
      expect(read.months).toHaveLength(2)
    }
    const none = await readDeflection('invoice', [other, topic], context)
    expect(findNamedDeflection(none, { topic: 'invoice', since: '2026-03-01' }, words)).toMatchObject({
      refused: expect.stringContaining('Topics are: parcel-late, password-reset.'),
    })
  })

  test('containment: no agent, closed, and not back within seven days; only what is old enough', async () => {
    const context = await contextOf(store, { asOf: '2026-04-20T00:00:00Z' })
    const found = findContainment(await readContainment(context), context.words) as Containment
    // Of each ten: one had an agent, one came back after three days, one is open.
    expect(found).toMatchObject({ conversations: 80, mature: 80, contained: 56, rate: 0.7 })
    const early = await contextOf(store, { asOf: '2026-02-06T00:00:00Z' })
    expect(await readContainment(early)).toMatchObject({ conversations: 80, mature: 20 })
  })

  test('the metric and the insight give one number, of the same cases', async () => {
    for (const asOf of ['2026-04-20T00:00:00Z', '2026-02-06T00:00:00Z']) {
      const context = await contextOf(store, { asOf })
      const found = findContainment(await readContainment(context), context.words) as Containment
      const frame = await runQuery({ metrics: ['containment_rate'] }, context)
      const cell = frame.rows[0]!.containment_rate as MetricCell
      expect(cell).toMatchObject({ value: found.rate, n: found.mature, low: found.low, high: found.high })
    }
    const [row] = await store.rows(raw('SELECT count(is_contained) AS told, count(*) AS n FROM cx.cases'))
    expect(row).toMatchObject({ told: 80, n: 100 })
  })

  test('without actors it is refused with the fields', async () => {
    const own = await contextOf(store)
    const context = { ...own, version: { ...own.version, as_of: '2026-04-20T00:00:00Z', present: new Set<string>() } }
    expect(findContainment(await readContainment(context), context.words)).toMatchObject({
      missing: expect.arrayContaining(['case_events.actor_kind']),
    })
    const before = new Set([...own.version.present].filter((field) => field !== 'cases.is_contained'))
    const unread = { ...own, version: { ...own.version, as_of: '2026-04-20T00:00:00Z', present: before } }
    expect(findContainment(await readContainment(unread), context.words)).toMatchObject({
      refused: expect.stringContaining('never “bot”'),
    })
  })
})
