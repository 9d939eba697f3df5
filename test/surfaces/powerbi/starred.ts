import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { generate } from '../../../src/generate/generate.ts'
import type { MetricContext } from '../../../src/metrics/context.ts'
import { literal, raw } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'
import type { Store } from '../../../src/store/store.ts'
import { buildModel } from '../../../src/surfaces/powerbi/build-model.ts'
import type { SemanticModel } from '../../../src/surfaces/powerbi/semantic-model.ts'
import { writeTables } from '../../../src/surfaces/powerbi/star.ts'
import { builtFrom } from '../../flow/built.ts'
import { contextOf } from '../../metrics/fixture.ts'

/** A folder of its own, gone afterwards. */
export function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-powerbi-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Starred {
  context: MetricContext
  model: SemanticModel
  /** Of the Parquet files. */
  data: string
  files: string[]
}

/** One of the demos, small, built and written as a star. */
export async function starOf(demo: string, rows: number): Promise<Starred> {
  const folder = folderOf()
  const { files } = await generate(demo, { rows, seed: 3, out: join(folder, 'raw') })
  const { file } = await builtFrom(...files.map(({ path }) => path))
  const data = join(folder, 'data')
  const store = await openDuckdb({
    file,
    alias: 'read',
    mode: 'read',
    temporary: join(folder, 'tmp'),
    into: data,
    connections: 2,
  })
  afterAll(() => store.close())
  const [version] = await store.rows(raw("SELECT strftime(as_of, '%Y-%m-%dT%H:%M:%SZ') AS as_of FROM cx.versions"))
  const context = await contextOf(store, { asOf: String(version?.as_of) })
  return { context, ...(await written(context, data)), data }
}

/** The same data for a reader of another language. */
export async function inLanguage(starred: Starred, language: string): Promise<Starred> {
  const { store, version } = starred.context
  const context = await contextOf(store, { asOf: version.as_of, language })
  return { ...starred, context, ...(await written(context, starred.data)) }
}

export async function written(
  context: MetricContext,
  data: string,
): Promise<{ model: SemanticModel; files: string[] }> {
  const star = await buildModel('Rapport', context)
  const files = await writeTables(star, data, context.store)
  await star.release()
  return { model: star.model, files }
}

/** The files in an engine of their own, each a table of its name. */
export async function filesIn({ data, files }: Pick<Starred, 'data' | 'files'>): Promise<Store> {
  const folder = folderOf()
  const store = await openDuckdb({
    file: join(folder, 'files.duckdb'),
    alias: 'files',
    mode: 'write',
    temporary: folder,
    external: true,
  })
  afterAll(() => store.close())
  for (const file of files)
    await store.run(
      raw(`CREATE TABLE "${file.replace('.parquet', '')}" AS SELECT * FROM read_parquet(${literal(join(data, file))})`),
    )
  return store
}
