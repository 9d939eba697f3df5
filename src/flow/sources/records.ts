import type { Line } from './lines.ts'
import { type Style, splitQuoted } from './rows.ts'

/** A record as split by the strict reader: its cells, or why it has none. Whoever receives it gives it its number. */
export type Split =
  | { record: number; line: number; cells: string[]; quoted: boolean; encoding: Line['encoding'] }
  | { record: number; line: number; cells?: undefined; reason: BrokenReason; raw: string; encoding: Line['encoding'] }

export type BrokenReason = 'unterminated-quote' | 'text-after-quote' | 'nul-byte' | 'line-too-long'

/** A quoted field is given up after so much text or so many lines: nothing that people write in a field is longer. */
const LONGEST_RECORD = 16 << 20
const MOST_LINES = 20_000

/**
 * Splits lines into records and recovers from broken quotes. The rule: **a broken quote costs the physical line on which
 * its record began, never the lines after it.** A record is broken when text follows a closing quote, or when a quote is
 * still open at the end of the file or after 16 MB or
 * 20,000 lines. A record of several lines that has the wrong number of fields is
 * broken too if its second line, read by itself, is a whole record: then the quote swallowed its neighbours. In each case
 * the first line is the bad record, and reading goes on at the line behind it.
 */
export class RecordSplitter {
  /** Fields of a whole record, once the header is known. */
  width: number | undefined
  private readonly style: Style
  private readonly emit: (record: Split) => void
  private lines: Line[] = []
  private cells: string[] = []
  private quoted = false
  /** Text of the quoted field that the end of a line left open. */
  private open: string[] | undefined
  private size = 0

  constructor(style: Style, emit: (record: Split) => void) {
    this.style = style
    this.emit = emit
  }

  push(line: Line): void {
    // The common line by itself: a record without quotes.
    if (this.lines.length === 0 && !line.tooLong && !line.nul && !line.text.includes(this.style.quote)) {
      this.emit({
        record: 0,
        line: line.number,
        cells: line.text.split(this.style.delimiter),
        quoted: false,
        encoding: line.encoding,
      })
      return
    }
    const queue = [line]
    for (let next = queue.pop(); next; next = queue.pop()) {
      const again = this.take(next)
      for (let i = again.length - 1; i >= 0; i--) queue.push(again[i] as Line)
    }
  }

  /** The end of the file: an open quote is broken, and what it swallowed is read again. */
  end(): void {
    while (this.lines.length > 0) for (const line of this.giveUp('unterminated-quote')) this.push(line)
  }

  /** Reads one line; answers the lines that must be read again because a record broke. */
  private take(line: Line): Line[] {
    if (line.tooLong || line.nul) {
      const again = this.lines.length > 0 ? this.giveUp('unterminated-quote') : undefined
      if (again) return [...again, line]
      this.emitBroken(line, line.tooLong && !line.text.startsWith('\0') ? 'line-too-long' : 'nul-byte')
      return []
    }
    if (this.lines.length === 0 && !line.text.includes(this.style.quote)) {
      this.emit({
        record: 0,
        line: line.number,
        cells: line.text.split(this.style.delimiter),
        quoted: false,
        encoding: line.encoding,
      })
      return []
    }
    this.lines.push(line)
    this.size += line.text.length
    const outcome = this.splitLine(line)
    if (outcome === 'text-after-quote') return this.giveUp(this.lines.length > 1 ? 'unterminated-quote' : outcome)
    if (outcome === 'open')
      return this.size > LONGEST_RECORD || this.lines.length > MOST_LINES ? this.giveUp('unterminated-quote') : []
    return this.finish()
  }

  private finish(): Line[] {
    const [first, second] = this.lines as [Line, Line?]
    if (second && this.width !== undefined && this.cells.length !== this.width && this.isWhole(second))
      return this.giveUp('unterminated-quote')
    const encoding = this.lines.find((line) => line.encoding !== 'ascii')?.encoding ?? 'ascii'
    this.emit({ record: 0, line: first.number, cells: this.cells, quoted: this.quoted, encoding })
    this.reset()
    return []
  }

  private isWhole(line: Line): boolean {
    const alone: Split[] = []
    const splitter = new RecordSplitter(this.style, (record) => alone.push(record))
    splitter.push(line)
    const cells = alone[0]?.cells
    // A quote left in a cell means that the line begins inside a quoted field, so it is no record by itself.
    return cells !== undefined && cells.length === this.width && !cells.some((cell) => cell.includes(this.style.quote))
  }

  private giveUp(reason: BrokenReason): Line[] {
    const [first, ...rest] = this.lines as [Line, ...Line[]]
    this.emitBroken(first, reason)
    this.reset()
    return rest
  }

  private emitBroken(line: Line, reason: BrokenReason): void {
    this.emit({ record: 0, line: line.number, reason, raw: line.text.slice(0, 2000), encoding: line.encoding })
  }

  private reset(): void {
    this.lines = []
    this.cells = []
    this.quoted = false
    this.open = undefined
    this.size = 0
  }

  private splitLine(line: Line): 'done' | 'open' | 'text-after-quote' {
    const { text } = line
    const { delimiter, quote } = this.style
    let at = 0
    if (this.open) {
      const next = this.continueQuoted(line, 0)
      if (typeof next === 'string') return next
      at = next
      if (at > text.length) return 'done'
    }
    for (;;) {
      let start = at
      while (text[start] === ' ') start++
      if (text[start] === quote) {
        this.quoted = true
        this.open = []
        const next = this.continueQuoted(line, start + 1)
        if (typeof next === 'string') return next
        at = next
      } else {
        const end = text.indexOf(delimiter, at)
        this.cells.push(end === -1 ? text.slice(at) : text.slice(at, end))
        at = end === -1 ? text.length + 1 : end + 1
      }
      if (at > text.length) return 'done'
    }
  }

  /** Reads on in a quoted field; answers where the next field begins (behind the text: there is none). */
  private continueQuoted(line: Line, start: number): number | 'open' | 'text-after-quote' {
    const { text } = line
    const part = splitQuoted(text, start, this.style)
    this.open?.push(part.value)
    if (!part.closed) {
      this.open?.push(line.end)
      return 'open'
    }
    let end = part.end
    while (text[end] === ' ') end++
    if (end < text.length && text[end] !== this.style.delimiter) return 'text-after-quote'
    this.cells.push((this.open ?? []).join(''))
    this.open = undefined
    return end + 1
  }
}
