import type { Unit } from '../../config/format.ts'
import type { Cell, Look, Row } from './book.ts'
import { shownIn } from './number-formats.ts'

/** Cells by what they say: one place gives them their looks. */
export const titleCell = (value: string): Cell => ({ value, look: { font: 'title' } })
export const softCell = (value: string): Cell => ({ value, look: { font: 'soft' } })
export const sectionCell = (value: string): Cell => ({ value, look: { font: 'section' } })

export function headCell(value: string, numeric = false): Cell {
  return { value, look: { font: 'head', fill: 'head', rule: 'head', wrap: true, ...(numeric && { align: 'right' }) } }
}

export function nameCell(value: string): Cell {
  return { value, look: { font: 'text', rule: 'row' } }
}

export function proseCell(value: string): Cell {
  return { value, look: { font: 'text', rule: 'row', wrap: true } }
}

/** Why there is no number: words, so that nobody adds it up as a nought. */
export function markCell(value: string): Cell {
  return { value, look: { font: 'mark', rule: 'row', wrap: true } }
}

export const emptyCell: Cell = { value: null, look: { font: 'text', rule: 'row' } }

/** A number in its unit; nothing known stays an empty cell. */
export function numberCell(value: number | null | undefined, unit: Unit): Cell {
  if (value === null || value === undefined) return emptyCell
  const { value: shown, format } = shownIn(value, unit)
  return formattedCell(shown, format)
}

export function formattedCell(value: number, format: string): Cell {
  return { value, look: { font: 'text', rule: 'row', align: 'right', format } }
}

export function linkCell(value: string, sheet: string, cell = 'A1', rule = true): Cell {
  return { value, look: { font: 'link', ...(rule && { rule: 'row' as const }) }, link: { sheet, cell } }
}

/** Points that a line of each font takes, and how many letters of it a column holds for each of its width. */
const measures: Record<Look['font'], { line: number; room: number }> = {
  text: { line: 13, room: 1.08 },
  strong: { line: 13, room: 1 },
  link: { line: 13, room: 1.05 },
  mark: { line: 13, room: 1.08 },
  soft: { line: 12, room: 1.2 },
  head: { line: 12, room: 1.15 },
  lead: { line: 15, room: 0.95 },
  section: { line: 16, room: 0.85 },
  title: { line: 24, room: 0.55 },
}

const pad = 4

/** Text that runs over several columns: Excel measures no merged cell, so its height is reckoned here. */
export function proseRow(
  value: string,
  widths: number[],
  font: 'lead' | 'text' | 'soft' | 'mark' = 'text',
  from = 0,
): Row {
  const cells: (Cell | null)[] = [...Array.from({ length: from }, () => null), { value, look: { font, wrap: true } }]
  const columns = widths.length - from
  const width = widths.slice(from).reduce((sum, each) => sum + each, 0)
  return { cells, height: heightOf(value, width, font), ...(columns > 1 && { merged: { from, columns } }) }
}

/** Rows as high as their text needs in columns of these widths: not every program measures what it opens. */
export function fitted(rows: Row[], widths: number[]): Row[] {
  return rows.map((row) => {
    if (row.height || row.merged) return row
    const heights = row.cells.map((cell, i) =>
      cell?.look.wrap && typeof cell.value === 'string' ? heightOf(cell.value, widths[i] ?? 10, cell.look.font) : 0,
    )
    const height = Math.max(0, ...heights)
    return height > 17 ? { ...row, height, measured: true } : row
  })
}

function heightOf(text: string, width: number, font: Look['font']): number {
  const { line, room } = measures[font]
  // No row of Excel is higher than 409 points.
  return Math.min(409, linesOf(text, width * room) * line + pad)
}

/** Lines of a text that breaks between words, and within one only where it has to. */
function linesOf(text: string, room: number): number {
  return text.split('\n').reduce((sum, part) => {
    let lines = 1
    let used = 0
    for (const word of part.split(' ')) {
      const length = lengthOf(word)
      if (used > 0 && used + 1 + length > room) {
        lines++
        used = 0
      }
      used += (used > 0 ? 1 : 0) + length
      while (used > room) {
        lines++
        used -= room
      }
    }
    return sum + lines
  }, 0)
}

export const blankRow: Row = { cells: [] }

/** Letters as wide as they are: those of East Asian scripts and pictures take two. */
export function lengthOf(text: string): number {
  let length = 0
  for (const letter of text) length += (letter.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1
  return length
}
