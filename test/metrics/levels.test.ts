import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { FrameRow, MetricCell, Period } from '../../src/metrics/frame.ts'
import type { Query } from '../../src/metrics/query.ts'
import { readRows, rowsOf } from '../../src/metrics/rows.ts'
import { runQuery } from '../../src/metrics/run.ts'
import type { Store } from '../../src/store/store.ts'
import { derivedBank, smallBank } from './bank.ts'
import { contextOf, emptyModel, fill } from './fixture.ts'

const opened: Store[] = []
afterAll(() => Promise.all(opened.map((store) => store.close())))

async function bank(
  tables: Record<string, string>,
  asOf: string | null = '2024-03-31T00:00:00Z',
): Promise<MetricContext> {
  const store = await derivedBank(tables)
  opened.push(store)
  return contextOf(store, { asOf })
}

const cell = (row: FrameRow | undefined, metric: string): MetricCell => row?.[metric] as MetricCell
async function valueIn(metric: string, query: Omit<Query, 'metrics'>, context: MetricContext): Promise<number | null> {
  const { rows } = await runQuery({ metrics: [metric], ...query }, context)
  expect(rows).toHaveLength(1)
  expect(cell(rows[0], metric).refused).toBeUndefined()
  return cell(rows[0], metric).value
}
async function byPeriod(metric: string, query: Omit<Query, 'metrics'>, context: MetricContext) {
  const { rows } = await runQuery({ metrics: [metric], ...query }, context)
  return rows.map((row) => [(row.period as Period).start, cell(row, metric).value])
}

