import { isAscii, isUtf8 } from 'node:buffer'
import { openChunks } from './chunks.ts'

/** What the whole file looks like, found by one pass over its bytes and without the engine that loads it. */
export interface Scan {
  /** Non-blank records by quote state, header and preamble included. */
  records: number
  /** Lines that are empty outside quotes. */
  blank: number
  /** Bytes of the longest record. */
  longest: number
  nul: boolean
  utf8: boolean
  ascii: boolean
  /** More than one kind of line end outside quotes. */
  mixedNewlines: boolean
  /** Quotes that do not stand where RFC 4180 allows them: text after a closing quote, a space before an opening one. */
  strayQuotes: number
  /** Those of them that follow a backslash. */
  backslashQuotes: number
  /** The file ends inside a quoted field. */
  unterminated: boolean
}

export interface ScanDialect {
  delimiter: string
  quote: string
  newline: '\n' | '\r\n' | '\r'
}

const LF = 10
const CR = 13
const BACKSLASH = 92

/** Scans a file; chunks are handed to native search where a line has no quote, and walked by byte where it has one. */
export async function scanFile(path: string, dialect: ScanDialect): Promise<Scan> {
  const scanner = new Scanner(dialect)
  for await (const chunk of openChunks(path)) scanner.push(chunk)
  return scanner.end()
}

/** Holds the state of one pass: fed with chunks, in order. A class because it lives as long as the pass. */
export class Scanner {
  private readonly delimiter: number
  private readonly quote: number
  private readonly terminator: number
  private readonly crlf: boolean
  private readonly scan: Scan = {
    records: 0,
    blank: 0,
    longest: 0,
    nul: false,
    utf8: true,
    ascii: true,
    mixedNewlines: false,
    strayQuotes: 0,
    backslashQuotes: 0,
    unterminated: false,
  }
  private inQuotes = false
  /** A quote inside quotes was the last byte of a chunk: the next byte says whether it closed the field. */
  private pendingQuote = false
  private beforePending = 0
  private last = LF
  private position = 0
  private recordStart = 0
  private utf8Tail: Buffer = Buffer.alloc(0)
  /** Has the chunk a return at all? Without one, lines are not walked for it. */
  private returns = false

  constructor(dialect: ScanDialect) {
    this.delimiter = dialect.delimiter.charCodeAt(0)
    this.quote = dialect.quote.charCodeAt(0)
    this.terminator = dialect.newline === '\r' ? CR : LF
    this.crlf = dialect.newline === '\r\n'
    this.last = this.terminator
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.checkText(chunk)
    this.checkSeam(chunk)
    let from = this.position === 0 && isBom(chunk) ? 3 : 0
    if (from === 3) this.recordStart = 3
    let nextQuote = chunk.indexOf(this.quote, from)
    let nextCr = this.terminator === LF ? chunk.indexOf(CR, from) : -1
    this.returns = nextCr !== -1
    while (from < chunk.length) {
      if (this.inQuotes && !this.pendingQuote) {
        // Inside quotes nothing but the next quote matters: its lines are not looked at one by one.
        if (nextQuote === -1) break
        from = Math.max(from, nextQuote)
      }
      let end = chunk.indexOf(this.terminator, from)
      if (end === -1) end = chunk.length
      const hasQuote = nextQuote !== -1 && nextQuote < end
      const walkFrom = this.pendingQuote ? from : hasQuote ? nextQuote : end
      if (nextCr !== -1 && nextCr < end) nextCr = this.checkReturns(chunk, nextCr, walkFrom, end)
      if (walkFrom < end || this.pendingQuote) this.walkQuotes(chunk, walkFrom, end)
      if (hasQuote) nextQuote = chunk.indexOf(this.quote, end)
      if (end < chunk.length) this.endLine(chunk, end)
      from = end + 1
    }
    this.last = chunk[chunk.length - 1] as number
    this.position += chunk.length
  }

