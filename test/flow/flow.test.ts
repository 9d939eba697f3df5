import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import type { RapportError } from '../../src/errors.ts'
import { type BuildOrder, buildVersion } from '../../src/flow/flow.ts'
import { copyName } from '../../src/flow/land/stale.ts'
import { dataFolder, readPointer, restorePrevious, versionFile } from '../../src/flow/publish/publish.ts'
import { tables } from '../../src/model/tables.ts'
import { readChecks, readPacks, readSynonyms } from '../../src/project.ts'
import { sql } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'

const catalogue = { catalogues: [join(import.meta.dirname, '../../catalog')] }
const sample = join(import.meta.dirname, '../../catalog/packs/customer-first/sample')
const header =
  'Ticket ID,Customer Name,Customer Email,Customer Age,Customer Gender,Product Purchased,Date of Purchase,Ticket Type,Ticket Subject,Ticket Description,Ticket Status,Resolution,Ticket Priority,Ticket Channel,First Response Time,Time to Resolution,Customer Satisfaction Rating'
const ticket = (id: string, change: Partial<Record<'age' | 'reply' | 'rating', string>> = {}): string =>
  `${id},Ada Byron,ada@example.com,${change.age ?? '36'},Female,Loom,2024-01-02,Refund request,Pattern,"It frays,\nbadly",Closed,Mended,High,Chat,${change.reply ?? '2024-03-01 10:00:00'},2024-03-01 12:00:00,${change.rating ?? '4.0'}`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-flow-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function order(files: string[], hash = 'a'): Promise<BuildOrder> {
  return {
    directory: null,
    data: dataFolder(join(folder, 'data')),
    settings: settingsSchema.parse({ sources: [{ id: 'files', files }], keep_versions: 2 }),
    hash,
    product: 'test',
    packs: await readPacks(catalogue),
    synonyms: () => readSynonyms(catalogue),
    checks: await readChecks(catalogue),
    guess: true,
    answers: {},
  }
}

async function build(lines: string[], hash = 'a') {
  const file = join(folder, 'tickets.csv')
  await writeFile(file, [header, ...lines, ''].join('\n'))
  return buildVersion(await order([file], hash))
}

async function rowsOf(version: string, text: ReturnType<typeof sql>) {
  const data = dataFolder(join(folder, 'data'))
  const store = await openDuckdb({
    file: versionFile(data, version),
    alias: `v${version}`,
    mode: 'read',
    temporary: data.temporary,
  })
  try {
    return await store.rows(text)
  } finally {
    await store.close()
  }
}

test('every table has every column of the model, in its order, whatever the loads fill', async () => {
  const other = join(folder, 'other.csv')
  await writeFile(
    other,
    'Case number,Opened at,Assigned to,Status\n1,2024-03-01 10:00:00,Kim,Open\n2,2024-03-02 10:00:00,Lee,Closed\n',
  )
  const file = join(folder, 'tickets.csv')
  await writeFile(file, [header, ticket('1'), ''].join('\n'))
  const { version } = await buildVersion(await order([file, other]))
  const rows = await rowsOf(
    version,
    sql`SELECT table_name, list(column_name ORDER BY column_index) AS columns FROM duckdb_columns()
    WHERE schema_name = 'cx' AND NOT ends_with(table_name, '_filled') GROUP BY 1`,
  )
  const found = Object.fromEntries(rows.map((row) => [row.table_name, JSON.parse(String(row.columns))]))
  expect(found).toEqual(Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((each) => each.name)])))
  // Both fill cases, each other columns of it; neither fills a price.
  const [counts] = await rowsOf(
    version,
    sql`SELECT count(*) AS n, count(created_at) AS created, count(purchased_on) AS purchased,
    count(market) AS markets FROM cx.cases`,
  )
  expect(counts).toEqual({ n: 3, created: 2, purchased: 1, markets: 0 })
})

test('a record that a later file replaces is no mapped record of its own file any more', async () => {
  const files = [join(folder, 'may.csv'), join(folder, 'june.csv')]
  await writeFile(
    files[0]!,
    [header, ticket('1'), ticket('2', { reply: '2024-03-01 11:00:00' }), ticket('3'), ''].join('\n'),
  )
  await writeFile(files[1]!, [header, ticket('1'), ticket('2'), ''].join('\n'))
  const { loads } = await buildVersion(await order(files))
  expect(loads.map(({ name, mapped, duplicate, superseded }) => [name, mapped, duplicate, superseded])).toEqual([
    ['may.csv', 1, 1, 1],
    ['june.csv', 2, 0, 0],
  ])
})

test('what a killed build left in the landing folder is gone after the next build', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const { landing } = dataFolder(join(folder, 'data'))
  await mkdir(landing, { recursive: true })
  await writeFile(join(landing, copyName().replace(`@${process.pid}-`, `@${pid}-`)), 'half')
  await build([ticket('1')])
  expect((await readdir(landing)).filter((name) => name.startsWith('.'))).toEqual([])
})

