import { formatNumber } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Row, Sheet } from './book.ts'
import { blankRow, fitted, headCell, linkCell, softCell, titleCell } from './cells.ts'
import { originOf } from './origin.ts'
import { isDrawn, type Plan, type PlannedPage, type PlannedTable } from './plan.ts'
import { type CellTable, cellTable, readingOf } from './table-cells.ts'

/** A table by itself: its head stays when one scrolls and can be filtered, the first column stays beside it. */
export function tableSheet(own: PlannedTable, page: PlannedPage, plan: Plan, words: Words): Sheet {
  const { tile, table, name } = own
  return filterable(name, topOf(own, page, plan, words), cellTable(table, readingOf(tile, words, page.view.zone)))
}

/** What stands above the head of a table. */
export function topOf({ tile, table }: PlannedTable, { view, name }: PlannedPage, plan: Plan, words: Words): Row[] {
  const { more = 0 } = table
  const cut = say(words, 'workbook.cut-rows', {
    shown: formatNumber(table.rows.length, words),
    total: formatNumber(table.rows.length + more, words),
    sheet: plan.data,
  })
  const said = [tile.reading, tile.caution, more > 0 ? cut : undefined]
  const prose = (text: string | undefined, font: 'text' | 'soft') => (text ? [overflowing(text, font)] : [])
  return [
    { cells: [titleCell(tile.title)], height: 27 },
    ...said.flatMap((text) => prose(text, 'text')),
    ...prose(isDrawn(tile) ? undefined : tile.foot, 'soft'),
    { cells: [softCell(originOf(view, words))] },
    { cells: [linkCell(`← ${view.title}`, name, 'A1', false)] },
    blankRow,
  ]
}

/** A sentence above a table of any width: it runs on over the empty cells beside it. */
function overflowing(value: string, font: 'text' | 'soft'): Row {
  return { cells: [{ value, look: { font } }] }
}

/** Rows of sentences, then a table down to the last row, where its filter ends. */
export function filterable(name: string, top: Row[], table: CellTable): Sheet {
  const widths = table.columns.map(({ width }) => width)
  const head: Row = { cells: table.columns.map(({ label, numeric }) => headCell(label, numeric)) }
  const row = top.length + 1
  return {
    name,
    widths,
    rows: [...top, ...fitted([head, ...table.rows.map((cells) => ({ cells }))], widths)],
    frozen: row,
    ...(table.columns.length > 4 && { frozenColumns: 1 }),
    filter: { row, columns: table.columns.length },
  }
}