  end(): Scan {
    const { scan } = this
    if (this.pendingQuote) this.inQuotes = false
    if (this.utf8Tail.length > 0) scan.utf8 = false
    scan.unterminated = this.inQuotes
    if (this.terminator === LF && this.last === CR && !this.inQuotes) scan.mixedNewlines = true
    if (this.position > this.recordStart) this.count(this.position - this.recordStart)
    return scan
  }

  private checkText(chunk: Buffer): void {
    const { scan } = this
    if (!scan.nul) scan.nul = chunk.includes(0)
    if (this.utf8Tail.length === 0 && isAscii(chunk)) return
    scan.ascii = false
    if (!scan.utf8) return
    const whole = this.utf8Tail.length > 0 ? Buffer.concat([this.utf8Tail, chunk]) : chunk
    const cut = whole.length - openSequence(whole)
    scan.utf8 = isUtf8(whole.subarray(0, cut))
    this.utf8Tail = scan.utf8 ? Buffer.from(whole.subarray(cut)) : Buffer.alloc(0)
  }

  /** A return that ended the chunk before; and in a file of returns any line feed at all sends it to the strict reader. */
  private checkSeam(chunk: Buffer): void {
    if (this.terminator === CR) {
      if (chunk.includes(LF)) this.scan.mixedNewlines = true
    } else if (this.last === CR && chunk[0] !== LF && !this.inQuotes) this.scan.mixedNewlines = true
  }

  /** Returns of a line before its first quote: right only before its line feed, or as text of a quoted field. */
  private checkReturns(chunk: Buffer, first: number, until: number, end: number): number {
    for (let at = first; at !== -1 && at < until && !this.inQuotes; at = chunk.indexOf(CR, at + 1))
      // The last byte before a line feed is right; that of a chunk is judged with the next one.
      if (at < end - 1) this.scan.mixedNewlines = true
    return chunk.indexOf(CR, end)
  }

  private walkQuotes(chunk: Buffer, start: number, end: number): void {
    const { quote, scan } = this
    let i = start
    if (this.pendingQuote) {
      this.pendingQuote = false
      if (chunk[i] === quote) i++
      else this.close(chunk[i] as number, this.beforePending)
    }
    for (; i < end; i++) {
      if (!this.returns) {
        i = chunk.indexOf(quote, i)
        if (i === -1 || i >= end) break
      }
      if (chunk[i] === CR && !this.inQuotes && i < end - 1 && this.terminator === LF) scan.mixedNewlines = true
      if (chunk[i] !== quote) continue
      const before = i === 0 ? this.last : (chunk[i - 1] as number)
      if (!this.inQuotes) {
        if (before === this.delimiter || this.position + i === this.recordStart) this.inQuotes = true
        else if (before === 32) scan.strayQuotes++
        continue
      }
      if (i + 1 === chunk.length) {
        this.pendingQuote = true
        this.beforePending = before
      } else if (chunk[i + 1] === quote) i++
      else this.close(chunk[i + 1] as number, before)
    }
  }

  private close(next: number, before: number): void {
    this.inQuotes = false
    if (next === this.delimiter || next === LF || next === CR) return
    this.scan.strayQuotes++
    if (before === BACKSLASH) this.scan.backslashQuotes++
  }

  private endLine(chunk: Buffer, end: number): void {
    const { scan } = this
    const after = this.position + end + 1
    if (this.inQuotes) return
    const before = end === 0 ? this.last : (chunk[end - 1] as number)
    const returned = before === CR && after - 1 > this.recordStart
    if (this.terminator === LF && returned !== this.crlf) scan.mixedNewlines = true
    this.count(after - 1 - this.recordStart - (returned && this.terminator === LF ? 1 : 0))
    this.recordStart = after
  }

  private count(length: number): void {
    const { scan } = this
    if (length === 0) scan.blank++
    else scan.records++
    if (length > scan.longest) scan.longest = length
  }
}

function isBom(chunk: Buffer): boolean {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf
}

/** Bytes of a UTF-8 sequence that the end of a chunk cut. */
function openSequence(chunk: Buffer): number {
  for (let back = 1; back <= 3 && back <= chunk.length; back++) {
    const byte = chunk[chunk.length - back] as number
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needed > back ? back : 0
  }
  return 0
}
