import { type Problem, RapportError } from '../../errors.ts'
import type { BadRecord, Batch } from './batch.ts'
import { openChunks } from './chunks.ts'
import { originOf } from './content.ts'
import { DerivedCsv, PLAIN, strictPath } from './derived.ts'
import { toUtf8 } from './encoding.ts'
import { HeldRecords } from './held.ts'
import { type Line, readLines } from './lines.ts'
import type { CsvPlan } from './plan.ts'
import { type BrokenReason, RecordSplitter, type Split } from './records.ts'

/** More bad records than this are not a list that anyone reads, but a file read wrongly. */
export const MOST_BAD = 200_000

/** Reads a CSV record by record into a clean derived file. Only for files that the engine would refuse or misread. */
export async function rewriteCsv(plan: CsvPlan): Promise<Batch> {
  const { content } = plan
  const out = await DerivedCsv.create(strictPath(content.derived, content.hash), plan.header.columns)
  const rewrite = new Rewrite(plan, out)
  try {
    const bytes = openChunks(content.file, plan.bom)
    for await (const lines of readLines(plan.encoding === 'utf-8' ? bytes : toUtf8(bytes, asUtf16(plan)))) {
      for (const line of lines) rewrite.line(line)
      await out.flush()
    }
    rewrite.end()
    await out.finish()
  } catch (error) {
    await out.abandon()
    throw error
  }
  return rewrite.batch()
}

function asUtf16(plan: CsvPlan): 'utf-16le' | 'utf-16be' {
  return plan.encoding === 'utf-16be' ? 'utf-16be' : 'utf-16le'
}

/** One pass of the strict reader: it lives as long as the pass. */
class Rewrite {
  private readonly plan: CsvPlan
  private readonly out: DerivedCsv
  private readonly splitter: RecordSplitter
  private readonly width: number
  private readonly bad: BadRecord[] = []
  private records = 0
  private blanks = 0
  private footers: Split[] = []
  private headerDone: boolean
  private readonly held = new HeldRecords<Split>((held) => this.settle(held))
  private readonly lineOf = { 'utf-8': 0, 'windows-1252': 0, ascii: 0 }
  private readonly countOf = { 'utf-8': 0, 'windows-1252': 0, ascii: 0 }

  constructor(plan: CsvPlan, out: DerivedCsv) {
    this.plan = plan
    this.out = out
    this.width = plan.header.columns.length
    this.headerDone = !plan.header.present
    const { delimiter, quote } = plan.sniffed.dialect
    this.splitter = new RecordSplitter({ delimiter, quote, backslash: plan.sniffed.backslash }, (split) =>
      this.take(split),
    )
    if (this.headerDone) this.splitter.width = this.width
  }

  line(line: Line): void {
    if (line.encoding !== 'ascii') {
      this.lineOf[line.encoding] ||= line.number
      this.countOf[line.encoding]++
    }
    if (line.number > this.plan.sniffed.dialect.preamble) this.splitter.push(line)
  }

  end(): void {
    this.splitter.end()
    this.footers = this.held.end(this.width)
  }

  private take(split: Split): void {
    if (!this.headerDone) {
      if (split.cells === undefined) throw brokenHeader(split, this.plan.content.path)
      this.headerDone = true
      this.splitter.width = this.width
      return
    }
    this.records++
    if (isBlankSplit(split)) {
      this.blanks++
      return
    }
    split.record = this.records
    this.held.push(split)
  }

  private settle(split: Split): void {
    const { record } = split
    if (split.cells === undefined) this.reject(record, split.line, split.reason, split.raw)
    else if (split.cells.length === this.width) this.out.row(split.cells)
    else {
      const reason = split.cells.length > this.width ? 'too-many-fields' : 'too-few-fields'
      this.reject(record, split.line, reason, split.cells.join(this.plan.sniffed.dialect.delimiter), split.cells.length)
    }
  }

  private reject(
    record: number,
    line: number,
    reason: BrokenReason | 'too-many-fields' | 'too-few-fields',
    raw: string,
    fields = 0,
  ): void {
    this.bad.push({
      record,
      line,
      reason,
      message: sentence(reason, line, fields, this.width),
      raw: copyOf(raw.slice(0, 2000)),
    })
    if (this.bad.length > MOST_BAD) throw tooManyBad(this.plan, this.records)
  }

