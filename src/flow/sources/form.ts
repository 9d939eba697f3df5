import { RapportError } from '../../errors.ts'
import type { Form } from './batch.ts'
import { beginsChat } from './chat-line.ts'
import { beginsXes } from './xes-head.ts'

/** What a file is by its first bytes; a gzip is unpacked first and then asked again. */
export type Recognised = Form | 'gzip'

interface Stranger {
  bytes: number[]
  what: string
  fix: string
}

/** Files that people send instead of tables, by their magic bytes. */
const STRANGERS: Stranger[] = [
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    what: 'an old Excel workbook (.xls), or an Office file with a password',
    fix: 'Open it in Excel and save it as "Excel Workbook (.xlsx)" without a password, or as CSV UTF-8.',
  },
  {
    bytes: [0x25, 0x50, 0x44, 0x46],
    what: 'a PDF document',
    fix: 'Export the table behind it as CSV or XLSX: a PDF holds a picture of it, not the values.',
  },
  {
    bytes: [0x89, 0x50, 0x4e, 0x47],
    what: 'a PNG picture',
    fix: 'Export the table as CSV or XLSX instead of taking a picture of it.',
  },
  {
    bytes: [0xff, 0xd8, 0xff],
    what: 'a JPEG picture',
    fix: 'Export the table as CSV or XLSX instead of taking a picture of it.',
  },
  {
    bytes: [0x47, 0x49, 0x46, 0x38],
    what: 'a GIF picture',
    fix: 'Export the table as CSV or XLSX instead of taking a picture of it.',
  },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7-Zip archive', fix: 'Unpack it and name the files in it.' },
  { bytes: [0x52, 0x61, 0x72, 0x21], what: 'a RAR archive', fix: 'Unpack it and name the files in it.' },
  {
    bytes: [0x42, 0x5a, 0x68],
    what: 'a bzip2 archive',
    fix: 'Unpack it with bunzip2 and name the file that comes out.',
  },
  {
    bytes: [0xfd, 0x37, 0x7a, 0x58],
    what: 'an xz archive',
    fix: 'Unpack it with unxz and name the file that comes out.',
  },
  {
    bytes: [0x28, 0xb5, 0x2f, 0xfd],
    what: 'a Zstandard archive',
    fix: 'Unpack it with unzstd and name the file that comes out.',
  },
  {
    bytes: [0x7f, 0x45, 0x4c, 0x46],
    what: 'a program',
    fix: 'Name a file of data: CSV, XLSX, JSON, NDJSON or Parquet.',
  },
  {
    bytes: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66],
    what: 'an SQLite database',
    fix: 'Export its tables as CSV: sqlite3 -header -csv file.db "select * from t" > t.csv',
  },
]

/** Recognises a file by its first bytes, never by its name; refuses what is no table, and says what it is. */
export function recogniseForm(head: Buffer, path: string): Recognised {
  if (startsWith(head, [0x1f, 0x8b])) return 'gzip'
  if (startsWith(head, [0x50, 0x4b, 3, 4]) || startsWith(head, [0x50, 0x4b, 5, 6])) return 'xlsx'
  if (startsWith(head, [0x50, 0x41, 0x52, 0x31])) return 'parquet'
  const stranger = STRANGERS.find(({ bytes }) => startsWith(head, bytes))
  if (stranger) throw refused(path, stranger.what, stranger.fix)
  if (head.subarray(4, 8).toString('latin1') === 'DUCK' || head.subarray(8, 12).toString('latin1') === 'DUCK')
    throw refused(path, 'a DuckDB database', "Export its tables as Parquet: copy t to 't.parquet'.")
  return recogniseText(head, path)
}

function recogniseText(head: Buffer, path: string): Form {
  // UTF-16 JSON is not worth a reader; its NULs are dropped here only to look at the first letters.
  const text = head
    .toString('latin1')
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '')
  const start = text.trimStart().slice(0, 512)
  if (/^(<!doctype html|<html|<head|<body|<table)/i.test(start))
    throw refused(
      path,
      'a web page (HTML)',
      'It is often a log-in or error page saved in place of the export, or an ".xls" that is a web page: export CSV or XLSX.',
    )
  if (/^<(\?xml|!--|!doctype|[a-z][\w:-]*[\s>])/i.test(start)) {
    if (beginsXes(text)) return 'xes'
    throw refused(path, 'an XML file', 'Export CSV, XLSX or JSON instead; of XML, event logs in XES are read.')
  }
  if (beginsChat(head)) return 'chat'
  if (start.startsWith('{')) return isLines(text.trimStart(), path) ? 'ndjson' : 'json'
  if (start.startsWith('[') && /^\[\s*([[{\]"tfn\d-]|$)/.test(start) && !looksLikeIni(start)) return 'json'
  if (/^("([^"\\]|\\.)*"|-?\d+(\.\d+)?|true|false|null)\s*$/.test(text.trim()) && /\.(json|ndjson|jsonl)$/i.test(path))
    return 'json'
  return 'csv'
}

/** NDJSON: the next line begins an object too, and the first does not leave one open to hold it. */
function isLines(text: string, path: string): boolean {
  const [first, second] = text.split(/\r\n|\n/, 20).filter((line) => line.trim() !== '') as [string, string?]
  if (second === undefined) return formOfName(path) === 'ndjson'
  return second.trimStart().startsWith('{') && !/[[{,:]\s*$/.test(first)
}

function looksLikeIni(start: string): boolean {
  return /^\[[a-z][^\]"]*\]\s*[\r\n,;\t]/i.test(start) && !/^\[\s*(true|false|null)/.test(start)
}

const EXTENSIONS: Record<string, Form> = {
  csv: 'csv',
  tsv: 'csv',
  xlsx: 'xlsx',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  xes: 'xes',
  jsonocel: 'json',
}

/** The form that the name promises, if it promises one. */
export function formOfName(path: string): Form | undefined {
  const extension = /\.([a-z0-9]+)(\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  return EXTENSIONS[extension]
}

function refused(path: string, what: string, fix: string): RapportError {
  return new RapportError({
    code: 'form-unsupported',
    message: `${path} is ${what}, which holds no table that can be read.`,
    where: path,
    fix,
  })
}

function startsWith(head: Buffer, bytes: number[]): boolean {
  return head.length >= bytes.length && bytes.every((byte, i) => head[i] === byte)
}
