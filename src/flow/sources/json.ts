import { join } from 'node:path'
import { type Problem, RapportError } from '../../errors.ts'
import type { BadRecord, Batch } from './batch.ts'
import { openChunks, readHead } from './chunks.ts'
import { type Content, originOf } from './content.ts'
import { DerivedCsv, PLAIN } from './derived.ts'
import { encodingOfHead, toUtf8 } from './encoding.ts'
import { nameColumns } from './header.ts'
import { flattenValue } from './json-record.ts'
import { JsonScanner, jsonShape, type RawValue } from './json-scan.ts'
import { type Line, readLines } from './lines.ts'
import { MOST_BAD } from './strict.ts'

const MOST_COLUMNS = 10_000

/** One list of a JSON file while it is read. */
interface Table {
  list: string
  /** Keys in the order in which they first came. */
  keys: Map<string, number>
  records: number
  bad: BadRecord[]
  out?: DerivedCsv
}

/**
 * Reads JSON and NDJSON into derived CSV files, one for each list of objects. The file is read twice: its columns are
 * only known at its end, and a table in memory is what this room never holds.
 */
export async function readJson(content: Content): Promise<Batch[]> {
  const found = await learnTables(content, false)
  // A document without any list is one record.
  const single = found.tables.length === 0 && content.form === 'json'
  const { tables, blank } = single ? await learnTables(content, true) : found
  const kept = tables.filter((table) => table.keys.size > 0)
  const first = kept[0]
  if (!first) throw jsonShape(content.path, tables[0]?.bad[0]?.message ?? 'it holds no objects with keys')
  const named = kept.map((table) => nameColumns([...table.keys.keys()], content.path))
  await writeTables(
    content,
    kept,
    named.map((names) => names.columns),
    single,
  )
  named[0]?.notes.push(
    ...listNotes(
      content.path,
      tables.filter((table) => !kept.includes(table)),
    ),
  )
  return kept.map((table, i) =>
    toBatch(
      content,
      table,
      named[i] as { columns: string[]; notes: Problem[] },
      table === first ? blank : 0,
      kept.length > 1,
    ),
  )
}

async function learnTables(content: Content, single: boolean): Promise<{ tables: Table[]; blank: number }> {
  const tables = new Map<string, Table>()
  let blank = 0
  for await (const values of readValues(content, single))
    for (const value of values) {
      if (value === 'blank') blank++
      else learn(tables, value, content.path)
    }
  return { tables: [...tables.values()], blank }
}

function listNotes(path: string, left: Table[]): Problem[] {
  if (left.length === 0) return []
  const names = left.map((table) => `"${table.list}"`).join(', ')
  return [
    {
      code: 'list-skipped',
      message: `${path} also holds lists without objects, which are no tables: ${names}.`,
      where: path,
    },
  ]
}

function learn(tables: Map<string, Table>, value: RawValue, path: string): void {
  const table: Table = tables.get(value.list) ?? { list: value.list, keys: new Map(), records: 0, bad: [] }
  tables.set(value.list, table)
  table.records++
  const flat = flattenValue(value)
  if ('reason' in flat) {
    const raw = value.bytes.subarray(0, 8000).toString('utf8').slice(0, 2000)
    table.bad.push({
      record: table.records,
      line: value.line,
      reason: flat.reason,
      message: `The record on line ${value.line} cannot be read. ${flat.message}`,
      raw,
    })
    if (table.bad.length > MOST_BAD)
      throw tooMany('too-many-bad-records', `more than ${MOST_BAD} of its records cannot be read`, path)
    return
  }
  for (const key of flat.columns.keys()) if (!table.keys.has(key)) table.keys.set(key, table.keys.size)
  if (table.keys.size > MOST_COLUMNS)
    throw tooMany('too-many-columns', `its objects have more than ${MOST_COLUMNS} different keys`, path)
}

