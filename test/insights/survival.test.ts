import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Finding } from '../../src/insights/finding.ts'
import { findSurvival, type Survival } from '../../src/insights/survival.ts'
import { readSurvival, type SurvivalScope } from '../../src/insights/survival-evidence.ts'
import { survivalFindings } from '../../src/insights/survival-findings.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())
beforeEach(async () => {
  for (const table of ['cases', 'customers', 'churns']) await store.run(raw(`DELETE FROM cx.${table}`))
})

const now = '2026-03-01T00:00:00Z'
const caseColumns = ['id', 'created_at', 'first_response_at', 'solved_at', 'closed_at', 'status', 'priority']
const customerColumns = ['id', 'joined_on', 'left_on', 'segment', 'market', 'gender']

function contextWith(columns: string[], counts: Record<string, number> = {}, language = 'en') {
  const version = { id: 'v1', as_of: now, zone: 'UTC', present: new Set(columns), counts }
  return contextOf(store, { version, language })
}

const ofCases = caseColumns.map((each) => `cases.${each}`)
const ofCustomers = customerColumns.map((each) => `customers.${each}`)

async function find(scope: SurvivalScope, columns: string[], counts = {}) {
  const context = await contextWith(columns, counts)
  const evidence = await readSurvival(scope, context)
  return {
    evidence,
    found: findSurvival(evidence, { words: context.words, ...(scope.by && { by: scope.by }) }),
    context,
  }
}

/** `n` cases created on a day, answered after so many minutes, or not; `closed` after so many. */
function casesOf(n: number, more: string): Promise<void> {
  return fill(
    store,
    'cases',
    `SELECT 'c' || i || '${more.length}' AS id, TIMESTAMP '2026-02-01' AS created_at, ${more} FROM range(1, ${n + 1}) AS numbers(i)`,
  )
}

const at = (minutes: string) => `TIMESTAMP '2026-02-01' + to_minutes(CAST(${minutes} AS INTEGER))`

