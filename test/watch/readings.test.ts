import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AlertRule, alertsSchema } from '../../src/config/alerts.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { CheckFinding } from '../../src/metrics/ledger.ts'
import { type Newest, readNewest } from '../../src/metrics/newest.ts'
import { runQuery } from '../../src/metrics/run.ts'
import type { Store } from '../../src/store/store.ts'
import { evaluate } from '../../src/watch/evaluate.ts'
import { composeMessage } from '../../src/watch/message.ts'
import { readRule } from '../../src/watch/readings/all.ts'
import type { WatchServices } from '../../src/watch/services.ts'
import { findWhy } from '../../src/watch/why.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

const asOf = '2024-03-10T12:00:00Z'
const now = Date.parse('2024-03-10T12:05:00Z')
let store: Store
let english: MetricContext
let french: MetricContext

beforeAll(async () => {
  store = await emptyModel()
  // Chats of the last hour: in DE most are late, in FR none; in the hour before, none are anywhere. Ten a market and hour for 30 hours.
  await fill(
    store,
    'touchpoints',
    `SELECT 't' || row_number() OVER () AS id, 'chat' AS channel, 'inbound' AS direction, market, 'support' AS source, hour AS h,
       TIMESTAMP '2024-03-10 12:00:00' - to_seconds(CAST(hour * 3600 + 60 * each + 30 AS BIGINT)) AS started_at,
       CAST(started_at AS DATE) AS started_on, extract('hour' FROM started_at) AS started_hour,
       CASE WHEN hour = 0 AND market = 'DE' AND each % 5 <> 0 THEN 300 ELSE 20 END AS wait_seconds,
       TRUE AS is_answered, FALSE AS is_abandoned, 120 AS target_seconds
     FROM range(30) hours(hour), range(50) eaches(each), (VALUES ('DE'), ('FR')) m(market)`.replace(', hour AS h', ''),
  )
  await fill(
    store,
    'cases',
    `SELECT * FROM (VALUES
       ('c1', 'email', 'open', TIMESTAMP '2024-03-10 09:00:00', NULL, NULL, 4 * 3600, 86400, 'support'),
       ('c2', 'email', 'open', TIMESTAMP '2024-03-10 11:00:00', NULL, NULL, 4 * 3600, 86400, 'support'),
       ('c3', 'chat', 'open', TIMESTAMP '2024-03-09 13:00:00', TIMESTAMP '2024-03-09 13:10:00', NULL, 4 * 3600, 86400, 'support'),
       ('c4', 'chat', 'open', TIMESTAMP '2024-03-01 09:00:00', NULL, NULL, 4 * 3600, 86400, 'support'),
       ('c5', 'chat', 'solved', TIMESTAMP '2024-03-10 09:00:00', TIMESTAMP '2024-03-10 09:30:00', TIMESTAMP '2024-03-10 09:30:00', 4 * 3600, 86400, 'shop'))
       t(id, channel, status, created_at, first_response_at, solved_at, first_reply_target_seconds, resolution_target_seconds, source)`,
  )
  await fill(store, 'loads', `SELECT 'l1' AS id, 'support' AS source, TIMESTAMP '2024-03-10 11:30:00' AS landed_at`)
  english = await contextOf(store, { asOf })
  french = await contextOf(store, { asOf, language: 'fr' })
})
afterAll(() => store.close())

function services(context = english, change: Partial<WatchServices> = {}): WatchServices {
  return {
    context,
    now,
    runQuery: (query, other) => runQuery(query, other ?? context),
    checks: async () => [],
    newest: () => readNewest(context, now),
    schedule: async () => undefined,
    ...change,
  }
}

function ruleOf(written: object): AlertRule {
  return alertsSchema.parse([{ id: 'rule', ...written }])[0]!
}

/** One evaluation with its first message. */
async function told(rule: AlertRule, handed = services()) {
  const { transitions } = evaluate(
    [{ rule, readings: await readRule(rule, handed, []) }],
    new Map(),
    new Date(now).toISOString(),
  )
  const [first] = transitions
  if (!first) return null
  return composeMessage(rule, first, await findWhy(rule, first.state, handed), handed, 'https://cx.example/')
}

