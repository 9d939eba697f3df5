import { formatValue } from '../../../config/format.ts'
import { labelOf, say } from '../../../config/words.ts'
import { changeText, periodText } from '../../../insights/change-words.ts'
import type { MetricCard, MetricCell } from '../../../metrics/frame.ts'
import type { Query } from '../../../metrics/query.ts'
import type { Page, TileOf } from '../../../pages/spec.ts'
import { factorCells } from '../../../pages/tiles/key-factors.ts'
import { standingOf } from '../../../pages/tiles/target.ts'
import { refusalOf, totalOf } from '../../../pages/tiles/tile.ts'
import type { TableCell, TableView } from '../../../pages/view.ts'
import type { Block } from '../document.ts'
import { changeOf, isYoung, lastWhole } from './change.ts'
import { type ChapterContext, tileContext } from './chapter.ts'
import { columnsOf, textCell } from './tables.ts'

type Factor = TileOf<'key_factors'>['factors'][number]
type Days = NonNullable<ReturnType<typeof lastWhole>>

interface Line {
  cells: TableCell[]
  target: TableCell | null
  change: TableCell | null
  queries: Query[]
}

export interface KeyFactors {
  blocks: Block[]
  /** Titles of numbers that the page would show and these data cannot give. */
  unknown: string[]
}

/** One line a factor of a page: value, what it rests on, where it stands against its target, what it moved beyond chance. */
export async function composeKeyFactors(page: Page, context: ChapterContext): Promise<KeyFactors> {
  const { metrics } = context.services.catalogue
  const { tile, factors } = factorsOf(page, context)
  const days = lastWhole(context, 'month')
  const known = factors.filter(({ metric }) => metrics.has(metric))
  const lines: Line[] = []
  const unknown: string[] = []
  for (const factor of known) {
    const line = await lineOf(tile, factor, page, days, context)
    if (typeof line === 'string') unknown.push(line)
    else if (line) lines.push(line)
  }
  return { unknown, blocks: lines.length > 0 ? [tableBlock(lines, days, context)] : [] }
}

/** What matters on a page: the lines of its own table of key factors, else its numbers. */
function factorsOf(page: Page, { words }: ChapterContext): { tile: string; factors: Factor[] } {
  const table = page.tiles.find((tile) => tile.kind === 'key_factors')
  if (table?.kind === 'key_factors') return { tile: table.id, factors: table.factors }
  const factors = page.tiles.flatMap((tile): Factor[] => {
    if (tile.kind !== 'kpi') return []
    const title = labelOf(words, `pages.${page.page}.${tile.id}.title`, tile.title ?? '')
    return [{ id: tile.id, metric: tile.metric, pick: 'lowest', ...(title && { title }) }]
  })
  return { tile: 'numbers', factors }
}

/** The title alone where the data cannot give the number. */
async function lineOf(
  tile: string,
  factor: Factor,
  page: Page,
  days: Days | null,
  context: ChapterContext,
): Promise<Line | string | null> {
  const { metric, by } = factor
  const query: Query = { metrics: [metric], ...(by && { by: [by] }) }
  const frame = await context.services.runQuery({ metrics: [metric] })
  const card = frame.metrics[metric]
  if (!card) return null
  if (refusalOf(frame, metric)) return by === undefined ? (factor.title ?? card.label) : null
  const cells = await factorCells(tile, factor, tileContext(context, page))
  if (!cells) return null
  // A count rests on itself.
  if (card.unit === 'count') cells[2] = textCell('–', null)
  if (by !== undefined) return { cells, target: null, change: null, queries: [query] }
  const change = await changeCell(card, days, context)
  const ranges = change && days ? [days.before, days.after].map((range): Query => ({ metrics: [metric], range })) : []
  return { cells, target: targetCell(card, totalOf(frame, metric), context), change, queries: [query, ...ranges] }
}

/** `4.00, missed`. */
function targetCell(card: MetricCard, cell: MetricCell, { words }: ChapterContext): TableCell | null {
  const standing = standingOf(card, cell)
  if (!standing || !card.target) return null
  const target = formatValue(card.target.value, card.unit, words)
  return textCell(say(words, `report.standing.${standing}`, { target }), card.target.value)
}

/** A change that days or samples differ by anyway is none: it is drawn as one sign and not as a number. */
async function changeCell(card: MetricCard, days: Days | null, context: ChapterContext): Promise<TableCell | null> {
  const change = days && (await changeOf(card.id, days, [], context))
  if (!change || !('card' in change) || !change.test) return null
  if (!change.test.real) return textCell('≈', null)
  if (await isYoung(change, context)) return null
  return textCell(changeText(change.change, card.unit, context.words, false), change.change)
}

function tableBlock(lines: Line[], days: Days | null, { words }: ChapterContext): Block {
  const parts = (['target', 'change'] as const).filter((part) => lines.some((line) => line[part] !== null))
  const columns = [
    ...(['factor', 'value', 'basis', 'range'] as const).map(
      (id) => [id, say(words, `pages.key_factors.${id}`)] as const,
    ),
    ...parts.map((id) => [id, say(words, `report.summary.${id}`)] as const),
  ]
  const title = say(words, 'report.summary.factors')
  const table: TableView = {
    caption: title,
    columns: columnsOf(columns.map(([id, label]) => [id, label, id === 'factor' ? undefined : 'number'])),
    rows: lines.map((line) => [...line.cells, ...parts.map((part) => line[part] ?? textCell('–', null))]),
  }
  const note =
    parts.includes('change') && days
      ? say(words, 'report.summary.change.note', {
          after: periodText(days.after, words),
          before: periodText(days.before, words),
        })
      : ''
  return {
    ...{ kind: 'table', id: 'summary/key-factors', title, caption: note, table },
    source: { tile: 'summary/key-factors', queries: lines.flatMap(({ queries }) => queries) },
  }
}
