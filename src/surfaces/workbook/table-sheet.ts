import { formatNumber } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { originOf } from '../../pages/origin.ts'
import type { Row, Sheet } from './book.ts'
import { blankRow, fitted, headCell, linkCell, proseRow, softCell, titleCell } from './cells.ts'
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
  const across = acrossOf(cellTable(table, readingOf(tile, words, view.zone)).columns)
  const prose = (text: string | undefined, font: 'text' | 'soft') => (text ? [proseRow(text, across, font)] : [])
  return [
    { cells: [titleCell(tile.title)], height: 27 },
    ...said.flatMap((text) => prose(text, 'text')),
    ...prose(isDrawn(tile) ? undefined : tile.foot, 'soft'),
    { cells: [softCell(originOf(view, words))] },
    { cells: [linkCell(`← ${view.title}`, name, 'A1', false)] },
    blankRow,
  ]
}

/** Columns that sentences above a table run over: as wide as is read at ease, however narrow or wide the table is. */
function acrossOf(columns: CellTable['columns']): number[] {
  const widths: number[] = []
  for (let sum = 0; sum < readable; sum += widths.at(-1) ?? spare) widths.push(columns[widths.length]?.width ?? spare)
  return widths
}

/** In characters: a line that is read at ease, and a column beside a table that has none. */
const readable = 110
const spare = 10

/** Rows of sentences, then a table down to the last row, where its filter ends. */
export function filterable(name: string, top: Row[], table: CellTable): Sheet {
  const own = table.columns.map(({ width }) => width)
  const widths = [...own, ...acrossOf(table.columns).slice(own.length)]
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
