import { formatCents, formatNumber, formatValue } from '../../config/format.ts'
import { labelOf, say } from '../../config/words.ts'
import type { Frame, FrameRow, MetricCard } from '../../metrics/frame.ts'
import { dimensionLabel } from '../../metrics/needs.ts'
import { periodLabel, periodOf } from '../charts/periods.ts'
import { cellOf, filterOn, keyOf, labelOfValue, rangeOf } from '../charts/points.ts'
import type { TableCell, TableView } from '../view.ts'
import type { TileContext } from './tile.ts'

/** The label of a dimension; its id where the catalogue does not know it. */
export function labelOfDimension(context: TileContext, id: string): string {
  const found = context.services.catalogue.dimensions.get(id)
  return found ? dimensionLabel(found, context.words) : labelOf(context.words, `dimensions.${id}.label`, id)
}

/** A frame as a table: what the picture shows, with n and interval, for those who read numbers. */
export function tableOf(frame: Frame, caption: string, context: TileContext): TableView {
  const { words } = context
  const by = frame.query.by ?? []
  const cards = frame.query.metrics.flatMap((id) => frame.metrics[id] ?? [])
  const parts = cards.map((card) => partsOf(frame, card))
  const columns: TableView['columns'] = by.map((id) => ({ id, label: labelOfDimension(context, id), numeric: false }))
  if (frame.query.grain) columns.push({ id: 'period', label: say(words, 'pages.table.period'), numeric: false })
  cards.forEach((card, i) => {
    columns.push({ id: card.id, label: card.label, numeric: true, unit: card.unit })
    for (const part of parts[i] ?? [])
      columns.push({ id: `${card.id}_${part}`, label: say(words, `pages.table.${part}`), numeric: true })
  })
  const rows = frame.rows.map((row) => [
    ...by.map((id) => nameCell(frame, row, id, context)),
    ...(frame.query.grain ? [periodCell(frame, row, context)] : []),
    ...cards.flatMap((card, i) => valueCells(frame, row, card, parts[i] ?? [], context)),
  ])
  return { caption, columns, rows }
}

type Part = 'share' | 'n' | 'interval' | 'per_unit' | 'previous' | 'change'

/** Only columns that hold something. */
function partsOf(frame: Frame, card: MetricCard): Part[] {
  const cells = frame.rows.map((row) => cellOf(row, card.id))
  const parts: Part[] = []
  if (card.unit === 'count' && card.additivity === 'additive' && cells.length > 1) parts.push('share')
  if (cells.some((cell) => typeof cell.per_unit === 'number')) parts.push('per_unit')
  if (card.unit !== 'count' && card.sample !== false && cells.some((cell) => cell.n !== undefined)) parts.push('n')
  if (cells.some((cell) => cell.low !== undefined)) parts.push('interval')
  if (cells.some((cell) => cell.previous !== undefined)) parts.push('previous', 'change')
  return parts
}

function nameCell(frame: Frame, row: FrameRow, dimension: string, context: TileContext): TableCell {
  const key = keyOf(row, dimension)
  return {
    text: labelOfValue(frame, dimension, key, context.words),
    value: key,
    filter: filterOn(dimension, key),
  }
}

function periodCell(frame: Frame, row: FrameRow, context: TileContext): TableCell {
  const period = periodOf(row)
  if (!period) return { text: say(context.words, 'pages.value.none'), value: null }
  const label = periodLabel(period.start.slice(0, 10), frame.query.grain ?? 'month', context.words)
  const text = period.partial ? `${label} (${say(context.words, 'pages.partial')})` : label
  return { text, value: period.start }
}

function valueCells(frame: Frame, row: FrameRow, card: MetricCard, parts: Part[], context: TileContext): TableCell[] {
  const { words } = context
  const cell = cellOf(row, card.id)
  const total = frame.rows.reduce((sum, each) => sum + (cellOf(each, card.id).value ?? 0), 0)
  const share = cell.value === null || total <= 0 ? null : cell.value / total
  const cents = card.unit === 'money' && isSmall(frame, card.id)
  const number = (value: number | null | undefined, unit = card.unit): TableCell => ({
    text: cents && unit === 'money' ? formatCents(value, words) : formatValue(value, unit, words),
    value: value ?? null,
  })
  const made: Record<Part, () => TableCell> = {
    share: () => number(share, 'ratio'),
    per_unit: () => number(cell.per_unit, 'points'),
    n: () => number(cell.n, 'count'),
    interval: () =>
      cell.low === undefined || cell.high === undefined
        ? { text: '–', value: null }
        : { text: rangeOf(cell.low, cell.high, card.unit, words), value: `${cell.low}..${cell.high}` },
    previous: () => number(cell.previous),
    change: () => ({
      text: typeof cell.change === 'number' ? changeText(cell.change, card, context) : '–',
      value: cell.change ?? null,
    }),
  }
  return [number(cell.value), ...parts.map((part) => made[part]())]
}

/** Amounts below a million have their cents, all of a column or none. */
function isSmall(frame: Frame, metric: string): boolean {
  return frame.rows.every((row) => Math.abs(cellOf(row, metric).value ?? 0) < 1e6)
}

/** `+2.1 pts`, `−0.30`, `+1,204`. */
export function changeText(change: number, card: MetricCard, context: TileContext, format = formatValue): string {
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±'
  return sign + gapText(Math.abs(change), card, context, format)
}

/** The size of a difference: of ratios in percentage points. */
export function gapText(
  size: number,
  card: Pick<MetricCard, 'unit'>,
  context: TileContext,
  format = formatValue,
): string {
  const { words } = context
  if (card.unit === 'ratio') return say(words, 'pages.points', { size: formatNumber(size * 100, words, 1) })
  return format(size, card.unit, words)
}
