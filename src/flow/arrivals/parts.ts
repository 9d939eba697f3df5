import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { type Damage, type JournalRecord, readJournal } from '../../journal/journal.ts'
import { isUnreadable } from '../../journal/unreadable.ts'

/** What one source sent between two positions of the journal, as a file: one JSON document a line, as it came. */
export interface ArrivalPart {
  source: string
  /** Of the first and of the last of its records. */
  from: number
  to: number
  records: number
  /** Those of them that could not be read when they were sent: rejects. A part of nothing else is no table. */
  unreadable: number
  path: string
}

/**
 * Writes what arrived after one position and no later than another, a file a source, so that a build reads it as it reads every other file.
 * Records that the disk has spoiled are told, and left out.
 */
export async function writeParts(
  journal: string,
  between: { after: number; to: number; seek?: boolean },
  { folder, damaged, leave }: { folder: string; damaged(damage: Damage): void; leave?(record: JournalRecord): boolean },
): Promise<ArrivalPart[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const open = new Map<string, { part: ArrivalPart; out: WriteStream }>()
  const partOf = (record: JournalRecord) => {
    const known = open.get(record.source)
    if (known) return known
    const path = join(folder, `intake-${record.source}-${between.after + 1}-${between.to}.ndjson`)
    const part = { source: record.source, from: record.position, to: record.position, records: 0, unreadable: 0, path }
    const made = { part, out: createWriteStream(path, { mode: 0o600 }) }
    open.set(record.source, made)
    return made
  }
  try {
    for await (const records of readJournal(journal, { ...between, damaged })) {
      for (const record of records) {
        if (leave?.(record)) continue
        const { part, out } = partOf(record)
        part.to = record.position
        part.records++
        if (isUnreadable(record.body)) part.unreadable++
        if (!out.write(`${record.body}\n`)) await once(out, 'drain')
      }
    }
    for (const { out } of open.values()) {
      out.end()
      await finished(out)
    }
  } catch (error) {
    for (const { part, out } of open.values()) {
      out.destroy()
      await rm(part.path, { force: true })
    }
    throw error
  }
  return [...open.values()].map(({ part }) => part)
}
