import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { MetricCell } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from './fixture.ts'

const asOf = '2024-03-10T12:00:00Z'

async function cellOf(context: MetricContext, metric: string, where: Record<string, string> = {}): Promise<MetricCell> {
  const conditions = Object.entries(where).map(([dimension, value]) => ({
    dimension,
    op: 'in' as const,
    values: [value],
  }))
  return (await runQuery({ metrics: [metric], where: conditions }, context)).rows[0]![metric] as MetricCell
}

/** One contact a line: market, channel, seconds before the now, wait, what became of it. */
type Contact = [
  market: string,
  channel: string,
  age: number,
  wait: number | null,
  fate: 'answered' | 'abandoned' | 'waiting' | 'nobody knows',
  target: number | null,
]

async function fillContacts(store: Store, contacts: Contact[]): Promise<void> {
  const rows = contacts.map(([market, channel, age, wait, fate, target], index) => {
    const started = `TIMESTAMP '2024-03-10 12:00:00' - to_seconds(${age})`
    return `('t${index}', '${market}', '${channel}', 'inbound', ${started}, CAST(${started} AS DATE), ${wait ?? 'CAST(NULL AS BIGINT)'},
      ${fate === 'nobody knows' ? 'NULL' : fate === 'answered'}, ${fate === 'abandoned'}, ${fate === 'answered' && wait !== null ? `${started} + to_seconds(${wait})` : 'NULL'}, ${target ?? 'NULL'})`
  })
  await fill(
    store,
    'touchpoints',
    `SELECT * FROM (VALUES ${rows.join(',')}) t(id, market, channel, direction, started_at, started_on, wait_seconds, is_answered, is_abandoned, responded_at, target_seconds)`,
  )
}

// The published example: 1,000 answered, 860 of them within 20 s; 60 given up: 10 within 5 s, 20 within 20 s, 40 later.
describe('the published service-level example', () => {
  let store: Store
  let context: MetricContext
  beforeAll(async () => {
    store = await emptyModel()
    await fill(
      store,
      'touchpoints',
      `SELECT 'c' || i AS id, 'call' AS channel, 'inbound' AS direction, TIMESTAMP '2024-03-01' + to_minutes(i) AS started_at,
        CASE WHEN i < 860 THEN i % 21 WHEN i < 1000 THEN 21 + i % 100 WHEN i < 1010 THEN 1 + i % 5 WHEN i < 1020 THEN 6 + i % 15 ELSE 21 + i % 60 END AS wait_seconds,
        i < 1000 AS is_answered, i >= 1000 AS is_abandoned, 20 AS target_seconds
      FROM range(1060) t(i)`,
    )
    context = await contextOf(store, { asOf })
  })
  afterAll(() => store?.close())

  test.each([
    ['service_level', 860, 1060, '81.13'],
    ['service_level:early_abandons_kept', 880, 1060, '83.02'],
    ['service_level:of_answered', 860, 1000, '86.00'],
    ['service_level:without_early_abandons', 860, 1040, '82.69'],
    ['service_level:short_abandons_kept', 870, 1060, '82.08'],
    ['service_level:without_short_abandons', 860, 1050, '81.90'],
    ['abandonment_rate', 60, 1060, '5.66'],
    ['abandonment_rate:without_short', 50, 1050, '4.76'],
    ['call_acceptance_rate', 860, 1060, '81.13'],
    ['call_acceptance_rate:of_answered', 860, 1000, '86.00'],
  ])('%s is %i of %i', async (metric, numerator, denominator, percent) => {
    const cell = await cellOf(context, metric)
    expect(cell).toMatchObject({ numerator, denominator })
    expect(((cell.value ?? 0) * 100).toFixed(2)).toBe(percent)
  })

  test('is nothing, not 0 and not 1, where nothing was offered', async () => {
    for (const metric of ['service_level', 'service_level:without_early_abandons', 'chat_acceptance_rate'])
      expect((await cellOf(context, metric, { channel: 'chat' })).value).toBeNull()
  })

  test('speed of answer is the mean wait of the answered', async () => {
    const [row] = await store.rows(raw('SELECT avg(wait_seconds) AS v FROM cx.touchpoints WHERE is_answered'))
    expect((await cellOf(context, 'speed_of_answer')).value).toBeCloseTo(Number(row?.v), 9)
  })
})

