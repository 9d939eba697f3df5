import { expect, test } from 'vitest'
import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { derivedBank } from '../../metrics/bank.ts'

const balances = (rows: string): string =>
  `SELECT 'b' || row_number() OVER () AS id, 'c1' AS customer, 'p1' AS product, * FROM (VALUES ${rows}) t(on_date, balance, contributions)`
const held = {
  customers: `SELECT 'c1' AS id`,
  products: `SELECT 'p1' AS id`,
  holdings: `SELECT 'h1' AS id, 'c1' AS customer, 'p1' AS product, DATE '2024-01-01' AS opened_on`,
}

async function changes(store: Store): Promise<unknown[][]> {
  const rows = await store.rows(
    raw(
      'SELECT balance_change AS b, contributions_change AS c, is_last_of_month AS l FROM cx.balances ORDER BY on_date, record',
    ),
  )
  return rows.map(({ b, c, l }) => [b, c, l])
}

test('a balance changes from the one before; a month to date begins anew each month', async () => {
  const rows = `(DATE '2024-01-05', 100.0, 20.0), (DATE '2024-01-25', 90.0, 25.0), (DATE '2024-02-03', 95.0, 4.0), (DATE '2024-02-03', 96.0, 5.0)`
  expect(await changes(await derivedBank({ ...held, balances: balances(rows) }))).toEqual([
    [100, 20, false],
    [-10, 5, true],
    [5, 4, false],
    [1, 1, true],
  ])
})

test('what a source leaves out is unknown, and the next change is from the last that is known', async () => {
  const rows = `(DATE '2024-01-05', 100.0, 20.0), (DATE '2024-01-15', NULL, NULL), (DATE '2024-01-25', 130.0, 50.0), (DATE '2024-02-10', 140.0, NULL), (DATE '2024-02-20', NULL, 7.0)`
  const store = await derivedBank({ ...held, balances: balances(rows) })
  expect(await changes(store)).toEqual([
    [100, 20, false],
    [null, null, false],
    [30, 30, true],
    [10, null, false],
    [null, 7, true],
  ])
  // Sums of amounts that are not all there are read from the rows.
  const [months] = await store.rows(
    raw('SELECT sum(balance_change) AS b, count(contributions_change) AS c FROM cx.balance_months'),
  )
  expect(months).toEqual({ b: 140, c: 0 })
})

test('a balance and a leaving belong to the holding that was opened last before; who came back has not left', async () => {
  const store = await derivedBank({
    ...held,
    holdings: `SELECT *, 'c1' AS customer, 'p1' AS product FROM (VALUES ('h1', DATE '2024-01-01'), ('h2', DATE '2024-03-01')) t(id, opened_on)`,
    churns: `SELECT *, 'c1' AS customer, 'p1' AS product FROM (VALUES ('x1', DATE '2024-02-10', FALSE), ('x2', DATE '2024-04-10', TRUE)) t(id, churned_on, is_recovered)`,
    balances: balances(
      `(DATE '2024-01-31', 10.0, 0.0), (DATE '2024-02-29', 10.0, 0.0), (DATE '2024-03-31', 7.0, 0.0), (DATE '2024-04-30', 7.0, 0.0)`,
    ),
  })
  expect(await store.rows(raw('SELECT id, holding FROM cx.churns ORDER BY id'))).toEqual([
    { id: 'x1', holding: 'h1' },
    { id: 'x2', holding: 'h2' },
  ])
  const days = 'SELECT id, CAST(closed_on AS VARCHAR) AS closed FROM cx.holdings ORDER BY id'
  expect(await store.rows(raw(days))).toEqual([
    { id: 'h1', closed: '2024-02-10' },
    { id: 'h2', closed: null },
  ])
  const rows = await store.rows(raw('SELECT holding, is_after_leaving AS after FROM cx.balances ORDER BY on_date'))
  expect(rows.map(({ holding, after }) => [holding, after])).toEqual([
    ['h1', false],
    ['h1', true],
    ['h2', false],
    ['h2', true],
  ])
  expect(await store.rows(raw('SELECT left_on FROM cx.customers'))).toEqual([{ left_on: null }])
})