describe('the last hour', () => {
  const rule = ruleOf({ kind: 'threshold', metric: 'chat_acceptance_rate', last: '1 h', below: 0.85, owner: 'Ada' })

  test('is the rows of sixty minutes up to the now, not of days', async () => {
    const frame = await runQuery({ metrics: ['chat_acceptance_rate', 'touchpoints'], last: 3600 }, english)
    expect(frame.rows[0]).toMatchObject({ chat_acceptance_rate: { value: 0.6, n: 100 }, touchpoints: { value: 100 } })
    const before = await runQuery({ metrics: ['touchpoints'], last: 1800, as_of: '2024-03-10T11:30:00Z' }, english)
    expect(before.rows[0]).toMatchObject({ touchpoints: { value: 40 } })
    expect(frame.as_of).toBe(asOf)
  })

  test('a level is that of the now, and days with it are refused', async () => {
    const { rows } = await runQuery({ metrics: ['backlog'], last: 60 }, english)
    expect(rows[0]).toMatchObject({ backlog: { value: 4 } })
    await expect(runQuery({ metrics: ['cases'], last: 60, grain: 'day' }, english)).rejects.toThrow(/not for both/)
    await expect(runQuery({ metrics: ['cases'], last: -1 }, english)).rejects.toThrow(/no length of time/)
  })

  test('of what is known by day only is refused, and of a number a day', async () => {
    const { needs: money } = english.catalogue.metrics.get('net_flows')!
    const { needs: solved } = english.catalogue.metrics.get('solved_per_day')!
    const present = new Set([...money, ...solved.flatMap((need) => need.split(' or '))])
    for (const metric of ['net_flows', 'solved_per_day']) {
      const knowing = { ...english, version: { ...english.version, present } }
      const { rows } = await runQuery({ metrics: [metric], last: 3600 }, knowing)
      expect(rows[0]).toMatchObject({
        [metric]: { refused: { code: 'last-by-day', message: expect.stringContaining('by day only') } },
      })
    }
  })

  test('is told with what moved, against what, why, since when, and where to look', async () => {
    const message = await told(rule)
    expect(message).toMatchObject({
      key: 'rule',
      event: 'fired',
      title: 'Chat acceptance rate beyond its limit',
      text: 'Chat acceptance rate is 60.0% over the last 1 hr, below the limit of 85.0% (95 % interval 50.2% to 69.1%).',
      why: ['Before that it was 100.0%: −40.0 pts.', 'Market: DE −40.0 pts.'],
      since: '2024-03-10T12:05:00.000Z',
      link: { href: 'https://cx.example/breakdown?m=chat_acceptance_rate', label: 'Open the page' },
    })
    expect(message?.facts.map(({ label }) => label)).toEqual([
      'Value',
      'Limit',
      '95 % interval',
      'Rows',
      'Window',
      'Since',
      'Data up to',
      'Owner',
      'Severity',
    ])
  })

  test('names the rows that it is about', async () => {
    const ofMarket = ruleOf({ kind: 'threshold', metric: 'cases', where: ['channel=chat', 'status!=open'], above: 0 })
    const message = await told(ofMarket)
    expect(message?.text).toBe('Cases (Channel: Chat, Status is not Open) is 1, above the limit of 0.')
    expect(message?.facts).toContainEqual({ label: 'Only', value: 'Channel: Chat, Status is not Open' })
  })

  test('in French too', async () => {
    const message = await told(rule, services(french))
    expect(message?.text).toMatch(/sur la durée de 1 h qui précède, au-dessous de la limite de 85,0/)
    expect(message?.why[0]).toMatch(/^Auparavant : 100,0/)
  })

  test('by market, each has a state of its own and a link to its own rows', async () => {
    const split = ruleOf({ kind: 'threshold', metric: 'chat_acceptance_rate', last: '1 h', below: 0.85, by: 'market' })
    const readings = await readRule(split, services(), [])
    expect(readings.map(({ key, finding, value, n }) => [key, finding, value, n]).toSorted()).toEqual([
      ['rule/DE', 'bad', 0.2, 50],
      ['rule/FR', 'good', 1, 50],
    ])
    expect((await told(split))?.link.href).toBe('https://cx.example/breakdown?m=chat_acceptance_rate&where=market=DE')
  })

  test('too few rows are no data, and so is what the data cannot tell; old data are stale', async () => {
    const few = await readRule(
      ruleOf({ kind: 'threshold', metric: 'chat_acceptance_rate', last: '1 h', below: 0.85, minimum: 101 }),
      services(),
      [],
    )
    expect(few).toMatchObject([{ finding: 'no-data', because: '100 rows; 101 are asked for.' }])
    const unknown = await readRule(ruleOf({ kind: 'threshold', metric: 'csat_mean', below: 3 }), services(), [])
    expect(unknown[0]).toMatchObject({ finding: 'no-data', because: expect.stringContaining('cannot be known') })
    // One survey has a mean and no interval: nothing to wake anybody for, unless the value alone is asked for.
    const one = services(english, {
      runQuery: async (query) => {
        const frame = await runQuery(query, english)
        const [card] = Object.values(frame.metrics)
        const metrics = { csat_mean: { ...card!, interval: 't' } }
        return { ...frame, metrics, rows: [{ csat_mean: { value: 1, n: 1 } }] }
      },
    })
    const score = { kind: 'threshold', metric: 'csat_mean', below: 3 }
    expect(await readRule(ruleOf(score), one, [])).toMatchObject([
      { finding: 'no-data', because: 'One row is too few for an interval, so nothing is certain.' },
    ])
    expect(await readRule(ruleOf({ ...score, certain: false }), one, [])).toMatchObject([{ finding: 'bad' }])
    const stale = await readRule(
      ruleOf({ kind: 'threshold', metric: 'cases', above: 0, stale: '1 min' }),
      services(),
      [],
    )
    expect(stale.map(({ finding }) => finding)).toEqual(['stale'])
  })
})

