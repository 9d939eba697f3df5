import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import { plainName } from '../../src/metrics/plain-name.ts'
import { countFilled, defused, maskedColumns, wholeTables } from '../../src/metrics/whole-tables.ts'
import { raw, type Sql, sql } from '../../src/sql/sql.ts'
import { pathLiteral } from '../../src/store/duckdb.ts'
import { contextOf, emptyModel, fill } from './fixture.ts'

let context: MetricContext
const folder = mkdtempSync(join(tmpdir(), 'rapport-whole-'))

/** What a spreadsheet would run, and what no tool may lose. */
const hostile = [
  "=cmd|' /C calc'!A0",
  '+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  'write to ann@shop.example, 😀 مرحبا',
  'plain',
  '',
]

beforeAll(async () => {
  const store = await emptyModel()
  const rows = hostile.map((text, at) => `('s:${hostile.length - at}', ${`'${text.replaceAll("'", "''")}'`}, ${at})`)
  await fill(store, 'cases', `SELECT * FROM (VALUES ${rows.join(', ')}) AS t(id, subject, replies)`)
  await fill(store, 'customers', "SELECT 's:1' AS id, 'Ann' AS name, 'ann@shop.example' AS email, 40 AS age")
  await fill(
    store,
    'rejects',
    "SELECT 'l' AS load, 1 AS record, 'record' AS scope, 'bad' AS reason, 'Ann,ann@shop.example' AS raw",
  )
  await fill(
    store,
    'rejects',
    "SELECT 'l' AS load, 2 AS record, 'value' AS scope, 'bad' AS reason, 'at ann@shop.example' AS raw",
  )
  await fill(
    store,
    'columns',
    `SELECT 'l' AS load, 1 AS position, 'Mail' AS name, 'ann@shop.example' AS lowest, 'direct_id' AS sensitivity
     UNION ALL SELECT 'l', 2, 'Score', '1', 'none'`,
  )
  context = await contextOf(store)
})
afterAll(async () => {
  await context.store.close()
  rmSync(folder, { recursive: true, force: true })
})

const rowsOf = (select: Sql) => context.store.rows(select)
const tableOf = async (name: string, viewer = context.viewer) => (await wholeTables({ ...context, viewer }, [name]))[0]!

test('tables that hold rows are there with every column of the model, in the order of their ids', async () => {
  const tables = await wholeTables(context)
  expect(tables.map(({ table, rows }) => [table.name, rows])).toEqual([
    ['customers', 1],
    ['cases', hostile.length],
    ['rejects', 2],
    ['columns', 2],
  ])
  const rows = await rowsOf(tables[1]!.select)
  expect(rows.map(({ id }) => id)).toEqual(hostile.map((_, at) => `s:${at + 1}`))
  expect(Object.keys(rows[0]!)).toEqual(tables[1]!.columns.map(({ column }) => column.name))
})

test('what a viewer may not see is masked in the model and in the bookkeeping; who may, sees all', async () => {
  const [customer] = await rowsOf((await tableOf('customers')).select)
  expect(customer).toMatchObject({ name: '•••', email: '•••', phone: null, age: 40 })
  expect((await rowsOf((await tableOf('rejects')).select)).map((row) => row.raw)).toEqual([null, 'at •••'])
  expect((await rowsOf((await tableOf('columns')).select)).map(({ lowest }) => lowest)).toEqual([null, '1'])
  const show = { ...context.viewer, personalData: 'show' as const }
  expect((await rowsOf((await tableOf('customers', show)).select))[0]).toMatchObject({
    name: 'Ann',
    email: 'ann@shop.example',
  })
  expect((await rowsOf((await tableOf('rejects', show)).select)).map((row) => row.raw)).toEqual([
    'Ann,ann@shop.example',
    'at ann@shop.example',
  ])
  expect(maskedColumns(context)).toContain('cases.subject')
  expect(maskedColumns({ ...context, viewer: show }).size).toBe(0)
})

test('how far columns are filled is counted of what is handed out', async () => {
  const filled = await countFilled(await tableOf('columns'), context)
  expect([filled.get('name'), filled.get('lowest'), filled.get('highest')]).toEqual([2, 1, 0])
})

test('a data file keeps the bytes of a text; defused, a spreadsheet takes none for a formula', async () => {
  const table = await tableOf('cases')
  const subjects = async (select: Sql, file: string) => {
    const path = join(folder, file)
    await context.store.run(sql`COPY (${select}) TO ${pathLiteral(path)} (FORMAT csv, HEADER)`)
    const found = await rowsOf(
      sql`SELECT subject FROM read_csv(${pathLiteral(path)}, ${raw("header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', allow_quoted_nulls = false, auto_detect = true")}) ORDER BY CAST(replies AS INTEGER)`,
    )
    return { text: readFileSync(path, 'utf8'), subjects: found.map(({ subject }) => subject) }
  }
  const plain = await subjects(table.select, 'plain.csv')
  const masked = hostile.map((text) => text.replace('ann@shop.example', '•••'))
  expect(plain.subjects).toEqual(masked)
  const safe = await subjects(defused(table, context), 'safe.csv')
  expect(safe.subjects).toEqual(masked.map((text, at) => (at < 6 ? `'${text}` : text)))
})

test('an unknown table is refused with the one that is meant', async () => {
  await expect(wholeTables(context, ['case'])).rejects.toThrow(/There is no table "case"[\s\S]*cases/)
})

test('no two metrics have one plain name', () => {
  const names = [...context.catalogue.metrics.keys()].map(plainName)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => !/^[a-z][a-z0-9_]*[a-z0-9]$/.test(name) || name.includes('__'))).toEqual([])
})
