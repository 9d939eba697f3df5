import { afterEach, describe, expect, test } from 'vitest'
import { parseYaml } from '../../../src/config/yaml.ts'
import type { Problem } from '../../../src/errors.ts'
import { parseChecks } from '../../../src/flow/check/check.ts'
import { findFaults } from '../../../src/flow/check/find.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { emptyModel, fill } from '../../metrics/fixture.ts'

let store: Store | undefined
afterEach(async () => {
  await store?.close()
  store = undefined
})

async function model(tables: Record<string, string>): Promise<Store> {
  store = await emptyModel()
  for (const [table, query] of Object.entries(tables)) await fill(store, table, query)
  return store
}

function parsed(kind: string) {
  const problems: Problem[] = []
  const checks = parseChecks(parseYaml(`checks: [{ id: this, severity: warning, ${kind} }]`, 'c.yaml'), problems)
  return { checks, codes: problems.map(({ code }) => code) }
}

async function found(on: Store, kind: string, landed = '2024-03-01 12:00:00', asOf = '2024-03-01T10:00:00Z') {
  const { checks, codes } = parsed(kind)
  expect(codes).toEqual([])
  const results = await findFaults(on, checks, new Set(), { landed, asOf, zone: 'UTC' })
  const rows = await on.rows(raw(`SELECT id FROM cx.check_rows WHERE "check" = 'this' ORDER BY id`))
  await on.run(raw('DELETE FROM cx.check_rows'))
  return { results, rows: rows.map(({ id }) => id) }
}

test('completeness: the share with a value, its limit, its rows, and whose they are', async () => {
  const on = await model({
    cases: `SELECT 'c' || i AS id, CASE WHEN i % 10 > 0 THEN 'chat' END AS channel, CASE WHEN i <= 20 THEN 'open' ELSE 'solved' END AS status,
      CASE WHEN i <= 50 THEN 'crm' ELSE 'shop' END AS source FROM range(1, 101) t(i)`,
  })
  const kind = 'kind: completeness, table: cases, column: channel'
  const sources = [
    { source: 'crm', found: 5, checked: 50 },
    { source: 'shop', found: 5, checked: 50 },
  ]
  expect((await found(on, kind)).results).toMatchObject([
    { found: 10, checked: 100, dimension: 'completeness', bySource: sources, rows: 'channel is null' },
  ])
  expect((await found(on, `${kind}, at_least: 0.9`)).results).toMatchObject([{ found: 0, checked: 100 }])
  expect((await found(on, `${kind}, at_least: 0.91`)).results).toMatchObject([{ found: 10, checked: 100 }])
  expect((await found(on, `${kind}, where: "status = 'open'"`)).results).toMatchObject([
    { found: 2, checked: 20, rows: "(status = 'open') and channel is null" },
  ])
})

test('unique: rows that repeat a key of several columns; where a part is missing there is none', async () => {
  const on = await model({
    surveys: `SELECT * FROM (VALUES ('a', 'csat', 'k1'), ('b', 'csat', 'k1'), ('c', 'nps', 'k1'), ('d', 'csat', NULL), ('e', 'csat', NULL)) t(id, kind, "case")`,
  })
  const { results, rows } = await found(on, 'kind: unique, table: surveys, columns: [case, kind]')
  expect(results).toMatchObject([{ found: 1, checked: 3, facts: { keys: 1 } }])
  expect(rows).toEqual(['a', 'b'])
})

