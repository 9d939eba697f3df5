import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RapportError } from '../../errors.ts'
import { syncFile, writeWhole } from '../../journal/durable.ts'

/** Where a project keeps what it computes; every path below is derived from the one folder. */
export interface DataFolder {
  root: string
  /** Files as they came, named by their hash. */
  landing: string
  /** Decoded copies that can be made again. */
  derived: string
  versions: string
  /** What was sent while a server ran, in the order of arrival. */
  journal: string
  /** Small versions of what no build has taken in yet. */
  live: string
  /** What was watched: alerts, runs, results of checks over time. */
  watch: string
  temporary: string
}

export function dataFolder(root: string): DataFolder {
  return {
    root,
    landing: join(root, 'landing'),
    derived: join(root, 'derived'),
    versions: join(root, 'versions'),
    journal: join(root, 'journal'),
    live: join(root, 'live'),
    watch: join(root, 'watch'),
    temporary: join(root, 'tmp'),
  }
}

/** Where results of checks are kept over time. */
export const checksLog = (folder: DataFolder): string => join(folder.watch, 'checks.log')

/** Makes the folders, readable by their owner alone: they hold personal data. */
export async function makeDataFolder(folder: DataFolder): Promise<void> {
  for (const path of [folder.root, folder.landing, folder.derived, folder.versions, folder.temporary]) {
    await mkdir(path, { recursive: true, mode: 0o700 })
  }
}

/** Which version is served, and those before it, newest first. */
export interface Pointer {
  current: string
  previous: string[]
}

const pointerFile = (folder: DataFolder): string => join(folder.root, 'current.json')

export function versionFile(folder: DataFolder, id: string): string {
  return join(folder.versions, `${id}.duckdb`)
}

/** The pointer, or null where nothing was published yet. */
export async function readPointer(folder: DataFolder): Promise<Pointer | null> {
  try {
    return JSON.parse(await readFile(pointerFile(folder), 'utf8')) as Pointer
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new RapportError({
      code: 'pointer-unreadable',
      message: `The pointer to the published version cannot be read: ${(error as Error).message}`,
      where: pointerFile(folder),
      fix: 'Delete the file and run `rapport build`.',
    })
  }
}

/** One rename decides: before it the old version is served, after it the new one; a kill leaves either, never half. */
const writePointer = (folder: DataFolder, pointer: Pointer): Promise<void> =>
  writeWhole(pointerFile(folder), JSON.stringify(pointer))

/**
 * Publishes a finished version: its file (written, checkpointed and closed beforehand under `<id>.building.duckdb`) gets its
 * name, then the pointer moves. Older versions beyond `keep` are removed, and loaded copies but `loaded`; a reader that still has one
 * open keeps it.
 */
export async function publishVersion(
  folder: DataFolder,
  id: string,
  keep: number,
  loaded: string | null = null,
): Promise<Pointer> {
  await syncFile(buildingFile(folder, id))
  await rename(buildingFile(folder, id), versionFile(folder, id))
  const before = await readPointer(folder)
  const chain = before ? [before.current, ...before.previous].filter((each) => each !== id) : []
  const pointer = { current: id, previous: chain.slice(0, keep - 1) }
  await writePointer(folder, pointer)
  const copies = loaded ? [`${loaded}.loaded`] : []
  await removeOthers(folder, [pointer.current, ...pointer.previous, ...copies])
  return pointer
}

export function buildingFile(folder: DataFolder, id: string): string {
  return join(folder.versions, `${id}.building.duckdb`)
}

/** Everything that a version read, before anything was derived from it: where the next build may go on. */
export function loadedFile(folder: DataFolder, id: string): string {
  return join(folder.versions, `${id}.loaded.duckdb`)
}

/** The version before becomes the current one again. */
export async function restorePrevious(folder: DataFolder): Promise<Pointer> {
  const pointer = await readPointer(folder)
  const [restored, ...rest] = pointer?.previous ?? []
  if (!pointer || !restored) {
    throw new RapportError({
      code: 'no-previous-version',
      message: 'There is no version before the current one.',
      where: folder.versions,
      fix: 'Run `rapport build` to make one; `keep_versions` in rapport.yaml says how many are kept.',
    })
  }
  const next = { current: restored, previous: [...rest, pointer.current] }
  await writePointer(folder, next)
  return next
}

async function removeOthers(folder: DataFolder, keep: string[]): Promise<void> {
  for (const file of await readdir(folder.versions)) {
    const id = file.replace(/\.(duckdb|duckdb\.wal|json)$/, '')
    if (!keep.includes(id)) await rm(join(folder.versions, file), { force: true })
  }
}
