import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BuildReport } from '../../src/flow/flow.ts'
import { generate } from '../../src/generate/generate.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { builtFrom } from './built.ts'

/** The public wealth manager's export; given beside the repository, never inside it. */
const folder = join(import.meta.dirname, '../../../shared/data/wealth')
const hasWealth = existsSync(folder)
if (!hasWealth) console.log(`Skipped: the wealth manager's export is not at ${folder}.`)

/** Records of each file. */
const records = {
  account_balances: 57_180,
  advisors: 50,
  benchmark_roi_table: 29,
  customers: 1000,
  engagement: 10_000,
  enrollments: 1929,
  market_data: 992,
  products: 15,
  retention: 95,
  service_interactions: 5000,
}

const links = [
  ['customers', 'account', 'accounts'],
  ['holdings', 'customer', 'customers'],
  ['holdings', 'product', 'products'],
  ['holdings', 'advisor', 'agents'],
  ['balances', 'customer', 'customers'],
  ['balances', 'product', 'products'],
  ['cases', 'customer', 'customers'],
  ['cases', 'agent', 'agents'],
  ['touchpoints', 'case', 'cases'],
  ['surveys', 'touchpoint', 'touchpoints'],
  ['sessions', 'customer', 'customers'],
  ['churns', 'customer', 'customers'],
  ['churns', 'product', 'products'],
] as const

/** Rows whose link is empty or leads nowhere, by table and column; nothing where all lead somewhere. */
async function lostLinks(store: Store): Promise<Record<string, number>> {
  const lost: Record<string, number> = {}
  for (const [table, column, to] of links) {
    const [row] = await store.rows(
      raw(
        `SELECT count(*) AS n FROM cx.${table} WHERE "${column}" IS NULL OR "${column}" NOT IN (SELECT id FROM cx.${to})`,
      ),
    )
    if (Number(row!.n) > 0) lost[`${table}.${column}`] = Number(row!.n)
  }
  return lost
}

test('the generated files are recognised, and every record of them becomes a row', async () => {
  const out = mkdtempSync(join(tmpdir(), 'rapport-wealth-'))
  afterAll(() => rmSync(out, { recursive: true, force: true }))
  const { files } = await generate('wealth', { rows: 300, out })
  const { report, store } = await builtFrom(...files.map(({ path }) => path))
  expect(report.mappings.map(({ pack, how }) => [pack, how])).toEqual(Array(9).fill(['wealth', 'recognised']))
  expect(report.loads.map(({ records, mapped }) => [records, mapped])).toEqual(files.map(({ rows }) => [rows, rows]))
  expect(await store.rows(raw('SELECT count(*) AS n FROM cx.rejects'))).toEqual([{ n: 0 }])
  expect(await lostLinks(store)).toEqual({})
})

describe.skipIf(!hasWealth)("a wealth manager's export, as it was counted by other means", () => {
  let report: BuildReport
  let store: Store
  beforeAll(async () => {
    const files = Object.keys(records).map((name) => join(folder, `${name}.csv`))
    ;({ report, store } = await builtFrom(...files))
  })

  const one = async (text: string): Promise<Row> => (await store.rows(raw(text)))[0]!

  test('each file is recognised, and every record of it became a row', () => {
    expect(report.mappings.map(({ pack, how }) => [pack, how])).toEqual(Array(10).fill(['wealth', 'recognised']))
    const mapped = report.loads.map(({ name, mapped }) => [name, mapped])
    expect(Object.fromEntries(mapped)).toEqual(
      Object.fromEntries(Object.entries(records).map(([name, count]) => [`${name}.csv`, count])),
    )
    for (const load of report.loads) {
      expect(load.mapped, load.name).toBe(load.records)
      expect([load.rejected, load.duplicate, load.superseded, load.skipped], load.name).toEqual([0, 0, 0, 0])
    }
  })

  test('no value was set aside', async () => {
    expect(await one('SELECT count(*) AS n FROM cx.rejects')).toEqual({ n: 0 })
  })

  test('the rows of each table', async () => {
    const names = 'customers accounts agents products holdings balances cases touchpoints surveys sessions churns'
    const counts = names.split(' ').map((name) => `(SELECT count(*) FROM cx.${name}) AS ${name}`)
    expect(await one(`SELECT ${counts.join(', ')}`)).toEqual({
      customers: 1000,
      accounts: 432,
      agents: 150,
      products: 15,
      holdings: 1929,
      balances: 57_180,
      cases: 5000,
      touchpoints: 5000,
      surveys: 5000,
      sessions: 10_000,
      churns: 95,
    })
    expect(
      await store.rows(
        raw('SELECT series, count(*) AS n, count(DISTINCT id) AS ids FROM cx.benchmarks GROUP BY 1 ORDER BY 1'),
      ),
    ).toEqual(
      ['benchmark_roi', 'bond_index', 'inflation_rate', 'prime_rate', 'sp500_index', 'unemployment_rate'].map(
        (series) => ({ series, n: series === 'benchmark_roi' ? 29 : 992, ids: series === 'benchmark_roi' ? 29 : 992 }),
      ),
    )
  })

  test('every link leads to a row', async () => {
    expect(await lostLinks(store)).toEqual({})
  })

  test('the amounts, the service and the leavers', async () => {
    const sums = await one(
      'SELECT round(sum(balance), 2) AS balance, round(sum(contributions), 2) AS paid_in, round(sum(withdrawals), 2) AS paid_out, round(sum(returns), 2) AS returns, round(sum(fees), 2) AS fees FROM cx.balances',
    )
    expect(sums).toEqual({
      balance: 5_284_140_612.61,
      paid_in: 153_176_821.32,
      paid_out: 3_837_522.66,
      returns: 21_745_987.81,
      fees: 5_131_323.58,
    })
    expect(
      await store.rows(
        raw(`SELECT t.outcome, c.status, count(*) AS n, round(avg(s.score), 3) AS score
FROM cx.cases AS c JOIN cx.touchpoints AS t ON t."case" = c.id JOIN cx.surveys AS s ON s."case" = c.id GROUP BY ALL ORDER BY n DESC`),
      ),
    ).toEqual([
      { outcome: 'Resolved', status: 'solved', n: 2570, score: 4.007 },
      { outcome: 'Partially Resolved', status: 'open', n: 1804, score: 3.181 },
      { outcome: 'Unresolved', status: 'open', n: 626, score: 2.53 },
    ])
    expect(
      await one(
        'SELECT count(DISTINCT customer) AS customers, count(*) FILTER (is_recovered) AS recovered FROM cx.churns',
      ),
    ).toEqual({ customers: 89, recovered: 7 })
    expect(
      await one('SELECT min(duration_seconds) AS shortest, max(duration_seconds) AS longest FROM cx.sessions'),
    ).toEqual({ shortest: 60, longest: 1800 })
  })

  test('products of one name are products of their own', async () => {
    expect(await one("SELECT count(*) AS n FROM cx.products WHERE name = 'LLC Investment Fund'")).toEqual({ n: 2 })
    expect(
      await one('SELECT count(DISTINCT risk_level) AS levels, max(annual_fee) AS dearest FROM cx.products'),
    ).toEqual({
      levels: 5,
      dearest: 0.0297,
    })
  })
})