async function writeTables(content: Content, tables: Table[], columns: string[][], single: boolean): Promise<void> {
  const open = new Map<string, Table & { out: DerivedCsv }>()
  try {
    for (const [i, table] of tables.entries()) {
      const suffix = tables.length > 1 ? `.${i + 1}` : ''
      table.out = await DerivedCsv.create(join(content.derived, `${content.hash}${suffix}.csv`), columns[i] as string[])
      open.set(table.list, table as Table & { out: DerivedCsv })
    }
    for await (const values of readValues(content, single)) {
      for (const value of values) if (value !== 'blank') writeValue(open.get(value.list), value)
      for (const table of open.values()) await table.out.flush()
    }
    for (const table of open.values()) await table.out.finish()
  } catch (error) {
    for (const table of open.values()) await table.out.abandon()
    throw error
  }
}

function writeValue(table: (Table & { out: DerivedCsv }) | undefined, value: RawValue): void {
  if (!table) return
  const flat = flattenValue(value)
  if ('reason' in flat) return
  const cells: (string | null)[] = new Array(Math.max(1, table.keys.size)).fill(null)
  for (const [key, cell] of flat.columns) cells[table.keys.get(key) as number] = cell
  table.out.row(cells)
}

function toBatch(
  content: Content,
  table: Table,
  named: { columns: string[]; notes: Problem[] },
  blank: number,
  several: boolean,
): Batch {
  const origin = originOf(content)
  const out = table.out as DerivedCsv
  return {
    ...origin,
    name: several ? `${content.name}#${table.list}` : content.name,
    ...(several ? { sheet: table.list } : {}),
    encoding: 'utf-8',
    columns: named.columns,
    read: { form: 'csv', path: out.path, dialect: PLAIN, derived: true },
    records: table.records + blank,
    readable: out.rows,
    bad: table.bad,
    maxLine: out.longest,
    skipped: { blank, preamble: 0, footer: 0 },
    notes: [...origin.notes, ...named.notes],
  }
}

/** The values of a file in order, some at a time. */
async function* readValues(content: Content, single: boolean): AsyncGenerator<(RawValue | 'blank')[]> {
  const { encoding, bom } = encodingOfHead(await readHead(content.file, 4096), content.path)
  const raw = openChunks(content.file, bom)
  const chunks = encoding === 'utf-8' ? raw : toUtf8(raw, encoding)
  if (content.form === 'ndjson') yield* readLineValues(chunks)
  else yield* readListValues(single ? asList(chunks) : chunks, content.path)
}

async function* asList(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from('[')
  yield* chunks
  yield Buffer.from(']')
}

async function* readListValues(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<RawValue[]> {
  let values: RawValue[] = []
  const scanner = new JsonScanner(path, (value) => values.push(value))
  for await (const chunk of chunks) {
    scanner.push(chunk)
    yield values
    values = []
  }
  scanner.end()
  yield values
}

async function* readLineValues(chunks: AsyncIterable<Buffer>): AsyncGenerator<(RawValue | 'blank')[]> {
  for await (const lines of readLines(chunks)) yield lines.map(lineValue)
}

/** A line goes through the scanner as a list of one, which measures its depth and counts its keys. */
function lineValue(line: Line): RawValue | 'blank' {
  if (line.text.trim() === '') return 'blank'
  const bytes = Buffer.from(line.text, line.encoding === 'windows-1252' ? 'latin1' : 'utf8')
  if (line.tooLong) return { list: '', line: line.number, bytes, keys: 0, broken: 'line-too-long' }
  const found: RawValue[] = []
  const scanner = new JsonScanner('', (value) => found.push(value))
  scanner.push(Buffer.from('['))
  scanner.push(bytes)
  try {
    scanner.push(Buffer.from(']'))
    scanner.end()
  } catch {
    // Whatever follows a first value makes the line no record: the parser says why.
  }
  const first = found[0]
  if (found.length === 1 && first) return { ...first, line: line.number }
  return { list: '', line: line.number, bytes, keys: 0 }
}

function tooMany(code: string, why: string, path: string): RapportError {
  return new RapportError({
    code,
    message: `${path} is no table: ${why}.`,
    where: path,
    fix: 'Export one flat object per record.',
  })
}