  batch(): Batch {
    const { content, sniffed, header, notes } = this.plan
    const origin = originOf(content)
    return {
      ...origin,
      encoding: this.encoding(),
      dialect: sniffed.dialect,
      columns: header.columns,
      read: {
        form: 'csv',
        path: this.out.path,
        dialect: { ...PLAIN, decimal: sniffed.dialect.decimal },
        derived: true,
      },
      records: this.records,
      readable: this.out.rows,
      bad: this.bad,
      maxLine: this.out.longest,
      skipped: { blank: this.blanks, preamble: sniffed.dialect.preamble, footer: this.footers.length },
      notes: [...origin.notes, ...notes, ...this.footerNotes(), ...this.encodingNotes()],
    }
  }

  private encoding(): string {
    if (this.plan.encoding !== 'utf-8') return this.plan.encoding
    return this.countOf['windows-1252'] > 0 && this.countOf['utf-8'] === 0 ? 'windows-1252' : 'utf-8'
  }

  private footerNotes(): Problem[] {
    return this.footers.map((footer) => ({
      code: 'footer-skipped',
      message: `The last record of ${this.plan.content.path} is a footer, not data: "${(footer.cells ?? []).join(' ').trim().slice(0, 80)}".`,
      where: `${this.plan.content.path}:${footer.line}`,
    }))
  }

  private encodingNotes(): Problem[] {
    const odd = this.countOf['windows-1252']
    if (odd === 0 || this.plan.encoding !== 'utf-8') return []
    const where = `${this.plan.content.path}:${this.lineOf['windows-1252']}`
    const fix = 'Check the accents in these lines; save the file as UTF-8 to be sure.'
    if (this.countOf['utf-8'] === 0)
      return [
        {
          code: 'encoding-guessed',
          message: `${this.plan.content.path} is not UTF-8, so it was read as Windows-1252 (${odd} lines have letters beyond ASCII).`,
          where,
          fix,
        },
      ]
    const message = `${this.plan.content.path} mixes encodings: ${odd} lines are not UTF-8 and were read as Windows-1252.`
    return [{ code: 'encoding-mixed', message, where, fix }]
  }
}

/** A slice of a string keeps the whole chunk alive that it was cut from; a list of bad records must not. */
function copyOf(text: string): string {
  return Buffer.from(text).toString()
}

function isBlankSplit(split: Split): boolean {
  return (
    split.cells !== undefined && split.cells.length === 1 && !split.quoted && (split.cells[0] as string).trim() === ''
  )
}

function sentence(
  reason: BrokenReason | 'too-many-fields' | 'too-few-fields',
  line: number,
  fields: number,
  width: number,
): string {
  switch (reason) {
    case 'too-many-fields':
    case 'too-few-fields':
      return `The record on line ${line} has ${fields} field${fields === 1 ? '' : 's'}, the header ${width}.`
    case 'unterminated-quote':
      return `A quote opens on line ${line} and is not closed where a field may end.`
    case 'text-after-quote':
      return `On line ${line} text follows a closing quote.`
    case 'nul-byte':
      return `Line ${line} holds NUL bytes: the file was cut off or damaged when it was written or copied.`
    case 'line-too-long':
      return `Line ${line} is longer than 16 MB.`
  }
}

/** The header itself is broken: then nothing below it can be named. */
export function brokenHeader(split: { line: number; reason: string }, path: string): RapportError {
  return new RapportError({
    code: `header-${split.reason}`,
    message: `The header of ${path} cannot be read: ${sentence(split.reason as BrokenReason, split.line, 0, 0)}`,
    where: `${path}:${split.line}`,
    fix: 'Export the file again, with one line per record and the column names in the first.',
  })
}

function tooManyBad(plan: CsvPlan, records: number): RapportError {
  const { delimiter } = plan.sniffed.dialect
  return new RapportError({
    code: 'too-many-bad-records',
    message: `More than ${MOST_BAD} of the first ${records} records of ${plan.content.path} cannot be read with "${delimiter}" between ${plan.header.columns.length} fields.`,
    where: plan.content.path,
    fix: 'Open the file in a text editor and check its delimiter, its quotes and the names in its first line.',
  })
}
