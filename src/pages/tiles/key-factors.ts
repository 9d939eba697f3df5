import { formatShort, formatValue } from '../../config/format.ts'
import { labelOf, say } from '../../config/words.ts'
import type { Frame, MetricCard, MetricCell } from '../../metrics/frame.ts'
import { cellOf, filterOn, keyOf, labelOfValue, rangeOf } from '../charts/points.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView } from '../view.ts'
import { refusalOf, type TileContext, type TileResolver, totalOf } from './tile.ts'
import { tileTitle } from './title.ts'

type Factor = TileOf<'key_factors'>['factors'][number]

/** What matters, one line each: a number with its basis, or the group that is first or last by one, where groups differ at all. */
export const resolveKeyFactors: TileResolver<'key_factors'> = async (tile, context) => {
  const { words } = context
  // In half a page four columns would be cut: the interval stands in the cell of what it rests on.
  const narrow = tile.width < 8
  const rows = (await Promise.all(tile.factors.map((factor) => factorCells(tile.id, factor, context)))).filter(
    (row) => row !== null,
  )
  const title = tileTitle(tile, context)
  const common = { id: tile.id, kind: 'key_factors', title, width: tile.width }
  if (rows.length === 0) return null
  const table: TableView = {
    caption: title,
    columns: (narrow ? ['factor', 'value', 'basis-and-range'] : ['factor', 'value', 'basis', 'range']).map((id) => ({
      id,
      label: say(words, `pages.key_factors.${id}`),
      numeric: id !== 'factor',
    })),
    rows: narrow ? rows.map((row) => withRange(row, context)) : rows,
  }
  return { ...common, state: 'ok', table }
}

/** `979 of 1,000 (96.8% to 98.6%)`, broken between the two and nowhere else. */
function withRange(row: TableCell[], { words }: TileContext): TableCell[] {
  const [factor, value, basis, range] = row
  if (!factor || !value || !basis || !range) return row
  const whole = (text: string) => text.replaceAll(' ', '\u00a0')
  const parts = [basis, range].filter(({ text }) => text !== '–').map(({ text }) => whole(text))
  const text =
    parts.length === 2
      ? say(words, 'pages.key_factors.both', { basis: parts[0]!, range: parts[1]! })
      : (parts[0] ?? '–')
  return [factor, value, { ...basis, text }]
}

/** Name, value, what it rests on and its interval; null where there is no value. */
export async function factorCells(tile: string, factor: Factor, context: TileContext): Promise<TableCell[] | null> {
  const by = factor.by === undefined ? [] : [factor.by]
  const frame = await context.services.runQuery({ metrics: [factor.metric], by, ...context.scope })
  const card = frame.metrics[factor.metric]
  if (!card || refusalOf(frame, factor.metric)) return null
  const id = `pages.${context.page.page}.${tile}.${factor.id}`
  const name = { text: labelOf(context.words, id, factor.title ?? card.label), value: factor.id }
  const rest = factor.by
    ? placeCells(frame, card, factor.by, factor, context)
    : numberCells(totalOf(frame, card.id), card, context)
  return rest && [name, ...rest]
}

function numberCells(cell: MetricCell, card: MetricCard, { words }: TileContext): TableCell[] | null {
  if (cell.value === null) return null
  return [
    { text: formatValue(cell.value, card.unit, words), value: cell.value },
    { text: basisOf(cell, card, words), value: cell.n ?? null },
    cell.low === undefined || cell.high === undefined
      ? { text: '–', value: null }
      : { text: rangeOf(cell.low, cell.high, card.unit, words), value: `${cell.low}..${cell.high}` },
  ]
}

/** `14,409 of 16,476`, or how many were measured. */
function basisOf(cell: MetricCell, card: MetricCard, words: TileContext['words']): string {
  const { numerator, denominator, n } = cell
  if (card.unit === 'ratio' && numerator !== undefined && denominator !== undefined)
    return say(words, 'pages.of', {
      part: formatShort(numerator, 'count', words),
      whole: formatShort(denominator, 'count', words),
    })
  return n === undefined || card.sample === false ? '–' : say(words, 'pages.n', { n: formatValue(n, 'count', words) })
}

/** The first or last group. Where no difference is proven, that is said in the place of its name. */
function placeCells(
  frame: Frame,
  card: MetricCard,
  by: string,
  { pick }: Factor,
  context: TileContext,
): TableCell[] | null {
  const { words } = context
  const placed = frame.rows
    .map((row) => ({ key: keyOf(row, by), cell: cellOf(row, card.id) }))
    .filter(({ key, cell }) => key !== null && cell.value !== null)
    .toSorted((a, b) => (a.cell.value ?? 0) - (b.cell.value ?? 0))
  const found = pick === 'lowest' ? placed[0] : placed.at(-1)
  if (!found || placed.length < 2) return null
  const verdict = frame.verdicts.find((each) => each.metric === card.id)
  const [, basis, range] = numberCells(found.cell, card, context) ?? []
  if (verdict?.real === false) {
    const none = { text: say(words, 'pages.key_factors.none'), value: null }
    return [none, { text: '–', value: null }, { text: '–', value: null }]
  }
  const text = say(words, 'pages.key_factors.group', {
    group: labelOfValue(frame, by, found.key, words),
    value: formatValue(found.cell.value, card.unit, words),
  })
  return [{ text, value: found.key, filter: filterOn(by, found.key) }, basis!, range!]
}
