import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { type BuildReport, buildVersion } from '../../src/flow/flow.ts'
import { dataFolder, versionFile } from '../../src/flow/publish/publish.ts'
import { readChecks, readPacks, readSynonyms } from '../../src/project.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import type { Store } from '../../src/store/store.ts'

const catalogue = { catalogues: [join(import.meta.dirname, '../../catalog')] }

/** Files through the whole flow with the delivered catalogue, and the version that came out of it, open. */
export async function builtFrom(...files: string[]): Promise<{ report: BuildReport; store: Store; file: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-built-'))
  const data = dataFolder(join(folder, 'data'))
  const report = await buildVersion({
    directory: null,
    data,
    settings: settingsSchema.parse({ sources: [{ id: 'files', files }], keep_versions: 2 }),
    hash: 'a',
    product: 'test',
    packs: await readPacks(catalogue),
    synonyms: () => readSynonyms(catalogue),
    checks: await readChecks(catalogue),
    guess: true,
    answers: {},
  })
  const file = versionFile(data, report.version)
  const store = await openDuckdb({
    file,
    alias: `v${report.version}`,
    mode: 'read',
    temporary: data.temporary,
  })
  afterAll(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { report, store, file }
}
