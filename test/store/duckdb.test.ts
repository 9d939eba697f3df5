import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sql } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import { measureStore } from '../../src/store/self-test.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-store-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = (mode: 'read' | 'write', connections = 1) =>
  openDuckdb({ file: join(folder, 'a.duckdb'), alias: 'va', mode, temporary: join(folder, 'tmp'), connections })

test('every guard of the engine has its effect', async () => {
  expect((await measureStore()).filter((effect) => !effect.holds)).toEqual([])
})

test('values go as parameters and come back as they are', async () => {
  const store = await open('write')
  const nasty = `'; DROP TABLE x; -- "`
  const [row] = await store.rows(
    sql`SELECT ${nasty} AS text, ${42} AS whole, ${1.5} AS real, ${true} AS flag, ${null} AS none, 9007199254740991::BIGINT AS big, TIMESTAMP '2023-06-02 00:55:33' AS at`,
  )
  expect(row).toEqual({
    text: nasty,
    whole: 42,
    real: 1.5,
    flag: true,
    none: null,
    big: 9007199254740991,
    at: '2023-06-02 00:55:33',
  })
  await store.close()
})

test('many readers of one version at once', async () => {
  const writer = await open('write')
  await writer.run(sql`CREATE SCHEMA cx`)
  await writer.run(sql`CREATE TABLE cx.t AS SELECT range AS x FROM range(1000)`)
  await writer.close()
  const [one, two] = await Promise.all([open('read', 4), open('read', 4)])
  const answers = await Promise.all(
    [...Array(20).keys()].map((k) => (k % 2 ? one : two).rows(sql`SELECT count(*) AS n FROM t WHERE x >= ${k}`)),
  )
  expect(answers.map(([row]) => row?.n)).toEqual([...Array(20).keys()].map((k) => 1000 - k))
  await Promise.all([one.close(), two.close()])
})

test('what was committed survives kill -9, whatever was going on', async () => {
  const script = `
    const { DuckDBInstance } = require('@duckdb/node-api')
    ;(async () => {
      const instance = await DuckDBInstance.create(':memory:')
      const c = await instance.connect()
      await c.run("ATTACH '${join(folder, 'a.duckdb')}' AS va (STORAGE_VERSION 'v1.5.0')")
      await c.run('CREATE SCHEMA va.cx'); await c.run('CREATE TABLE va.cx.t (x INTEGER)')
      await c.run('ALTER TABLE va.cx.t ADD COLUMN d TIMESTAMP DEFAULT now()')
      for (let i = 0; ; i++) { await c.run('INSERT INTO va.cx.t (x) VALUES (' + i + ')'); process.stdout.write(i + '\\n') }
    })()`
  const child = spawn(process.execPath, ['-e', script], { cwd: join(import.meta.dirname, '../..') })
  let acknowledged = -1
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      acknowledged = Number(chunk.toString().trim().split('\n').at(-1))
      if (acknowledged > 20) child.kill('SIGKILL')
    })
    child.on('close', () => resolve())
  })
  const store = await open('write')
  const [row] = await store.rows(sql`SELECT count(*) AS n, max(x) AS last FROM va.cx.t`)
  expect(Number(row?.n)).toBe(Number(row?.last) + 1)
  expect(Number(row?.last)).toBeGreaterThanOrEqual(acknowledged)
  await store.close()
})

test('rows that are held aside are seen by every connection, also beside a version that is only read', async () => {
  const writer = await open('write')
  await writer.run(sql`CREATE TABLE cases AS SELECT 1 AS id UNION ALL SELECT 2`)
  await writer.close()
  const store = await open('read', 3)
  const held = await store.hold(sql`SELECT id FROM cases WHERE id > ${1}`)
  const counts = await Promise.all(
    [1, 2, 3, 4].map(() => store.rows(sql`SELECT count(*) AS n, max(id) AS id FROM ${held.table}`)),
  )
  expect(counts.flat()).toEqual([1, 2, 3, 4].map(() => ({ n: 1, id: 2 })))
  await held.release()
  await expect(store.rows(sql`SELECT 1 FROM ${held.table}`)).rejects.toThrow('held_1')
  await store.close()
})

test('a large result comes some rows at a time, in its order, and the connection comes back', async () => {
  const store = await open('write')
  const numbers: number[] = []
  let most = 0
  for await (const rows of store.stream(
    sql`SELECT CAST(range AS BIGINT) AS n, ${'é'} AS text FROM range(100000) ORDER BY n DESC`,
  )) {
    most = Math.max(most, rows.length)
    for (const { n, text } of rows) {
      expect(text).toBe('é')
      numbers.push(n as number)
    }
  }
  expect(numbers).toEqual([...Array(100_000).keys()].reverse())
  expect(most).toBeLessThan(10_000)
  // Its only connection: also after a reader that stops early, and after an error on the way.
  for await (const rows of store.stream(sql`SELECT range AS n FROM range(1000000)`)) {
    expect(rows.length).toBeGreaterThan(0)
    break
  }
  const late = async (): Promise<void> => {
    for await (const _ of store.stream(
      sql`SELECT CAST(CASE WHEN range = 500000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(1000000)`,
    ));
  }
  await expect(late()).rejects.toThrow('Could not convert')
  expect(await store.rows(sql`SELECT 1 AS n`)).toEqual([{ n: 1 }])
  await store.close()
})
