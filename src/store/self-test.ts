import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { literal, raw, sql } from '../sql/sql.ts'
import { openDuckdb } from './duckdb.ts'

/** One guard of the engine, by its effect: a setting that reads well but does nothing is the fault to find. */
export interface Effect {
  name: string
  holds: boolean
}

/** Opens a store in a folder of its own and tries what must not work. */
export async function measureStore(): Promise<Effect[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-doctor-'))
  const file = join(folder, 'trial.duckdb')
  const writer = await openDuckdb({ file, alias: 'vtrial', mode: 'write', temporary: join(folder, 'tmp') })
  await writer.run(sql`CREATE SCHEMA cx`)
  await writer.run(sql`CREATE TABLE cx.trial AS SELECT 1 AS x`)
  await writer.close()
  const store = await openDuckdb({
    file,
    alias: 'vtrial',
    mode: 'read',
    temporary: join(folder, 'tmp'),
    memory: '100MB',
  })
  const refused = async (name: string, text: string): Promise<Effect> => ({
    name,
    holds: await store.run(raw(text)).then(
      () => false,
      () => true,
    ),
  })
  try {
    return [
      await refused('a version is read only', 'INSERT INTO vtrial.cx.trial VALUES (2)'),
      await refused('no file outside the version is read', `SELECT * FROM read_text(${literal(process.execPath)})`),
      await refused('no file is written', `COPY (SELECT 1) TO ${literal(join(folder, 'out.csv'))}`),
      await refused('no other database is attached', `ATTACH ${literal(join(folder, 'other.duckdb'))} AS other`),
      await refused('no extension is installed', 'INSTALL httpfs'),
      await refused('settings are locked', "SET memory_limit = '90GB'"),
    ]
  } finally {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
}
