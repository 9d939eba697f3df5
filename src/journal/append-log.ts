import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { RapportError } from '../errors.ts'
import { syncFolder } from './durable.ts'

/** One line of a log, as it is read back. */
export interface LogLine {
  text: string
  /** `file:line`. */
  where: string
  /** Its checksum does not hold: something has changed the file since it was written. */
  damaged: boolean
}

/** Lines that are on the disk before anybody is told so. One process writes a log; any number read it. */
export interface AppendLog {
  /**
   * Writes lines, each without a line break, and answers once they are on the disk. All of a call or none of it; what waits at the same time
   * shares one write. A disk that takes no more refuses the call, and the log stays as it was.
   */
  append(lines: string[]): Promise<void>
  /** Bytes that wait for the disk. */
  readonly waiting: number
  close(): Promise<void>
}

const segmentBytes = 64 << 20
/** Bytes of one write: what waits longer goes with the next one. */
const mostAtOnce = 4 << 20

interface Waiting {
  text: string
  resolve(): void
  reject(error: unknown): void
}

/**
 * Opens a log for writing. A last line that is cut short was promised to nobody: it is taken away. Damage before it is left where it is, for
 * readers to tell.
 */
export async function openLog(folder: string): Promise<AppendLog> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const last = (await segmentsOf(folder)).at(-1)
  let segment = last ? await openSegment(folder, numberOf(last)) : await openSegment(folder, 1)
  const line: Waiting[] = []
  let waiting = 0
  let writing: Promise<void> | null = null
  let closed = false

  const take = (): Waiting[] => {
    let bytes = 0
    let count = 0
    while (count < line.length && (count === 0 || bytes < mostAtOnce)) bytes += line[count++]!.text.length
    return line.splice(0, count)
  }
  const writeAll = async (): Promise<void> => {
    while (line.length > 0) {
      const group = take()
      const bytes = Buffer.from(group.map(({ text }) => text).join(''))
      try {
        if (segment.bytes > segmentBytes) segment = await nextSegment(folder, segment)
        await writeDurably(segment, bytes)
        for (const { resolve } of group) resolve()
      } catch (error) {
        const problem = unwritten(error, folder)
        for (const { reject } of group) reject(problem)
        segment = await afterFailure(folder, segment)
      } finally {
        for (const { text } of group) waiting -= text.length
      }
    }
  }
  return {
    append: (lines) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('The log is closed.'))
        const text = lines.map(lineOf).join('')
        line.push({ text, resolve, reject })
        waiting += text.length
        writing ??= writeAll().finally(() => {
          writing = null
        })
      }),
    get waiting() {
      return waiting
    },
    close: async () => {
      closed = true
      await writing
      await segment.handle.close()
    },
  }
}

/**
 * All whole lines in order, some at a time. What is being written meanwhile may be missing at the end, never in the middle. `isBefore` spares
 * most of what stands before the lines that are wanted, where lines stand in an order of their own: it is asked of some, and some more are read.
 */
export async function* readLog(folder: string, isBefore?: (text: string) => boolean): AsyncGenerator<LogLine[]> {
  for (const name of await segmentsOf(folder)) {
    const file = join(folder, name)
    const { size } = await stat(file)
    const whole = await wholeBytes(file, size)
    const begin = isBefore ? await placeBefore(file, whole, isBefore) : 0
    if (whole === begin) continue
    // Nobody has counted the lines that were not read.
    let number = 0
    const place = begin > 0 ? `${file}, byte ${begin}, line ` : `${file}:`
    let rest: Buffer = Buffer.alloc(0)
    // Cut at line feeds only: what readers of text take for a line break besides may stand in a JSON string.
    for await (const chunk of createReadStream(file, {
      start: begin,
      end: whole - 1,
      highWaterMark: 1 << 20,
    }) as AsyncIterable<Buffer>) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const end = bytes.lastIndexOf(10)
      rest = bytes.subarray(end + 1)
      if (end < 0) continue
      const texts = bytes.toString('utf8', 0, end).split('\n')
      yield texts.map((text) => readLine(text, `${place}${++number}`))
    }
  }
}