test('every record is accounted for, with its reason', async () => {
  const { version, loads } = await build([
    ticket('1'),
    ticket('2', { age: 'forty' }),
    ticket('3'),
    ticket('3'),
    ticket('4', { rating: '2.0' }),
    ticket('4', { rating: '5.0' }),
    ticket(''),
    '',
    'too,few',
  ])
  const { records, mapped, rejected, duplicate, superseded, skipped } = loads[0]!
  expect({ records, mapped, rejected, duplicate, superseded, skipped }).toEqual({
    records: 9,
    mapped: 4,
    rejected: 2,
    duplicate: 1,
    superseded: 1,
    skipped: 1,
  })
  expect(
    await rowsOf(
      version,
      sql`SELECT record, line, scope, "column" AS name, reason, raw FROM cx.rejects ORDER BY record`,
    ),
  ).toMatchObject([
    { record: 2, scope: 'value', name: 'Customer Age', reason: 'value-unreadable', raw: 'forty' },
    { record: 7, scope: 'record', reason: 'key-missing' },
    { scope: 'record', reason: 'too-few-fields' },
  ])
  expect(await rowsOf(version, sql`SELECT source_key, record FROM cx.cases ORDER BY record`)).toEqual([
    { source_key: '1', record: 1 },
    { source_key: '2', record: 2 },
    { source_key: '3', record: 4 },
    { source_key: '4', record: 6 },
  ])
  expect(await rowsOf(version, sql`SELECT score FROM cx.surveys WHERE "case" = 'customer-first:4'`)).toEqual([
    { score: 5 },
  ])
})

test('a load repeated changes nothing', async () => {
  const first = await build([ticket('1')])
  const file = versionFile(dataFolder(join(folder, 'data')), first.version)
  const before = await stat(file)
  const again = await build([ticket('1')])
  expect(again).toMatchObject({ version: first.version, changed: false })
  expect((await stat(file)).mtimeMs).toBe(before.mtimeMs)
  expect(again.loads).toEqual(first.loads)
})

test('versions follow each other, the last ones are kept, and the one before can be restored', async () => {
  const one = await build([ticket('1')])
  const two = await build([ticket('1'), ticket('2')])
  const three = await build([ticket('1'), ticket('2'), ticket('3')])
  const data = dataFolder(join(folder, 'data'))
  expect(await readPointer(data)).toEqual({ current: three.version, previous: [two.version] })
  expect((await readdir(data.versions)).filter((name) => name.startsWith(one.version))).toEqual([])
  expect((await restorePrevious(data)).current).toBe(two.version)
})

test('a build that fails leaves what is served', async () => {
  const good = await build([ticket('1')])
  const file = join(folder, 'broken.csv')
  await writeFile(file, Buffer.from('%PDF-1.7 not a table'))
  await expect(order([file], 'b').then((each) => buildVersion(each))).rejects.toThrow()
  const data = dataFolder(join(folder, 'data'))
  expect((await readPointer(data))?.current).toBe(good.version)
  expect((await readdir(data.versions)).filter((name) => name.includes('building'))).toEqual([])
})

test('the file is kept byte for byte under its hash', async () => {
  const { loads } = await build([ticket('1')])
  const kept = await readFile(join(folder, 'data/landing', loads[0]!.hash))
  expect(kept.equals(await readFile(join(folder, 'tickets.csv')))).toBe(true)
})

test('facts of a version: as-of is the newest event, a missing client id is no customer', async () => {
  const { version } = await build([ticket('1'), ticket('2', { reply: '2024-03-05 08:30:00' })])
  const [row] = await rowsOf(version, sql`SELECT CAST(as_of AS VARCHAR) AS as_of, present FROM cx.versions`)
  expect(row?.as_of).toBe('2024-03-05 08:30:00')
  const present = JSON.parse(String(row?.present)) as string[]
  expect(present).toContain('cases.first_response_at')
  expect(present).not.toContain('customers.is_identified')
  expect(present).not.toContain('cases.created_at')
})

test('profile and lineage name each source column with what it fills', async () => {
  const { version } = await build([ticket('1'), ticket('2', { age: 'x' })])
  const columns = await rowsOf(
    version,
    sql`SELECT name, type, missing, distinct_values, fills FROM cx.columns ORDER BY position`,
  )
  expect(columns.map((column) => column.name)).toEqual(header.split(','))
  const age = columns.find((column) => column.name === 'Customer Age')
  expect(age).toMatchObject({ type: 'integer', missing: 1, distinct_values: 1 })
  expect(JSON.parse(String(age?.fills))).toMatchObject([{ column: 'customers.age', failed: 1 }])
  expect(JSON.parse(String(age?.fills))[0].place).toMatch(/^catalog\/packs\/customer-first\/pack\.yaml:\d+$/)
})

describe('on the published data set', () => {
  const published = join(import.meta.dirname, '../../../shared/data/customer-first/customer_support_tickets.csv')
  test('the known faults are found, with their counts', async ({ skip }) => {
    if (!(await stat(published).catch(() => null))) skip('the published customer-first file is not here')
    const { loads, results } = await buildVersion(await order([published]))
    expect(loads[0]).toMatchObject({ records: 8469, mapped: 8469, rejected: 0 })
    const found = (check: string) => results.filter((result) => result.check === check && result.found > 0)
    expect(found('resolved-before-reply')).toMatchObject([{ found: 1365, checked: 2769 }])
    expect(found('placeholder')).toMatchObject([{ found: 8469 }])
    expect(found('shared-email')).toMatchObject([{ found: 139, checked: 8320 }])
    expect(found('duration-named').map((result) => [result.subject, Number(result.facts.hours).toFixed(3)])).toEqual([
      ['First Response Time', '35.446'],
      ['Time to Resolution', '35.289'],
    ])
  })
})

test('an unknown pack is a problem that lists those that there are', async () => {
  const wanted = await order([join(sample, (await readdir(sample))[0] ?? '')])
  wanted.settings = { ...wanted.settings, sources: [{ ...wanted.settings.sources[0]!, pack: 'no-such' }] }
  const error = (await buildVersion(wanted).catch((thrown: unknown) => thrown)) as RapportError
  expect(error.problems[0]).toMatchObject({ code: 'pack-unknown', fix: expect.stringContaining('customer-first') })
})
