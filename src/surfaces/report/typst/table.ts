import type { TableCell, TableView } from '../../../pages/view.ts'
import { breakable } from './text.ts'

/** A table, laid out: one or more grids, one after another, each of rows side by side where they are short. */
export interface PaperTable {
  /** Points of the letters. */
  size: number
  /** Short enough to stand on one page. */
  whole: boolean
  grids: PaperGrid[]
}

export interface PaperGrid {
  /** Points of each column. */
  widths: number[]
  columns: { label: string; numeric: boolean }[]
  /** Rows of tables that stand side by side. */
  strips: PaperCell[][][]
}

export interface PaperCell {
  text: string
  tone?: 'warn' | 'bad'
}

/** Points of the text, and of the text with the margin beside it. */
export const textWidth = 422
const wideWidth = 493
/** Points around the text of a cell. */
const gap = 12
/** Points between tables that stand side by side. */
const between = 24
/** How much wider than its text a column may be. */
const air = 1.25
/** Rows of a strip that fill a page. */
const fullStrip = 42
/** Rows that are better moved to the next page than parted. */
const shortRows = 18
/** Rows from which on a narrow table stands beside itself. */
const long = 16

/** How a table may be set: size of its letters, the width it may take, letters after which a word may break. */
interface Setting {
  size: number
  available: number
  word: number
  /** Lines that a number with its interval takes at most; one without a limit breaks wherever it can. */
  lines: number
}
/** Letters may be smaller before numbers break more often than once. */
const settings: Setting[] = [
  { size: 8.2, available: textWidth, word: 22, lines: 2 },
  { size: 8.2, available: wideWidth, word: 22, lines: 2 },
  { size: 7, available: wideWidth, word: 22, lines: 2 },
  { size: 8.2, available: textWidth, word: 22, lines: Number.POSITIVE_INFINITY },
  { size: 8.2, available: wideWidth, word: 22, lines: Number.POSITIVE_INFINITY },
  { size: 7, available: wideWidth, word: 22, lines: Number.POSITIVE_INFINITY },
  { size: 7, available: wideWidth, word: 12, lines: Number.POSITIVE_INFINITY },
]
const smallest = settings.at(-1)!

type Column = TableView['columns'][number]
interface Plain {
  columns: Column[]
  rows: TableCell[][]
}

/**
 * A table as it fits on paper: as it is, in smaller letters and into the margin, on its side, or in parts that begin with the same column.
 * A long narrow one stands beside itself.
 */
export function layTable(table: Plain): PaperTable {
  const { columns, rows } = table
  const sideways = rows.length <= 4 && columns.length > rows.length + 3
  for (const setting of settings) {
    if (sideways && setting.size < 8) break
    if (sum(needed(table, setting)) <= setting.available) return laid(setting, gridsOf(table, setting))
  }
  if (sideways) return layTable(turned(table))
  return laid(
    smallest,
    partsOf(table).flatMap((part) => gridsOf(part, smallest)),
  )
}

function laid({ size }: Setting, grids: PaperGrid[]): PaperTable {
  const [first] = grids
  const whole = grids.length === 1 && (first?.strips[0]?.length ?? 0) <= shortRows
  return { size, whole, grids }
}

function gridsOf(table: Plain, setting: Setting): PaperGrid[] {
  const columns = table.columns.map(({ label, numeric }) => ({ label: breakable(label, setting.word), numeric }))
  const rows = table.rows.map((row) =>
    row.map(({ text, tone }) => ({ text: breakable(text, setting.word), ...(tone && { tone }) })),
  )
  const least = needed(table, setting)
  const most = natural(table, setting)
  const beside = Math.min(3, Math.floor((wideWidth + between) / (sum(most) + between)))
  if (rows.length <= long || beside < 2) {
    return [
      {
        widths: spread(
          least,
          most.map((width) => width * air),
          setting.available,
        ),
        columns,
        strips: [rows],
      },
    ]
  }
  const widths = spread(least, most, (wideWidth - (beside - 1) * between) / beside)
  const grids: PaperGrid[] = []
  for (let start = 0; start < rows.length; start += beside * fullStrip) {
    const part = rows.slice(start, start + beside * fullStrip)
    const high = Math.ceil(part.length / beside)
    const strips = Array.from({ length: beside }, (_, index) => part.slice(index * high, (index + 1) * high))
    grids.push({ widths, columns, strips: strips.filter((strip) => strip.length > 0) })
  }
  return grids
}