describe('freshness', () => {
  const tables = {
    loads: `SELECT * FROM (VALUES ('1', 'crm'), ('2', 'calls')) t(id, source)`,
    cases: `SELECT 'a' AS id, 'crm' AS source, TIMESTAMP '2024-02-29 10:00' AS created_at, TIMESTAMP '2024-12-01' AS solved_at`,
    touchpoints: `SELECT 'b' AS id, 'calls' AS source, TIMESTAMP '2024-02-20 10:00' AS started_at`,
  }
  test('each source for itself at the moment of the build; what lies ahead of it has not happened', async () => {
    const { results } = await found(await model(tables), 'kind: freshness, at_most: 36 h')
    expect(results.map(({ source, found: stale, facts }) => [source, stale, facts.age])).toEqual([
      ['calls', 1, 10 * 86_400 + 7200],
      ['crm', 0, 26 * 3600],
    ])
  })
  test('one source or one table', async () => {
    const on = await model(tables)
    expect((await found(on, 'kind: freshness, at_most: 1 h, source: crm')).results).toMatchObject([
      { subject: 'crm', found: 1 },
    ])
    expect((await found(on, 'kind: freshness, at_most: 20 d, table: touchpoints')).results).toMatchObject([
      { subject: 'touchpoints', source: null, found: 0 },
    ])
  })
  test('beside the newest of all sources, an old export is not stale; a single source has nothing beside it', async () => {
    const kind = 'kind: freshness, at_most: 7 d, after: newest'
    const asOf = '2024-02-29T10:00:00Z'
    const { results } = await found(await model(tables), kind, '2030-01-01 00:00:00', asOf)
    expect(results.map(({ source, found: stale }) => [source, stale])).toEqual([
      ['calls', 1],
      ['crm', 0],
    ])
    const alone = await model({ ...tables, loads: `SELECT '1' AS id, 'crm' AS source` })
    expect((await found(alone, kind, '2030-01-01 00:00:00', asOf)).results).toEqual([])
  })
  test('in opening hours: a weekend and a day off do not age', async () => {
    const on = await model({
      ...tables,
      schedules: `SELECT 's' || d AS id, 'desk' AS schedule, 'UTC' AS zone, d AS weekday, '09:00' AS "from", '17:00' AS "to" FROM range(1, 6) t(d)`,
      holidays: `SELECT 'h' AS id, DATE '2024-02-28' AS on_date`,
    })
    // From Tuesday 20 Feb 10:00 to Friday 1 Mar 12:00, without Wednesday 28.
    const { results } = await found(on, 'kind: freshness, at_most: 50 h, source: calls, schedule: desk')
    expect(results).toMatchObject([{ found: 1, facts: { age: (7 + 6 * 8 + 3) * 3600 } }])
    await expect(found(on, 'kind: freshness, at_most: 1 h, schedule: nobody')).rejects.toThrow('no schedule "nobody"')
  })
})

describe('volume', () => {
  /** Ten weeks of two sources that end on 1 March, which is not over. */
  const days = (source: string, rows: string) =>
    `SELECT '${source}' || d || '-' || r AS id, '${source}' AS source, DATE '2024-03-01' - CAST(d AS INTEGER) AS created_on
     FROM range(0, 70) t(d), range(0, 40) u(r) WHERE r < ${rows}`
  const weekly = "(30 - 10 * CAST(isodow(DATE '2024-03-01' - CAST(d AS INTEGER)) > 5 AS INTEGER) + (d * 7) % 5)"
  const cases = (crm: string) => ({ cases: `${days('crm', crm)} UNION ALL ${days('shop', weekly)}` })
  const kind = 'kind: volume, table: cases, by: source'

  test('nothing is told of quiet sources, and the last day is not over', async () => {
    const { results } = await found(await model(cases(`CASE WHEN d = 0 THEN 1 ELSE ${weekly} END`)), kind)
    expect(results.map(({ source, found: odd, checked }) => [source, odd, checked])).toEqual([
      ['crm', 0, 7],
      ['shop', 0, 7],
    ])
  })
  test('a planted drop is told of its source, with what was to be expected', async () => {
    const { results } = await found(await model(cases(`CASE WHEN d = 2 THEN 3 ELSE ${weekly} END`)), kind)
    expect(results.map(({ source, found: odd }) => [source, odd])).toEqual([
      ['crm', 1],
      ['shop', 0],
    ])
    expect(results[0]!.facts).toMatchObject({ day: '2024-02-28', rows: 3 })
    expect(Number(results[0]!.facts.expected)).toBeGreaterThan(25)
  })
  test('a day without any row is judged, a day off is not', async () => {
    const gone = cases(`CASE WHEN d = 3 THEN 0 ELSE ${weekly} END`)
    expect((await found(await model(gone), kind)).results[0]).toMatchObject({
      found: 1,
      facts: { day: '2024-02-27', rows: 0 },
    })
    const off = { ...gone, holidays: `SELECT 'h' AS id, DATE '2024-02-27' AS on_date` }
    expect((await found(await model(off), kind)).results[0]).toMatchObject({ found: 0, checked: 6 })
  })
  test('four weeks are too few', async () => {
    const { results } = await found(await model(cases(`CASE WHEN d > 28 THEN 0 ELSE ${weekly} END`)), kind)
    expect(results.map(({ source }) => source)).toEqual(['shop'])
  })
})

