import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Dialect } from './batch.ts'

/** How every derived file is written: what DuckDB reads without a doubt. */
export const PLAIN: Dialect = { delimiter: ',', quote: '"', newline: '\n', preamble: 0, decimal: '.' }

/** Where the strict reader puts what it wrote of a file. */
export function strictPath(derived: string, hash: string): string {
  return join(derived, `${hash}.csv`)
}

/** Writes a derived CSV under a temporary name and moves it in place when it is whole. Deletable at any time. */
export class DerivedCsv {
  readonly path: string
  /** Bytes of the longest row. */
  longest = 0
  rows = 0
  private readonly file: FileHandle
  private readonly temporary: string
  private waiting: string[] = []
  private waitingLength = 0

  private constructor(path: string, temporary: string, file: FileHandle) {
    this.path = path
    this.temporary = temporary
    this.file = file
  }

  static async create(path: string, columns: string[]): Promise<DerivedCsv> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const temporary = `${path}.${process.pid}.part`
    const csv = new DerivedCsv(path, temporary, await open(temporary, 'w', 0o600))
    csv.row(columns)
    csv.rows = 0
    return csv
  }

  row(cells: (string | null)[]): void {
    const text = `${csvLine(cells)}\n`
    this.rows++
    if (text.length * 3 > this.longest) this.longest = Math.max(this.longest, Buffer.byteLength(text))
    this.waiting.push(text)
    this.waitingLength += text.length
  }

  /** Writes what waits, if it is worth a write. To be awaited between chunks: it is what bounds the memory. */
  async flush(least = 1 << 20): Promise<void> {
    if (this.waitingLength < least || this.waitingLength === 0) return
    const text = this.waiting.join('')
    this.waiting = []
    this.waitingLength = 0
    await this.file.writeFile(text)
  }

  async finish(): Promise<void> {
    await this.flush(0)
    await this.file.close()
    await rename(this.temporary, this.path)
  }

  async abandon(): Promise<void> {
    await this.file.close().catch(() => undefined)
    await rm(this.temporary, { force: true })
  }
}

function csvLine(cells: (string | null)[]): string {
  // An empty line is no record to the engine, so a lone empty cell is quoted.
  if (cells.length === 1 && !cells[0]) return '""'
  let text = ''
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] ?? ''
    text += (i > 0 ? ',' : '') + (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  }
  return text
}
