import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { landFile } from '../../../src/flow/land/land.ts'
import { isProblem, recognisePack } from '../../../src/flow/map/recognise.ts'
import { readBatches } from '../../../src/flow/sources/source.ts'
import { tables } from '../../../src/model/tables.ts'
import { readPacks } from '../../../src/project.ts'
import { raw } from '../../../src/sql/sql.ts'
import { describeParquet } from '../../../src/store/duckdb.ts'
import type { Row, Store } from '../../../src/store/store.ts'
import { land, withStore } from './land.ts'

/**
 * Every pack folder with `sample/` and `expected/`: each sample is read by the product's own reader, recognised by its columns
 * among all packs, and mapped; the tables must be those of `expected/model.json`. UPDATE_GOLDEN=1 writes them.
 */
const catalogue = join(import.meta.dirname, '../../../catalog')
const folders = readdirSync(join(catalogue, 'packs'))
  .map((id) => ({
    id,
    sample: join(catalogue, 'packs', id, 'sample'),
    expected: join(catalogue, 'packs', id, 'expected'),
  }))
  .filter(({ sample, expected }) => existsSync(sample) && existsSync(expected))
const packs = await readPacks({ catalogues: [catalogue] })

/** What people compare: columns with a value somewhere, without the load's hash. */
async function filled(store: Store, table: string): Promise<Row[]> {
  const rows = await store.rows(raw(`SELECT * EXCLUDE (load) FROM cx.${table} ORDER BY record, id`))
  const names = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => row[name] !== null))
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])))
}

async function mapped(id: string, sample: string, store: Store, folder: string): Promise<Record<string, unknown>> {
  const loads: [string, Record<string, unknown>][] = []
  for (const name of readdirSync(sample).sort()) {
    const [landing, derived] = [join(folder, 'landing'), join(folder, 'derived')]
    await mkdir(derived, { recursive: true })
    const landed = await landFile(join(sample, name), { landing })
    await landed.copy?.synced
    for (const batch of await readBatches(landed, { derived, describe: describeParquet })) {
      const found = recognisePack(batch, packs)
      if (!found || isProblem(found)) throw new Error(`${name} is not recognised: ${found ? found.message : 'no pack'}`)
      expect(found.pack.id, name).toBe(id)
      const done = await land(store, batch, found.pack, { table: found.pack.tables.indexOf(found.table) })
      expect(done.loaded, name).toBe(batch.readable)
      const doubles = done.doubles.filter(({ load }) => load === batch.hash).map(({ fate, n }) => ({ fate, n }))
      loads.push([
        basename(batch.name),
        { mapped: done.mapped, rejected: done.rejected, doubles, unknown: done.unknown },
      ])
    }
  }
  const result: Record<string, unknown> =
    loads.length === 1 ? { ...loads[0]![1] } : { loads: Object.fromEntries(loads) }
  for (const { name, kind } of tables) {
    if (kind !== 'record') continue
    const rows = await filled(store, name)
    if (rows.length > 0) result[name] = rows
  }
  result.rejects = await store.rows(raw('SELECT * EXCLUDE (load) FROM cx.rejects ORDER BY record, "column"'))
  return result
}

describe.each(folders)('$id', ({ id, sample, expected }) => {
  it('maps its sample to the expected tables', async () => {
    await withStore(async (store, folder) => {
      const result = await mapped(id, sample, store, folder)
      const file = join(expected, 'model.json')
      if (process.env.UPDATE_GOLDEN) await writeFile(file, `${JSON.stringify(result, null, 1)}\n`)
      expect(result).toEqual(JSON.parse(await readFile(file, 'utf8')))
    })
  })
})