describe('promises that run out', () => {
  test('are the open cases whose next deadline lies within the time; what is broken or kept is none', async () => {
    // c1 needs an answer by 13:00, c3 a solution by 13:00; c2 has until 15:00, c4 is late already, c5 is done.
    const within = async (time: string) =>
      (await readRule(ruleOf({ kind: 'breach', within: time }), services(), [])).map(({ value, finding }) => [
        value,
        finding,
      ])
    expect(await within('30 min')).toEqual([[0, 'good']])
    expect(await within('1 h')).toEqual([[2, 'bad']])
    expect(await within('4 h')).toEqual([[3, 'bad']])
  })

  test('are told with where they are', async () => {
    const message = await told(ruleOf({ kind: 'breach', within: '4 h', above: 1 }))
    expect(message?.text).toBe(
      '3 open cases will break a promise within 4 hr unless answered or solved; the limit is 1.',
    )
    expect(message?.why).toEqual(['Channel: E-mail 2 and Chat 1.'])
    expect(message?.link.href).toBe('https://cx.example/sla')
  })
})

describe('checks', () => {
  const finding = (check: string, severity: CheckFinding['severity'], found: number): CheckFinding => ({
    check,
    kind: 'rows',
    dimension: null,
    owner: null,
    severity,
    source: null,
    table: 'cases',
    subject: null,
    found,
    checked: 100,
    facts: {},
    rows: null,
    sentence: `${found} cases are wrong.`,
    effect: '',
  })
  const failing = () => services(english)

  test('each that failed has a state; one that finds nothing any more is over', async () => {
    const rule = ruleOf({ kind: 'check', checks: 'warning' })
    const first = services(english, { checks: async () => [finding('a', 'error', 3), finding('b', 'note', 9)] })
    const readings = await readRule(rule, first, [])
    expect(readings.map(({ key, finding: found, value }) => [key, found, value])).toEqual([['rule/a', 'bad', 3]])
    const later = await readRule(rule, failing(), ['rule/a'])
    expect(later.map(({ key, finding: found }) => [key, found])).toEqual([['rule/a', 'good']])
    expect((await told(rule, first))?.text).toBe('The check a found 3 rows. 3 cases are wrong.')
    const of = (source: string) => services(english, { checks: async () => [{ ...finding('a', 'error', 3), source }] })
    expect((await told(rule, of('shop')))?.text).toBe('The check a found 3 rows. shop: 3 cases are wrong.')
    // A sentence that begins with its source does not need it twice.
    expect((await told(rule, of('3 cases')))?.text).toBe('The check a found 3 rows. 3 cases are wrong.')
  })

  test('named ones are watched from the start', async () => {
    const readings = await readRule(ruleOf({ kind: 'check', checks: ['a', 'b'] }), failing(), [])
    expect(readings.map(({ key, finding: found }) => [key, found])).toEqual([
      ['rule/a', 'good'],
      ['rule/b', 'good'],
    ])
  })
})

