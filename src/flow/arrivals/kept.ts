import { mkdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { RapportError } from '../../errors.ts'
import { writeWhole } from '../../journal/durable.ts'
import type { Damage } from '../../journal/journal.ts'
import type { ArrivalPart } from './parts.ts'

/** A part that builds read: its bytes lie in the landing folder under their hash. */
export interface KeptPart extends Omit<ArrivalPart, 'path'> {
  hash: string
  bytes: number
  /** Records of the same source that the disk had spoiled; they are rejects of this part. */
  damaged?: Damage[]
}

/** What builds have taken out of the journal so far: `<journal>/parts.json`. */
export interface KeptArrivals {
  /** Position up to which everything was taken. */
  absorbed: number
  parts: KeptPart[]
  /** Spoiled records that belong to no part yet, or to nobody. */
  damaged: Damage[]
}

const keptFile = (journal: string): string => join(journal, 'parts.json')

export async function readKept(journal: string): Promise<KeptArrivals> {
  try {
    return JSON.parse(await readFile(keptFile(journal), 'utf8')) as KeptArrivals
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { absorbed: 0, parts: [], damaged: [] }
    throw new RapportError({
      code: 'parts-unreadable',
      message: `The list of what builds took out of the journal cannot be read: ${(error as Error).message}`,
      where: keptFile(journal),
      fix: 'Put it back from a backup. Without it only what the journal still holds is read again: delete it when that is everything.',
    })
  }
}

/** Whole or not at all, and on the disk. */
export async function writeKept(journal: string, kept: KeptArrivals): Promise<void> {
  await mkdir(journal, { recursive: true, mode: 0o700 })
  await writeWhole(keptFile(journal), JSON.stringify(kept))
}

/** The name under which people meet a part. */
export const partName = ({ source, from, to }: Pick<KeptPart, 'source' | 'from' | 'to'>): string =>
  `intake-${source}-${from}-${to}.ndjson`

/** Is it the same spoiled record? The folder of the project may have moved since. */
export const damageKey = ({ where, text }: Damage): string => `${basename(where)}\t${text}`

/** The source that a spoiled record names, if that much of it can still be read. */
export const sourceOfDamage = ({ text }: Damage): string | undefined => text.split('\t', 3)[2]
