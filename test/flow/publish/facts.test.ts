import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeColumns } from '../../../src/flow/derive/filled.ts'
import { createBookkeeping, createModel } from '../../../src/flow/publish/create.ts'
import { findFacts } from '../../../src/flow/publish/facts.ts'
import { sql } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-facts-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function factsOf(rows: number, whole: boolean) {
  const file = join(folder, `${rows}-${whole}.duckdb`)
  const store = await openDuckdb({ file, alias: 'v1', mode: 'write', temporary: join(folder, 'tmp') })
  await createBookkeeping(store)
  await makeColumns(store, 'customers', ['segment', 'is_identified'])
  await makeColumns(store, 'cases', ['channel', 'status', 'created_at'])
  await store.run(sql`INSERT INTO cx.cases (id, channel, created_at)
    SELECT 'c' || range, CASE WHEN range = ${rows - 1} THEN 'chat' END, TIMESTAMP '2024-06-01 10:00:00' FROM range(${rows})`)
  await store.run(
    sql`INSERT INTO cx.customers (id, segment, is_identified) SELECT 'k' || range, 'Gold', FALSE FROM range(${rows})`,
  )
  if (whole) await createModel(store)
  const facts = await findFacts(store, '2026-01-01 00:00:00', 'UTC')
  await store.close()
  return facts
}

test.each([3, 10_001])('of %i rows: columns with a value somewhere, counts, and the newest event', async (rows) => {
  const facts = await factsOf(rows, true)
  expect(facts.present).toEqual(['customers.id', 'customers.segment', 'cases.id', 'cases.channel', 'cases.created_at'])
  expect(facts.counts).toMatchObject({ cases: rows, customers: rows, surveys: 0, touchpoints: 0 })
  expect(facts.asOf).toBe('2024-06-01T10:00:00Z')
})

test('a table that nobody made is one without rows', async () => {
  expect(await factsOf(3, false)).toEqual(await factsOf(3, true))
})