describe('distribution', () => {
  /** Four whole months of 310 cases and a begun one; `channel` and `replies` as the expressions say. */
  const cases = (channel: string, replies = 'r % 20') => ({
    cases: `SELECT m || '-' || r AS id, ${channel} AS channel, ${replies} AS replies,
      DATE '2023-11-01' + to_months(CAST(m AS INTEGER)) + to_days(CAST(r % 28 AS INTEGER)) AS created_on FROM range(0, 5) t(m), range(0, 310) u(r)`,
  })
  const kind = 'kind: distribution, table: cases, column: channel'

  test('the same mix, and one that is a little different, is not told', async () => {
    const even = await found(await model(cases(`CASE WHEN r % 3 = 0 THEN 'chat' ELSE 'email' END`)), kind)
    expect(even.results).toMatchObject([{ found: 0, checked: 1 }])
    const little = `CASE WHEN r % 3 = 0 OR (m = 3 AND r % 10 = 1) THEN 'chat' ELSE 'email' END`
    expect((await found(await model(cases(little)), kind)).results).toMatchObject([{ found: 0 }])
  })
  test('a planted drift is told with the value that moved most', async () => {
    const drifted = `CASE WHEN m = 3 AND r % 3 = 1 THEN 'sms' WHEN r % 3 = 0 THEN 'chat' ELSE 'email' END`
    const { results } = await found(await model(cases(drifted)), kind)
    expect(results).toMatchObject([
      {
        found: 1,
        facts: { value: 'sms', share_before: 0, from: '2024-02-01', to: '2024-02-29', rows: 310, before_rows: 930 },
      },
    ])
  })
  test('values that went missing are a part of the mix; the month that is not over is none', async () => {
    const gone = await found(await model(cases(`CASE WHEN m = 3 AND r % 2 = 0 THEN NULL ELSE 'chat' END`)), kind)
    expect(gone.results).toMatchObject([{ found: 1, facts: { kind: 'missing' } }])
    const later = await found(await model(cases(`CASE WHEN m = 4 THEN NULL ELSE 'chat' END`)), kind)
    expect(later.results).toMatchObject([{ found: 0 }])
  })
  test('numbers by the tenths of the months before', async () => {
    const numbers = 'kind: distribution, table: cases, column: replies'
    expect((await found(await model(cases(`'chat'`)), numbers)).results).toMatchObject([{ found: 0, checked: 1 }])
    const twice = cases(`'chat'`, 'CASE WHEN m = 3 THEN 2 * (r % 20) ELSE r % 20 END')
    expect((await found(await model(twice), numbers)).results).toMatchObject([{ found: 1, facts: { kind: 'range' } }])
  })
  test('too few rows are not judged', async () => {
    expect((await found(await model(cases(`'chat'`)), `${kind}, at_least: 311`)).results).toEqual([])
  })
})

test('reconcile: two tables month by month, and in all', async () => {
  const on = await model({
    cases: `SELECT 'k' || i AS id, DATE '2024-01-15' + to_months(CAST(i // 10 AS INTEGER)) AS created_on FROM range(0, 30) t(i)`,
    case_products: `SELECT 'p' || i AS id, 'k' || i AS "case", CASE WHEN i BETWEEN 10 AND 11 THEN 0.5 ELSE 1.0 END AS share FROM range(0, 30) t(i)`,
  })
  const monthly =
    'kind: reconcile, table: cases, month: created_on, with: { table: case_products, value: share, month: "`case`.created_on" }'
  expect((await found(on, monthly)).results).toMatchObject([
    { found: 1, checked: 3, facts: { stored: 30, computed: 29, apart: 1, first: '2024-02' } },
  ])
  const whole = 'kind: reconcile, table: cases, with: { table: case_products, value: share }'
  expect((await found(on, `${whole}, apart: 0.05`)).results).toMatchObject([{ found: 0, checked: 1 }])
  expect((await found(on, whole)).results).toMatchObject([{ found: 1, checked: 1 }])
})

test('what a check cannot mean is said with its place', () => {
  const wrong: [string, string][] = [
    ['kind: completeness, table: cases, column: chanel', 'column-unknown'],
    ['kind: volume, table: products', 'day-missing'],
    ['kind: distribution, table: nothing, column: x', 'day-missing'],
    ['kind: freshness, table: products, at_most: 1 d', 'day-missing'],
    ['kind: stored_count, table: agents, of: holdings.advisor', 'count-unclear'],
    ['kind: reconcile, table: cases, month: created_on, with: { table: surveys }', 'month-missing'],
    ['kind: unique, table: cases, columns: []', 'catalogue-invalid'],
    ['kind: completeness, table: cases, column: channel, at_least: 95', 'catalogue-invalid'],
  ]
  for (const [kind, code] of wrong) expect(parsed(kind).codes, kind).toContain(code)
})

test('columns of what came between two builds say nothing by themselves, those of files do', async () => {
  const on = await model({
    loads: `SELECT id, 'desk' AS source, id AS path, 'ndjson' AS form, 5 AS records, 5 AS mapped FROM (VALUES ('file'), ('part#1-5')) t(id)`,
    columns: `SELECT id AS load, 1 AS position, 'region' AS name, 'text' AS type, 4 AS missing, 1 AS distinct_values, 'FR' AS lowest
      FROM (VALUES ('file'), ('part#1-5')) t(id)`,
  })
  expect((await found(on, 'kind: constant')).results).toHaveLength(1)
  expect((await found(on, 'kind: mostly_missing')).results).toHaveLength(1)
})
