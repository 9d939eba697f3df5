import { afterEach, describe, expect, test } from 'vitest'
import { addDays } from '../../src/calendar.ts'
import { findIssueTrends, type IssueTrends, issueTrendsFrom } from '../../src/insights/issue-trends.ts'
import type { IssueCases, IssueCounts, IssueEvidence } from '../../src/insights/issue-trends-evidence.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { binomialQuantile } from '../../src/stats/distributions.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { uniformDraws } from '../../src/stats/uniform-draws.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'
import { wordsOf } from '../pages/fixtures.ts'

const words = await wordsOf('en')

/** A Poisson count by inversion. */
function poisson(mean: number, uniform: () => number): number {
  let [k, p] = [0, Math.exp(-mean)]
  for (let left = uniform() - p; left > 0 && k < 10_000; left -= p) p *= mean / ++k
  return k
}

const monday = '2024-01-01'

/** Values with a count for each week and market; customers are there all the time. */
function evidenceOf(
  weeks: number,
  values: Record<string, Record<string, number[]>>,
  of: 'customers' | 'cases' = 'customers',
): IssueEvidence {
  const markets = [...new Set(Object.values(values).flatMap((each) => Object.keys(each)))]
  const summed = (all: number[][]) =>
    Array.from({ length: weeks }, (_, at) => all.reduce((sum, own) => sum + own[at]!, 0))
  const starts = Array.from({ length: weeks }, (_, at) => addDays(monday, 7 * at))
  const issues = Object.entries(values).map(([value, own]): IssueCounts => {
    const counts = summed(Object.values(own))
    const seen = starts.filter((_, at) => counts[at]! > 0)
    return {
      field: 'reason',
      value,
      label: value,
      first_day: seen[0]!,
      last_day: seen.at(-1)!,
      cases: counts.reduce((sum, each) => sum + each, 0),
      weeks: counts,
      markets: new Map(Object.entries(own)),
    }
  })
  const cases = summed(issues.map((issue) => issue.weeks))
  const marketCases = new Map(
    markets.map((market) => [
      market,
      summed(Object.values(values).flatMap((own) => (own[market] ? [own[market]] : []))),
    ]),
  )
  const level = (each: number) => Array<number>(weeks).fill(each)
  return {
    weeks: starts,
    fields: [{ id: 'reason', label: 'Reason', dimension: 'reason', rare: 0, more: false }],
    issues,
    cases,
    marketCases,
    base:
      of === 'cases'
        ? { of, all: cases, markets: marketCases }
        : { of, all: level(5000), markets: new Map(markets.map((market) => [market, level(1000)])) },
    marketLabels: {},
    casesOf: async () => new Map<string, IssueCases>(),
  }
}

