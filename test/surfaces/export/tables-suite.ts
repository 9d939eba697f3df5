import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { readDictionary } from '../../../src/cli/export-tables.ts'
import { numberViews } from '../../../src/metrics/number-views.ts'
import { maskedColumns, wholeTables } from '../../../src/metrics/whole-tables.ts'
import { sql } from '../../../src/sql/sql.ts'
import { dictionaryFiles } from '../../../src/surfaces/export/dictionary.ts'
import { asking, differing, type HandedOut, valuesOf } from './handed-out.ts'

/** The model as Parquet, CSV and a database: all of it, masked, always the same, and with numbers that are the product's. */
export function tablesSuite(name: string, give: () => { given: HandedOut; model: string }): void {
  let given: HandedOut
  let model: string

  beforeAll(() => {
    ;({ given, model } = give())
  })

  test('every row and column of every table that holds rows is there, with its type, in the three forms', async () => {
    const context = await given.context()
    const tables = await wholeTables(context)
    expect(tables.map(({ table }) => table.name)).toEqual(
      expect.arrayContaining(['customers', 'loads', 'check_results']),
    )
    await asking(model, async (ask) => {
      for (const { table, rows: expected } of tables) {
        const parquet = `'${join(given.folder, 'parquet', `${table.name}.parquet`)}'`
        const csv = `read_csv('${join(given.folder, 'csv', `${table.name}.csv`)}', all_varchar = true, header = true, delim = ',')`
        for (const from of [`cx.${table.name}`, parquet, csv])
          expect([from, (await ask(`SELECT count(*) AS n FROM ${from}`))[0]]).toEqual([from, { n: String(expected) }])
        const [own, theirs] = await Promise.all(
          [`cx.${table.name}`, parquet].map((from) =>
            ask(`SELECT column_name, column_type FROM (DESCRIBE FROM ${from})`),
          ),
        )
        expect(theirs).toEqual(own)
        expect(own!.map((column) => column.column_name)).toEqual(table.columns.map((column) => column.name))
        const different = await ask(`(FROM cx.${table.name} EXCEPT ALL FROM ${parquet}) LIMIT 1`)
        expect(different).toEqual([])
      }
      expect(
        await ask(
          `SELECT column_type FROM (DESCRIBE FROM cx.cases) WHERE column_name IN ('created_at', 'created_on', 'replies', 'id') ORDER BY column_name`,
        ),
      ).toEqual(['TIMESTAMP', 'DATE', 'VARCHAR', 'BIGINT'].map((column_type) => ({ column_type })))
    })
  })

  test('what the viewer may not see is in no file', async () => {
    const shown = await given.context({ personalData: 'show' })
    const hidden = await shown.store.rows(
      sql`SELECT DISTINCT email, name FROM cx.customers WHERE email IS NOT NULL OR name IS NOT NULL LIMIT 40`,
    )
    const texts = ['customers', 'cases', 'surveys', 'columns', 'rejects'].map((table) => {
      try {
        return readFileSync(join(given.folder, 'csv', `${table}.csv`), 'utf8')
      } catch {
        return ''
      }
    })
    if (name === 'customer-first') expect(hidden.length).toBeGreaterThan(10)
    for (const row of hidden)
      for (const value of [row.email, row.name])
        if (typeof value === 'string') for (const text of texts) expect(text.includes(value)).toBe(false)
    // Where it may be seen, it is there.
    const [customers] = await wholeTables(shown, ['customers'])
    await given.copies.csv(customers!.select, join(given.folder, 'shown.csv'))
    const text = readFileSync(join(given.folder, 'shown.csv'), 'utf8')
    for (const row of hidden) if (typeof row.email === 'string') expect(text).toContain(row.email)
  })

  test('the same version gives the same bytes', async () => {
    const context = await given.context()
    const again = join(given.folder, 'again')
    for (const { table, select } of await wholeTables(context)) {
      await given.copies.parquet(select, join(again, `${table.name}.parquet`))
      expect(
        readFileSync(join(again, `${table.name}.parquet`)).equals(
          readFileSync(join(given.folder, 'parquet', `${table.name}.parquet`)),
        ),
      ).toBe(true)
    }
    const tables = await wholeTables(context)
    const files = async () => dictionaryFiles(await readDictionary(tables, context), context.words)
    expect(await files()).toEqual(await files())
  })

  test('each view gives the number that `rapport query` gives; each metric without one has a reason', async () => {
    const context = await given.context()
    const tables = new Set((await wholeTables(context)).map(({ table }) => table.name))
    const { views, leftOut } = numberViews(context, { tables, masked: maskedColumns(context) })
    expect(views.length + leftOut.length).toBe(context.catalogue.metrics.size)
    expect(leftOut.filter(({ why }) => why.length < 20 || why.startsWith('say.'))).toEqual([])
    const expected = await valuesOf(
      views.map(({ metric }) => metric.id),
      context,
    )
    const found = await asking(model, async (ask) => {
      const values = new Map<string, unknown>()
      for (const view of views) values.set(view.metric.id, (await ask(`SELECT value FROM cx.${view.name}`))[0]?.value)
      return values
    })
    expect(differing(expected, found)).toEqual([])
    expect([...expected.values()].filter((value) => value !== null).length).toBeGreaterThan(20)
  })

  test('the dictionary says of each column what it means, how far it is filled and from what', async () => {
    const context = await given.context()
    const dictionary = await readDictionary(await wholeTables(context), context)
    const cases = dictionary.tables.find((table) => table.name === 'cases')!
    const filled = await asking(model, (ask) => ask('SELECT count(channel) / count(*) AS share FROM cx.cases'))
    const channel = cases.columns.find((column) => column.name === 'channel')!
    expect(channel.filled).toBeCloseTo(Number(filled[0]!.share), 12)
    expect(channel.from[0]).toMatchObject({
      columns: [name === 'customer-first' ? 'Ticket Channel' : expect.any(String)],
    })
    expect(channel.from[0]!.where).toMatch(/^catalog\/packs\/.*pack\.yaml:\d+$/)
    expect(dictionary.tables.flatMap((table) => table.columns).filter(({ says }) => says.length < 4)).toEqual([])
    const french = await given.context({ language: 'fr' })
    for (const words of [context.words, french.words]) {
      const files = dictionaryFiles(dictionary, words)
      expect(Object.keys(files)).toEqual(['dictionary.csv', 'dictionary.json', 'dictionary.md'])
      expect(files['dictionary.md']).not.toContain('say.exports')
      expect(files['dictionary.md']!.match(/^## /gm)?.length).toBe(dictionary.tables.length)
    }
    // Nothing of the machine that it was built on.
    expect(dictionaryFiles(dictionary, context.words)['dictionary.json']).not.toContain(given.folder)
  })

  test('the database carries what its tables and columns mean', async () => {
    await asking(model, async (ask) => {
      expect(await ask("SELECT comment FROM duckdb_tables() WHERE table_name = 'cases'")).toEqual([
        { comment: expect.stringContaining('ticket') },
      ])
      expect(
        await ask(
          "SELECT count(*) AS n FROM duckdb_columns() WHERE schema_name = 'cx' AND comment IS NULL AND table_name NOT LIKE 'metric_%'",
        ),
      ).toEqual([{ n: '0' }])
      expect(
        await ask("SELECT count(*) AS n FROM duckdb_views() WHERE view_name LIKE 'metric_%' AND length(comment) < 20"),
      ).toEqual([{ n: '0' }])
    })
  })
}