describe('contacts', () => {
  let store: Store
  let context: MetricContext
  beforeAll(async () => {
    store = await emptyModel()
    await fillContacts(store, [
      ['short', 'call', 5000, 10, 'abandoned', 120],
      ['short', 'call', 5000, 10, 'answered', 120],
      ['edge', 'call', 5000, 120, 'answered', 120],
      ['late', 'call', 5000, 121, 'answered', 120],
      ['impossible', 'call', 5000, -30, 'answered', 120],
      ['unknown', 'call', 5000, null, 'answered', 120],
      ['young', 'email', 3600, null, 'waiting', 86_400],
      ['young', 'email', 3600, 600, 'answered', 86_400],
      ['due', 'email', 86_400, null, 'waiting', 86_400],
      ['strayed', 'email', 86_400, null, 'nobody knows', 86_400],
      ['none', 'social', 5000, 60, 'answered', null],
      ['none', 'call', 5000, 60, 'answered', null],
    ])
    context = await contextOf(store, { asOf })
  })
  afterAll(() => store?.close())

  test.each([
    ['a call given up after a short wait is not accepted', 'call_acceptance_rate', 'short', 1, 2],
    ['exactly at the deadline is in time', 'call_acceptance_rate', 'edge', 1, 1],
    ['a second later is not', 'call_acceptance_rate', 'late', 0, 1],
    ['a negative wait is judged by nobody', 'call_acceptance_rate', 'impossible', 0, 0],
    ['an unknown wait neither', 'call_acceptance_rate', 'unknown', 0, 0],
    ['an e-mail that still has time is left out, one answered in time is in', 'email_acceptance_rate', 'young', 1, 1],
    ['or both are left out until their time has run out', 'email_acceptance_rate:of_due', 'young', 0, 0],
    ['an e-mail whose time has run out is in', 'email_acceptance_rate', 'due', 0, 1],
    ['of an e-mail whose answer nobody can see, nothing is said', 'email_acceptance_rate', 'strayed', 0, 0],
    ['without a promise there is nothing to keep', 'call_acceptance_rate', 'none', 0, 0],
  ])('%s', async (_, metric, market, numerator, denominator) => {
    expect(await cellOf(context, metric, { market })).toMatchObject({
      value: denominator === 0 ? null : numerator / denominator,
      numerator,
      denominator,
    })
  })

  test('handle time needs more than the time spoken', async () => {
    expect((await cellOf(context, 'handle_time')).refused?.missing).toEqual([
      'touchpoints.talk_seconds',
      'touchpoints.hold_seconds',
    ])
  })

  test('per customer and month are refused without identified customers', async () => {
    expect((await cellOf(context, 'contacts_per_customer')).refused?.missing).toContain('customers.is_identified')
  })
})

test('handle time adds hold and work afterwards; contacts per customer count months with contact', async () => {
  const store = await emptyModel()
  await fill(store, 'customers', `SELECT 'k' || i AS id, i < 2 AS is_identified FROM range(3) t(i)`)
  await fill(
    store,
    'touchpoints',
    `SELECT * FROM (VALUES
      ('1', 'call', 'k0', TIMESTAMP '2024-01-05', DATE '2024-01-05', TRUE, 100, 20, 30),
      ('2', 'call', 'k0', TIMESTAMP '2024-01-25', DATE '2024-01-25', TRUE, 200, NULL, 40),
      ('3', 'call', 'k0', TIMESTAMP '2024-02-05', DATE '2024-02-05', FALSE, NULL, NULL, NULL),
      ('4', 'call', 'k1', TIMESTAMP '2024-02-05', DATE '2024-02-05', TRUE, 60, 0, 0),
      ('5', 'call', 'k2', TIMESTAMP '2024-02-05', DATE '2024-02-05', TRUE, NULL, NULL, NULL)
    ) t(id, channel, customer, started_at, started_on, is_answered, talk_seconds, hold_seconds, wrapup_seconds)`,
  )
  const context = await contextOf(store, { asOf })
  expect(await cellOf(context, 'handle_time')).toMatchObject({ value: (150 + 240 + 60) / 3, n: 3 })
  expect((await cellOf(context, 'talk_time')).value).toBe(120)
  // k0 in January and February, k1 in February: four contacts in three months; k2 is not identified.
  expect((await cellOf(context, 'contacts_per_customer')).value).toBeCloseTo(4 / 3, 12)
  await store.close()
})

