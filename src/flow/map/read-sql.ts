import { literal, quoteIdentifier } from '../../sql/sql.ts'
import type { Batch, Dialect } from '../sources/batch.ts'

/** Longest line that the engine is told to take, where the scan found none longer. */
const LINE = 1_000_000

/**
 * What one thread reads at a time. A line of a buffer's length vanishes silently, so it always holds eight; much larger, and the last
 * buffer keeps one core busy while the others have ended (1M tickets: 3.9 s with 64 MB, 3.55 s with 16).
 */
const BUFFER = 16 << 20

/** The table function that reads a batch: every column as text, nothing detected. A line that it cannot split is an error,
 * not a reject: the flow then reads the file through the strict reader, which says which lines and why, and the pass is cheaper.
 */
export function readSql(batch: Batch): string {
  const { form, path } = batch.read
  if (form === 'csv') return readCsv(batch, path)
  if (form === 'ndjson') return readNdjson(batch, path)
  return readParquet(batch, path)
}

function readCsv(batch: Batch, path: string): string {
  const dialect = batch.read.dialect ?? batch.dialect ?? plain
  const longest = Math.max(LINE, (batch.maxLine ?? 0) + 1024)
  const options: Record<string, string> = {
    auto_detect: 'false',
    header: 'true',
    skip: String(dialect.preamble),
    columns: textColumns(sourceNames(batch.columns)),
    delim: literal(dialect.delimiter),
    quote: literal(dialect.quote),
    escape: literal(dialect.quote),
    new_line: literal(dialect.newline.replace('\r', '\\r').replace('\n', '\\n')),
    compression: literal(compressed(batch) ? 'gzip' : 'none'),
    max_line_size: String(longest),
    buffer_size: String(Math.max(BUFFER, 8 * longest)),
  }
  return `read_csv(${literal(path)}, ${assignments(options)})`
}

const plain: Dialect = { delimiter: ',', quote: '"', newline: '\n', preamble: 0, decimal: '.' }

function readNdjson(batch: Batch, path: string): string {
  const options = {
    format: literal('newline_delimited'),
    columns: textColumns(batch.columns),
    compression: literal(compressed(batch) ? 'gzip' : 'uncompressed'),
    maximum_object_size: '67108864',
  }
  return `read_json(${literal(path)}, ${assignments(options)})`
}

function readParquet(batch: Batch, path: string): string {
  const columns = batch.columns.map(
    (column) => `CAST(${quoteIdentifier(column)} AS VARCHAR) AS ${quoteIdentifier(column)}`,
  )
  return `(SELECT ${columns.join(', ')} FROM read_parquet(${literal(path)}))`
}

/** A derived copy is never compressed. */
function compressed(batch: Batch): boolean {
  return batch.gzip && !batch.read.derived
}

function textColumns(columns: readonly string[]): string {
  return `{${columns.map((column) => `${literal(column)}: 'VARCHAR'`).join(', ')}}`
}

function assignments(options: Record<string, string>): string {
  return Object.entries(options)
    .map(([key, value]) => `${key} = ${value}`)
    .join(', ')
}

/** Names that the engine can tell apart: it compares them without case. */
export function sourceNames(columns: readonly string[]): string[] {
  const taken = new Set<string>()
  return columns.map((column) => {
    let name = column
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${column}_${copy}`
    taken.add(name.toLowerCase())
    return name
  })
}
