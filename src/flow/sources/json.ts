import { join } from 'node:path'
import type { Problem } from '../../errors.ts'
import type { Batch } from './batch.ts'
import { openChunks, readHead } from './chunks.ts'
import { type Content, originOf } from './content.ts'
import { type DerivedCsv, PLAIN } from './derived.ts'
import { encodingOfHead, toUtf8 } from './encoding.ts'
import { nameColumns } from './header.ts'
import { flattenValue } from './json-record.ts'
import { JsonScanner, jsonShape, type RawValue } from './json-scan.ts'
import { JsonTable } from './json-table.ts'
import { type Line, readLines } from './lines.ts'

const MOST_LISTS = 1000

/**
 * Reads JSON and NDJSON into derived CSV files, one for each list of objects. Columns are only known for certain at the
 * end: the first records tell them, and a list whose later records bring a new key is written a second time.
 */
export async function readJson(content: Content): Promise<Batch[]> {
  const first = await readTables(content, false)
  // A document without any list is one record.
  const single = first.tables.length === 0 && content.form === 'json'
  const { tables, blank } = single ? await readTables(content, true) : first
  const kept = tables.filter((table) => table.keys.size > 0)
  if (kept.length === 0) throw jsonShape(content.path, tables[0]?.bad[0]?.message ?? 'it holds no objects with keys')
  await rewriteLate(
    content,
    kept.filter((table) => table.late),
  )
  const left = tables.filter((table) => !kept.includes(table))
  return kept.map((table, i) =>
    toBatch(content, table, { blank: i === 0 ? blank : 0, several: kept.length > 1, left: i === 0 ? left : [] }),
  )
}

async function readTables(content: Content, single: boolean): Promise<{ tables: JsonTable[]; blank: number }> {
  const tables = new Map<string, JsonTable>()
  const shapes = new Set<string>()
  let blank = 0
  try {
    for await (const values of readValues(content, single)) {
      for (const value of values) {
        if (value === 'blank') blank++
        else tableOf(tables, value.list, content).add(value, flattenValue(value, shapes))
      }
      for (const table of tables.values()) await table.flush(false)
    }
    for (const table of tables.values()) await table.finish()
  } catch (error) {
    for (const table of tables.values()) await table.abandon()
    throw error
  }
  return { tables: [...tables.values()], blank }
}

function tableOf(tables: Map<string, JsonTable>, list: string, content: Content): JsonTable {
  const known = tables.get(list)
  if (known) return known
  if (tables.size >= MOST_LISTS) throw jsonShape(content.path, `it holds more than ${MOST_LISTS} lists`)
  const table = new JsonTable(list, content.path, join(content.derived, `${content.hash}.list-${tables.size + 1}.csv`))
  tables.set(list, table)
  return table
}

/** The second pass: the keys of these lists are all known now. */
async function rewriteLate(content: Content, late: JsonTable[]): Promise<void> {
  if (late.length === 0) return
  const byList = new Map(late.map((table) => [table.list, table]))
  const shapes = new Set<string>()
  try {
    for (const table of late) await table.restart()
    for await (const values of readValues(content, false)) {
      for (const value of values) {
        const table = value === 'blank' ? undefined : byList.get(value.list)
        if (table && value !== 'blank') table.write(flattenValue(value, shapes))
      }
      for (const table of late) await table.flush(false)
    }
    for (const table of late) await table.finish()
  } catch (error) {
    for (const table of late) await table.abandon()
    throw error
  }
}

function toBatch(
  content: Content,
  table: JsonTable,
  rest: { blank: number; several: boolean; left: JsonTable[] },
): Batch {
  const origin = originOf(content)
  const out = table.out as DerivedCsv
  const named = nameColumns([...table.keys.keys()], content.path)
  return {
    ...origin,
    name: rest.several ? `${content.name}#${table.list}` : content.name,
    ...(rest.several ? { sheet: table.list } : {}),
    encoding: 'utf-8',
    columns: named.columns,
    read: { form: 'csv', path: out.path, dialect: PLAIN, derived: true },
    records: table.records + rest.blank,
    readable: out.rows,
    bad: table.bad,
    maxLine: out.longest,
    skipped: { blank: rest.blank, preamble: 0, footer: 0 },
    notes: [...origin.notes, ...named.notes, ...listNotes(content.path, rest.left)],
  }
}

function listNotes(path: string, left: JsonTable[]): Problem[] {
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

/** The values of a file in order, some at a time. `single`: a document without lists is one value. */
export async function* readValues(content: Content, single: boolean): AsyncGenerator<(RawValue | 'blank')[]> {
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