describe('cases', () => {
  let store: Store
  let context: MetricContext
  const day = 86_400
  beforeAll(async () => {
    store = await emptyModel()
    const at = (seconds: number | null) =>
      seconds === null
        ? 'CAST(NULL AS TIMESTAMP)'
        : `TIMESTAMP '2024-03-10 12:00:00' + to_seconds(CAST(${seconds} AS BIGINT))`
    // market, age, seconds to reply, seconds to solution, status; 4 h for the answer, a day for the solution
    const cases: [string, number, number | null, number | null, string][] = [
      ['kept', 5 * day, 14_400, day, 'solved'],
      ['kept', 1000, 60, 900, 'closed'],
      ['late', 5 * day, 14_401, 20_000, 'solved'],
      ['late', 5 * day, 60, day + 1, 'solved'],
      ['late', 15_000, null, null, 'open'],
      ['due', day, 60, null, 'open'],
      ['active', 1000, null, null, 'open'],
      ['active', 20_000, 60, null, 'pending'],
      ['risk', 12_000, null, null, 'open'],
      ['risk', 70_000, 60, null, 'hold'],
      ['unanswered', 5 * day, null, 7200, 'solved'],
      ['impossible', 5 * day, 60, -3600, 'solved'],
      ['unknown', 5 * day, 60, null, 'solved'],
      ['deleted', 5 * day, null, null, 'deleted'],
    ]
    const rows = cases.map(
      ([market, age, reply, solved, status], index) =>
        `('c${index}', '${market}', 'email', '${status}', ${at(-age)}, ${at(reply === null ? null : reply - age)}, ${at(solved === null ? null : solved - age)}, 14400, 86400)`,
    )
    await fill(
      store,
      'cases',
      `SELECT * FROM (VALUES ${rows.join(',')}) t(id, market, channel, status, created_at, first_response_at, solved_at, first_reply_target_seconds, resolution_target_seconds)`,
    )
    context = await contextOf(store, { asOf })
  })
  afterAll(() => store?.close())

  test.each([
    ['kept at the deadline and early', 'sla_attainment', 'kept', 2, 2],
    ['one broken promise breaks it, unanswered too', 'sla_attainment', 'late', 0, 3],
    ['the time runs out at the deadline', 'sla_attainment', 'due', 0, 1],
    ['still within the time is neither kept nor broken', 'sla_attainment', 'active', 0, 0],
    ['nor is what is at risk', 'sla_attainment', 'risk', 0, 0],
    ['a solution without an answer is the answer', 'sla_attainment', 'unanswered', 1, 1],
    ['a solution before the beginning is judged by nobody', 'sla_attainment', 'impossible', 0, 0],
    ['nor is one at an unknown moment', 'sla_attainment', 'unknown', 0, 0],
    ['nor a deleted case', 'sla_attainment', 'deleted', 0, 0],
    ['a variant counts running ones as kept', 'sla_attainment:of_all', 'active', 2, 2],
    ['first answers alone', 'sla_attainment:first_reply', 'late', 1, 3],
    ['solutions alone', 'sla_attainment:resolution', 'late', 1, 2],
    ['a young case is not in the denominator, though solved', 'issue_resolution_rate', 'kept', 1, 1],
    ['an open one that is old enough is', 'issue_resolution_rate', 'due', 0, 1],
    ['an open young one is not', 'issue_resolution_rate', 'active', 0, 0],
    ['first answers by e-mail, with those in time though young', 'email_first_response_rate', 'kept', 2, 2],
    ['unanswered beyond the time is not in time', 'email_first_response_rate', 'late', 1, 3],
  ])('%s (%s of %s)', async (_, metric, market, numerator, denominator) => {
    expect(await cellOf(context, metric, { market })).toMatchObject({
      value: denominator === 0 ? null : numerator / denominator,
      numerator,
      denominator,
    })
  })

  test('running and at risk are counts of their own', async () => {
    expect((await cellOf(context, 'sla_active')).value).toBe(4)
    expect((await cellOf(context, 'sla_active', { market: 'risk' })).value).toBe(2)
    expect((await cellOf(context, 'sla_at_risk')).value).toBe(2)
  })

  test('kept, broken and running are all the cases that can be judged', async () => {
    const [all, running, whole] = await Promise.all(
      ['sla_attainment', 'sla_active', 'sla_attainment:of_all'].map((metric) => cellOf(context, metric)),
    )
    expect((all?.denominator ?? 0) + (running?.value ?? 0)).toBe(whole?.denominator)
  })

  test('the definition says that running ones are left out', async () => {
    const frame = await runQuery({ metrics: ['issue_resolution_rate', 'email_first_response_rate'] }, context)
    expect(frame.metrics.issue_resolution_rate?.definition).toContain('as promised, is still running are left out.')
    expect(frame.metrics.email_first_response_rate?.definition).toContain('unless their outcome is known')
  })
})
