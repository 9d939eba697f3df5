import { createHash } from 'node:crypto'
import { constants, copyFile, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../errors.ts'
import type { SourceBatch } from './land-sources.ts'
import type { Load } from './load.ts'
import type { Target } from './map/pack.ts'
import type { MixedCandidate } from './map/systems.ts'
import { type MappedBatch, type MappedSource, mappedBatch, type RefusedSource } from './map-sources.ts'
import { type DataFolder, loadedFile } from './publish/publish.ts'

/** What is remembered of a batch that is loaded. */
export interface LoadedBatch {
  key: string
  source: string
  /** Tables that it fills, with the key space where they lie in one of their own. */
  fills: { table: string; space?: string }[]
  load: Load
  mapped: MappedBatch
  targets: Target[]
  notes: Problem[]
}

/** A copy of a version's file with everything loaded and nothing derived. */
export interface LoadedCopy {
  id: string
  file: string
  batches: LoadedBatch[]
}

interface Stored {
  state: string
  bytes: number
  batches: LoadedBatch[]
}

/** The same table of the same file of the same source. */
export const keyOfBatch = ({ batch, source }: SourceBatch): string =>
  createHash('sha256')
    .update(JSON.stringify([source.id, batch.hash, batch.name]))
    .digest('base64url')

export function loadedBatch(mapping: MappedSource, load: Load): LoadedBatch {
  return {
    key: keyOfBatch(mapping),
    source: mapping.source.id,
    fills: mapping.table.fills.map(({ table, space }) => (space ? { table, space } : { table })),
    load,
    mapped: mappedBatch(mapping),
    targets: mapping.pack.targets,
    notes: mapping.notes,
  }
}

/** What nothing maps: it is remembered, so that the next build does not read it again. */
export function refusedBatch(refused: RefusedSource, load: Load): LoadedBatch {
  const { batch, source } = refused
  return {
    key: keyOfBatch(refused),
    source: source.id,
    fills: [],
    load,
    mapped: { batch: batch.name, path: batch.path, pack: '', how: 'proposed' },
    targets: [],
    notes: [{ ...refused.refused, message: `${refused.refused.message} ${load.records} records are kept as rejects.` }],
  }
}

/** As what tells two systems in one source apart. */
export const candidateOf = ({ source, fills, mapped }: LoadedBatch): MixedCandidate => ({
  pack: { id: mapped.pack },
  table: { fills },
  how: mapped.how,
  batch: { name: mapped.batch },
  source: { id: source },
})

/**
 * Does a load of everything come to the same as going on behind what is loaded? Of two records of one key the later load may win, so
 * in each table of each source the new batches must stand behind all that are loaded.
 */
export function standBehind(batches: { source: string; fills: { table: string }[]; isLoaded: boolean }[]): boolean {
  const begun = new Set<string>()
  for (const { source, fills, isLoaded } of batches) {
    for (const { table } of fills) {
      const place = `${source}\t${table}`
      if (!isLoaded) begun.add(place)
      else if (begun.has(place)) return false
    }
  }
  return true
}

const noteFile = (folder: DataFolder, id: string): string => join(folder.versions, `${id}.loaded.json`)

/** The newest copy that was made under the same settings. `state` says them. */
export async function findLoaded(folder: DataFolder, state: string): Promise<LoadedCopy | null> {
  const found: { copy: LoadedCopy; made: number }[] = []
  for (const name of await readdir(folder.versions).catch(() => [])) {
    if (!name.endsWith('.loaded.json')) continue
    const id = name.slice(0, -'.loaded.json'.length)
    const copy = await readLoaded(folder, id, state).catch(() => null)
    if (copy) found.push({ copy, made: (await stat(copy.file)).mtimeMs })
  }
  return found.sort((a, b) => b.made - a.made)[0]?.copy ?? null
}

async function readLoaded(folder: DataFolder, id: string, state: string): Promise<LoadedCopy | null> {
  const stored = JSON.parse(await readFile(noteFile(folder, id), 'utf8')) as Stored
  const file = loadedFile(folder, id)
  return stored.state === state && (await stat(file)).size === stored.bytes
    ? { id, file, batches: stored.batches }
    : null
}

export async function forgetLoaded(folder: DataFolder, id: string): Promise<void> {
  for (const file of [noteFile(folder, id), loadedFile(folder, id)]) await rm(file, { force: true })
}

/**
 * Copies a file that nobody has open. The copy counts once `keep` has said what is in it, with every byte on the disk: a kill before
 * leaves the copy of the version before.
 */
export async function copyLoaded(
  folder: DataFolder,
  id: string,
  file: string,
): Promise<{ keep(state: string, batches: LoadedBatch[]): Promise<void> }> {
  const copy = loadedFile(folder, id)
  await forgetLoaded(folder, id)
  await copyFile(file, copy, constants.COPYFILE_FICLONE)
  const handle = await open(copy, 'r+')
  // Beside the steps that follow.
  const synced = handle.sync().finally(() => handle.close())
  synced.catch(() => {})
  return {
    keep: async (state, batches) => {
      await synced
      const stored: Stored = { state, bytes: (await stat(copy)).size, batches }
      await writeFile(`${noteFile(folder, id)}.${process.pid}`, JSON.stringify(stored), { mode: 0o600 })
      await rename(`${noteFile(folder, id)}.${process.pid}`, noteFile(folder, id))
    },
  }
}
