import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readYaml } from '../../../src/config/yaml.ts'
import { type Problem, RapportError } from '../../../src/errors.ts'
import { type BatchProfile, profileBatch } from '../../../src/flow/map/profile.ts'
import { type ProposedPack, proposePack } from '../../../src/flow/map/propose.ts'
import { parseSynonyms, type Synonyms } from '../../../src/flow/map/synonyms.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import type { Store } from '../../../src/store/store.ts'
import { csvBatch } from './land.ts'

export async function readSynonyms(): Promise<Synonyms> {
  const problems: Problem[] = []
  const synonyms = parseSynonyms(
    await readYaml(join(import.meta.dirname, '../../../catalog/packs/synonyms.yaml')),
    problems,
  )
  if (!synonyms || problems.length > 0) throw new RapportError(problems)
  return synonyms
}

export const synonyms = await readSynonyms()

/** Records as a CSV batch. */
export async function tableBatch(
  folder: string,
  name: string,
  columns: string[],
  rows: (string | number | null)[][],
): Promise<Batch> {
  const cell = (value: string | number | null): string =>
    value === null ? '' : `"${String(value).replaceAll('"', '""')}"`
  const path = join(folder, `${name}.csv`)
  await writeFile(path, `${[columns, ...rows].map((row) => row.map(cell).join(',')).join('\n')}\n`)
  return csvBatch(path, columns, rows.length)
}

export async function propose(
  store: Store,
  batch: Batch,
  options: { answers?: Record<string, string>; guess?: boolean } = {},
): Promise<ProposedPack & { profile: BatchProfile }> {
  const profile = await profileBatch(store, batch)
  return { ...proposePack(batch, profile, { synonyms, ...options }), profile }
}