describe('a level', () => {
  let context: MetricContext
  beforeAll(async () => {
    context = await bank(smallBank)
  })

  test.each([
    ['2024-01-09', null],
    ['2024-01-15', 100],
    ['2024-01-31', 130],
    ['2024-02-07', 180],
    ['2024-02-29', 210],
    ['2024-03-14', 210],
    ['2024-03-31', 250],
    ['2025-01-15', 250],
  ])('on %s is %j: the last balance of each holding, carried forward', async (to, value) => {
    expect(await valueIn('aum', { range: { to } }, context)).toBe(value)
  })

  test('has no verdict by groups, and no word that one is missing: money on a day is no sample', async () => {
    const { rows, verdicts } = await runQuery(
      { metrics: ['aum', 'active_customers', 'net_flows'], by: ['product'] },
      context,
    )
    expect(rows.length).toBeGreaterThan(1)
    expect(verdicts).toEqual([])
  })

  test('without dates is that of the now', async () => {
    expect(await valueIn('aum', {}, context)).toBe(250)
    expect(await valueIn('aum', { as_of: '2024-02-07T12:00:00Z' }, context)).toBe(180)
  })

  test('at the start is that of the evening before', async () => {
    const range = { from: '2024-02-05', to: '2024-02-29' }
    expect(await valueIn('aum_opening', { range }, context)).toBe(130)
    expect(await valueIn('aum_opening', { range: { ...range, from: '2024-02-06' } }, context)).toBe(180)
    expect(await valueIn('aum_opening', {}, context)).toBe(0)
  })

  test('of a mean day counts each evening', async () => {
    const february = (9 * 130 + 10 * 150 + 10 * 160 + 25 * 50) / 29
    expect(await valueIn('aum_mean', { range: { from: '2024-02-01', to: '2024-02-29' } }, context)).toBeCloseTo(
      february,
      6,
    )
    expect(await valueIn('aum_mean', { range: { from: '2024-02-09', to: '2024-02-10' } }, context)).toBeCloseTo(190, 6)
    // From the first balance on: 10 January to 31 March is 82 days.
    const all = (10 * 100 + 21 * 130 + 10 * 150 + 41 * 160 + 56 * 50 + 17 * 40) / 82
    expect(await valueIn('aum_mean', {}, context)).toBeCloseTo(all, 6)
  })

  test('by month is that of each end, start and mean day', async () => {
    expect(await byPeriod('aum', { grain: 'month' }, context)).toEqual([
      ['2024-01-01', 130],
      ['2024-02-01', 210],
      ['2024-03-01', 250],
    ])
    expect(await byPeriod('aum_opening', { grain: 'month' }, context)).toEqual([
      ['2024-01-01', 0],
      ['2024-02-01', 130],
      ['2024-03-01', 210],
    ])
    const means = await byPeriod('aum_mean', { grain: 'month' }, context)
    expect(means[1]?.[1]).toBeCloseTo((9 * 130 + 10 * 150 + 10 * 160 + 25 * 50) / 29, 6)
    expect(means[2]?.[1]).toBeCloseTo((31 * 210 + 17 * 40) / 31, 6)
  })

  test('by a property of customers that depends on the now, told with the now', async () => {
    const joined = await bank({
      ...smallBank,
      customers: `SELECT *, DATE '2021-03-31' + CAST(500 * age / 34 - 500 AS INTEGER) AS joined_on FROM (${smallBank.customers})`,
    })
    const frame = await runQuery({ metrics: ['aum'], by: ['tenure_band'] }, joined)
    expect(frame.rows.map((row) => [row.tenure_band, cell(row, 'aum').value])).toEqual([
      [2, 90],
      [3, 160],
    ])
    expect(frame.as_of).toBe('2024-03-31T00:00:00Z')
    const flows = await runQuery({ metrics: ['contributions'], by: ['tenure_band'] }, joined)
    expect(flows.as_of).toBe('2024-03-31T00:00:00Z')
  })

  test('by week and in a part of the months; a quiet period keeps what was there', async () => {
    const weeks = await byPeriod('aum', { grain: 'week', range: { from: '2024-02-19', to: '2024-03-10' } }, context)
    expect(weeks).toEqual([
      ['2024-02-19', 210],
      ['2024-02-26', 210],
      ['2024-03-04', 210],
    ])
    const months = { grain: 'month', range: { from: '2024-02-01', to: '2024-03-10' } } as const
    expect((await byPeriod('aum', months, context)).map(([, value]) => value)).toEqual([210, 210])
  })

  test('adds up over groups, and each group is carried on', async () => {
    const { rows } = await runQuery({ metrics: ['aum'], by: ['product'], range: { to: '2024-03-31' } }, context)
    expect(rows.map((row) => [row.product, cell(row, 'aum').value])).toEqual([
      ['p1', 200],
      ['p2', 50],
    ])
    const split = await runQuery({ metrics: ['aum'], by: ['product'], grain: 'month' }, context)
    expect(split.rows.map((row) => [row.product, (row.period as Period).start, cell(row, 'aum').value])).toEqual([
      ['p1', '2024-01-01', 130],
      ['p2', '2024-01-01', null],
      ['p1', '2024-02-01', 160],
      ['p2', '2024-02-01', 50],
      ['p1', '2024-03-01', 200],
      ['p2', '2024-03-01', 50],
    ])
  })

  test('compared with the month before, by period and by range', async () => {
    const periods = await runQuery({ metrics: ['aum'], grain: 'month', compare: 'previous' }, context)
    expect(periods.rows.map((row) => [cell(row, 'aum').value, cell(row, 'aum').previous])).toEqual([
      [130, null],
      [210, 130],
      [250, 210],
    ])
    const range = { from: '2024-03-01', to: '2024-03-31' }
    const march = await runQuery({ metrics: ['aum', 'contributions'], range, compare: 'previous' }, context)
    expect(cell(march.rows[0], 'aum')).toMatchObject({ value: 250, previous: 210, change: 40 })
    expect(cell(march.rows[0], 'contributions')).toMatchObject({ value: 0, previous: 30 })
  })

  test('compared from a day after the now on: what was there the day before', async () => {
    const { rows } = await runQuery({ metrics: ['aum'], range: { from: '2024-05-01' }, compare: 'previous' }, context)
    expect(cell(rows[0], 'aum')).toMatchObject({ previous: 250 })
  })

  test('its rows are the balances until then', async () => {
    for (const query of [
      {},
      { range: { from: '2024-02-10', to: '2024-02-12' } },
      { as_of: '2024-02-07T12:00:00Z' },
      { by: ['product'] },
    ]) {
      const { rows } = await runQuery({ metrics: ['aum'], ...query }, context)
      const { total } = await readRows(
        rowsOf({ metrics: ['aum'], ...query }, rows[0], 'aum', 'numerator', context),
        context,
      )
      expect([query, total]).toEqual([query, cell(rows[0], 'aum').n])
    }
  })

  test('is not split by weekday: what changed on Mondays is no level', async () => {
    for (const metric of ['aum', 'roi', 'roi:time_weighted']) {
      const { rows } = await runQuery({ metrics: [metric], by: ['weekday'] }, context)
      expect([metric, cell(rows[0], metric).refused?.code]).toEqual([metric, 'level-by-day'])
    }
    const left = await bank({
      ...smallBank,
      churns: `SELECT 'x1' AS id, 'c1' AS customer, 'p1' AS product, DATE '2024-02-15' AS churned_on`,
    })
    const after = await runQuery({ metrics: ['aum', 'aum:all_dates_added'], by: ['is_after_leaving'] }, left)
    expect(cell(after.rows[0], 'aum').refused?.code).toBe('level-by-day')
    expect(after.rows.map((row) => [row.is_after_leaving, cell(row, 'aum:all_dates_added').value])).toEqual([
      [false, 470],
      [true, 160],
    ])
    const flows = await runQuery({ metrics: ['contributions'], by: ['weekday'] }, context)
    expect(cell(flows.rows[0], 'contributions').refused).toBeUndefined()
  })

  test('without any now ends with the last period of the data', async () => {
    const timeless = { ...context, version: { ...context.version, as_of: null } }
    const means = await byPeriod('aum_mean', { grain: 'month' }, timeless)
    expect(means[2]?.[1]).toBeCloseTo((31 * 210 + 17 * 40) / 31, 6)
  })
})

