import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Problem, RapportError } from '../errors.ts'
import type { Damage } from '../journal/journal.ts'
import {
  damageKey,
  type KeptArrivals,
  type KeptPart,
  partName,
  readKept,
  sourceOfDamage,
  writeKept,
} from './arrivals/kept.ts'
import { writeParts } from './arrivals/parts.ts'
import { type Landed, landFile } from './land/land.ts'
import type { DataFolder } from './publish/publish.ts'

/** What a build takes out of the journal: files of their sources like all others. */
export interface Arrivals {
  /** Position up to which they go; 0 without a journal. */
  journal: number
  parts: { part: KeptPart; landed: Landed }[]
  /** All copies on their way, also of what is for no source of the settings. */
  landed: Landed[]
  notes: Problem[]
  /** Writes down what was taken. Call it when the landed copies are safe. */
  keep(): Promise<void>
  /** Removes what was written on the way. */
  drop(): Promise<void>
}

/** So many parts of one source are read one by one; more become one. */
const mostParts = 20

/**
 * Takes what came since the last build out of the journal and lands it, a file a source. What earlier builds took is in the landing
 * folder and is read from there: the journal may have been shortened since.
 */
export async function takeArrivals(
  { journal, landing, temporary }: DataFolder,
  sources: string[] | null,
): Promise<Arrivals> {
  const folder = join(temporary, 'arrivals')
  const nothing = { journal: 0, parts: [], landed: [], notes: [], keep: async () => {}, drop: async () => {} }
  if (!sources || !existsSync(journal)) return nothing
  await rm(folder, { recursive: true, force: true })
  const drop = () => rm(folder, { recursive: true, force: true })
  try {
    const before = await readKept(journal)
    const fresh = await readFresh(journal, folder, landing, before)
    const merged = await mergeParts([...(await landKept(before.parts, landing)), ...fresh.parts], { folder, landing })
    const parts = merged.map(({ part }) => part)
    const kept: KeptArrivals = { absorbed: fresh.absorbed, parts, damaged: fresh.damaged }
    const changed = JSON.stringify(kept) !== JSON.stringify(before)
    return {
      journal: kept.absorbed,
      parts: merged.filter(({ part }) => sources.includes(part.source)),
      landed: merged.map(({ landed }) => landed),
      notes: [...strayNotes(parts, sources, journal), ...damageNotes(kept, journal)],
      keep: async () => {
        if (changed) await writeKept(journal, kept)
      },
      drop,
    }
  } catch (error) {
    await drop()
    throw error
  }
}

type LandedPart = Arrivals['parts'][number]

async function readFresh(journal: string, folder: string, landing: string, before: KeptArrivals) {
  const known = new Set([...before.damaged, ...before.parts.flatMap(({ damaged }) => damaged ?? [])].map(damageKey))
  const spoiled: Damage[] = [...before.damaged]
  const damaged = (damage: Damage): void => {
    if (!known.has(damageKey(damage))) spoiled.push(damage)
    known.add(damageKey(damage))
  }
  const between = { after: before.absorbed, to: Number.POSITIVE_INFINITY }
  const written = await writeParts(journal, between, { folder, damaged })
  // Read before the writer's own sync, a record could be lost with the power and its position given to another one.
  if (written.length > 0) await syncFiles(journal)
  const parts: LandedPart[] = []
  for (const { path, ...part } of written) {
    const own = spoiled.filter((damage) => sourceOfDamage(damage) === part.source)
    parts.push(await landPart(path, own.length > 0 ? { ...part, damaged: own } : part, landing))
  }
  const placed = new Set(parts.flatMap(({ part }) => part.damaged ?? []))
  const absorbed = Math.max(before.absorbed, ...parts.map(({ part }) => part.to))
  return { parts, absorbed, damaged: spoiled.filter((damage) => !placed.has(damage)) }
}

async function landPart(path: string, part: Omit<KeptPart, 'hash' | 'bytes'>, landing: string): Promise<LandedPart> {
  const landed = await landFile(path, { landing })
  return { part: { ...part, hash: landed.hash, bytes: landed.bytes }, landed: { ...landed, path: partName(part) } }
}