/** What a column cannot be without: a number whole, of a text its longest word. */
function needed({ columns, rows }: Plain, { size, word, lines }: Setting): number[] {
  return columns.map(({ label, numeric }, index) => {
    const texts = rows.map((row) => row[index]?.text ?? '')
    const whole = numeric && texts.every((text) => text.length <= 18)
    const parted = (text: string): number => (numeric ? (wide(text) * 1.1) / lines : 0)
    const longest = Math.max(
      ...texts.map((text) => (whole ? wide(text) : Math.max(wideWord(text, word), parted(text)))),
      0,
    )
    const least = numeric ? 0 : Math.min(14, Math.max(...texts.map(({ length }) => length), 0)) * 0.55
    return Math.max(longest, wideWord(label, word) * 1.06, least) * size + gap
  })
}

/** What a column takes where there is room. */
function natural({ columns, rows }: Plain, { size }: Setting): number[] {
  return columns.map(({ label }, index) => {
    const most = Math.max(wide(label) * 1.06, ...rows.map((row) => wide(row[index]?.text ?? '')))
    return most * size + gap
  })
}

/** The room beyond what is needed goes to those columns that want more, in proportion. */
function spread(least: number[], most: number[], available: number): number[] {
  const wanted = least.map((width, index) => Math.max(0, (most[index] ?? 0) - width))
  const room = available - sum(least)
  const share = sum(wanted) === 0 ? 0 : Math.min(1, room / sum(wanted))
  return least.map((width, index) => Math.floor(width + (wanted[index] ?? 0) * share))
}

/** Rows as columns. */
function turned({ columns, rows }: Plain): Plain {
  const [first, ...others] = columns
  const texts = rows.map((row) => row[0]?.text ?? '')
  return {
    columns: [
      { id: 'column', label: first?.label ?? '', numeric: false },
      ...texts.map((label, index) => ({ id: `row-${index}`, label, numeric: true })),
    ],
    rows: others.map(({ label }, index) => [
      { text: label, value: label },
      ...rows.map((row) => row[index + 1] ?? { text: '', value: null }),
    ]),
  }
}

/** Tables of as many columns as fit, each with the first one before them, and about as many in each. */
function partsOf(table: Plain): Plain[] {
  const [first = 0, ...others] = needed(table, smallest).map((width) => Math.min(width, wideWidth / 2))
  const count = Math.ceil(sum(others) / (wideWidth - first) + 0.3)
  const each = Math.ceil(others.length / count)
  return Array.from({ length: Math.ceil(others.length / each) }, (_, part) => {
    const chosen = [0, ...others.map((__, index) => index + 1).slice(part * each, (part + 1) * each)]
    return {
      columns: chosen.map((index) => table.columns[index]!),
      rows: table.rows.map((row) => chosen.map((index) => row[index] ?? { text: '', value: null })),
    }
  })
}

/** Width of a text in ems of Inter, on the safe side. */
function wide(text: string): number {
  let width = 0
  for (const letter of text) width += /[\u0000-\u024f\u2000-\u206f]/.test(letter) ? latin(letter) : 1
  return width
}

function latin(letter: string): number {
  if (/[ ijl.,:;'|!()\u00a0\u2009\u202f]/.test(letter)) return 0.31
  if (/[A-Z@%&]/.test(letter)) return 0.73
  return /[mwMW–—]/.test(letter) ? 0.86 : 0.6
}

function wideWord(text: string, most: number): number {
  return Math.max(
    ...breakable(text, most)
      .split(/[\s\u200b-]+/)
      .map(wide),
    0,
  )
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
