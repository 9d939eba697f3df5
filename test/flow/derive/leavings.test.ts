import { expect, test } from 'vitest'
import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { derivedBank } from '../../metrics/bank.ts'

const customers = (ids: string[], source = 's'): string =>
  ids.map((id) => `SELECT '${id}' AS id, DATE '2023-05-01' AS joined_on, '${source}' AS source`).join(' UNION ALL ')
const churns = (rows: string, columns = 'customer, churned_on, is_recovered'): string =>
  `SELECT 'x' || row_number() OVER () AS id, * FROM (VALUES ${rows}) t(${columns})`

async function days(store: Store): Promise<Record<string, unknown>> {
  const rows = await store.rows(
    raw(
      'SELECT id, CAST(began_on AS VARCHAR) AS began, CAST(left_on AS VARCHAR) AS left_day FROM cx.customers ORDER BY id',
    ),
  )
  return Object.fromEntries(rows.map(({ id, began, left_day }) => [String(id), [began, left_day]]))
}

test('without holdings, the last leaving decides: who came back after it has not left', async () => {
  const store = await derivedBank({
    customers: customers(['stayed', 'left', 'back', 'again', 'twice']),
    churns: churns(`('left', DATE '2024-02-10', FALSE), ('back', DATE '2024-03-01', TRUE),
      ('again', DATE '2024-01-05', FALSE), ('again', DATE '2024-06-05', TRUE),
      ('twice', DATE '2024-01-05', TRUE), ('twice', DATE '2024-07-05', NULL)`),
  })
  expect(await days(store)).toEqual({
    again: ['2023-05-01', null],
    back: ['2023-05-01', null],
    left: ['2023-05-01', '2024-02-10'],
    stayed: ['2023-05-01', null],
    twice: ['2023-05-01', '2024-07-05'],
  })
})

test('a source that does not tell who came back, and a customer who joined anew', async () => {
  const store = await derivedBank({
    customers: customers(['left', 'anew']),
    churns: churns(`('left', DATE '2024-02-10'), ('anew', DATE '2022-02-10')`, 'customer, churned_on'),
  })
  expect(await days(store)).toEqual({ left: ['2023-05-01', '2024-02-10'], anew: ['2023-05-01', null] })
})

test('where a source has holdings they decide, and a source that knows no leaving says nothing of its customers', async () => {
  const store = await derivedBank({
    customers: `${customers(['holder', 'without'], 'bank')} UNION ALL ${customers(['member'], 'club')} UNION ALL ${customers(['caller'], 'desk')}`,
    holdings: `SELECT 'h1' AS id, 'holder' AS customer, 'p1' AS product, DATE '2023-06-01' AS opened_on UNION ALL SELECT 'h2', 'holder', 'p2', DATE '2023-07-01'`,
    churns: churns(
      `('holder', 'p1', DATE '2024-02-10'), ('member', NULL, DATE '2024-03-10')`,
      'customer, product, churned_on',
    ),
  })
  expect(await days(store)).toEqual({
    holder: ['2023-06-01', null],
    without: [null, null],
    member: ['2023-05-01', '2024-03-10'],
    caller: [null, null],
  })
})
