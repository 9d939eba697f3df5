import { say, type Words } from '../../config/words.ts'
import type { MetricCard, MetricCell } from '../../metrics/frame.ts'
import { originOf } from '../../pages/origin.ts'
import type { KpiContent } from '../../pages/tiles/kpi.ts'
import type { PageView, TableView, TileView } from '../../pages/view.ts'
import type { Cell, Chart, Row, Sheet } from './book.ts'
import {
  blankRow,
  emptyCell,
  fitted,
  headCell,
  linkCell,
  markCell,
  nameCell,
  numberCell,
  proseRow,
  sectionCell,
  softCell,
  titleCell,
} from './cells.ts'
import { nativeChart } from './charts.ts'
import { listTable, sentenceOf } from './lists.ts'
import { firstDefinition, isDrawn, type Plan, type PlannedPage, type PlannedTable } from './plan.ts'
import { type CellTable, cellTable, readingOf } from './table-cells.ts'
import { topOf } from './table-sheet.ts'

/** Columns of a page's sheet: names, then figures. */
const nameWidth = 38
const figureWidth = 13
const figures = 8
const pageWidths = [nameWidth, ...Array.from({ length: figures }, () => figureWidth)]

/** Rows of a native chart beside its table. */
const chartRows = 14

/** A page while it is written. */
interface Writing {
  page: PlannedPage
  plan: Plan
  words: Words
  rows: Row[]
  charts: Chart[]
}

/** A page as a sheet: what it says, its key numbers as a table, then each tile with its reading and its table. */
export function pageSheet(page: PlannedPage, plan: Plan, words: Words): Sheet {
  const { view } = page
  const keys = view.tiles.filter((tile) => tile.kind === 'kpi')
  const others = view.tiles.filter((tile) => tile.kind !== 'kpi')
  const writing: Writing = { page, plan, words, rows: headRows(view, plan, words), charts: [] }
  if (keys.length > 0) writing.rows.push(blankRow, ...keyRows(keys, plan, words))
  for (const tile of others) writeTile(tile, writing)
  const used = Math.max(...writing.rows.map((row) => row.cells.length))
  const widths = [...pageWidths, ...Array.from({ length: Math.max(0, used - pageWidths.length) }, () => figureWidth)]
  return { name: page.name, widths, rows: fitted(writing.rows, widths), frozen: 1, charts: writing.charts }
}

function headRows(view: PageView, plan: Plan, words: Words): Row[] {
  const filters = view.filters.map(({ label }) => label).join(' · ')
  return [
    { cells: [titleCell(view.title)], height: 27 },
    ...(view.headline ? [proseRow(view.headline, pageWidths, 'lead')] : []),
    { cells: [softCell(originOf(view, words))] },
    ...(filters ? [{ cells: [softCell(say(words, 'workbook.filters', { filters }))] }] : []),
    ...view.notices.map(({ message }) => proseRow(message, pageWidths, 'soft')),
    { cells: [linkCell(`← ${plan.contents}`, plan.contents, 'A1', false)] },
  ]
}

/** Value, rows behind it, interval and target of each number as numbers; a refused one as its sentence. */
function keyRows(tiles: TileView[], plan: Plan, words: Words): Row[] {
  const heads = ['key', 'value', 'n', 'low', 'high', 'target'].map((id, i) =>
    headCell(say(words, `workbook.column.${id}`), i > 0),
  )
  const note = headCell(say(words, 'workbook.column.rests'))
  const head = [...heads, { ...note, look: { ...note.look, wrap: undefined, indent: 1 } }, headCell(''), headCell('')]
  return [
    { cells: [sectionCell(say(words, 'workbook.keys'))], height: 22 },
    { cells: head },
    ...tiles.map((tile) => keyRow(tile, plan, words)),
  ]
}

function keyRow(tile: TileView, plan: Plan, words: Words): Row {
  const id = tile.query?.metrics[0] ?? ''
  const card = tile.frame?.metrics[id]
  const cell = tile.frame?.rows[0]?.[id] as MetricCell | undefined
  const name = definedName(tile.title, id, plan)
  if (!card || tile.state !== 'ok' || !cell || cell.value === null) {
    const why = tile.problem?.message ?? cell?.refused?.message ?? say(words, 'pages.empty.kpi')
    const refused = proseRow(why, pageWidths, 'mark', 1)
    return { ...refused, cells: [name, markCell(why), ...Array.from({ length: figures - 1 }, () => emptyCell)] }
  }
  const counted = card.unit !== 'count' && card.sample !== false
  const rests = restsOn(tile.content as KpiContent | undefined)
  return {
    cells: [
      name,
      strong(numberCell(cell.value, card.unit)),
      counted ? numberCell(cell.n, 'count') : emptyCell,
      numberCell(cell.low, card.unit),
      numberCell(cell.high, card.unit),
      numberCell(card.target?.value, card.unit),
      ...(rests === '' ? [] : [{ value: rests, look: { font: 'soft', indent: 1 } } satisfies Cell]),
    ],
  }
}

