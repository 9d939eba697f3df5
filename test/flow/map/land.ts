import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readYaml } from '../../../src/config/yaml.ts'
import { type Problem, RapportError } from '../../../src/errors.ts'
import type { Fill } from '../../../src/flow/map/fill.ts'
import { type LandStatement, landStatements } from '../../../src/flow/map/land-statements.ts'
import { type MapOptions, mapBatch } from '../../../src/flow/map/map-batch.ts'
import { type Pack, parsePack } from '../../../src/flow/map/pack.ts'
import { createModel } from '../../../src/flow/publish/create.ts'
import type { Batch, Dialect } from '../../../src/flow/sources/batch.ts'
import { duckdb } from '../../../src/sql/duckdb.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'
import type { Row, Store } from '../../../src/store/store.ts'

export async function readPack(file: string): Promise<Pack> {
  const problems: Problem[] = []
  const pack = parsePack(await readYaml(file), problems)
  if (!pack || problems.length > 0) throw new RapportError(problems)
  return pack
}

const comma: Dialect = { delimiter: ',', quote: '"', newline: '\n', preamble: 0, decimal: '.' }

/** A batch for a clean CSV file, as the reader would describe it. */
export async function csvBatch(
  path: string,
  columns: string[],
  records: number,
  dialect: Partial<Dialect> = {},
): Promise<Batch> {
  const whole = { ...comma, ...dialect }
  return {
    path,
    name: path.split('/').at(-1)!,
    hash: 'f00d'.repeat(16),
    bytes: (await stat(path)).size,
    form: 'csv',
    gzip: false,
    encoding: 'utf-8',
    dialect: whole,
    columns,
    read: { form: 'csv', path, dialect: whole, derived: false },
    records,
    readable: records,
    bad: [],
    skipped: { blank: 0, preamble: 0, footer: 0 },
    notes: [],
  }
}

/** A new version's file with the model in it, gone when `work` is done. */
export async function withStore<T>(work: (store: Store, folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-map-'))
  const store = await openDuckdb({
    file: join(folder, 'v.duckdb'),
    alias: 'v1',
    mode: 'write',
    temporary: join(folder, 'spill'),
    external: true,
  })
  try {
    await createModel(store)
    return await work(store, folder)
  } finally {
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
}

export interface Landed {
  fill: Fill
  statements: LandStatement[]
  loaded: number
  mapped: number
  rejected: number
  doubles: Row[]
  unknown: Row[]
  seconds: Record<string, number>
}

/** What the flow does with a batch, one step after the other. */
export async function land(
  store: Store,
  batch: Batch,
  pack: Pack,
  options: Partial<MapOptions> & { table?: number } = {},
): Promise<Landed> {
  const table = pack.tables[options.table ?? 0]!
  const fill = mapBatch(batch, pack, table, {
    source: pack.id,
    load: batch.hash,
    dialect: duckdb,
    zone: 'UTC',
    reportingZone: 'UTC',
    ...options,
  })
  const { statements, queries } = landStatements(fill, batch, { dialect: duckdb, there: await store.columns() })
  const done: Landed = { fill, statements, loaded: 0, mapped: 0, rejected: 0, doubles: [], unknown: [], seconds: {} }
  for (const [at, statement] of statements.entries()) {
    const start = performance.now()
    await store.run(statement.sql)
    const key = `${statement.step} ${statement.table}`
    done.seconds[key] = (done.seconds[key] ?? 0) + (performance.now() - start) / 1000
    if (statement.step === 'load') done.loaded = Number((await store.rows(queries.loaded))[0]!.n)
    if (statement.step === 'doubles' && statements[at + 1]?.step !== 'doubles') {
      const [counts] = await store.rows(queries.counts)
      done.mapped = Number(counts!.mapped)
      done.rejected = Number(counts!.rejected)
      done.doubles = await store.rows(queries.doubles)
    }
  }
  if (queries.unknownWords) done.unknown = await store.rows(queries.unknownWords)
  return done
}
