import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { FrameRow, MetricCell } from '../../src/metrics/frame.ts'
import { readCheckFindings } from '../../src/metrics/ledger.ts'
import type { Query } from '../../src/metrics/query.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { raw } from '../../src/sql/sql.ts'
import { builtFrom } from '../flow/built.ts'
import { contextOf } from './fixture.ts'

/** The public wealth manager's export; given beside the repository, never inside it. */
const folder = join(import.meta.dirname, '../../../shared/data/wealth')
const hasWealth = existsSync(folder)
if (!hasWealth) console.log(`Skipped: the wealth manager's export is not at ${folder}.`)

const names =
  'account_balances advisors benchmark_roi_table customers engagement enrollments market_data products retention service_interactions'

describe.skipIf(!hasWealth)("numbers of a wealth manager's export, as they were counted by other means", () => {
  let context: MetricContext
  beforeAll(async () => {
    const { store } = await builtFrom(...names.split(' ').map((name) => join(folder, `${name}.csv`)))
    const [version] = await store.rows(raw("SELECT strftime(as_of, '%Y-%m-%dT%H:%M:%SZ') AS as_of FROM cx.versions"))
    context = await contextOf(store, { asOf: String(version?.as_of) })
  })

  const cell = (row: FrameRow | undefined, metric: string): MetricCell => row?.[metric] as MetricCell
  async function values(metrics: string[], query: Omit<Query, 'metrics'> = {}) {
    const { rows } = await runQuery({ metrics, ...query }, context)
    expect(rows).toHaveLength(1)
    return Object.fromEntries(metrics.map((id) => [id, cell(rows[0], id).value]))
  }
  test('what there is', () => {
    expect(context.version.counts).toMatchObject({
      customers: 1000,
      holdings: 1929,
      balances: 57_180,
      cases: 5000,
      sessions: 10_000,
    })
  })

  const lastDay = { range: { to: '2024-10-01' } }

  test('assets and flows', async () => {
    const metrics = [
      'aum',
      'aum:all_dates_added',
      'net_flows',
      'fee_revenue',
      'returns',
      'contributions',
      'withdrawals',
    ]
    expect(await values(metrics)).toEqual({
      aum: 242_993_148.93,
      'aum:all_dates_added': 5_284_140_612.61,
      net_flows: 149_339_298.66,
      fee_revenue: 5_131_323.58,
      returns: 21_745_987.81,
      contributions: 153_176_821.32,
      withdrawals: 3_837_522.66,
    })
    expect(await values(['aum'], lastDay)).toEqual({ aum: 242_993_148.93 })
    const { 'fee_revenue:computed': fees } = await values(['fee_revenue:computed'])
    expect(fees).toBeCloseTo(5_289_908.1, 1)
  })

  test('assets on any day are the last balances until then, by plain SQL', async () => {
    for (const to of ['2022-02-14', '2023-06-01', '2024-09-30', '2024-10-01']) {
      const [row] = await context.store.rows(
        raw(`SELECT round(sum(balance), 2) AS aum FROM (SELECT arg_max(balance, on_date) AS balance FROM cx.balances
          WHERE on_date <= DATE '${to}' GROUP BY customer, product)`),
      )
      const { aum } = await values(['aum'], { range: { to } })
      expect([to, Math.round((aum ?? 0) * 100) / 100]).toEqual([to, row?.aum])
    }
  })

  test('the books close but for roundings: in all, by month, and by product', async () => {
    const whole = await values(['aum_unexplained', 'aum_opening', 'initial_investments'])
    expect(whole.aum_unexplained).toBe(0.85)
    expect(whole.aum_opening).toBe(0)
    for (const query of [
      { grain: 'month' as const },
      { by: ['product'], range: { from: '2023-05-01', to: '2023-05-31' } },
    ]) {
      const { rows } = await runQuery({ metrics: ['aum_unexplained'], ...query }, context)
      expect(rows.length).toBeGreaterThan(10)
      for (const row of rows) expect(Math.abs(cell(row, 'aum_unexplained').value ?? Number.NaN)).toBeLessThan(2)
    }
  })

  test('customers, holdings and who stays', async () => {
    const { rows } = await runQuery(
      {
        metrics: [
          'active_customers',
          'retention_rate',
          'retention_rate:no_churn',
          'retention_rate:recovered',
          'retention_rate:holdings',
          'churn_rate',
        ],
      },
      context,
    )
    const share = (id: string) => [cell(rows[0], id).numerator, cell(rows[0], id).denominator]
    expect(cell(rows[0], 'active_customers').value).toBe(979)
    expect(share('retention_rate')).toEqual([979, 1000])
    expect(share('retention_rate:no_churn')).toEqual([911, 1000])
    expect(share('retention_rate:recovered')).toEqual([918, 1000])
    expect(share('retention_rate:holdings')).toEqual([1841, 1929])
    expect(share('churn_rate')).toEqual([21, 1000])
    expect(await values(['churns', 'lost_customers', 'active_holdings'])).toEqual({
      churns: 95,
      lost_customers: 21,
      active_holdings: 1841,
    })
  })

  test('service: satisfaction by outcome, first contact resolution', async () => {
    const { rows } = await runQuery({ metrics: ['csat_mean'], by: ['outcome'] }, context)
    const found = rows.map((row) => [
      row.outcome,
      Math.round((cell(row, 'csat_mean').value ?? 0) * 1000) / 1000,
      cell(row, 'csat_mean').n,
    ])
    expect(found).toEqual([
      ['Resolved', 4.007, 2570],
      ['Partially Resolved', 3.181, 1804],
      ['Unresolved', 2.53, 626],
    ])
    const all = await values(['csat_mean', 'fcr_rate', 'fcr_rate:of_calls'])
    expect(all.csat_mean).toBeCloseTo(3.524, 3)
    expect(all.fcr_rate).toBeCloseTo(0.514, 4)
    expect(all['fcr_rate:of_calls']).toBeCloseTo(0.4811, 4)
  })

  test('cases by what customers hold add up to the cases, however they are split', async () => {
    for (const by of [
      [],
      ['product'],
      ['category'],
      ['attribution'],
      ['segment', 'product'],
      ['reason', 'risk_level'],
    ]) {
      const { rows } = await runQuery({ metrics: ['attributed_cases'], by }, context)
      const sum = rows.reduce((total, row) => total + (cell(row, 'attributed_cases').value ?? 0), 0)
      expect([by, Math.round(sum * 1000) / 1000]).toEqual([by, 5000])
    }
  })

  test('what the files say about each other is told in both languages', async () => {
    const told = async (language: string) => {
      const { words } = await contextOf(context.store, { language })
      const findings = await readCheckFindings({ ...context, words })
      return Object.fromEntries(
        findings.map(({ check, sentence }) => [check, sentence.replaceAll(/[\u00a0\u202f]/g, ' ')]),
      )
    }
    expect(await told('en')).toMatchObject({
      'stored-customers':
        'The stated number of customers agrees with the holdings for 2 of 50 advisors: 2,782 are stated, 1,784 are found.',
      'stored-satisfaction':
        'The stated satisfaction of 50 of 50 advisors cannot be computed again: none of them stands in a contact, and the contacts name 100 agents.',
      'balance-after-leaving':
        '1,341 balances are dated after the customer had left the product; 87 of them belong to holdings that were won back (2.3% of 57,180).',
      'lifetime-values': '6 customers have several lifetime values, of 89 with one.',
      'active-but-left':
        'The source calls every holding active, 1,929 of 1,929; 95 leavings say otherwise of 95 of them, of which 7 were won back. So not everybody stayed, and retention is not 100 %.',
      'fees-recorded':
        'Fees as recorded are 5,131,323.58, and 5,289,908.10 from the balances and the fees of the products: 3.0% apart.',
      'balance-roll-forward':
        'The balances are explained but for roundings: 77,039,185.19 first paid in, 174,922,809.13 from contributions and returns, less 8,968,846.24 of withdrawals and fees, against 242,993,148.93 at the end. The difference is 0.85; 19,515 of 57,180 months miss, by 0.02 at most.',
    })
    const french = await told('fr')
    expect(french['lost-reference']).toBeUndefined()
    expect(french['stored-customers']).toBe(
      'Le nombre de clients indiqué concorde avec les produits détenus pour 2 conseillers sur 50 : 2 782 sont indiqués, 1 784 sont trouvés.',
    )
    expect(french['fees-recorded']).toBe(
      'Les frais enregistrés font 5 131 323,58, et 5 289 908,10 d’après les soldes et le tarif des produits : 3,0 % d’écart.',
    )
  })
})
