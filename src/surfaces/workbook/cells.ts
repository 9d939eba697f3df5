import type { Unit } from '../../config/format.ts'
import type { Cell, Row } from './book.ts'
import { shownIn } from './number-formats.ts'

/** Cells by what they say: one place gives them their looks. */
export const titleCell = (value: string): Cell => ({ value, look: { font: 'title' } })
export const leadCell = (value: string): Cell => ({ value, look: { font: 'lead', wrap: true } })
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

/** Text that runs over several columns: Excel measures no merged cell, so its height is reckoned here. */
export function proseRow(value: string, widths: number[], font: 'lead' | 'text' | 'soft' = 'text', from = 0): Row {
  const cells: (Cell | null)[] = [...Array.from({ length: from }, () => null), { value, look: { font, wrap: true } }]
  const columns = widths.length - from
  const room =
    widths.slice(from).reduce((sum, width) => sum + width, 0) * (font === 'lead' ? 0.92 : font === 'soft' ? 1.2 : 1.05)
  const lines = value.split('\n').reduce((sum, part) => sum + Math.max(1, Math.ceil(lengthOf(part) / room)), 0)
  const height = { lead: 16.5, text: 14.5, soft: 13 }[font]
  return { cells, height: Math.min(400, lines * height + 3), ...(columns > 1 && { merged: { from, columns } }) }
}

export const blankRow: Row = { cells: [] }

/** Letters as wide as they are: those of East Asian scripts and pictures take two. */
export function lengthOf(text: string): number {
  let length = 0
  for (const letter of text) length += (letter.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1
  return length
}
