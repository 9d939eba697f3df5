import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settingsSchema } from '../../src/config/settings.ts'
import { balanceMonths } from '../../src/flow/derive/balance-months.ts'
import { makeColumns } from '../../src/flow/derive/filled.ts'
import { holdings } from '../../src/flow/derive/holdings.ts'
import { leavings } from '../../src/flow/derive/leavings.ts'
import { createBookkeeping, createModel } from '../../src/flow/publish/create.ts'
import { raw } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import type { Store } from '../../src/store/store.ts'

/** Tables as loads would fill them, each from a query whose columns are named like those of the model, and what is derived from them. */
export async function derivedBank(queries: Record<string, string>): Promise<Store> {
  const temporary = mkdtempSync(join(tmpdir(), 'rapport-bank-'))
  const store = await openDuckdb({
    file: join(temporary, 'm.duckdb'),
    alias: 'v1',
    mode: 'write',
    temporary,
    external: true,
  })
  await createBookkeeping(store)
  for (const [table, query] of Object.entries(queries)) {
    const own = await store.rows(raw(`DESCRIBE ${query}`))
    const source = own.some((column) => column.column_name === 'source') ? '' : "'s' AS source, "
    const numbered = `SELECT 'l' AS load, ${source}row_number() OVER () AS record, * FROM (${query})`
    const columns = await store.rows(raw(`DESCRIBE ${numbered}`))
    const names = new Set(columns.map((column) => String(column.column_name)))
    await makeColumns(store, table, [...names])
    await store.run(raw(`INSERT INTO cx.${table} BY NAME ${numbered}`))
  }
  const settings = settingsSchema.parse({ sources: [{ id: 'a', files: 'a' }] })
  for (const step of [holdings, leavings, balanceMonths])
    await step.run({ store, settings, directory: null, newest: async () => null })
  await createModel(store)
  return store
}

/** Two holdings with several balances a month, one that is told once and carried on, one that begins late. */
export const smallBank: Record<string, string> = {
  customers: `SELECT * FROM (VALUES ('c1', 'Gold', 34), ('c2', 'Basic', 41), ('c3', 'Gold', 47)) t(id, segment, age)`,
  products: `SELECT * FROM (VALUES ('p1', 'Fund', 'funds'), ('p2', 'Savings', 'cash')) t(id, name, category)`,
  holdings: `SELECT * FROM (VALUES ('h1', 'c1', 'p1', DATE '2024-01-10', 100.0), ('h2', 'c2', 'p2', DATE '2024-02-05', 50.0),
    ('h3', 'c3', 'p1', DATE '2024-03-15', 40.0)) t(id, customer, product, opened_on, initial_investment)`,
  balances: `SELECT 'b' || row_number() OVER () AS id, * FROM (VALUES
    ('c1', 'p1', DATE '2024-01-10', 100.0, 0.0, 0.0, 0.0, 0.0), ('c1', 'p1', DATE '2024-01-20', 130.0, 30.0, 0.0, 0.0, 0.0),
    ('c1', 'p1', DATE '2024-02-10', 150.0, 20.0, 0.0, 0.0, 0.0), ('c1', 'p1', DATE '2024-02-20', 160.0, 30.0, 5.0, 6.0, 1.0),
    ('c2', 'p2', DATE '2024-02-05', 50.0, 0.0, 0.0, 0.0, 0.0), ('c3', 'p1', DATE '2024-03-15', 40.0, 0.0, 0.0, 0.0, 0.0))
    t(customer, product, on_date, balance, contributions, withdrawals, returns, fees)`,
}
