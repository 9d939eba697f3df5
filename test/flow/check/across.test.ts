import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseYaml } from '../../../src/config/yaml.ts'
import type { Problem } from '../../../src/errors.ts'
import { type Check, parseChecks } from '../../../src/flow/check/check.ts'
import { type CheckResult, findFaults } from '../../../src/flow/check/find.ts'
import { readChecks } from '../../../src/project.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { emptyModel, factsOf, fill } from '../../metrics/fixture.ts'

let checks: Check[]
beforeAll(async () => {
  checks = await readChecks({ catalogues: [join(import.meta.dirname, '../../../catalog')] })
})

/** Two files: one with people and products, one with what they hold and what became of it. */
async function bank(changes: Record<string, string> = {}): Promise<Store> {
  const store = await emptyModel()
  const rows: Record<string, string> = {
    loads: `SELECT * FROM (VALUES ('people'), ('money')) t(id)`,
    customers: `SELECT id, 'people' AS load FROM (VALUES ('c1'), ('c2'), ('c3')) t(id)`,
    products: `SELECT 'p1' AS id, 0.12 AS annual_fee, 'people' AS load`,
    agents: `SELECT *, 'people' AS load FROM (VALUES ('a1', 2, 4.5), ('a2', 7, 3.0)) t(id, stored_customers, stored_satisfaction)`,
    holdings: `SELECT *, 'money' AS load FROM (VALUES
      ('h1', 'c1', 'p1', 'a1', 'Active', 100, NULL), ('h2', 'c2', 'p1', 'a1', 'Active', 50, DATE '2024-02-10'),
      ('h3', 'c2', 'p1', 'a2', 'active', 0, NULL), ('h4', 'c3', 'p1', 'a2', 'Closed', 0, DATE '2024-01-05'))
      t(id, customer, product, advisor, status, initial_investment, closed_on)`,
    churns: `SELECT *, 'money' AS load FROM (VALUES ('u1', 'c2', 'h2', 10.0), ('u2', 'c2', 'h3', 12.0), ('u3', 'c3', 'h4', 5.0)) t(id, customer, holding, lifetime_value)`,
    cases: `SELECT 'k1' AS id, 'c1' AS customer, 'x9' AS agent, 'money' AS load`,
    surveys: `SELECT 'k1' AS id, 4 AS score`,
    balances: `SELECT *, 'p1' AS product, 'money' AS load, 0 AS withdrawals_change FROM (VALUES
      ('b1', 'h1', DATE '2024-01-31', 1, 111, 111, 10, 2, 1, TRUE, FALSE),
      ('b2', 'h1', DATE '2024-02-15', 2, 121, 10, 10, 0, 0, FALSE, FALSE),
      ('b3', 'h1', DATE '2024-02-29', 3, 119, -2, 0, -2, 1, TRUE, FALSE),
      ('b4', 'h2', DATE '2024-03-31', 4, 50, 50, 0, 0, 0, TRUE, TRUE),
      ('b5', 'h3', DATE '2024-03-31', 5, 8, 8, 8, 0, 0, TRUE, TRUE))
      t(id, holding, on_date, record, balance, balance_change, contributions_change, returns_change, fees_change, is_last_of_month, is_after_leaving)`,
    ...changes,
  }
  for (const [table, query] of Object.entries(rows)) await fill(store, table, query)
  return store
}

async function found(store: Store, ...ids: string[]): Promise<CheckResult[]> {
  const { present } = await factsOf(store)
  const asked = checks.filter(({ id }) => ids.includes(id))
  expect(asked).toHaveLength(ids.length)
  return (await findFaults(store, asked, present, { landed: '2024-04-01 00:00:00', asOf: null, zone: 'UTC' })).filter(
    (result) => result.found > 0,
  )
}

const kept = async (store: Store, check: string) =>
  (await store.rows(raw(`SELECT id FROM cx.check_rows WHERE "check" = '${check}' ORDER BY id`))).map(({ id }) => id)

