import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll } from 'vitest'
import { flowOrder } from '../../../src/cli/build-child.ts'
import { buildVersion } from '../../../src/flow/flow.ts'
import { versionFile } from '../../../src/flow/publish/publish.ts'
import { generate } from '../../../src/generate/generate.ts'
import type { MetricContext } from '../../../src/metrics/context.ts'
import type { MetricCell } from '../../../src/metrics/frame.ts'
import { runQuery } from '../../../src/metrics/run.ts'
import { metricContext, openVersion, readMetrics, readProject, readProjectWords } from '../../../src/project.ts'
import { type CopyOut, openCopyOut } from '../../../src/store/copy-out.ts'

/** Generated data as a published version: read by a viewer, and open to be copied. */
export interface HandedOut {
  folder: string
  files: string[]
  context(viewer?: Partial<MetricContext['viewer']>): Promise<MetricContext>
  copies: CopyOut
}

/** Builds once for a file of tests, and clears away behind it. */
export async function handedOut(name: string, rows: number): Promise<HandedOut> {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-export-'))
  const before = process.env.XDG_CACHE_HOME
  process.env.XDG_CACHE_HOME = join(folder, 'cache')
  const { files: generated } = await generate(name, { rows, seed: 7, out: join(folder, 'source') })
  const files = generated.map(({ path }) => path).filter((path) => !path.endsWith('dictionary.csv'))
  const project = await readProject({ files })
  await buildVersion(await flowOrder({ project: { files }, guess: true, answers: {} }))
  process.env.XDG_CACHE_HOME = before
  const version = await openVersion(project)
  const catalogue = await readMetrics(project)
  const copies = await openCopyOut({
    file: versionFile(project.data, version.facts.id),
    alias: `v${version.facts.id}`,
    temporary: project.data.temporary,
  })
  afterAll(async () => {
    await copies.close()
    await version.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    files,
    copies,
    context: async (viewer) => {
      const whole = { personalData: 'mask' as const, language: 'en', ...viewer }
      const words = await readProjectWords(project, whole.language)
      return metricContext({ project, version, catalogue, words }, whole)
    },
  }
}

/** Values of metrics over all rows, as `rapport query` tells them. */
export async function valuesOf(metrics: string[], context: MetricContext): Promise<Map<string, number | null>> {
  const { rows } = await runQuery({ metrics }, context)
  return new Map(metrics.map((id) => [id, (rows[0]![id] as MetricCell).value]))
}

export type Ask = (question: string) => Promise<Record<string, unknown>[]>

/** Asks a database file as another program would; without one, whatever the questions name. */
export async function asking<T>(file: string | null, ask: (ask: Ask) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    if (file) await connection.run(`ATTACH '${file}' AS given (READ_ONLY); USE given`)
    return await ask(async (question) => (await connection.runAndReadAll(question)).getRowObjectsJson())
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Metrics whose values are not the same up to the last digits of a sum. */
export function differing(
  expected: ReadonlyMap<string, number | null>,
  found: ReadonlyMap<string, unknown>,
): [string, number | null, unknown][] {
  return [...expected].flatMap(([id, value]) => {
    const other = found.get(id)
    if (value === null || other === null || other === undefined)
      return value === null && other === null ? [] : [[id, value, other]]
    const same = Math.abs(value - Number(other)) <= 1e-9 * Math.max(1, Math.abs(value))
    return same ? [] : [[id, value, other]]
  })
}