/** Shorter than this a file is read through. */
const searchedFrom = 256 << 10

/** The beginning of a line behind which the first line stands that is not before, found by halves. A spoiled line says nothing. */
async function placeBefore(file: string, whole: number, isBefore: (text: string) => boolean): Promise<number> {
  let [low, high] = [0, whole]
  const handle = await open(file, 'r')
  const chunk = Buffer.alloc(searchedFrom)
  try {
    while (high - low > searchedFrom) {
      const middle = Math.floor((low + high) / 2)
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, high - middle), middle)
      const bytes = chunk.subarray(0, bytesRead)
      let begin = bytes.indexOf(10) + 1
      let known: { at: number; text: string } | null = null
      while (begin > 0 && !known) {
        const end = bytes.indexOf(10, begin)
        if (end < 0) break
        const line = readLine(bytes.toString('utf8', begin, end), '')
        if (!line.damaged) known = { at: middle + begin, text: line.text }
        begin = end + 1
      }
      if (!known) return low
      if (isBefore(known.text)) low = known.at
      else high = middle
    }
    return low
  } finally {
    await handle.close()
  }
}

interface Segment {
  handle: FileHandle
  number: number
  bytes: number
}

const nameOf = (number: number): string => `${String(number).padStart(8, '0')}.log`
const numberOf = (name: string): number => Number.parseInt(name, 10)

async function segmentsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => /^\d{8}\.log$/.test(name)).sort()
}

async function openSegment(folder: string, number: number): Promise<Segment> {
  const file = join(folder, nameOf(number))
  const handle = await open(file, 'a+', 0o600)
  const { size } = await handle.stat()
  const bytes = await wholeBytes(file, size)
  if (bytes < size) await handle.truncate(bytes)
  if (size === 0) await syncFolder(folder)
  return { handle, number, bytes }
}

async function nextSegment(folder: string, { handle, number }: Segment): Promise<Segment> {
  await handle.close()
  return openSegment(folder, number + 1)
}

async function writeDurably(segment: Segment, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await segment.handle.write(bytes, done)).bytesWritten
  await segment.handle.datasync()
  segment.bytes += bytes.length
}

/** What was half written goes; after a sync that failed nobody knows what the disk has of a file, so the next lines get one of their own. */
async function afterFailure(folder: string, segment: Segment): Promise<Segment> {
  try {
    await segment.handle.truncate(segment.bytes)
    return segment.bytes === 0 ? segment : await nextSegment(folder, segment)
  } catch {
    return segment
  }
}

/** Bytes up to the last line break. */
async function wholeBytes(file: string, size: number): Promise<number> {
  const handle = await open(file, 'r')
  try {
    const chunk = Buffer.alloc(64 << 10)
    for (let end = size; end > 0; ) {
      const begin = Math.max(0, end - chunk.length)
      const { bytesRead } = await handle.read(chunk, 0, end - begin, begin)
      const at = chunk.subarray(0, bytesRead).lastIndexOf(10)
      if (at >= 0) return begin + at + 1
      end = begin
    }
    return 0
  } finally {
    await handle.close()
  }
}

const lineOf = (text: string): string => `${checksum(text)} ${text}\n`

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')

function readLine(line: string, where: string): LogLine {
  const text = line.slice(9)
  return { text, where, damaged: line[8] !== ' ' || line.slice(0, 8) !== checksum(text) }
}

function unwritten(error: unknown, folder: string): RapportError {
  const { code, message } = error as NodeJS.ErrnoException
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new RapportError({
    code: full ? 'disk-full' : 'journal-unwritable',
    message: full ? 'The disk is full: nothing was taken.' : `The journal cannot be written: ${message}`,
    where: folder,
    fix: full ? 'Make room; whatever is sent again then is taken.' : 'Check that the folder can be written to.',
  })
}