describe('what the files of one export say about each other', () => {
  test('a stored count against the different customers that are found', async () => {
    const store = await bank()
    expect(await found(store, 'stored-customers')).toMatchObject([
      { found: 1, checked: 2, facts: { agreeing: 1, stored: 9, counted: 4 } },
    ])
    expect(await kept(store, 'stored-customers')).toEqual(['a2'])
  })

  test('a stored mean that nothing can compute again, until the ids meet', async () => {
    expect(await found(await bank(), 'stored-satisfaction')).toMatchObject([
      { found: 2, checked: 2, facts: { others: 1, meeting: 0 } },
    ])
    const met = await bank({ cases: `SELECT id, agent FROM (VALUES ('k1', 'a1'), ('k2', 'a2')) t(id, agent)` })
    expect(await found(met, 'stored-satisfaction')).toEqual([])
  })

  test('a state that leavings deny, and how many were won back', async () => {
    const store = await bank()
    expect(await found(store, 'active-but-left')).toMatchObject([
      { found: 2, checked: 3, facts: { others: 3, whole: 4, all: 'no', recovered: 1 } },
    ])
    expect(await kept(store, 'active-but-left')).toEqual(['h2', 'h3'])
    const honest = await bank({ churns: `SELECT 'u3' AS id, 'c3' AS customer, 'h4' AS holding, 5.0 AS lifetime_value` })
    expect(await found(honest, 'active-but-left')).toEqual([])
  })

  test('balances after a leaving; a count among them follows a link', async () => {
    expect(await found(await bank(), 'balance-after-leaving')).toMatchObject([
      { found: 2, checked: 5, facts: { recovered: 1 }, rows: 'is_after_leaving' },
    ])
  })

  test('one customer, several values', async () => {
    expect(await found(await bank(), 'lifetime-values')).toMatchObject([{ found: 1, checked: 2, subject: 'customer' }])
  })

  test('fees as recorded and as the products give them', async () => {
    // A hundredth of the balance of the last day of each month: 1.11 + 1.19 + 0.50 + 0.08.
    const [fees] = await found(await bank(), 'fees-recorded')
    expect(fees).toMatchObject({ severity: 'note', found: 1, facts: { stored: 2 } })
    expect(fees?.facts.computed).toBeCloseTo(2.88, 10)
    const agreeing = await bank({ products: `SELECT 'p1' AS id, 0.0835 AS annual_fee, 'people' AS load` })
    expect(await found(agreeing, 'fees-recorded')).toEqual([])
  })
})

describe('roll-forward', () => {
  const amounts = (last: string): Record<string, string> => ({
    balances: `SELECT 'b' || n AS id, 'h1' AS holding, d AS on_date, n AS record, b AS balance, b - lag(b, 1, 0) OVER (ORDER BY d) AS balance_change,
      c AS contributions_change, 0 AS withdrawals_change, r AS returns_change, 1 AS fees_change
      FROM (VALUES (1, DATE '2024-01-31', 109.0, 10.0, 0.0), (2, DATE '2024-02-29', ${last}, 10.0, 0.0)) t(n, d, b, c, r)`,
  })

  test('is silent where flows, returns and fees explain each month', async () => {
    expect(await found(await bank(amounts('118.0')), 'balance-roll-forward')).toEqual([])
  })

  test('misses by cents: a note with all amounts', async () => {
    const [cents] = await found(await bank(amounts('118.02')), 'balance-roll-forward')
    expect(cents).toMatchObject({ severity: 'note', found: 1, checked: 2 })
    const { opening, more, less, closing, gap, largest, wide } = cents?.facts ?? {}
    expect([opening, more, less, closing, wide]).toEqual([100, 20, 2, 118.02, 0])
    expect(gap).toBeCloseTo(0.02, 10)
    expect(largest).toBeCloseTo(0.02, 10)
  })

  test('misses by more: a warning', async () => {
    const results = await found(await bank(amounts('98.0')), 'balance-roll-forward')
    expect(results).toMatchObject([{ severity: 'warning', found: 1, checked: 2, facts: { wide: 1, gap: -20 } }])
  })

  test('what one month misses and the next makes good is told of both', async () => {
    const twice = amounts('118.0')
    twice.balances = twice.balances!.replace('109.0', '109.5')
    expect(await found(await bank(twice), 'balance-roll-forward')).toMatchObject([
      { severity: 'warning', found: 2, facts: { wide: 2, gap: 0 } },
    ])
  })
})

describe('links that lead nowhere', () => {
  const of = (results: CheckResult[]) =>
    results.map(({ table, subject, found, facts }) => [table, subject, found, facts.kinds])

  test('each column that names what is not there, with how many ids', async () => {
    const store = await bank({
      churns: `SELECT 'u1' AS id, 'gone' AS customer, 'h1' AS holding, 'p7' AS product, 1 AS lifetime_value, 'money' AS load`,
    })
    expect(of(await found(store, 'lost-reference'))).toEqual([
      ['cases', 'agent', 1, 1],
      ['churns', 'customer', 1, 1],
      ['churns', 'product', 1, 1],
    ])
  })

  test('nothing is missed where no file brought what is named, or one file brought both', async () => {
    const whole = { cases: `SELECT 'k1' AS id, 'c1' AS customer, 'a1' AS agent, 'money' AS load` }
    expect(await found(await bank(whole), 'lost-reference')).toEqual([])
    const alone = await bank({ ...whole, products: `SELECT 'p1' AS id, 'people' AS load LIMIT 0` })
    expect(await found(alone, 'lost-reference')).toEqual([])
  })
})

test('a column that is nowhere is a problem with its place', () => {
  const problems: Problem[] = []
  const text = `checks:
  - { id: a, severity: note, kind: stored_count, table: agents, column: customers, of: holdings.advisor, distinct: customer }
  - { id: b, severity: note, kind: rows, table: balances, where: holding.closed is null }
  - { id: c, severity: note, kind: contradicted, table: holdings, where: status = 'x', by: leavings.holding }`
  expect(parseChecks(parseYaml(text, 'checks.yaml'), problems)).toEqual([])
  expect(problems.map(({ message, where }) => [message, where])).toEqual([
    ['The table agents has no column "customers".', 'checks.yaml:2'],
    ['The table holdings has no column "closed".', 'checks.yaml:3'],
    ['There is no table "leavings".', 'checks.yaml:4'],
  ])
})
