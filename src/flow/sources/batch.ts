import type { Problem } from '../../errors.ts'

/** The form of a file as found by its bytes, never by its name alone. */
export type Form = 'csv' | 'xlsx' | 'json' | 'ndjson' | 'parquet' | 'chat' | 'xes'

/** How a CSV is written. `quote` is always escaped by doubling it, once `decode` has run where it was not. */
export interface Dialect {
  delimiter: string
  quote: string
  newline: '\n' | '\r\n' | '\r'
  /** Lines before the header that are not data (a title, `sep=;`): counted as skipped. */
  preamble: number
  decimal: '.' | ','
}

/** A record that cannot be one of the table: kept, with its reason. */
export interface BadRecord {
  /** 1 is the first record after the header. */
  record: number
  /** Physical line in the file as it came, 1-based; absent where the form has no lines (Parquet, XLSX gives the row). */
  line?: number
  /** Kebab-case: `too-many-fields`, `too-few-fields`, `unterminated-quote`, `nul-byte`, `line-too-long`, `not-json`, ... */
  reason: string
  /** One sentence for people. */
  message: string
  /** The record as it came, cut at 2,000 characters. */
  raw: string
}

/**
 * One table of one file, ready for SQL. It names files and dialects, never rows: rows do not pass through JavaScript
 * unless the form forces it (see `decode`), and then they go to a derived file that DuckDB reads.
 */
export interface Batch {
  /** The file as the user named it. */
  path: string
  /** File name, with the sheet behind a `#` where the file has several (`tickets.xlsx#May`). */
  name: string
  /** sha256 of the file as it came, lower-case hex. */
  hash: string
  bytes: number
  form: Form
  gzip: boolean
  encoding: string
  dialect?: Dialect
  sheet?: string
  /** Column names in order, as the source writes them (trimmed, NFKC, without zero-width characters): unique, never empty. */
  columns: string[]
  /** What SQL reads: the file itself when DuckDB reads it as it is, else the derived copy. */
  read: { form: 'csv' | 'ndjson' | 'parquet'; path: string; dialect?: Dialect; derived: boolean }
  /** Records after the header, counted without the engine. `records = readable + bad.length + skipped`. */
  records: number
  /** How many records SQL must find in `read.path`: checked after every load. */
  readable: number
  bad: BadRecord[]
  /** Bytes of the longest record in `read.path`, for a CSV: over 2 MB the reader must be told (`max_line_size`). */
  maxLine?: number
  /**
   * Blank rows, preamble lines and footers between the records, by kind: each counted in `records`, except the preamble, which stands
   * before them. `other`: what a form holds beside its table; a note says what.
   */
  skipped: { blank: number; preamble: number; footer: number; other?: number }
  /** Of a chat: the order of its dates where somebody had to say it; `unknown` where nobody did. */
  dateOrder?: 'd/m/y' | 'm/d/y' | 'y/m/d' | 'unknown'
  /** Things worth saying that stop nothing (encoding guessed, header renamed, formulas kept as text). */
  notes: Problem[]
}
