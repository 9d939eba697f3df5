import { numberText } from './serial.ts'
import { type Sheet, unescapeText, type Workbook } from './workbook.ts'
import { parseXml } from './xml.ts'
import { damagedZip, type Zip } from './zip.ts'

/** What was met in cells besides values: each becomes a note. */
export interface CellTally {
  formulas: number
  /** Formulas of which the file holds no computed value. */
  formulasWithoutValue: number
  errors: number
  firstError: string
  percents: number
}

export interface SheetHandlers {
  /** A row with at least one value; `row` is its number in the sheet, cells are by column from 0. */
  row: (row: number, cells: string[]) => void
  between: () => Promise<void>
}

const LAST_ROW = 1_048_576
const LAST_COLUMN = 16_384

/** Streams the rows of a sheet as text. Answers the number of the last row that the sheet lists, blank ones included. */
export async function readSheet(
  zip: Zip,
  sheet: Sheet,
  workbook: Workbook,
  handlers: SheetHandlers,
): Promise<{ lastRow: number; tally: CellTally }> {
  const walk = new SheetWalk(zip.path, workbook, handlers)
  await parseXml(zip.read(sheet.entry), `${zip.path}#${sheet.name}`, {
    open: (tag, attributes) => walk.open(tag, attributes),
    text: (text) => walk.text(text),
    close: (tag) => walk.close(tag),
    between: handlers.between,
  })
  return { lastRow: walk.row, tally: walk.tally }
}

/** The state of one pass over a sheet's XML. */
class SheetWalk {
  row = 0
  readonly tally: CellTally = { formulas: 0, formulasWithoutValue: 0, errors: 0, firstError: '', percents: 0 }
  private readonly path: string
  private readonly workbook: Workbook
  private readonly handlers: SheetHandlers
  private cells: string[] = []
  private column = -1
  private type = 'n'
  private style = 0
  private value = ''
  private hasValue = false
  private hasFormula = false
  private taking = false
  private phonetic = false

  constructor(path: string, workbook: Workbook, handlers: SheetHandlers) {
    this.path = path
    this.workbook = workbook
    this.handlers = handlers
  }

  open(tag: string, attributes: Record<string, string>): void {
    if (tag === 'row') this.beginRow(attributes.r)
    else if (tag === 'c') this.beginCell(attributes)
    else if (tag === 'f') this.hasFormula = true
    else if (tag === 'rPh') this.phonetic = true
    else if (tag === 'v' || (tag === 't' && !this.phonetic)) {
      this.taking = true
      this.hasValue = true
    }
  }

  text(text: string): void {
    if (this.taking) this.value += text
  }

  close(tag: string): void {
    if (tag === 'v' || tag === 't') this.taking = false
    else if (tag === 'rPh') this.phonetic = false
    else if (tag === 'c') this.endCell()
    else if (tag === 'row' && this.cells.some((cell) => cell)) this.handlers.row(this.row, this.cells)
  }

  private beginRow(r: string | undefined): void {
    const row = r === undefined ? this.row + 1 : Number(r)
    if (!Number.isInteger(row) || row <= this.row || row > LAST_ROW)
      throw damagedZip(this.path, new Error(`row ${r} stands after row ${this.row}`))
    this.row = row
    this.cells = []
    this.column = -1
  }

  private beginCell(attributes: Record<string, string>): void {
    this.column = attributes.r ? columnOf(attributes.r) : this.column + 1
    if (this.column < 0 || this.column >= LAST_COLUMN)
      throw damagedZip(this.path, new Error(`there is no cell ${attributes.r}`))
    this.type = attributes.t ?? 'n'
    this.style = Number(attributes.s ?? 0)
    this.value = ''
    this.hasValue = false
    this.hasFormula = false
  }

  private endCell(): void {
    if (this.hasFormula) {
      this.tally.formulas++
      if (!this.hasValue) this.tally.formulasWithoutValue++
    }
    if (!this.hasValue) return
    const text = this.cellText()
    if (text === '') return
    while (this.cells.length < this.column) this.cells.push('')
    this.cells[this.column] = text
  }

  private cellText(): string {
    switch (this.type) {
      case 's':
        return this.sharedText()
      case 'b':
        return this.value.trim() === '1' ? 'true' : 'false'
      case 'e':
        this.tally.errors++
        this.tally.firstError ||= `${columnName(this.column)}${this.row} (${this.value})`
        return ''
      case 'str':
      case 'inlineStr':
      case 'd':
        return unescapeText(this.value)
      default:
        return this.numberText()
    }
  }

  private sharedText(): string {
    const text = this.workbook.strings[Number(this.value)]
    if (text === undefined)
      throw damagedZip(
        this.path,
        new Error(`cell ${columnName(this.column)}${this.row} points to text ${this.value}, which is not there`),
      )
    return text
  }

  private numberText(): string {
    const format = this.workbook.formats[this.style] ?? 'number'
    if (format === 'percent') this.tally.percents++
    return numberText(this.value.trim(), format, this.workbook.from1904)
  }
}

/** `AB12` is column 27. */
function columnOf(reference: string): number {
  let column = 0
  for (let i = 0; i < reference.length && i < 4; i++) {
    const letter = reference.charCodeAt(i) & ~32
    if (letter < 65 || letter > 90) break
    column = column * 26 + letter - 64
  }
  return column - 1
}

/** Column 27 is `AB`. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26))
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter
}