describe('cases', () => {
  test('open ones count: answered ones alone say half of the truth', async () => {
    // 40 answered after 1 to 40 minutes; 40 wait since four weeks.
    await casesOf(40, `${at('i')} AS first_response_at, 'open' AS status, 'high' AS priority`)
    await casesOf(40, "'open' AS status, 'low' AS priority")
    const { found } = await find({ about: 'reply' }, ofCases)
    const { whole, sentence } = found as Survival
    expect([whole.n, whole.events, whole.open]).toEqual([80, 40, 40])
    // Half of the eighty are reached with the fortieth answer.
    expect(whole.median.value).toBe(40 * 60)
    expect(whole.p90.value).toBeNull()
    expect([whole.ended_only.median, whole.ended_only.p90]).toEqual([20.5 * 60, 36.1 * 60])
    expect(sentence).toBe(
      'Open cases counted, half of 80 cases have a first answer within 40 min (31 min or more); nine in ten is not reached yet. Answered cases alone say 20 min 30 sec and 36 min 6 sec: 40 cases without an answer are missing there.',
    )
  })

  test('each fate of a case: stopped by closing, inverted, later, undated, without an end', async () => {
    await casesOf(30, `${at('i')} AS first_response_at, 'open' AS status`)
    await casesOf(5, `${at('600')} AS closed_at, 'closed' AS status`)
    await casesOf(4, `${at('-5')} AS first_response_at, 'open' AS status`)
    await casesOf(3, "'closed' AS status")
    await fill(store, 'cases', "SELECT 'u' AS id, 'open' AS status")
    await fill(store, 'cases', "SELECT 'l' AS id, 'open' AS status, TIMESTAMP '2026-03-02' AS created_at")
    await fill(store, 'cases', "SELECT 'd' AS id, 'deleted' AS status, TIMESTAMP '2026-02-02' AS created_at")
    const { evidence, found } = await find({ about: 'reply' }, ofCases)
    expect(evidence.left_out).toEqual({ inverted: 4, unended: 3, undated: 1, later: 1 })
    expect(evidence.stopped).toBe(5)
    const { whole, limits } = found as Survival
    expect([whole.n, whole.events]).toEqual([35, 30])
    expect(limits.join(' ')).toContain('5 cases were closed without an answer')
    expect(limits.join(' ')).toContain('Left out: 4 that ended before they began.')
  })

  test('an answer after the now is not there yet', async () => {
    await casesOf(30, `${at('i * 60')} AS first_response_at, 'open' AS status`)
    const context = await contextWith(ofCases)
    const evidence = await readSurvival({ about: 'reply', as_of: '2026-02-01T10:30:00Z' }, context)
    expect(evidence.whole.reduce((sum, each) => sum + each.events, 0)).toBe(10)
    expect(evidence.whole.find(({ censored }) => censored > 0)).toEqual({ time: 10.5 * 3600, events: 0, censored: 20 })
  })

  test('solutions: a case that was opened again is open', async () => {
    await casesOf(30, `${at('i * 60')} AS solved_at, CASE WHEN i % 3 = 0 THEN 'open' ELSE 'solved' END AS status`)
    const { found } = await find({ about: 'resolution' }, ofCases)
    const { whole } = found as Survival
    expect([whole.events, whole.open]).toEqual([20, 10])
  })

  test('groups, their difference, and a filter', async () => {
    await casesOf(60, `${at('i')} AS first_response_at, 'open' AS status, 'high' AS priority`)
    await casesOf(60, `${at('i * 3')} AS first_response_at, 'open' AS status, 'low' AS priority`)
    const { found } = await find({ about: 'reply', by: 'priority' }, ofCases)
    const { curves, compared, tests } = found as Survival
    expect(curves.map(({ key, n }) => [key, n])).toEqual([
      ['high', 60],
      ['low', 60],
    ])
    expect(curves.map(({ median }) => median.value)).toEqual([30 * 60, 90 * 60])
    expect(tests[0]?.furthest.ratio.value).toBeGreaterThan(2)
    expect(compared).toMatch(/^Priority: cases of High wait less than the others/)
    const filtered = await find(
      { about: 'reply', where: [{ dimension: 'priority', op: 'in', values: ['low'] }] },
      ofCases,
    )
    expect((filtered.found as Survival).whole.n).toBe(60)
  })

  test('times of very many cases are rounded up, and it is said', async () => {
    await casesOf(200, `${at('i * 97')} + to_seconds(7) AS first_response_at, 'open' AS status`)
    const exact = (await find({ about: 'reply' }, ofCases)).found as Survival
    const { found, evidence } = await find({ about: 'reply' }, ofCases, { cases: 2_000_000 })
    expect(evidence.exact).toBe(false)
    const rounded = found as Survival
    expect(rounded.whole.n).toBe(200)
    const gap = rounded.whole.median.value! - exact.whole.median.value!
    expect(gap).toBeGreaterThanOrEqual(0)
    expect(gap).toBeLessThan(1800)
    expect(rounded.limits.join(' ')).toContain('Times are rounded up: by up to 5 s within the first hour')
  })

  test('without a date of creation it is refused, with the field to add', async () => {
    const { found } = await find({ about: 'reply' }, ['cases.first_response_at', 'cases.status'])
    expect(found).toEqual({
      refused:
        'How long customers wait for a first answer cannot be told: these data do not say when a case was created, or when it was answered.',
      missing: ['cases.created_at'],
    })
    const none = await find({ about: 'resolution' }, ['cases.created_at'])
    expect(none.found).toMatchObject({ missing: ['cases.solved_at', 'cases.closed_at'] })
    await casesOf(5, `${at('i')} AS first_response_at, 'open' AS status`)
    expect((await find({ about: 'reply' }, ofCases)).found).toMatchObject({ missing: [] })
  })

  test('an unknown dimension, and one that cases do not have, are told', async () => {
    await expect(find({ about: 'reply', by: 'nonsense' }, ofCases)).rejects.toThrow('nonsense')
    await expect(find({ about: 'reply', by: 'segment' }, ofCases)).rejects.toThrow('has no')
  })
})

/** Customers who joined day by day from 2024 on; `leaves` is the day after joining on which one leaves, or NULL. */
function customersOf(
  n: number,
  segment: string,
  leaves: string,
  joined = "DATE '2024-01-01' + CAST(i % 400 AS INTEGER)",
): Promise<void> {
  return fill(
    store,
    'customers',
    `SELECT '${segment}' || i AS id, '${segment}' AS segment, CASE WHEN i % 2 = 0 THEN 'DE' ELSE 'FR' END AS market,
      CASE WHEN i % 3 = 0 THEN 'female' ELSE 'male' END AS gender, ${joined} AS joined_on, ${joined} + CAST(${leaves} AS INTEGER) AS left_on
    FROM range(1, ${n + 1}) AS numbers(i)`,
  )
}

