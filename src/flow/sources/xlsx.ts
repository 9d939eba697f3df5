import { join } from 'node:path'
import { type Problem, RapportError } from '../../errors.ts'
import type { BadRecord, Batch } from './batch.ts'
import { decimalOf } from './cells.ts'
import { type Content, originOf } from './content.ts'
import { DerivedCsv, PLAIN } from './derived.ts'
import { type Header, readHeader } from './header.ts'
import { HeldRecords } from './held.ts'
import { LONGEST_LINE } from './lines.ts'
import { type CellTally, columnName, readSheet } from './sheet.ts'
import { readWorkbook, type Sheet, type Workbook } from './workbook.ts'
import { Zip } from './zip.ts'

/** So many rows decide which is the header and which columns the table has. */
const SAMPLE_ROWS = 500

/** Reads each sheet of a workbook into a derived CSV: one batch per sheet that holds a table. */
export async function readXlsx(content: Content): Promise<Batch[]> {
  const zip = await Zip.open(content.path, content.file)
  try {
    const workbook = await readWorkbook(zip)
    const tables: SheetTable[] = []
    for (const sheet of workbook.sheets) {
      const table = await readTable(zip, workbook, sheet, content, workbook.sheets.indexOf(sheet))
      if (table) tables.push(table)
    }
    if (tables.length === 0) throw noRows(content.path)
    return tables.map((table) => table.batch(workbook.sheets.length > 1))
  } finally {
    zip.close()
  }
}

async function readTable(
  zip: Zip,
  workbook: Workbook,
  sheet: Sheet,
  content: Content,
  index: number,
): Promise<SheetTable | undefined> {
  const table = new SheetTable(content, sheet, join(content.derived, `${content.hash}.sheet-${index + 1}.csv`))
  try {
    const { lastRow, tally } = await readSheet(zip, sheet, workbook, {
      row: (row, cells) => table.row(row, cells),
      between: () => table.flush(),
    })
    await table.finish(lastRow, tally)
  } catch (error) {
    await table.abandon()
    throw error
  }
  return table.found ? table : undefined
}

interface SheetRow {
  row: number
  cells: string[]
}

/** One sheet while it is read: first rows are collected until header and columns are known, then rows stream out. */
class SheetTable {
  private readonly content: Content
  private readonly sheet: Sheet
  private readonly path: string
  private readonly where: string
  private sample: SheetRow[] | undefined = []
  /** Rows that are planned for and wait for the derived file to be open. */
  private waiting: SheetRow[] = []
  private out: DerivedCsv | undefined
  private header: Header | undefined
  /** Columns of the sheet that the table has, from 0. */
  private columns: number[] = []
  private headerRow = 0
  private lastRow = 0
  private filled = 0
  private footers: SheetRow[] = []
  private readonly bad: BadRecord[] = []
  private readonly notes: Problem[] = []
  private decimal: '.' | ',' = '.'
  private readonly held = new HeldRecords<SheetRow>((row) => this.settle(row))

  constructor(content: Content, sheet: Sheet, path: string) {
    this.content = content
    this.sheet = sheet
    this.path = path
    this.where = `${content.path}#${sheet.name}`
  }

  get found(): boolean {
    return this.out !== undefined
  }

  row(row: number, cells: string[]): void {
    if (this.sample === undefined || this.sample.length >= SAMPLE_ROWS) this.waiting.push({ row, cells })
    else this.sample.push({ row, cells })
  }

  async flush(): Promise<void> {
    if (this.sample !== undefined) {
      if (this.sample.length < SAMPLE_ROWS) return
      await this.plan(this.sample)
    }
    for (const row of this.waiting.splice(0)) this.take(row)
    await this.out?.flush()
  }

  async finish(lastRow: number, tally: CellTally): Promise<void> {
    if (this.sample !== undefined && this.sample.length > 0) await this.plan(this.sample)
    if (!this.out) return
    await this.flush()
    this.footers = this.held.end(this.columns.length)
    this.lastRow = lastRow
    this.notes.push(...this.sheetNotes(tally))
    await this.out.finish()
  }

  async abandon(): Promise<void> {
    await this.out?.abandon()
  }

  private async plan(sample: SheetRow[]): Promise<void> {
    this.sample = undefined
    const start = headerIndex(sample.map(({ cells }) => cells))
    const table = sample.slice(start)
    const width = Math.max(...table.map(({ cells }) => cells.length))
    this.columns = Array.from({ length: width }, (_, i) => i).filter((i) => table.some(({ cells }) => cells[i]))
    this.header = readHeader(
      table.map(({ cells }) => this.pick(cells)),
      this.where,
    )
    const first = table[0] as SheetRow
    this.headerRow = this.header.present ? first.row : first.row - 1
    this.decimal = decimalOf(table.slice(1).map(({ cells }) => cells))
    this.out = await DerivedCsv.create(this.path, this.header.columns)
    this.waiting = [...(this.header.present ? table.slice(1) : table), ...this.waiting]
  }

