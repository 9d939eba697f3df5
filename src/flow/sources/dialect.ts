import type { Dialect } from './batch.ts'
import { decimalOf, kindOf } from './cells.ts'
import { type Row, splitRows } from './rows.ts'

/** A dialect as found, with what the strict reader needs besides and the rows of the head that it was judged by. */
export interface Sniffed {
  dialect: Dialect
  /** Quotes inside quoted fields are written `\"`: only our reader understands that next to doubled quotes. */
  backslash: boolean
  /** The file names its delimiter in a first line `sep=;`. */
  separatorLine: boolean
  /** Rows of the head from the header on. */
  rows: Row[]
  /** Blank lines among the preamble. */
  preambleBlank: number
}

/** Bytes of a CSV that its dialect is judged by. */
export const HEAD_OF_CSV = 256 << 10

/** For a table of one column, whose values may hold any of the others. */
const NO_DELIMITER = '\x1f'
const DELIMITERS = [',', ';', '\t', '|', '~', '^', NO_DELIMITER, '\x01']
const SAMPLE_ROWS = 500

/** Finds how a CSV is written from its head. `whole`: the head is the whole file, so its last line is not cut. */
export function sniffDialect(head: string, whole: boolean): Sniffed {
  const separator = /^sep=(.)\r?(\n|\r|$)/i.exec(head)?.[1]
  const quote = quoteOf(head)
  const delimiters = separator ? [separator] : DELIMITERS
  const readings = delimiters.flatMap((delimiter) => {
    const styles = head.includes(`\\${quote}`) ? [false, true] : [false]
    return styles.map((backslash) => readAs(head, { delimiter, quote, backslash }, whole))
  })
  const best = readings.reduce((a, b) => (b.score > a.score ? b : a))
  const chosen =
    best.width > 1 || separator ? best : readAs(head, { delimiter: NO_DELIMITER, quote, backslash: false }, whole)
  return finish(chosen, head, separator !== undefined)
}

interface Reading {
  delimiter: string
  quote: string
  backslash: boolean
  rows: Row[]
  /** Fields of a typical record. */
  width: number
  score: number
}

function readAs(
  head: string,
  style: { delimiter: string; quote: string; backslash: boolean },
  whole: boolean,
): Reading {
  const rows = splitRows(head, style, SAMPLE_ROWS)
  if (!whole && rows.length > 1 && rows.length < SAMPLE_ROWS) rows.pop()
  const filled = rows.filter((row) => !isBlank(row))
  const start = filled.findIndex((row) => row.cells.length > 1)
  if (start === -1) return { ...style, rows, width: 1, score: 0 }
  const table = filled.slice(start)
  const { width, share } = commonWidth(table)
  const broken = table.filter((row) => row.broken).length / table.length
  if (isProse(style.delimiter, filled, start)) return { ...style, rows, width: 1, score: 0 }
  // Agreement decides; the width only parts delimiters that agree equally (`1;2,5` is two fields by comma, two by `;`).
  if (width > 1 && share >= 0.4) {
    const score = share - 0.5 * broken - 0.05 * Math.min(start, 4) + 0.002 * Math.min(width, 20)
    return { ...style, rows, width, score }
  }
  // No record agrees with the header, but the header is plainly a list of names: then the records are wrong, not it.
  const names = (table[0] as Row).cells
  const listed = start === 0 && names.every((name) => /^\S(.{0,38}\S)?$/.test(name) && kindOf(name) === 'text')
  return { ...style, rows, width: listed ? names.length : 1, score: listed ? 0.1 : 0 }
}

function commonWidth(table: Row[]): { width: number; share: number } {
  const counts = new Map<number, number>()
  for (const row of table) counts.set(row.cells.length, (counts.get(row.cells.length) ?? 0) + 1)
  const first = table[0]?.cells.length ?? 1
  let width = first
  for (const [cells, count] of counts) if (count > (counts.get(width) ?? 0)) width = cells
  return { width, share: (counts.get(width) ?? 0) / table.length }
}

/** A single column of sentences has commas too, each before a space, and none in its header. */
function isProse(delimiter: string, rows: Row[], start: number): boolean {
  if (start === 0) return false
  return delimiter === ',' && rows.slice(start).every((row) => row.cells.slice(1).every((cell) => cell.startsWith(' ')))
}

function finish(reading: Reading, head: string, separatorLine: boolean): Sniffed {
  const first = headerRow(reading, separatorLine)
  const rows = reading.rows.slice(first)
  const preamble = (rows[0]?.line ?? 1) - 1
  const preambleBlank = reading.rows.slice(0, first).filter(isBlank).length
  const { delimiter, quote, backslash } = reading
  const filled = rows.filter((row) => !isBlank(row)).map((row) => row.cells)
  const dialect: Dialect = {
    delimiter,
    quote,
    newline: newlineOf(head, quote),
    preamble,
    decimal: decimalOf(filled.slice(1)),
  }
  return { dialect, backslash, separatorLine, rows, preambleBlank }
}

/** The header is the first record as wide as the table; title lines above it are narrower. */
function headerRow(reading: Reading, separatorLine: boolean): number {
  const { rows, width } = reading
  const start = separatorLine ? 1 : 0
  const firstFilled = rows.findIndex((row, i) => i >= start && !isBlank(row))
  if (firstFilled === -1) return rows.length === 0 ? 0 : start
  const firstWide = rows.findIndex((row, i) => i >= start && row.cells.length >= width && !isBlank(row))
  if (width === 1 || firstWide <= firstFilled) return firstFilled
  // Names above rows of data are the header, even when it is a field short: the reader says so, it does not drop them.
  const above = rows.slice(firstFilled, firstWide).findLast((row) => !isBlank(row)) as Row
  const wide = rows[firstWide] as Row
  const looksLikeData = wide.cells.some((cell) => !['text', 'empty'].includes(kindOf(cell)))
  const looksLikeNames = above.cells.length > 1 && above.cells.every((cell) => kindOf(cell) === 'text')
  return looksLikeData && looksLikeNames ? rows.indexOf(above) : firstWide
}

function quoteOf(head: string): string {
  if (head.includes('"')) return '"'
  const quoted = head.match(/(^|[,;\t|\r\n])'[^'\r\n]*'(?=[,;\t|\r\n]|$)/g)?.length ?? 0
  const lines = head.match(/[^\r\n]+/g)?.length ?? 1
  return quoted >= lines / 2 ? "'" : '"'
}

function newlineOf(head: string, quote: string): '\n' | '\r\n' | '\r' {
  let open = false
  for (let i = 0; i < head.length; i++) {
    const c = head[i]
    if (c === quote) open = !open
    else if (open) continue
    else if (c === '\n') return '\n'
    else if (c === '\r') return head[i + 1] === '\n' ? '\r\n' : '\r'
  }
  return '\n'
}

export function isBlank(row: Row): boolean {
  return row.cells.length === 1 && (row.cells[0] as string).trim() === '' && !row.quoted
}