async function landKept(parts: KeptPart[], landing: string): Promise<LandedPart[]> {
  return Promise.all(
    parts.map(async (part) => {
      const file = join(landing, part.hash)
      const found = await stat(file).catch(() => null)
      if (found?.size !== part.bytes) throw lost(part, file)
      const landed = { path: partName(part), hash: part.hash, bytes: part.bytes, file, landed: file, copy: null }
      return { part, landed }
    }),
  )
}

/** Parts of one source follow each other, so that one file of all of them says the same. */
async function mergeParts(all: LandedPart[], to: { folder: string; landing: string }): Promise<LandedPart[]> {
  const merged: LandedPart[] = []
  for (const source of new Set(all.map(({ part }) => part.source))) {
    const own = all.filter(({ part }) => part.source === source)
    merged.push(...(own.length > mostParts ? [await mergeOf(own, to)] : own))
  }
  return merged
}

async function mergeOf(
  parts: LandedPart[],
  { folder, landing }: { folder: string; landing: string },
): Promise<LandedPart> {
  const [first, last] = [parts[0]!.part, parts.at(-1)!.part]
  const path = join(folder, `merged-${first.source}.ndjson`)
  await rm(path, { force: true })
  for (const { landed } of parts)
    await pipeline(createReadStream(landed.file), createWriteStream(path, { flags: 'a', mode: 0o600 }))
  const damaged = parts.flatMap(({ part }) => part.damaged ?? [])
  const sumOf = (count: 'records' | 'unreadable') => parts.reduce((sum, { part }) => sum + part[count], 0)
  const { source, from } = first
  const counts = { records: sumOf('records'), unreadable: sumOf('unreadable') }
  const part = { source, from, to: last.to, ...counts, ...(damaged.length > 0 ? { damaged } : {}) }
  // The copies of what was merged are wanted no more: those on their way end before theirs begins to be kept.
  await Promise.all(parts.map(({ landed }) => landed.copy?.synced.catch(() => undefined)))
  await Promise.all(parts.map(({ landed }) => landed.copy && rm(landed.copy.temporary, { force: true })))
  return landPart(path, part, landing)
}

async function syncFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'parts.json') continue
    const handle = await open(join(folder, entry.name), 'r+').catch(() => null)
    await handle?.datasync().finally(() => handle.close())
  }
}

/** What was sent to a source that the settings do not name any more. */
function strayNotes(parts: KeptPart[], sources: string[], journal: string): Problem[] {
  const strays = parts.filter(({ source }) => !sources.includes(source))
  return [...new Set(strays.map(({ source }) => source))].map((source) => {
    const records = strays.filter((part) => part.source === source).reduce((sum, part) => sum + part.records, 0)
    return {
      code: 'arrivals-without-source',
      message: `${records} records were sent to "${source}", which is no source of rapport.yaml: they are kept and not loaded.`,
      where: journal,
      fix: `Name the source again in rapport.yaml to have them: - { id: ${source}, files: [], intake: {} }.`,
    }
  })
}

function damageNotes({ parts, damaged }: KeptArrivals, journal: string): Problem[] {
  const placed = parts.flatMap((part) => part.damaged ?? [])
  if (placed.length + damaged.length === 0) return []
  const nobody =
    damaged.length === 0 ? '' : ` ${damaged.length} of them cannot be given to a load yet and stand in parts.json only.`
  return [
    {
      code: 'journal-damaged',
      message: `${placed.length + damaged.length} records of the journal have changed since they were written; their checksums do not hold. They are kept as rejects.${nobody}`,
      where: (damaged[0] ?? placed[0])?.where ?? journal,
      fix: 'Ask the senders to deliver them again, and have the disk checked.',
    },
  ]
}

function lost(part: KeptPart, file: string): RapportError {
  return new RapportError(
    {
      code: 'arrivals-lost',
      message: `What arrived for "${part.source}" (positions ${part.from} to ${part.to}) is not in the landing folder any more.`,
      where: file,
      fix: 'Put the file back from a backup; nothing was published. To go on without it, take its entry out of journal/parts.json.',
    },
    3,
  )
}
