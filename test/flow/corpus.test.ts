import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { RapportError } from '../../src/errors.ts'
import { buildVersion } from '../../src/flow/flow.ts'
import { dataFolder, readPointer } from '../../src/flow/publish/publish.ts'
import { readChecks, readPacks, readSynonyms } from '../../src/project.ts'
import { corpusCases } from '../corpus/make.ts'

/**
 * The malformed corpus through the whole flow: each file gives a clear error or a version in which every record is accounted
 * for. Never a crash, never a silent loss, never a partly published version.
 */
const catalogue = { catalogues: [join(import.meta.dirname, '../../catalog')] }
let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rapport-corpus-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('every malformed file ends in a clear error or an accounted version', () => {
  test.each(corpusCases().map((each) => [each.name, each] as const))('%s', async (name, each) => {
    const folder = join(root, name.replace(/[^a-z0-9]+/gi, '-'))
    await mkdir(folder)
    const file = await each.write(folder)
    const data = dataFolder(join(folder, 'data'))
    const outcome = await buildVersion({
      directory: null,
      data,
      settings: settingsSchema.parse({ sources: [{ id: 'files', files: [file] }] }),
      hash: 'a',
      product: 'test',
      packs: await readPacks(catalogue),
      checks: await readChecks(catalogue),
      synonyms: () => readSynonyms(catalogue),
      guess: true,
      answers: {},
    }).catch((error: unknown) => error)
    const pointer = await readPointer(data)
    const left = await readdir(data.versions)
    expect(left.filter((path) => path.includes('building'))).toEqual([])
    if (outcome instanceof RapportError) {
      expect(pointer).toBeNull()
      for (const problem of outcome.problems) {
        expect(problem.message).toMatch(/[.!?…"]$/)
        expect(problem.fix).toBeTruthy()
      }
      return
    }
    expect(outcome).not.toBeInstanceOf(Error)
    const { version, loads } = outcome as Awaited<ReturnType<typeof buildVersion>>
    expect(pointer?.current).toBe(version)
    for (const { records, mapped, rejected, duplicate, superseded, skipped } of loads) {
      expect(mapped + rejected + duplicate + superseded + skipped).toBe(records)
    }
    await rm(folder, { recursive: true, force: true })
  })
})