describe('silence', () => {
  test('is known by what came in last, or by the newest moment in it', async () => {
    const newest = await readNewest(english, now)
    expect(newest.get('support')).toEqual({
      arrival: Date.parse('2024-03-10T11:30:00Z'),
      event: Date.parse('2024-03-10T11:59:30Z'),
    })
    const by = async (of: string) =>
      (await readRule(ruleOf({ kind: 'silent', source: 'support', after: '30 min', of }), services(), [])).map(
        ({ finding, value }) => [finding, value],
      )
    expect(await by('arrival')).toEqual([['bad', 2100]])
    expect(await by('event')).toEqual([['good', 330]])
    expect((await told(ruleOf({ kind: 'silent', source: 'support', after: '30 min' })))?.text).toBe(
      'Nothing has come from support for 35 min; the limit is 30 min.',
    )
  })

  test('by a schedule, no night raises an alarm', async () => {
    const newest = new Map<string, Newest>([['shop', { arrival: Date.parse('2024-03-08T16:50:00Z'), event: null }]])
    const week = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 9 * 3600, to: 17 * 3600 }))
    const schedule = { name: 'office', zone: 'UTC', hours: [{ validFrom: null, week }], holidays: new Set<string>() }
    const rule = ruleOf({ kind: 'silent', source: 'shop', after: '30 min', schedule: 'office' })
    const at = async (instant: string) => {
      const handed = services(english, {
        now: Date.parse(instant),
        newest: async () => newest,
        schedule: async () => schedule,
      })
      return (await readRule(rule, handed, [])).map(({ finding, value }) => [finding, value])
    }
    expect(await at('2024-03-11T09:19:00Z')).toEqual([['good', 1740]])
    expect(await at('2024-03-11T09:21:00Z')).toEqual([['bad', 1860]])
  })

  test('a source that never spoke has no data', async () => {
    const readings = await readRule(ruleOf({ kind: 'silent', source: 'none', after: '1 h' }), services(), [])
    expect(readings.map(({ finding }) => finding)).toEqual(['no-data'])
  })
})

test('an unusual newest day is told against what would have been usual; an usual one is not', async () => {
  const days = await emptyModel()
  await fill(
    days,
    'cases',
    `SELECT 'c' || row_number() OVER () AS id, 'email' AS channel, 'open' AS status, created_at, CAST(created_at AS DATE) AS created_on
     FROM (SELECT TIMESTAMP '2024-01-01 00:00:00' + to_hours(CAST(day * 24 AS BIGINT)) + to_minutes(CAST(each * 10 AS BIGINT)) AS created_at
       FROM range(70) days(day), range(90) eaches(each) WHERE each < CASE WHEN day = 68 THEN 12 ELSE 60 + day % 7 * 3 + (day * 7919) % 9 END)`,
  )
  const context = await contextOf(days, { asOf: '2024-03-10T10:00:00Z' })
  const rule = ruleOf({ kind: 'anomaly', metric: 'cases', side: 'low' })
  const message = await told(rule, services(context))
  expect(message?.text).toMatch(/^Cases of the day 2024-03-09 is 12; usual would have been /)
  expect(message?.why[0]).toMatch(/^Before that it was /)
  const high = await readRule(ruleOf({ kind: 'anomaly', metric: 'cases', side: 'high' }), services(context), [])
  expect(high.map(({ finding }) => finding)).toEqual(['good'])
  // Short of what is told among so many days, and not yet what one day is: what was told goes on.
  const findings: string[] = []
  for (const value of [12, 60, 64, 66, 68, 70, 72, 74, 76, 78]) {
    const runQueryWith: WatchServices['runQuery'] = async (query) => {
      const frame = await runQuery(query, context)
      const cell = frame.rows.find(({ period }) => (period as { start: string }).start === '2024-03-09')!.cases
      Object.assign(cell as object, { value })
      return frame
    }
    const handed = services(context, { runQuery: runQueryWith })
    const [reading] = await readRule(ruleOf({ kind: 'anomaly', metric: 'cases' }), handed, [])
    findings.push(reading!.finding)
    if (reading!.finding === 'between') expect(reading!.value).toBeLessThan(reading!.limit!)
  }
  expect([...new Set(findings)]).toEqual(['bad', 'between', 'good'])
  await days.close()
})