describe('amounts told as a month to date', () => {
  test('count once a month, whatever day is asked', async () => {
    const context = await bank(smallBank)
    expect(await valueIn('contributions', {}, context)).toBe(60)
    expect(await byPeriod('contributions', { grain: 'month' }, context)).toEqual([
      ['2024-01-01', 30],
      ['2024-02-01', 30],
      ['2024-03-01', 0],
    ])
    expect(await valueIn('contributions', { range: { from: '2024-02-01', to: '2024-02-15' } }, context)).toBe(20)
    expect(await valueIn('net_flows', { range: { from: '2024-02-01', to: '2024-02-29' } }, context)).toBe(25)
  })
})

describe('a share that stays', () => {
  async function people(rows: string): Promise<MetricContext> {
    const store = await emptyModel()
    opened.push(store)
    await fill(store, 'customers', `SELECT 'c' || row_number() OVER () AS id, began_on, left_on FROM (${rows})`)
    await fill(store, 'churns', `SELECT 'x' AS id, DATE '2020-01-01' AS churned_on`)
    return contextOf(store, { asOf: '2024-12-31T00:00:00Z' })
  }
  const year = { from: '2024-01-01', to: '2024-12-31' }
  const some = (n: number, opened: string, left: string | null): string =>
    `SELECT DATE '${opened}' AS began_on, ${left ? `DATE '${left}'` : 'CAST(NULL AS DATE)'} AS left_on FROM range(${n})`

  test('200 at the start, 40 new, 220 at the end: 90 %', async () => {
    const context = await people(
      [some(180, '2023-05-01', null), some(20, '2023-05-01', '2024-06-30'), some(40, '2024-03-01', null)].join(
        ' UNION ALL ',
      ),
    )
    const { rows } = await runQuery({ metrics: ['retention_rate', 'churn_rate'], range: year }, context)
    expect(cell(rows[0], 'retention_rate')).toMatchObject({ value: 0.9, numerator: 180, denominator: 200 })
    expect(cell(rows[0], 'churn_rate')).toMatchObject({ numerator: 20, denominator: 200 })
    const quarters = await runQuery({ metrics: ['retention_rate'], range: year, grain: 'quarter' }, context)
    expect(
      quarters.rows.map((row) => [cell(row, 'retention_rate').numerator, cell(row, 'retention_rate').denominator]),
    ).toEqual([
      [200, 200],
      [220, 240],
      [220, 220],
      [220, 220],
    ])
    // Without dates, of all that ever were there.
    expect(await valueIn('retention_rate', {}, context)).toBeCloseTo(220 / 240, 10)
  })

  test('who came and left in between was not there at the start, and takes nobody away', async () => {
    const context = await people(
      [some(4, '2023-05-01', null), some(5, '2024-02-01', '2024-03-15'), some(1, '2023-05-01', '2024-03-20')].join(
        ' UNION ALL ',
      ),
    )
    const { rows } = await runQuery({ metrics: ['retention_rate'], range: year }, context)
    expect(cell(rows[0], 'retention_rate')).toMatchObject({ value: 0.8, numerator: 4, denominator: 5 })
    const periods = await runQuery({ metrics: ['retention_rate'], range: year, grain: 'year' }, context)
    expect(cell(periods.rows[0], 'retention_rate')).toMatchObject({ value: 0.8, numerator: 4, denominator: 5 })
  })

  test('its rows are those that its cell counts', async () => {
    const context = await people(
      [
        some(4, '2023-05-01', null),
        some(5, '2024-02-01', '2024-03-15'),
        some(2, '2023-05-01', '2024-03-20'),
        some(1, '2022-01-01', '2023-03-20'),
      ].join(' UNION ALL '),
    )
    for (const query of [
      { range: year },
      { range: year, grain: 'quarter' as const },
      { range: { to: '2024-03-17' } },
      {},
    ])
      for (const metric of ['retention_rate', 'churn_rate']) {
        const { rows } = await runQuery({ metrics: [metric], ...query }, context)
        const shown = rows.filter((row) => cell(row, metric).denominator)
        expect(shown.length).toBeGreaterThan(0)
        for (const row of shown)
          for (const part of ['numerator', 'denominator'] as const) {
            const { total } = await readRows(
              rowsOf({ metrics: [metric], ...query }, row, metric, part, context),
              context,
            )
            expect([metric, query, row.period, part, total]).toEqual([
              metric,
              query,
              row.period,
              part,
              cell(row, metric)[part],
            ])
          }
      }
  })

  test('nobody at the start: no share', async () => {
    const context = await people(some(3, '2024-02-01', null))
    expect(await valueIn('retention_rate', { range: year }, context)).toBeNull()
  })
})