const found = async (evidence: IssueEvidence): Promise<IssueTrends> => {
  const answer = await issueTrendsFrom(evidence, words)
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

/** Twelve values in three markets, uneven and like the week before. */
function noise(seed: number, weeks: number, planted: (value: number, market: string, at: number) => number = () => 1) {
  const [uniform, normal] = [uniformDraws(seed * 101 + 7), normalDraws(seed * 77 + 3)]
  const series = (mean: number, factor: (at: number) => number) => {
    let state = 0.2 * normal()
    return Array.from({ length: weeks }, (_, at) => {
      state = 0.3 * state + Math.sqrt(1 - 0.09) * 0.2 * normal()
      return poisson(mean * factor(at) * Math.exp(state), uniform)
    })
  }
  return Object.fromEntries(
    Array.from({ length: 12 }, (_, value) => [
      `v${value}`,
      Object.fromEntries(
        ['DE', 'ES', 'FR'].map((market) => [market, series(2 + value, (at) => planted(value, market, at))]),
      ),
    ]),
  )
}

describe('trends of issues', () => {
  test.each(['customers', 'cases'] as const)('say nothing of noise, held against %s', async (of) => {
    const runs = 120
    let spoken = 0
    for (let seed = 1; seed <= runs; seed++)
      if ((await found(evidenceOf(78, noise(seed, 78), of))).trends.length > 0) spoken++
    expect(spoken).toBeLessThanOrEqual(binomialQuantile(0.99, runs, 0.05))
  })

  test('a rise planted in one market is found there, with the ratio in its interval and the week within two', async () => {
    const runs = 40
    let [heard, covered, timed] = [0, 0, 0]
    for (let seed = 1; seed <= runs; seed++) {
      const values = noise(seed, 78, (value, market, at) => (value === 5 && market === 'ES' && at >= 50 ? 3 : 1))
      const { trends } = await found(evidenceOf(78, values))
      const trend = trends.find(({ value }) => value === 'v5')
      const market = trend?.markets.find((each) => each.market === 'ES')
      if (!market) continue
      heard++
      expect(trend!.markets).toHaveLength(1)
      expect(trend!.extra).toBeGreaterThan(0)
      if (market.ratio!.low <= 3 && market.ratio!.high >= 3) covered++
      if (market.since && Math.abs((Date.parse(market.since.week) - Date.parse(addDays(monday, 350))) / 864e5) <= 14)
        timed++
    }
    expect(heard).toBeGreaterThanOrEqual(0.8 * runs)
    expect(covered).toBeGreaterThanOrEqual(binomialQuantile(0.01, heard, 0.95))
    expect(timed).toBeGreaterThanOrEqual(0.9 * heard)
  })

  test('where all contacts rise alike, it is said of all of them and of no value', async () => {
    const values = noise(4, 78, (_, __, at) => 1 + at / 40)
    const { trends, whole, basis } = await found(evidenceOf(78, values))
    expect(trends).toEqual([])
    expect(whole!.low).toBeGreaterThan(1.5)
    expect(basis).toContain('All cases together')
  })

  test('what was not there at first is new, and what is no longer there has gone', async () => {
    const values = noise(9, 60, (value, _, at) => (value === 3 ? Number(at >= 30) : value === 4 ? Number(at < 28) : 1))
    const { trends, findings, sentence } = await found(evidenceOf(60, values))
    expect(Object.fromEntries(trends.map(({ value, move }) => [value, move]))).toEqual({ v3: 'new', v4: 'gone' })
    expect(trends.find(({ value }) => value === 'v3')).toMatchObject({ ratio: null, before: 0 })
    expect(findings.map(({ claim }) => claim)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('v3 (reason) is new'),
        expect.stringContaining('v4 (reason) has gone'),
      ]),
    )
    expect(sentence).toContain('1 value rises and 1 falls')
  })

  test('a burst that is over is no trend, and nothing moves by less than a quarter', async () => {
    const burst = noise(11, 78, (value, _, at) => (value === 2 && at >= 38 && at < 41 ? 6 : 1))
    expect((await found(evidenceOf(78, burst))).trends).toEqual([])
    const uniform = uniformDraws(5)
    const counts = (growth: number) => Array.from({ length: 78 }, (_, at) => poisson(400 + growth * at, uniform))
    const slight = Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`v${i}`, { DE: counts(i === 8 ? 0.9 : 0), ES: counts(i === 8 ? 0.9 : 0) }]),
    )
    const answer = await found(evidenceOf(78, slight))
    expect(answer.trends).toEqual([])
    expect(answer.small).toBeGreaterThan(0)
  })

  test('few weeks are refused with their number', async () => {
    expect(await issueTrendsFrom(evidenceOf(10, noise(1, 10)), words)).toEqual({
      refused: expect.stringContaining('10 whole weeks'),
      missing: [],
    })
  })
})