  private pick(cells: string[]): string[] {
    return this.columns.map((column) => cells[column] ?? '')
  }

  private take({ row, cells }: SheetRow): void {
    this.filled++
    const outside = cells.findIndex((cell, i) => cell && !this.columns.includes(i))
    const cut = (): string => cells.join(',').slice(0, 2000)
    if (outside !== -1)
      this.reject(
        row,
        'too-many-fields',
        `Row ${row} has a value in column ${columnName(outside)}, which has no name.`,
        cut(),
      )
    else if (cells.some((cell) => cell.includes('\0')))
      this.reject(row, 'nul-byte', `Row ${row} holds a NUL character.`, cut())
    else if (cells.reduce((sum, cell) => sum + cell.length, 0) > LONGEST_LINE)
      this.reject(row, 'line-too-long', `Row ${row} is longer than 16 MB.`, cut())
    else this.held.push({ row, cells: this.pick(cells) })
  }

  private settle({ cells }: SheetRow): void {
    this.out?.row(cells)
  }

  private reject(row: number, reason: string, message: string, raw: string): void {
    this.bad.push({ record: row - this.headerRow, line: row, reason, message, raw })
  }

  batch(several: boolean): Batch {
    const origin = originOf(this.content)
    const out = this.out as DerivedCsv
    const header = this.header as Header
    const records = this.lastRow - this.headerRow
    const preamble = header.present ? this.headerRow - 1 : this.headerRow
    return {
      ...origin,
      name: several ? `${this.content.name}#${this.sheet.name}` : this.content.name,
      sheet: this.sheet.name,
      encoding: 'utf-8',
      columns: header.columns,
      read: { form: 'csv', path: out.path, dialect: { ...PLAIN, decimal: this.decimal }, derived: true },
      records,
      readable: out.rows,
      bad: this.bad,
      maxLine: out.longest,
      skipped: { blank: records - this.filled, preamble, footer: this.footers.length },
      notes: [...origin.notes, ...header.notes, ...this.notes],
    }
  }

  private sheetNotes(tally: CellTally): Problem[] {
    const { where } = this
    const footers = this.footers.map(({ row, cells }) => ({
      code: 'footer-skipped',
      message: `Row ${row} of ${where} is a footer, not data: "${cells.join(' ').trim().slice(0, 80)}".`,
      where,
    }))
    const notes: (Problem | false)[] = [
      this.sheet.hidden && {
        code: 'sheet-hidden',
        message: `Sheet "${this.sheet.name}" is hidden in Excel; it was read.`,
        where,
      },
      tally.formulas > 0 && {
        code: 'formulas-as-values',
        message: `${tally.formulas} cells hold formulas; the values that were last computed for them were read.`,
        where,
      },
      tally.formulasWithoutValue > 0 && {
        code: 'formulas-without-value',
        message: `${tally.formulasWithoutValue} formulas have no computed value in the file and were read as empty.`,
        where,
        fix: 'Open the workbook in Excel, save it, and import it again.',
      },
      tally.errors > 0 && {
        code: 'cell-errors',
        message: `${tally.errors} cells hold errors and were read as empty, the first in ${tally.firstError}.`,
        where,
      },
      tally.percents > 0 && {
        code: 'percent-as-fraction',
        message: `${tally.percents} cells are shown as percentages in Excel; they were read as fractions (85 % is 0.85).`,
        where,
      },
    ]
    return [...notes.filter((note) => note !== false), ...footers]
  }
}

/** Titles stand above a table in one or two cells: the header is the first row that is about as wide as the rows below. */
function headerIndex(rows: string[][]): number {
  const counts = rows.map((cells) => cells.filter((cell) => cell).length)
  const widest = Math.max(...counts)
  const usual = [...counts].sort((a, b) => a - b)[Math.floor(counts.length * 0.75)] as number
  const wanted = Math.max(Math.min(usual, widest), 1)
  const found = counts.findIndex((count) => count >= Math.max(1, Math.ceil(wanted * 0.6)))
  return found === -1 ? 0 : found
}

function noRows(path: string): RapportError {
  return new RapportError({
    code: 'file-empty',
    message: `${path} has no sheet with a value in it.`,
    where: path,
    fix: 'Export it again, or leave it out.',
  })
}
