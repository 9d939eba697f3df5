import type { Unit } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Grain } from '../../metrics/query.ts'
import type { TableCell, TableView, TileView } from '../../pages/view.ts'
import type { Cell } from './book.ts'
import { emptyCell, formattedCell, lengthOf, nameCell, numberCell, proseCell } from './cells.ts'
import { daySerial, momentSerial } from './dates.ts'
import { dayFormat, formatAsWritten, momentFormat } from './number-formats.ts'

/** A table of a page with values instead of texts: numbers, dates, and an interval in two columns. */
export interface CellTable {
  columns: { id: string; label: string; numeric: boolean; prose: boolean; width: number }[]
  rows: Cell[][]
}

export interface Reading {
  words: Words
  zone: string
  grain?: Grain
}

type Column = TableView['columns'][number]

/** One column of a page's table as the columns that it gives here. */
interface Split {
  columns: Omit<CellTable['columns'][number], 'width'>[]
  cells: (cell: TableCell) => Cell[]
}

export function cellTable(view: TableView, reading: Reading): CellTable {
  const table = withIntervals(view)
  const splits = table.columns.map((column, i) =>
    splitOf(
      column,
      table.rows.map((row) => row[i]).filter((cell) => cell !== undefined),
      reading,
    ),
  )
  const columns = splits.flatMap((split) => split.columns)
  const rows = table.rows.map((row) => splits.flatMap((split, i) => split.cells(row[i] ?? { text: '', value: null })))
  return { columns: columns.map((column, i) => ({ ...column, width: widthOf(column, rows, i) })), rows }
}

/** A table of a frame has the interval of a metric as `low..high`, in the unit that the metric's own column says. */
function withIntervals({ columns, rows, ...rest }: TableView): TableView {
  const units = columns.map(({ id }) => columns.find((each) => `${each.id}_interval` === id)?.unit as Unit | undefined)
  const read = (cell: TableCell, unit: Unit | undefined): TableCell => {
    const [low = '', high = ''] = unit && typeof cell.value === 'string' ? cell.value.split('..') : []
    return unit && low && high ? { ...cell, interval: { low: Number(low), high: Number(high), unit } } : cell
  }
  return { ...rest, columns, rows: rows.map((row) => row.map((cell, i) => read(cell, units[i]))) }
}

/** The grain of a tile's periods. */
export function readingOf(tile: TileView, words: Words, zone: string): Reading {
  return { words, zone, grain: tile.frame?.query.grain }
}

function splitOf(column: Column, cells: TableCell[], reading: Reading): Split {
  const base = { id: column.id, label: column.label, numeric: column.numeric, prose: column.prose === true }
  const unit = cells.find((cell) => cell.interval)?.interval?.unit
  if (unit === undefined) {
    const isNumber = (cell: TableCell) => typeof valueCell(cell, column, reading).value === 'number'
    if (isNumbered(cells)) return { columns: [base], cells: (cell) => [numberedCell(cell)] }
    return {
      columns: [{ ...base, numeric: column.numeric && cells.some(isNumber) }],
      cells: (cell) => [valueCell(cell, column, reading)],
    }
  }
  // An estimate stands before its interval; an interval alone has its lower end for sorting only.
  const whole = cells.some(({ value, interval }) => typeof value === 'number' && interval && value !== interval.low)
  const end = (name: 'low' | 'high') => ({
    ...base,
    id: `${column.id}_${name}`,
    label: say(reading.words, `workbook.${name}`, { label: column.label }),
    numeric: true,
    prose: false,
  })
  return {
    columns: [...(whole ? [{ ...base, prose: false }] : []), end('low'), end('high')],
    cells: (cell) => {
      const { value, interval } = cell
      const ends = [numberCell(interval?.low, unit), numberCell(interval?.high, unit)]
      if (!whole) return ends
      return [typeof value === 'number' ? numberCell(value, unit) : valueCell(cell, column, reading), ...ends]
    },
  }
}

const plainNumber = /^-?(0|[1-9]\d{0,9})(\.\d{0,4}[1-9])?$/

/** Scores, hours and keys without letters: names that are numbers sort as such. One that is none (`007`) leaves all of them texts. */
function isNumbered(cells: TableCell[]): boolean {
  const known = cells.filter(({ value, text }) => value !== null || text !== '–')
  return known.length > 0 && known.every(({ value, text }) => value === text && plainNumber.test(text))
}

function numberedCell({ text, value }: TableCell): Cell {
  if (value === null) return emptyCell
  const { look } = nameCell(text)
  return { value: Number(text), look: { ...look, align: 'left' } }
}

function valueCell(cell: TableCell, column: Column, reading: Reading): Cell {
  const { value, text } = cell
  if (value === null && (text === '' || text === '–')) return emptyCell
  if (typeof value === 'number') {
    const shown = formatAsWritten(value, text, reading.words)
    if (shown) return formattedCell(shown.value, shown.format)
  }
  if (typeof value === 'string' && text !== value) {
    const dated = dateCell(value, text, column, reading)
    if (dated) return dated
  }
  return column.prose || lengthOf(text) > longName ? proseCell(text) : nameCell(text)
}

/** A day or a moment that the page wrote in words of its language. Periods look as they do there, unfinished ones with their mark. */
function dateCell(value: string, text: string, column: Column, { zone, grain, words }: Reading): Cell | null {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) {
    const serial = daySerial(value)
    if (serial === null) return null
    if (column.id !== 'period') return dayCell(serial, dayFormat)
    const mark = text.endsWith(`(${say(words, 'pages.partial')})`) ? `" (${say(words, 'pages.partial')})"` : ''
    return periodCell(serial, grain, mark, text)
  }
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value)) return null
  const serial = momentSerial(value, zone)
  return serial === null ? null : dayCell(serial, momentFormat)
}

function periodCell(serial: number, grain: Grain = 'day', mark: string, text: string): Cell {
  // No format of Excel knows quarters: the name of one stands in the format, the day that it begins on in the cell.
  const quarter = `"${text.replaceAll('"', '')}"`
  const formats: Record<Grain, string> = {
    day: `${dayFormat}${mark}`,
    week: `${dayFormat}${mark}`,
    month: `mmm yyyy${mark}`,
    quarter,
    year: `yyyy${mark}`,
  }
  return dayCell(serial, formats[grain])
}

/** Days stand left, as names do. */
function dayCell(serial: number, format: string): Cell {
  const { value, look } = formattedCell(serial, format)
  return { value, look: { ...look, align: 'left' } }
}

/** A longer name breaks. */
const longName = 60

function widthOf(column: Omit<CellTable['columns'][number], 'width'>, rows: Cell[][], index: number): number {
  if (column.prose) return 56
  const longest = Math.max(
    ...column.label.split(/\s/).map((word) => lengthOf(word) + 1),
    Math.ceil(lengthOf(column.label) / 2),
    ...rows.map((row) => shownLength(row[index])),
  )
  return Math.min(longName * 0.8, Math.max(10, longest + 2))
}

function shownLength(cell: Cell | undefined): number {
  if (!cell || cell.value === null) return 0
  if (typeof cell.value === 'number') return cell.look.format?.startsWith('yyyy') ? cell.look.format.length : 10
  return Math.min(lengthOf(String(cell.value)), longName)
}
