import { say, type Words } from '../../config/words.ts'
import type { MetricCard, MetricCell } from '../../metrics/frame.ts'
import type { KpiContent } from '../../pages/tiles/kpi.ts'
import type { PageView, TileView } from '../../pages/view.ts'
import type { Cell, Chart, Row, Sheet } from './book.ts'
import {
  blankRow,
  emptyCell,
  headCell,
  leadCell,
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
import { originOf } from './origin.ts'
import { firstDefinition, isDrawn, type Plan, type PlannedPage } from './plan.ts'
import { cellTable, readingOf } from './table-cells.ts'

/** Columns of a page's sheet: names, then figures. */
const nameWidth = 38
const figureWidth = 12.5
const figures = 8
const pageWidths = [nameWidth, ...Array.from({ length: figures }, () => figureWidth)]

/** Rows and columns of a native chart beside its table. */
const chartRows = 14
const chartColumns = 6

interface Written {
  rows: Row[]
  charts: Chart[]
}

/** A page as a sheet: what it says, its key numbers as a table, then each tile with its reading and its table. */
export function pageSheet(page: PlannedPage, plan: Plan, words: Words): Sheet {
  const { view } = page
  const keys = view.tiles.filter((tile) => tile.kind === 'kpi')
  const others = view.tiles.filter((tile) => tile.kind !== 'kpi')
  const written: Written = { rows: headRows(view, plan, words), charts: [] }
  if (keys.length > 0) written.rows.push(blankRow, ...keyRows(keys, plan, words))
  for (const tile of others) writeTile(tile, page, written, words)
  const used = Math.max(...written.rows.map((row) => row.cells.length))
  const widths = [...pageWidths, ...Array.from({ length: Math.max(0, used - pageWidths.length) }, () => figureWidth)]
  return { name: page.name, widths, rows: written.rows, frozen: 1, charts: written.charts }
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
  const head = [...heads, note, headCell(''), headCell('')]
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
    const room = figures * figureWidth
    return {
      cells: [name, markCell(why), ...Array.from({ length: figures - 1 }, () => emptyCell)],
      merged: { from: 1, columns: figures },
      height: Math.max(1, Math.ceil(why.length / room)) * 15,
    }
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
      rests === '' ? emptyCell : { value: rests, look: { font: 'soft', rule: 'row' } },
      emptyCell,
      emptyCell,
    ],
    merged: { from: 6, columns: figures - 5 },
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

function writeTile(tile: TileView, page: PlannedPage, written: Written, words: Words): void {
  const { rows } = written
  const start = rows.length + 1
  rows.push(blankRow, { cells: [sectionCell(tile.title)], height: 22 })
  const said = [tile.reading, tile.kind === 'process' ? sentenceOf(tile) : undefined, tile.caution]
  for (const text of said) if (text) rows.push(proseRow(text, pageWidths))
  if (tile.state !== 'ok') {
    const why = [tile.problem?.message ?? (tile.reading ? '' : say(words, 'pages.empty')), tile.problem?.fix ?? '']
    const text = why.filter(Boolean).join(' ')
    if (text) rows.push({ ...proseRow(text, pageWidths), cells: [{ value: text, look: { font: 'mark', wrap: true } }] })
    return
  }
  const own = page.tables.find((each) => each.tile === tile)
  if (own) {
    const count = own.table.rows.length
    rows.push({ cells: [linkCell(say(words, 'workbook.on-sheet', { name: own.name, count }), own.name, 'A1', false)] })
  } else if (tile.table && isDrawn(tile)) writeTable(tile, page, written, words)
  else writeList(tile, rows, words)
  if (tile.foot) rows.push(proseRow(tile.foot, pageWidths, 'soft'))
  // A chart is higher than a short table: what follows stands below both.
  const chart = written.charts.at(-1)
  if (chart && chart.place.row >= start) while (rows.length < chart.place.row + chart.place.rows) rows.push(blankRow)
}

function writeTable(tile: TileView, page: PlannedPage, written: Written, words: Words): void {
  const { rows, charts } = written
  if (!tile.table) return
  const table = cellTable(tile.table, readingOf(tile, words, page.view.zone))
  const head = rows.length + 1
  rows.push({ cells: table.columns.map(({ label, numeric }) => headCell(label, numeric)) })
  for (const cells of table.rows) rows.push({ cells })
  const chart = nativeChart(tile, table, {
    head,
    row: head - 1,
    column: Math.max(pageWidths.length, table.columns.length) + 1,
    rows: chartRows,
    columns: chartColumns,
  })
  if (chart) charts.push(chart)
}

/** Sentences one below the other: what is short in front, what is long over the width of the sheet. */
function writeList(tile: TileView, rows: Row[], words: Words): void {
  const list = listTable(tile, words)
  if (!list) return
  for (const row of list.rows) {
    const [first = '', ...rest] = row.map((cell) => cell.text)
    const text = rest.filter(Boolean).join(' ')
    const line = proseRow(text, pageWidths, 'text', 1)
    const height = Math.max(line.height ?? 0, Math.ceil(first.length / nameWidth) * 14.5 + 3)
    rows.push({ ...line, height, cells: [leadName(first), ...line.cells.slice(1)] })
  }
}

function leadName(value: string): Cell {
  const { look } = leadCell(value)
  return { value, look: { ...look, font: 'strong' } }
}