describe('chained months', () => {
  const index = `SELECT 'b' || row_number() OVER () AS id, 'sp500_index' AS series, * FROM (VALUES (DATE '2023-12-29', 100.0), (DATE '2024-01-31', 110.0),
    (DATE '2024-02-05', 121.0), (DATE '2024-02-29', 99.0)) t(on_date, value)`

  test('are multiplied up; the first month has nothing before it', async () => {
    const context = await bank({ benchmarks: index }, '2024-02-29T00:00:00Z')
    expect(await byPeriod('benchmark_return', { grain: 'month' }, context)).toEqual([
      ['2023-12-01', null],
      ['2024-01-01', expect.closeTo(0.1, 10)],
      ['2024-02-01', expect.closeTo(-0.1, 10)],
    ])
    expect(await valueIn('benchmark_return', {}, context)).toBeCloseTo(1.1 * 0.9 - 1, 10)
    expect((await byPeriod('benchmark_return', { grain: 'quarter' }, context))[1]?.[1]).toBeCloseTo(-0.01, 10)
    const days = await runQuery({ metrics: ['benchmark_return'], grain: 'week' }, context)
    expect(cell(days.rows[0], 'benchmark_return').refused?.code).toBe('grain-too-fine')
  })

  test('begin on the day that was asked, in the middle of a month too', async () => {
    const context = await bank({ benchmarks: index }, '2024-02-29T00:00:00Z')
    expect(await valueIn('benchmark_return', { range: { from: '2024-02-01' } }, context)).toBeCloseTo(-0.1, 10)
    expect(await valueIn('benchmark_return', { range: { from: '2024-02-10' } }, context)).toBeCloseTo(99 / 121 - 1, 10)
    const range = { from: '2024-01-15', to: '2024-02-10' }
    expect(await valueIn('benchmark_return', { range }, context)).toBeCloseTo(1.21 - 1, 10)
  })

  test('on the mean level that earned them', async () => {
    const context = await bank(
      {
        ...smallBank,
        balances: `SELECT 'b' || row_number() OVER () AS id, 'c1' AS customer, 'p1' AS product, * FROM (VALUES (DATE '2024-01-10', 100.0, 0.0),
          (DATE '2024-01-31', 110.0, 10.0), (DATE '2024-02-29', 99.0, -11.0)) t(on_date, balance, returns)`,
      },
      '2024-02-29T00:00:00Z',
    )
    // January has 31 evenings: nine of nothing, 21 of 100 and one of 110.
    const january = 10 / ((21 * 100 + 110) / 31)
    const february = -11 / ((28 * 110 + 99) / 29)
    const range = { from: '2024-01-01', to: '2024-02-29' }
    expect(await valueIn('roi:time_weighted', { range }, context)).toBeCloseTo((1 + january) * (1 + february) - 1, 8)
    // From the 20th on: twelve evenings, eleven of 100 and one of 110.
    const late = 10 / ((11 * 100 + 110) / 12)
    expect(
      await valueIn('roi:time_weighted', { range: { from: '2024-01-20', to: '2024-01-31' } }, context),
    ).toBeCloseTo(late, 8)
    expect(await valueIn('roi', { range: { from: '2024-02-01', to: '2024-02-29' } }, context)).toBeCloseTo(february, 8)
  })
})

