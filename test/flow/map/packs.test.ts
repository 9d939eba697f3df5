import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../../src/errors.ts'
import { makeColumns } from '../../../src/flow/derive/filled.ts'
import { isProblem, recognisePack } from '../../../src/flow/map/recognise.ts'
import { tables } from '../../../src/model/tables.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Row, Store } from '../../../src/store/store.ts'
import { readPack, withStore } from './land.ts'
import { filesIn, loadFiles, type Recognised, recogniseFiles } from './load-files.ts'

const folder = join(import.meta.dirname, '../../../catalog/packs')
const ids = readdirSync(folder).filter((id) => existsSync(join(folder, id, 'pack.yaml')))
const packs = await Promise.all(ids.map((id) => readPack(join(folder, id, 'pack.yaml'))))
/** Its expected tables have a form of their own, compared by success-team.test.ts. */
const withOwnTest = new Set(['success-team'])
const writes = process.env.UPDATE === '1'

/** Every filled table with the columns that hold a value somewhere, in the order of ids. */
async function filledTables(store: Store): Promise<Record<string, Row[]>> {
  const filled: Record<string, Row[]> = {}
  for (const table of tables.filter(({ kind }) => kind === 'record')) {
    await makeColumns(store, table.name, [])
    const rows = await store.rows(raw(`SELECT * EXCLUDE (load) FROM cx."${table.name}" ORDER BY id, record`))
    const names = table.columns
      .map(({ name }) => name)
      .filter((name) => rows.some((row) => (row[name] ?? null) !== null))
    if (rows.length === 0) continue
    filled[table.name] = rows.map((row) =>
      Object.fromEntries(names.filter((name) => (row[name] ?? null) !== null).map((name) => [name, row[name]!])),
    )
  }
  return filled
}

function accounts(done: Recognised[]): unknown[] {
  return done.map(({ name, pack, table, load }) => {
    const { records, mapped, rejected, duplicate, superseded, skipped } = load
    return { name, pack, table, records, mapped, rejected, duplicate, superseded, skipped }
  })
}

async function modelOf(files: string[]): Promise<Record<string, unknown>> {
  return withStore(async (store, place) => {
    const done = await loadFiles(store, place, files, packs)
    const rejects = await store.rows(
      raw('SELECT record, scope, "column", reason, raw FROM cx.rejects ORDER BY load, record, "column", raw'),
    )
    return { loads: accounts(done), ...(await filledTables(store)), ...(rejects.length > 0 ? { rejects } : {}) }
  })
}

/** As a file would hold it: moments as text, nothing undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe.each(ids.filter((id) => !withOwnTest.has(id)))('%s', (id) => {
  it('recognises its sample without being named, and makes the expected tables of it', async () => {
    const model = plain(await modelOf(await filesIn(join(folder, id, 'sample')))) as { loads: { pack: string }[] }
    expect(new Set(model.loads.map(({ pack }) => pack))).toEqual(new Set([id]))
    const file = join(folder, id, 'expected/model.json')
    if (writes) {
      await mkdir(join(folder, id, 'expected'), { recursive: true })
      await writeFile(file, `${JSON.stringify(model, null, 1)}\n`)
    }
    expect(model).toEqual(JSON.parse(await readFile(file, 'utf8')))
  })
})

/** The columns that a table asks for, in a file of the name that it asks for. */
const barest = ({ file, recognise }: (typeof packs)[number]['tables'][number]) => ({
  name: `${file?.[0] ?? 'export'}.csv`,
  columns: recognise,
})

describe('recognition', () => {
  it('is certain for every table of every pack: what it asks for fits no other as well', () => {
    const faults = packs.flatMap((pack) =>
      pack.tables.flatMap((table): string[] => {
        const found = recognisePack(barest(table), packs)
        if (found === null || isProblem(found))
          return [`${pack.id}/${table.name}: ${(found as Problem | null)?.message}`]
        return found.table === table
          ? []
          : [`${pack.id}/${table.name} is taken for ${found.pack.id}/${found.table.name}`]
      }),
    )
    expect(faults).toEqual([])
  })

  it('knows each file of a folder in which all the systems are mixed', async () => {
    await withStore(async (_store, place) => {
      for (const id of ids) {
        const files = await recogniseFiles(place, await filesIn(join(folder, id, 'sample')), packs)
        expect(files.map(({ batch, known }) => [batch.name, known.pack.id])).toEqual(
          files.map(({ batch }) => [batch.name, id]),
        )
      }
    })
  })
})
