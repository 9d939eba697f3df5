import { existsSync } from 'node:fs'
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Batch } from '../sources/batch.ts'
import type { Landed } from './land.ts'

/** A file that an earlier build read: what it was then, and what it holds. */
interface Entry {
  stamp: string
  /** When the stamp was taken, and when the file had been changed before it; milliseconds since 1970. */
  taken: number
  changed: number
  /** What else decides how it reads. */
  reading: string
  hash: string
  bytes: number
  batches: Batch[]
}

/** A file that is the same as when it was read before. */
export interface KnownFile {
  landed: Landed
  batches: Batch[]
}

/** Files that need not be read again, by the path under which they were landed. */
export interface KnownFiles {
  find(path: string, reading: string): Promise<KnownFile | null>
  /** Remembers a file that `find` did not know. */
  add(path: string, reading: string, file: KnownFile): void
  /** Writes down the files of this build; those that it did not see are forgotten. */
  keep(): Promise<void>
}

/** A file that is changed twice within so short a time may have one stamp for two contents. */
const grain = 2000

/** The files of `landing/index.json`. It may be deleted at any time: then every file is read again. */
export async function readKnownFiles(landing: string): Promise<KnownFiles> {
  const file = join(landing, 'index.json')
  const before = await readFile(file, 'utf8').then(
    (text) => new Map(Object.entries(JSON.parse(text) as Record<string, Entry>)),
    () => new Map<string, Entry>(),
  )
  const now = new Map<string, Entry>()
  const stamps = new Map<string, Pick<Entry, 'stamp' | 'taken' | 'changed'>>()
  return {
    find: async (path, reading) => {
      const stamp = await stampOf(path)
      if (!stamp) return null
      stamps.set(path, stamp)
      const entry = before.get(path)
      if (!entry || entry.stamp !== stamp.stamp || entry.reading !== reading) return null
      if (entry.changed > entry.taken - grain) return null
      const landed = join(landing, entry.hash)
      if ((await stat(landed).catch(() => null))?.size !== entry.bytes) return null
      const batches = entry.batches.map((batch) => readFrom(batch, resolve(path), landed))
      if (!batches.every(({ read }) => existsSync(read.path))) return null
      now.set(path, entry)
      return { landed: { path, hash: entry.hash, bytes: entry.bytes, file: landed, landed, copy: null }, batches }
    },
    add: (path, reading, { landed, batches }) => {
      const stamp = stamps.get(path)
      if (stamp) now.set(path, { ...stamp, reading, hash: landed.hash, bytes: landed.bytes, batches })
    },
    keep: async () => {
      if (now.size === before.size && [...now].every(([path, entry]) => before.get(path) === entry)) return
      await writeFile(`${file}.${process.pid}`, JSON.stringify(Object.fromEntries(now)), { mode: 0o600 })
      await rename(`${file}.${process.pid}`, file)
    },
  }
}

/** Our copy is read: nobody changes it meanwhile. */
function readFrom(batch: Batch, file: string, landed: string): Batch {
  return batch.read.path === file ? { ...batch, read: { ...batch.read, path: landed } } : batch
}

async function stampOf(path: string): Promise<Pick<Entry, 'stamp' | 'taken' | 'changed'> | null> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  if (!found?.isFile()) return null
  const { size, ino, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = found
  const changed = Math.max(Number(mtimeMs), Number(ctimeMs))
  return { stamp: `${size} ${ino} ${mtimeNs} ${ctimeNs}`, taken: Date.now(), changed }
}
