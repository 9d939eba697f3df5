import type { Words } from '../../config/words.ts'
import type { Cell, Row, Sheet } from './book.ts'
import type { Strings } from './strings.ts'
import type { Styles } from './styles.ts'
import { cellText, isRisky, xmlAttribute } from './text.ts'

/** What all sheets of a workbook share. */
export interface Parts {
  styles: Styles
  strings: Strings
  words: Words
}

/** Width, in characters, of what is printed on one page. */
const widest = 240

/** Column 27 is `AB`. */
export function columnName(column: number): string {
  const letter = String.fromCharCode(65 + (column % 26))
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter
}

/** `'What customers say'!A1`. */
export function placeIn(sheet: string, cell: string): string {
  return `'${sheet.replaceAll("'", "''")}'!${cell}`
}

/** One sheet. `first` is the one that is open when the workbook is; `drawing` the id of its charts' part. */
export function sheetXml(sheet: Sheet, parts: Parts, first: boolean, drawing: string | null): string {
  const { rows, widths, filter } = sheet
  const columns = Math.max(1, widths.length, ...rows.map((row) => row.cells.length))
  const merged = rows.flatMap((row, i) =>
    row.merged
      ? [`<mergeCell ref="${rangeOf(row.merged.from, i + 1, row.merged.from + row.merged.columns - 1, i + 1)}"/>`]
      : [],
  )
  const links = rows.flatMap((row, i) =>
    row.cells.flatMap((cell, column) =>
      cell?.link
        ? [
            `<hyperlink ref="${columnName(column)}${i + 1}" location="${xmlAttribute(placeIn(cell.link.sheet, cell.link.cell))}" display="${xmlAttribute(String(cell.value).slice(0, 200))}"/>`,
          ]
        : [],
    ),
  )
  // A page as wide as a table of many columns would be too small to read: it is printed over several.
  const fits = widths.reduce((sum, width) => sum + width, 0) <= widest
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">${fits ? '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' : ''}<dimension ref="${rangeOf(0, 1, columns - 1, Math.max(1, rows.length))}"/><sheetViews><sheetView showGridLines="0"${first ? ' tabSelected="1"' : ''} workbookViewId="0">${paneXml(sheet)}</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15" customHeight="1"/>${colsXml(widths)}<sheetData>${rows.map((row, i) => rowXml(row, i + 1, parts)).join('')}</sheetData>${
    filter ? `<autoFilter ref="${rangeOf(0, filter.row, filter.columns - 1, Math.max(filter.row, rows.length))}"/>` : ''
  }${merged.length > 0 ? `<mergeCells count="${merged.length}">${merged.join('')}</mergeCells>` : ''}${
    links.length > 0 ? `<hyperlinks>${links.join('')}</hyperlinks>` : ''
  }<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape"${fits ? ' fitToWidth="1" fitToHeight="0"' : ''}/><headerFooter><oddFooter>&amp;L&amp;8&amp;A&amp;R&amp;8&amp;P / &amp;N</oddFooter></headerFooter>${
    drawing ? `<drawing r:id="${drawing}"/>` : ''
  }</worksheet>`
}

export function rangeOf(fromColumn: number, fromRow: number, toColumn: number, toRow: number): string {
  return `${columnName(fromColumn)}${fromRow}:${columnName(toColumn)}${toRow}`
}

function paneXml({ frozen = 0, frozenColumns = 0 }: Sheet): string {
  if (frozen === 0 && frozenColumns === 0) return ''
  const across = frozenColumns > 0 ? `xSplit="${frozenColumns}" ` : ''
  const down = frozen > 0 ? `ySplit="${frozen}" ` : ''
  const pane = frozenColumns > 0 ? (frozen > 0 ? 'bottomRight' : 'topRight') : 'bottomLeft'
  return `<pane ${across}${down}topLeftCell="${columnName(frozenColumns)}${frozen + 1}" activePane="${pane}" state="frozen"/><selection pane="${pane}"/>`
}

function colsXml(widths: number[]): string {
  if (widths.length === 0) return ''
  return `<cols>${widths.map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`).join('')}</cols>`
}

function rowXml(row: Row, number: number, parts: Parts): string {
  const height = row.height ? ` ht="${row.height}"${row.measured ? '' : ' customHeight="1"'}` : ''
  return `<row r="${number}"${height}>${row.cells.map((cell, i) => (cell ? cellXml(cell, `${columnName(i)}${number}`, row.height === undefined, parts) : '')).join('')}</row>`
}

function cellXml({ value, look }: Cell, place: string, low: boolean, { styles, strings, words }: Parts): string {
  if (typeof value === 'string' && value !== '') {
    const text = cellText(value, words)
    return `<c r="${place}" s="${styles.of(look, { quoted: isRisky(text), low })}" t="s"><v>${strings.of(text)}</v></c>`
  }
  const start = `<c r="${place}" s="${styles.of(look, { low })}"`
  // What is no number (a division by nothing) is no value either.
  if (typeof value === 'number' && Number.isFinite(value)) return `${start}><v>${value}</v></c>`
  return `${start}/>`
}
