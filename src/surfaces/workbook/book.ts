/** A workbook before it is XML: sheets with rows of cells, each with its look. Plain values, so a test can read them. */
export interface Book {
  title: string
  /** BCP 47, for readers that speak. */
  language: string
  /** The moment of the data: no clock of this machine is in a workbook, so the same version gives the same bytes. */
  at: string | null
  sheets: Sheet[]
}

export interface Sheet {
  /** As its tab says it: unique, allowed, short (names.ts). */
  name: string
  /** Widths in characters, from the first column on. */
  widths: number[]
  rows: Row[]
  /** Rows at the top that stay when the sheet is scrolled. */
  frozen?: number
  /** Columns at the left that stay. */
  frozenColumns?: number
  /** The table that can be filtered: its head's row, from 1, and its number of columns. It ends with the last row. */
  filter?: { row: number; columns: number }
  charts?: Chart[]
}

export interface Row {
  cells: (Cell | null)[]
  /** In points. `measured`: Excel may measure it anew; of text that runs over several columns it cannot. */
  height?: number
  measured?: true
  /** The first cell runs over so many columns, from the column that it stands in. */
  merged?: { from: number; columns: number }
}

/** A date is a number too: days since the end of 1899 (dates.ts), with a format that shows it as one. */
export interface Cell {
  value: string | number | null
  look: Look
  /** A cell of this workbook. */
  link?: { sheet: string; cell: string }
}

/** How a cell looks. Equal looks share one style of the file. */
export interface Look {
  font: 'text' | 'title' | 'lead' | 'section' | 'soft' | 'head' | 'link' | 'strong' | 'mark'
  /** A hairline below, as in a table. */
  rule?: 'row' | 'head'
  fill?: 'head'
  align?: 'left' | 'right'
  wrap?: true
  indent?: number
  /** A number format of Excel. */
  format?: string
}

/** A native chart over cells of the workbook: it follows them when somebody edits or filters. */
export interface Chart {
  /** `dots`: values with their intervals, for what is compared; bars begin at zero, for what is counted. */
  kind: 'bars' | 'columns' | 'line' | 'dots'
  title: string
  /** Where its names, values and ends of intervals stand: rows from 1, columns from 0. */
  source: {
    sheet: string
    head: number
    first: number
    last: number
    names: number
    values: number
    ends?: [number, number]
  }
  /** Where it stands: row and column from 0, and how many of each. */
  place: { row: number; column: number; rows: number; columns: number }
  /** Number formats of values and, where they are dates, of names. */
  format: string
  nameFormat?: string
  /** What the cells say, so that a viewer that computes nothing can draw it. */
  labels: { value: string; low: string; high: string }
  names: (string | number)[]
  points: { value: number | null; low: number | null; high: number | null }[]
}
