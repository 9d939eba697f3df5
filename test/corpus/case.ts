import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'

/** What one table of a file must come out as. */
export interface ExpectedBatch {
  columns: string[] | { count: number }
  records: number
  readable: number
  /** Reasons of the bad records, in order. */
  bad?: string[]
  skipped?: { blank?: number; preamble?: number; footer?: number }
  /** Codes that must be among the notes. */
  notes?: string[]
  encoding?: string
  /** Whether the engine reads the landed file itself. */
  inPlace?: boolean
  /** The readable records as loaded: an empty value is NULL. */
  values?: (string | null)[][]
}

export type Expected = { error: string } | { batches: ExpectedBatch[] }

/** One file of the corpus and what must become of it. */
export interface CorpusCase {
  name: string
  /** Name of the file that `write` makes. */
  file: string
  expect: Expected
  /** Makes the file in a folder and answers its path. */
  write(dir: string): Promise<string>
}

/** A case whose content fits in memory. */
export function fileCase(name: string, file: string, content: string | Buffer, expect: Expected): CorpusCase {
  return {
    name,
    file,
    expect,
    write: async (dir) => {
      mkdirSync(dir, { recursive: true })
      const path = join(dir, file)
      writeFileSync(path, content)
      return path
    },
  }
}

/** A case that is written piece by piece, so that a large one needs no memory. */
export function streamCase(name: string, file: string, pieces: () => Iterable<string | Buffer>, expect: Expected): CorpusCase {
  return {
    name,
    file,
    expect,
    write: async (dir) => {
      mkdirSync(dir, { recursive: true })
      const path = join(dir, file)
      const out = createWriteStream(path)
      for (const piece of pieces()) if (!out.write(piece)) await once(out, 'drain')
      out.end()
      await once(out, 'close')
      return path
    },
  }
}

export const one = (batch: ExpectedBatch): Expected => ({ batches: [batch] })
export const fails = (error: string): Expected => ({ error })
