import { HEAD_OF_CSV, sniffDialect } from './dialect.ts'
import { decodeHead, encodingOfHead } from './encoding.ts'
import { recogniseForm } from './form.ts'
import { type Scan, type ScanDialect, Scanner } from './scan.ts'

/** Scans a large CSV while it is landed, so that it is not read a second time for that. */
export interface Watch {
  /** Every byte of the file, in order. */
  push(chunk: Buffer): void
  /** The scan, if it was one of this dialect. */
  end(dialect: ScanDialect): Scan | undefined
}

/** Smaller files are not worth being sniffed twice: they fit into the first chunk. */
const LARGE = 1 << 20

/** A file that turns out to be something else, or cannot be read, is left to the reader, which says so. */
export function watchCsv(path: string): Watch {
  let scanner: Scanner | undefined
  let dialect: ScanDialect | undefined
  let begun = false
  return {
    push(chunk) {
      if (!begun && chunk.length >= LARGE) dialect = dialectOf(chunk.subarray(0, HEAD_OF_CSV), path)
      if (!begun && dialect) scanner = new Scanner(dialect)
      begun = true
      scanner?.push(chunk)
    },
    end(wanted) {
      const same =
        dialect?.delimiter === wanted.delimiter && dialect.quote === wanted.quote && dialect.newline === wanted.newline
      return same ? scanner?.end() : undefined
    },
  }
}

function dialectOf(head: Buffer, path: string): ScanDialect | undefined {
  try {
    if (recogniseForm(head, path) !== 'csv') return undefined
    const { encoding, bom } = encodingOfHead(head, path)
    return encoding === 'utf-8' ? sniffDialect(decodeHead(head, encoding, bom), false).dialect : undefined
  } catch {
    return undefined
  }
}
