import { formatNumber } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Cell, Row, Sheet } from './book.ts'
import { blankRow, headCell, linkCell, proseRow, softCell, titleCell } from './cells.ts'
import { originOf } from './origin.ts'
import type { Plan, PlannedPage, PlannedTable } from './plan.ts'
import { type CellTable, cellTable, readingOf } from './table-cells.ts'

/** A table by itself: its head stays when one scrolls and can be filtered, the first column stays beside it. */
export function tableSheet({ tile, table, name }: PlannedTable, page: PlannedPage, plan: Plan, words: Words): Sheet {
  const { view } = page
  const { more = 0 } = table
  const cut = say(words, 'workbook.cut-rows', {
    shown: formatNumber(table.rows.length, words),
    total: formatNumber(table.rows.length + more, words),
    page: view.title,
    sheet: plan.data,
  })
  const cells = cellTable(table, readingOf(tile, words, view.zone))
  const widths = cells.columns.map(({ width }) => width)
  const across = [...widths, ...(sumOf(widths) < 90 ? [90 - sumOf(widths)] : [])]
  const said = [tile.reading, tile.caution, more > 0 ? cut : undefined].filter((each) => each !== undefined)
  return filterable(
    name,
    [
      { cells: [titleCell(tile.title)], height: 27 },
      ...said.filter(Boolean).map((text) => proseRow(text, across)),
      { cells: [softCell(originOf(view, words))] },
      { cells: [linkCell(`← ${view.title}`, page.name, 'A1', false)] },
      blankRow,
    ],
    cells,
    tile.foot ? [tile.foot] : [],
  )
}

const sumOf = (widths: number[]): number => widths.reduce((sum, width) => sum + width, 0)

/** A head of sentences, then a table down to the last row: what filters it ends there, so small print stands above. */
export function filterable(
  name: string,
  top: Row[],
  table: Omit<CellTable, 'rows'> & { rows: Cell[][] },
  small: string[],
): Sheet {
  const widths = table.columns.map(({ width }) => width)
  const notes = small.map((text) => proseRow(text, widths, 'soft'))
  const above = [...top.slice(0, -1), ...notes, ...top.slice(-1)]
  const head: Row = { cells: table.columns.map(({ label, numeric }) => headCell(label, numeric)) }
  const row = above.length + 1
  return {
    name,
    widths,
    rows: [...above, head, ...table.rows.map((cells) => ({ cells }))],
    frozen: row,
    ...(table.columns.length > 4 && { frozenColumns: 1 }),
    filter: { row, columns: table.columns.length },
  }
}