describe('a combined metric', () => {
  let context: MetricContext
  beforeAll(async () => {
    context = await bank(smallBank)
  })

  test('is the sum of its parts over another, of the same groups and days', async () => {
    const range = { from: '2024-02-01', to: '2024-02-29' }
    // 150 + 10 + 50 - 130 = 80 more; 50 paid in first, 30 - 5 net, 6 earned, 1 fees: 80 explained.
    expect(await valueIn('aum_unexplained', { range }, context)).toBeCloseTo(0, 6)
    const growth = await runQuery({ metrics: ['organic_growth'], range }, context)
    expect(cell(growth.rows[0], 'organic_growth')).toMatchObject({ numerator: 25, denominator: 130 })
    const products = await runQuery({ metrics: ['balance_per_customer'], by: ['product'] }, context)
    expect(products.rows.map((row) => cell(row, 'balance_per_customer').value)).toEqual([100, 50])
  })

  test('a sum of no rows is nothing added, by month and by range', async () => {
    const late = { ...smallBank, holdings: `${smallBank.holdings} WHERE id = 'h1'` }
    const alone = await bank({ ...late, balances: `${smallBank.balances} WHERE customer = 'c1'` })
    expect((await byPeriod('aum_unexplained', { grain: 'month' }, alone)).map(([, value]) => value)).toEqual([0, 0, 0])
    const range = { from: '2024-02-01', to: '2024-02-29' }
    expect(await valueIn('aum_unexplained', { range }, alone)).toBeCloseTo(0, 6)
  })

  test('is unknown where rows are there and a part of them is not', async () => {
    const silent = await bank({
      ...smallBank,
      balances: `SELECT * REPLACE (CASE WHEN product = 'p1' THEN returns END AS returns) FROM (${smallBank.balances})`,
    })
    const { rows } = await runQuery({ metrics: ['roi', 'aum_unexplained'], by: ['product'] }, silent)
    const found = Object.fromEntries(rows.map((row) => [row.product, row]))
    expect(cell(found.p1, 'roi').value).not.toBeNull()
    expect([cell(found.p2, 'roi').value, cell(found.p2, 'aum_unexplained').value]).toEqual([null, null])
  })

  test('divided by nothing has no value', async () => {
    const range = { from: '2024-01-01', to: '2024-01-31' }
    expect(await valueIn('organic_growth', { range }, context)).toBeNull()
  })

  test('is refused for the reason of its part, and without dates where it is a number of a period', async () => {
    const anytime = await runQuery({ metrics: ['organic_growth'] }, context)
    expect(cell(anytime.rows[0], 'organic_growth').refused?.code).toBe('period-missing')
    const without = await bank({
      ...smallBank,
      balances: `SELECT * EXCLUDE (returns) FROM (${smallBank.balances})`,
    })
    const { rows } = await runQuery({ metrics: ['roi'] }, without)
    expect(cell(rows[0], 'roi').refused).toMatchObject({ missing: ['balances.returns'] })
  })

  test('is compared like any other', async () => {
    const range = { from: '2024-03-01', to: '2024-03-31' }
    const { rows } = await runQuery({ metrics: ['organic_growth'], range, compare: 'previous' }, context)
    expect(cell(rows[0], 'organic_growth')).toMatchObject({ value: 0, previous: expect.closeTo(25 / 130, 10) })
    const months = await runQuery({ metrics: ['organic_growth'], grain: 'month', compare: 'previous' }, context)
    expect(months.rows.map((row) => cell(row, 'organic_growth').previous)).toEqual([
      null,
      null,
      expect.closeTo(25 / 130, 10),
    ])
  })
})

