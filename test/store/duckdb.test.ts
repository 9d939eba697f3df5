import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { raw, sql } from '../../src/sql/sql.ts'
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

test('what a store says of its columns is what its own statements have made of them', async () => {
  const store = await open('write')
  await store.run(sql`CREATE SCHEMA cx`)
  const columns = async () =>
    Object.fromEntries([...(await store.columns())].map(([table, names]) => [table, [...names]]))
  expect(await columns()).toEqual({})
  await store.run(sql`CREATE TABLE cx.t (a INTEGER)`)
  expect(await columns()).toEqual({ t: ['a'] })
  await store.run(sql`CREATE OR REPLACE TEMP TABLE _t AS SELECT 1 AS x`)
  await store.run(sql`INSERT INTO cx.t SELECT x FROM _t`)
  await store.run(sql`DROP TABLE IF EXISTS _t`)
  expect(await columns()).toEqual({ t: ['a'] })
  await store.run(sql`ALTER TABLE cx.t ADD COLUMN b INTEGER`)
  expect(await columns()).toEqual({ t: ['a', 'b'] })
  await store.run(sql`ALTER TABLE cx.t DROP COLUMN a`)
  await store.run(sql`ALTER TABLE cx.t RENAME TO u`)
  expect(await columns()).toEqual({ u: ['b'] })
  await store.run(sql`BEGIN TRANSACTION`)
  await store.run(sql`DROP TABLE cx.u`)
  expect(await columns()).toEqual({})
  await store.run(sql`ROLLBACK`)
  expect(await columns()).toEqual({ u: ['b'] })
  await store.close()
})

test('a file that is joined is read with the one it is joined to, and goes without it; nothing else can be reached', async () => {
  const joins = join(folder, 'joins')
  await mkdir(joins)
  const make = async (file: string, alias: string, x: number) => {
    const store = await openDuckdb({ file, alias, mode: 'write', temporary: join(folder, 'tmp') })
    await store.run(sql`CREATE SCHEMA cx`)
    await store.run(sql`CREATE TABLE cx.t AS SELECT ${x} AS x`)
    await store.close()
  }
  await make(join(folder, 'a.duckdb'), 'va', 1)
  await make(join(joins, 'b.duckdb'), 'b', 2)
  await make(join(joins, 'c.duckdb'), 'c', 3)
  await make(join(folder, 'd.duckdb'), 'd', 4)
  const base = await openDuckdb({
    file: join(folder, 'a.duckdb'),
    alias: 'va',
    mode: 'read',
    temporary: join(folder, 'tmp'),
    connections: 2,
    joins,
  })
  const joined = await Promise.all(['b', 'c'].map((name) => base.join(join(joins, `${name}.duckdb`))))
  for (const store of joined) {
    const { home, joined: file } = store.names
    await store.run(
      raw(`CREATE VIEW ${home}.cx.t AS SELECT * FROM va.cx.t UNION ALL BY NAME SELECT * FROM ${file}.cx.t`),
    )
  }
  const sums = () =>
    Promise.all([base, ...joined].map(async (store) => (await store.rows(sql`SELECT sum(x) AS n FROM cx.t`))[0]?.n))
  expect(await sums()).toEqual([1, 3, 4])
  const held = await Promise.all(joined.map((store) => store.hold(sql`SELECT x FROM cx.t`)))
  expect(new Set(held.map(({ name }) => name)).size).toBe(2)
  await Promise.all(held.map(({ release }) => release()))
  const passwd = joined[0]!.rows(sql`SELECT * FROM read_text('/etc/passwd')`)
  await expect(passwd).rejects.toThrow(/disabled by configuration/)
  await expect(base.join(join(folder, 'd.duckdb'))).rejects.toThrow(/disabled by configuration/)
  await joined[0]!.close()
  const left = await base.rows(sql`SELECT database_name AS name FROM duckdb_databases() WHERE NOT internal ORDER BY 1`)
  expect(left.map(({ name }) => name)).toEqual(
    [joined[1]!.names.home, joined[1]!.names.joined, 'memory', 'va'].toSorted(),
  )
  expect(await joined[1]!.rows(sql`SELECT sum(x) AS n FROM cx.t`)).toEqual([{ n: 4 }])
  await joined[1]!.close()
  await base.close()
})
