import { type Entry, open as openZipFile, type ZipFile } from 'yauzl'
import { RapportError } from '../../errors.ts'
import type { UnpackLimits } from './gzip.ts'

/** Office files compress well but not endlessly; the total bounds memory and time. Counted on the bytes that come out. */
export const ZIP_LIMITS: UnpackLimits & { entries: number } = {
  ratio: 100,
  floor: 4 << 20,
  total: 512 << 20,
  entries: 10_000,
}

/** An open zip: its entries by name. It counts what it unpacks over its whole life. */
export class Zip {
  readonly path: string
  private readonly file: ZipFile
  private readonly entries: Map<string, Entry>
  private readonly limits: typeof ZIP_LIMITS
  private unpacked = 0

  private constructor(path: string, file: ZipFile, entries: Map<string, Entry>, limits: typeof ZIP_LIMITS) {
    this.path = path
    this.file = file
    this.entries = entries
    this.limits = limits
  }

  /** `path` is for messages, `file` is read. */
  static async open(path: string, file: string, limits = ZIP_LIMITS): Promise<Zip> {
    const zip = await new Promise<ZipFile>((resolve, reject) => {
      openZipFile(file, { lazyEntries: true, autoClose: false, decodeStrings: true }, (error, opened) =>
        error ? reject(damagedZip(path, error)) : resolve(opened),
      )
    })
    try {
      return new Zip(path, zip, await listEntries(path, zip, limits), limits)
    } catch (error) {
      zip.close()
      throw error
    }
  }

  has(name: string): boolean {
    return this.entries.has(name)
  }

  names(): string[] {
    return [...this.entries.keys()]
  }

  /** The bytes of an entry; stops with an error as soon as they are too many. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name)
    if (!entry) throw damagedZip(this.path, new Error(`it has no ${name}`))
    const stream = await new Promise<AsyncIterable<Buffer> & { destroy(): void }>((resolve, reject) => {
      this.file.openReadStream(entry, (error, opened) =>
        error ? reject(damagedZip(this.path, error)) : resolve(opened),
      )
    })
    let bytes = 0
    try {
      for await (const chunk of stream) {
        bytes += chunk.length
        this.unpacked += chunk.length
        const dense = bytes > this.limits.floor && bytes > this.limits.ratio * entry.compressedSize
        if (dense || this.unpacked > this.limits.total) throw zipBomb(this.path, name)
        yield chunk
      }
    } catch (error) {
      throw error instanceof RapportError ? error : damagedZip(this.path, error as Error)
    } finally {
      stream.destroy()
    }
  }

  close(): void {
    this.file.close()
  }
}

function listEntries(path: string, zip: ZipFile, limits: typeof ZIP_LIMITS): Promise<Map<string, Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, Entry>()
    if (zip.entryCount > limits.entries) return reject(tooManyEntries(path, limits.entries))
    zip.on('entry', (entry: Entry) => {
      if (entries.has(entry.fileName))
        return reject(damagedZip(path, new Error(`it has two entries called ${entry.fileName}`)))
      entries.set(entry.fileName, entry)
      if (entries.size > limits.entries) return reject(tooManyEntries(path, limits.entries))
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', (error: Error) => reject(damagedZip(path, error)))
    zip.readEntry()
  })
}

function tooManyEntries(path: string, limit: number): RapportError {
  return new RapportError({
    code: 'zip-too-many-entries',
    message: `${path} holds more than ${limit} files, which no workbook does.`,
    where: path,
    fix: 'Open it in Excel and save it again, or export CSV.',
  })
}

function zipBomb(path: string, name: string): RapportError {
  return new RapportError({
    code: 'unpacks-too-large',
    message: `${path} unpacks to far more than a workbook holds (in ${name}): it looks like a decompression bomb.`,
    where: path,
    fix: 'If you trust the file, open it in Excel and save the sheet as CSV UTF-8.',
  })
}

export function damagedZip(path: string, error: Error): RapportError {
  const cut = /end of central directory|unexpected e(nd|of)/i.test(error.message)
  return new RapportError({
    code: cut ? 'xlsx-truncated' : 'xlsx-damaged',
    message: cut
      ? `${path} ends too early: the workbook was cut off.`
      : `${path} is a damaged workbook: ${error.message}.`,
    where: path,
    fix: 'Copy or download it again, or open it in Excel and save it anew.',
  })
}