describe('customers', () => {
  test('a planted difference is found, what was not planted is not, with one correction over all', async () => {
    await customersOf(300, 'gold', 'CASE WHEN i % 10 = 0 THEN i END')
    await customersOf(300, 'basic', 'CASE WHEN i % 2 = 0 THEN i END')
    const { found, evidence, context } = await find({ about: 'customers', by: 'segment' }, ofCustomers)
    const { tests, compared, curves } = found as Survival
    expect(curves.map(({ key, n, events }) => [key, n, events]).sort()).toEqual([
      ['basic', 300, 150],
      ['gold', 300, 30],
    ])
    expect(tests.map(({ dimension }) => dimension).sort()).toEqual(['gender', 'market', 'segment'])
    expect(compared).toMatch(/leave (sooner|later) than the others/)
    // Every second one leaves: the market is that difference too. The gender is not.
    const findings = survivalFindings(evidence, context.words) as Finding[]
    expect(findings.map(({ id }) => id).sort()).toEqual(['survival.customers.market', 'survival.customers.segment'])
    const { n, tried, effect } = findings.find(({ id }) => id.endsWith('segment'))!.confidence
    expect([n, tried]).toEqual([600, 3])
    expect(effect!.low > 1 || effect!.high < 1).toBe(true)
  })

  test('nothing planted, nothing told', async () => {
    await customersOf(400, 'gold', 'CASE WHEN i % 5 = 0 THEN (i * 7) % 300 + 1 END')
    await customersOf(400, 'basic', 'CASE WHEN i % 5 = 1 THEN ((i - 1) * 7) % 300 + 1 END')
    const { evidence, context } = await find({ about: 'customers' }, [
      'customers.segment',
      'customers.joined_on',
      'customers.left_on',
    ])
    expect(survivalFindings(evidence, context.words)).toEqual([])
  })

  test('who joined before the data begin counts from then on only', async () => {
    // All joined 1,000 days before the first leaving was written down; 40 of 100 leave 10 days after it, the others are there still.
    const joined = "DATE '2022-01-01'"
    await customersOf(100, 'gold', 'CASE WHEN i <= 40 THEN 1010 END', joined)
    await customersOf(60, 'basic', 'CASE WHEN i <= 30 THEN 20 END', "DATE '2025-01-01'")
    await fill(store, 'churns', "SELECT 'x' AS id, DATE '2022-01-01' + CAST(1000 AS INTEGER) AS churned_on")
    const { evidence, found } = await find({ about: 'customers' }, [...ofCustomers, 'churns.churned_on'])
    expect(evidence.observed_from).toBe('2024-09-27')
    expect(evidence.late).toBe(100)
    expect(evidence.whole).toContainEqual({ time: 1000, events: 0, censored: 0, entered: 100 })
    const { whole, limits } = found as Survival
    // Thirty of the sixty leave at once; the late ones are no part of that.
    expect(whole.points[0]).toMatchObject({ at_risk: 60, value: 0.5 })
    expect(whole.points[1]).toMatchObject({ at_risk: 100 })
    expect(limits.join(' ')).toContain('100 customers who had joined before count from then on only')
  })

  test('where nearly all joined before, the curve begins where enough are observed', async () => {
    await customersOf(100, 'gold', 'CASE WHEN i <= 40 THEN 1010 END', "DATE '2022-01-01'")
    await customersOf(5, 'basic', 'CASE WHEN i <= 4 THEN 20 END', "DATE '2025-01-01'")
    await fill(store, 'churns', "SELECT 'x' AS id, DATE '2022-01-01' + CAST(1000 AS INTEGER) AS churned_on")
    const { found } = await find({ about: 'customers' }, [...ofCustomers, 'churns.churned_on'])
    const { begins, whole, limits } = found as Survival
    expect(begins).toBe(1000)
    expect(whole.points).toHaveLength(1)
    expect(whole.points[0]!.value).toBeCloseTo(0.6, 12)
    expect(limits.join(' ')).toContain('2.7 years after joining')
  })

  test('nobody has left, or nobody knows', async () => {
    await customersOf(40, 'gold', 'NULL')
    expect((await find({ about: 'customers' }, ofCustomers)).found).toMatchObject({
      refused: expect.stringContaining('None of 40'),
    })
    const unknown = await find({ about: 'customers' }, ['customers.joined_on', 'customers.segment'])
    expect(unknown.found).toMatchObject({ missing: ['customers.left_on', 'churns.churned_on'] })
  })
})

describe('findings about cases', () => {
  test('told where the open ones change the median beyond doubt', async () => {
    await casesOf(60, `${at('i')} AS first_response_at, 'open' AS status`)
    await casesOf(45, "'open' AS status")
    const { evidence, context } = await find({ about: 'reply' }, ofCases)
    const findings = survivalFindings(evidence, context.words)
    expect(findings).toMatchObject([
      { id: 'survival.reply.open', kind: 'survival', confidence: { n: 105, p: null, tried: 1 } },
    ])
  })

  test('silent where they do not', async () => {
    await casesOf(60, `${at('i')} AS first_response_at, 'open' AS status`)
    await casesOf(2, "'open' AS status")
    const { evidence, context } = await find({ about: 'reply' }, ofCases)
    expect(survivalFindings(evidence, context.words)).toEqual([])
  })

  test('in French', async () => {
    await casesOf(60, `${at('i')} AS first_response_at, 'open' AS status`)
    const context = await contextWith(ofCases, {}, 'fr')
    const found = findSurvival(await readSurvival({ about: 'reply' }, context), { words: context.words })
    expect((found as Survival).sentence).toContain('Dossiers ouverts compris, la moitié des 60 dossiers')
  })
})