describe('from the model', () => {
  let store: Store
  afterEach(() => store.close())

  /** Cases of 40 weeks and two days before, of which "Login" becomes three times as many in Spain in the last 12 weeks. */
  async function model(columns: string): Promise<void> {
    store = await emptyModel()
    await fill(
      store,
      'cases',
      `SELECT 'k' || row_number() OVER () AS id, ${columns} FROM (
        SELECT d, n, m, CASE WHEN m = 'ES' AND d >= 196 AND n < 6 THEN 'Login' WHEN n < 2 THEN 'Login' WHEN n < 8 THEN 'Bill' ELSE 'Other' END AS r
        FROM range(-2, 280) AS days(d), range(12) AS numbers(n), (VALUES ('ES'), ('DE')) AS markets(m)
        WHERE hash(d, n, m) % 10 < 8)`,
    )
  }
  const dated = `TIMESTAMP '2025-01-06 10:00:00' + to_days(CAST(d AS INTEGER)) AS created_at, CAST(created_at AS DATE) AS created_on`

  test('weeks, markets, first days and shares are those of the cases; the week that is not whole is left out', async () => {
    await model(
      `${dated}, m AS market, r AS reason, CASE WHEN n % 2 = 0 THEN 'RE: Order #' || n ELSE 'order ' || n END AS subject`,
    )
    const answer = await findIssueTrends(await contextOf(store))
    if ('refused' in answer) throw new Error(answer.refused)
    expect(answer.base).toBe('cases')
    expect([answer.weeks[0], answer.weeks.length]).toEqual(['2025-01-06', 40])
    const login = answer.trends.find(({ value }) => value === 'Login')!
    expect(login.markets.map(({ market }) => market)).toEqual(['ES'])
    expect(login).toMatchObject({ move: 'rises', first_day: '2025-01-04', since: { week: '2025-07-21' } })
    // Whoever wrote of whatever order wrote of an order: one value, of which nothing can be said.
    expect(answer.trends.some(({ field }) => field === 'subject')).toBe(false)
    expect(answer.findings.find(({ id }) => id === 'trends.reason.Login')!.claim).toBe(
      'Login (reason) rises in ES since the week of Jul 21, 2025.',
    )
  })

  test('against customers where joining and leaving are known, with satisfaction as csat_percent has it', async () => {
    await model(`${dated}, m AS market, r AS reason`)
    await fill(
      store,
      'customers',
      `SELECT 'c' || i AS id, CASE WHEN i % 2 = 0 THEN 'ES' ELSE 'DE' END AS market, DATE '2024-01-01' AS joined_on, CASE WHEN i < 5 THEN DATE '2025-03-05' END AS left_on FROM range(400) AS numbers(i)`,
    )
    await fill(
      store,
      'surveys',
      `SELECT 's' || id AS id, id AS "case", 'csat' AS kind, 1 + hash(id) % 5 AS score, 1 AS scale_min, 5 AS scale_max, created_at AS responded_at, created_on AS responded_on FROM cx.cases WHERE hash(id, 's') % 3 = 0`,
    )
    const context = await contextOf(store)
    const answer = await findIssueTrends(context, ['reason'])
    if ('refused' in answer) throw new Error(answer.refused)
    expect(answer.base).toBe('customers')
    const login = answer.trends.find(({ value }) => value === 'Login')!
    const frame = await runQuery(
      { metrics: ['csat_percent'], by: ['reason'], range: { from: '2025-01-06', to: '2025-10-12' } },
      context,
    )
    const cell = frame.rows.find((row) => row.reason === 'Login')!.csat_percent as { value: number; n: number }
    expect(login.satisfaction).toMatchObject({ value: cell.value, n: cell.n })
  })

  test('work is told where it was measured', async () => {
    await model(`${dated}, m AS market, r AS reason`)
    await fill(
      store,
      'touchpoints',
      `SELECT 't' || id AS id, id AS "case", 300 AS talk_seconds, 60 AS wrapup_seconds FROM cx.cases WHERE hash(id, 't') % 2 = 0`,
    )
    const answer = await findIssueTrends(await contextOf(store))
    if ('refused' in answer) throw new Error(answer.refused)
    const { work } = answer.trends.find(({ value }) => value === 'Login')!
    expect(work!.hours).toBeCloseTo(work!.cases / 10, 6)
  })

  test('what a viewer of personal data was told is not told to one who may not see them', async () => {
    await model(
      `${dated}, CASE r WHEN 'Login' THEN 'builder locked' WHEN 'Bill' THEN 'invoice refund' ELSE 'parcel courier' END || ' ' || n AS description`,
    )
    await fill(store, 'agents', `SELECT 'a' AS id, 'Bob Builder' AS name`)
    const shown = await findIssueTrends(await contextOf(store, { viewer: { personalData: 'show', language: 'en' } }), [
      'topic',
    ])
    expect(JSON.stringify(shown).toLowerCase()).toContain('builder')
    const masked = await findIssueTrends(await contextOf(store), ['topic'])
    expect(JSON.stringify(masked).toLowerCase()).not.toContain('builder')
  })

  test('without the day of cases, or what they are about, it names the field', async () => {
    await model('m AS market, r AS reason')
    expect(await findIssueTrends(await contextOf(store))).toEqual({
      refused: expect.stringContaining('cases.created_at'),
      missing: ['cases.created_at'],
    })
    await store.close()
    await model(`${dated}, m AS market`)
    expect(await findIssueTrends(await contextOf(store))).toMatchObject({
      missing: ['cases.reason', 'cases.type', 'cases.subject', 'cases.product'],
    })
  })
})
