import { join } from 'node:path'
import { beforeAll, describe } from 'vitest'
import { numberViews } from '../../../src/metrics/number-views.ts'
import { maskedColumns, wholeTables } from '../../../src/metrics/whole-tables.ts'
import { definitionsSuite, schemasSuite } from './definitions-suite.ts'
import { evidenceSuite } from './evidence-suite.ts'
import { examplesSuite } from './examples-suite.ts'
import { type HandedOut, handedOut } from './handed-out.ts'
import { tablesSuite } from './tables-suite.ts'

/** What other programs open, made once of each of two demos; RAPPORT_DEMOS=wealth:500,touchpoints:500 tries others. */
const demos = (process.env.RAPPORT_DEMOS ?? 'customer-first:2000,success-team:1500')
  .split(',')
  .map((each) => each.split(':'))

describe.each(demos)('%s', (name, rows) => {
  let given: HandedOut
  let model: string

  beforeAll(async () => {
    given = await handedOut(name!, Number(rows))
    const context = await given.context()
    const tables = await wholeTables(context)
    model = join(given.folder, 'model.duckdb')
    const found = { tables: new Set(tables.map(({ table }) => table.name)), masked: maskedColumns(context) }
    await given.copies.database(model, {
      schema: 'cx',
      tables: tables.map(({ table, select }) => ({
        name: table.name,
        select,
        says: table.row,
        columns: table.columns,
      })),
      views: numberViews(context, found).views,
    })
    for (const { table, select } of tables) {
      await given.copies.parquet(select, join(given.folder, 'parquet', `${table.name}.parquet`))
      await given.copies.csv(select, join(given.folder, 'csv', `${table.name}.csv`))
    }
  })

  const give = () => ({ given, model })
  describe('tables', () => tablesSuite(name!, give))
  describe('definitions', () => definitionsSuite(give))
  // What does not depend on the data is looked at once.
  if (name === 'success-team') describe('schemas', () => schemasSuite(give))
  if (name === 'customer-first') {
    describe('evidence', () => evidenceSuite(give))
    describe('examples', () => examplesSuite(give))
  }
})