test('different customers are counted at the end of each month, not added up over holdings', async () => {
  const context = await bank({
    customers: `SELECT * FROM (VALUES ('c1'), ('c2')) t(id)`,
    products: `SELECT * FROM (VALUES ('p1'), ('p2')) t(id)`,
    holdings: `SELECT * FROM (VALUES ('h1', 'c1', 'p1', DATE '2024-01-10'), ('h2', 'c1', 'p2', DATE '2024-01-20'), ('h3', 'c2', 'p1', DATE '2024-02-03'))
      t(id, customer, product, opened_on)`,
    churns: `SELECT * FROM (VALUES ('x1', 'c1', 'p1', DATE '2024-02-15', FALSE), ('x2', 'c2', 'p1', DATE '2024-03-10', FALSE), ('x3', 'c1', 'p2', DATE '2024-03-20', TRUE))
      t(id, customer, product, churned_on, is_recovered)`,
  })
  const query: Query = {
    metrics: ['active_customers', 'active_holdings', 'products_per_customer'],
    grain: 'month',
    compare: 'previous',
  }
  const { rows } = await runQuery(query, context)
  const read = (metric: string) => rows.map((row) => cell(row, metric).value)
  expect([read('active_customers'), read('active_holdings'), read('products_per_customer')]).toEqual([
    [1, 2, 1],
    [2, 2, 1],
    [2, 1, 1],
  ])
  expect(rows.map((row) => cell(row, 'active_customers').previous)).toEqual([null, 1, 2])
  const middle = await runQuery({ metrics: ['active_customers'], range: { to: '2024-02-10' } }, context)
  expect(cell(middle.rows[0], 'active_customers').value).toBe(2)
  // Of a range, the rows are those that were there at its end: not only what came within it.
  const range = { from: '2024-02-01', to: '2024-02-10' }
  const ratio = await runQuery({ metrics: ['products_per_customer'], range }, context)
  const metric = { id: 'products_per_customer', part: 'population' } as const
  const listed = await readRows({ table: 'holdings', metric, range }, context)
  expect(listed.total).toBe(3)
  expect(cell(ratio.rows[0], 'products_per_customer').n).toBe(3)
})