/** The name of a number leads to what it means. */
function definedName(title: string, id: string, plan: Plan): Cell {
  const place = plan.cards.findIndex((card: MetricCard) => card.id === id)
  return place < 0 ? nameCell(title) : linkCell(title, plan.definitions, `A${firstDefinition + place}`)
}

function strong(cell: Cell): Cell {
  return { ...cell, look: { ...cell.look, font: 'strong' } }
}

/** `2,769 of 8,469`, a change, where it stands against its target. */
function restsOn(content: KpiContent | undefined): string {
  if (!content) return ''
  const { facts, target, change, parts } = content
  const marked = [change, target].flatMap((each) => (each ? [`${each.gap} ${each.text}`] : []))
  return [...facts, ...marked, ...(parts ?? []).map((part) => part.text)].join(' · ')
}

function writeTile(tile: TileView, writing: Writing): void {
  const { page, rows, words } = writing
  rows.push(blankRow, { cells: [sectionCell(tile.title)], height: 22 })
  const said = [tile.reading, tile.kind === 'process' ? sentenceOf(tile) : undefined, tile.caution]
  for (const text of said) if (text) rows.push(proseRow(text, pageWidths))
  if (tile.state !== 'ok') {
    const why = [tile.problem?.message ?? (tile.reading ? '' : say(words, 'pages.empty')), tile.problem?.fix ?? '']
    const text = why.filter(Boolean).join(' ')
    if (text) rows.push(proseRow(text, pageWidths, 'mark'))
    return
  }
  if (tile.foot) rows.push(proseRow(footOf(tile.foot, tile, words), pageWidths, 'soft'))
  const own = page.tables.find((each) => each.tile === tile)
  if (own) writeLink(own, writing)
  else if (tile.table && isDrawn(tile)) writeTable(tile, tile.table, writing)
  else writeList(tile, rows, words)
}

/** Small print about a picture is said as such: the charts of Excel draw less. */
function footOf(foot: string, tile: TileView, words: Words): string {
  return isDrawn(tile) ? say(words, 'workbook.foot', { foot }) : foot
}

/** A table with a sheet of its own; its chart stays here, beside what it shows. */
function writeLink(own: PlannedTable, writing: Writing): void {
  const { page, plan, rows, words } = writing
  const count = own.table.rows.length
  rows.push({ cells: [linkCell(say(words, 'workbook.on-sheet', { name: own.name, count }), own.name, 'A1', false)] })
  const reading = readingOf(own.tile, words, page.view.zone)
  const head = topOf(own, page, plan, words).length + 1
  drawBeside(
    own.tile,
    cellTable(own.table, reading),
    { sheet: own.name, head },
    { row: rows.length, column: 0 },
    writing,
  )
}

function writeTable(tile: TileView, view: TableView, writing: Writing): void {
  const { page, rows, words } = writing
  const table = cellTable(view, readingOf(tile, words, page.view.zone))
  const head = rows.length + 1
  rows.push({ cells: table.columns.map(({ label, numeric }) => headCell(label, numeric)) })
  for (const cells of table.rows) rows.push({ cells })
  const place = { row: head - 1, column: table.columns.length + 1 }
  drawBeside(tile, table, { sheet: page.name, head }, place, writing)
}

/** A chart is higher than a short table: what follows stands below both. */
function drawBeside(
  tile: TileView,
  table: CellTable,
  source: { sheet: string; head: number },
  { row, column }: { row: number; column: number },
  { rows, charts }: Writing,
): void {
  const chart = nativeChart(tile, table, source, { row, column, rows: chartRows, columns: column === 0 ? 5 : 6 })
  if (!chart) return
  charts.push(chart)
  while (rows.length < row + chartRows) rows.push(blankRow)
}

/** Sentences one below the other: what is short in front, what is long over the width of the sheet. */
function writeList(tile: TileView, rows: Row[], words: Words): void {
  const list = listTable(tile, words)
  if (!list) return
  for (const row of list.rows) {
    const [first = '', ...rest] = row.map((cell) => cell.text)
    const text = rest.filter(Boolean).join(' ')
    const line = proseRow(text, pageWidths, 'text', 1)
    const [own] = fitted([{ cells: [leadName(first)] }], pageWidths)
    const height = Math.max(line.height ?? 0, own?.height ?? 0)
    rows.push({ ...line, height, cells: [leadName(first), ...line.cells.slice(1)] })
  }
}

function leadName(value: string): Cell {
  return { value, look: { font: 'strong', wrap: true } }
}
