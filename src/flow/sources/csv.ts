import { stat } from 'node:fs/promises'
import { type Problem, RapportError } from '../../errors.ts'
import type { Batch } from './batch.ts'
import { readHead, readTail } from './chunks.ts'
import { type Content, originOf } from './content.ts'
import { HEAD_OF_CSV, isBlank, type Sniffed, sniffDialect } from './dialect.ts'
import { decodeHead, encodingOfHead } from './encoding.ts'
import { isFooter } from './footer.ts'
import { readHeader } from './header.ts'
import type { CsvPlan } from './plan.ts'
import { splitRows } from './rows.ts'
import { type Scan, scanFile } from './scan.ts'
import { brokenHeader, rewriteCsv } from './strict.ts'

const TAIL = 64 << 10
/** What DuckDB reads without being told more (`max_line_size`). */
const PLAIN_LINE = 2_000_000

/** Reads a CSV in place when the engine can be trusted with it, through the strict reader when not. */
export async function readCsv(content: Content): Promise<Batch> {
  const plan = await planCsv(content)
  if (plan.encoding === 'utf-8') {
    const { dialect } = plan.sniffed
    const scan = content.watched?.end(dialect) ?? (await scanFile(content.file, dialect))
    if (await isPlain(plan, scan)) return inPlace(plan, scan)
    if (scan.backslashQuotes > 0 && scan.backslashQuotes * 2 >= scan.strayQuotes) plan.sniffed.backslash = true
  }
  return rewriteCsv(plan)
}

/** Forces the strict reader: for a file whose ragged records only the load has shown. */
export async function repairCsv(content: Content): Promise<Batch> {
  return rewriteCsv(await planCsv(content))
}

async function planCsv(content: Content): Promise<CsvPlan> {
  const bytes = await readHead(content.file, HEAD_OF_CSV)
  const { encoding, bom } = encodingOfHead(bytes, content.path)
  const head = decodeHead(bytes, encoding, bom)
  const whole = bytes.length < HEAD_OF_CSV
  if (whole && head.trim() === '') throw noRecords(content.path)
  const sniffed = sniffDialect(head, whole)
  const first = sniffed.rows.find((row) => !isBlank(row))
  if (first?.broken) throw brokenHeader({ line: first.line, reason: 'unterminated-quote' }, content.path)
  const rows = sniffed.rows.filter((row) => !isBlank(row) && !row.broken).map((row) => row.cells)
  const header = readHeader(withoutFooters(rows, whole), content.path)
  return { content, encoding, bom, sniffed, header, notes: [...preambleNote(sniffed, content.path), ...header.notes] }
}

/** A footer must not have a say in how wide the table is. */
function withoutFooters(rows: string[][], whole: boolean): string[][] {
  const width = rows[0]?.length ?? 1
  let end = rows.length
  while (
    whole &&
    end > 2 &&
    rows.length - end < 3 &&
    isFooter(rows[end - 1] as string[], width, rows.slice(1, end - 1))
  )
    end--
  return rows.slice(0, end)
}

/** Whether DuckDB, told the dialect, will find exactly the records that the scan counted. */
async function isPlain(plan: CsvPlan, scan: Scan): Promise<boolean> {
  const { dialect, backslash } = plan.sniffed
  const wellFormed = scan.utf8 && !scan.nul && !scan.mixedNewlines && scan.strayQuotes === 0 && !scan.unterminated
  if (!wellFormed || scan.longest >= PLAIN_LINE || backslash || dialect.quote !== '"') return false
  if (!plan.header.present || !plan.header.even) return false
  // A blank line is no record in a table of several columns, but a NULL in a table of one.
  if (scan.blank > plan.sniffed.preambleBlank && plan.header.columns.length === 1) return false
  if (dialect.preamble > 0 && (dialect.newline === '\r' || (await preambleHasQuote(plan)))) return false
  return !(await endsInFooter(plan))
}

async function preambleHasQuote(plan: CsvPlan): Promise<boolean> {
  const head = decodeHead(await readHead(plan.content.file, HEAD_OF_CSV), 'utf-8', plan.bom)
  const lines = head.split(/\r\n|\n/, plan.sniffed.dialect.preamble)
  return lines.some((line) => line.includes('"'))
}

async function endsInFooter(plan: CsvPlan): Promise<boolean> {
  const { file } = plan.content
  const { size } = await stat(file)
  const tail = (await readTail(file, size, TAIL)).toString('utf8')
  const rows = splitRows(tail, { ...plan.sniffed.dialect, backslash: false }, Number.POSITIVE_INFINITY)
  const known = size <= TAIL ? rows.filter((row) => row.line > plan.sniffed.dialect.preamble).slice(1) : rows.slice(1)
  const filled = known.filter((row) => !isBlank(row)).map((row) => row.cells)
  const last = filled.at(-1)
  return last !== undefined && isFooter(last, plan.header.columns.length, filled.slice(-20, -1))
}

function inPlace(plan: CsvPlan, scan: Scan): Batch {
  const { content, sniffed } = plan
  const { dialect, preambleBlank } = sniffed
  const readable = scan.records - (dialect.preamble - preambleBlank) - 1
  const blank = scan.blank - preambleBlank
  const origin = originOf(content)
  return {
    ...origin,
    encoding: 'utf-8',
    dialect,
    columns: plan.header.columns,
    read: { form: 'csv', path: content.file, dialect, derived: content.unpacked },
    records: readable + blank,
    readable,
    bad: [],
    maxLine: scan.longest,
    skipped: { blank, preamble: dialect.preamble, footer: 0 },
    notes: [...origin.notes, ...plan.notes],
  }
}

function preambleNote(sniffed: Sniffed, where: string): Problem[] {
  const lines = sniffed.dialect.preamble
  if (lines === 0 || (sniffed.separatorLine && lines === 1)) return []
  const message = `${lines} line${lines === 1 ? '' : 's'} above the header of ${where} ${lines === 1 ? 'was' : 'were'} skipped.`
  return [{ code: 'preamble-skipped', message, where: `${where}:1` }]
}

function noRecords(path: string): RapportError {
  return new RapportError({
    code: 'file-empty',
    message: `${path} has no header and no records: only blank lines or a byte order mark.`,
    where: path,
    fix: 'Export it again, or leave it out.',
  })
}
