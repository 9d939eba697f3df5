import { formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { Frame, MetricCard } from '../../metrics/frame.ts'
import { isTally } from '../../metrics/metric.ts'
import { listed } from '../../metrics/needs.ts'
import { cellOf, filterOn, keyOf, labelOfValue } from '../charts/points.ts'
import type { TableCell, TableView } from '../view.ts'
import { labelOfDimension } from './table.ts'
import { refusalOf, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** The groups by one measure, the best first. */
interface Order {
  card: MetricCard
  frame: Frame
  keys: string[]
  /** Has it an order? A number that is no sample has; of others a test says so. */
  ordered: boolean
}

/** Groups by several measures side by side, each with its place, and a sentence on where the orders disagree. */
export const resolveRanks: TileResolver<'ranks'> = async (tile, context) => {
  const found = await Promise.all(tile.metrics.map((metric) => orderOf(metric, tile.by, context)))
  const orders = found.filter((order) => order !== null)
  const groups = [...new Set(orders.flatMap(({ keys }) => keys))]
  if (orders.length === 0 || groups.length < 2) return null
  const title = tileTitle(tile, context)
  const meanPlace = (key: string): number =>
    orders.reduce((sum, { keys }) => sum + (keys.includes(key) ? keys.indexOf(key) : groups.length), 0)
  const table: TableView = {
    caption: title,
    columns: [
      { id: tile.by, label: labelOfDimension(context, tile.by), numeric: false },
      ...orders.map(({ card }) => ({ id: card.id, label: card.label, numeric: true })),
    ],
    rows: groups
      .toSorted((a, b) => meanPlace(a) - meanPlace(b))
      .map((key) => [
        nameCell(key, tile.by, orders, context),
        ...orders.map((order) => placeCell(key, tile.by, order, context)),
      ]),
  }
  return {
    id: tile.id,
    kind: 'ranks',
    title,
    width: tile.width,
    state: 'ok',
    table,
    reading: readingOf(orders, tile.by, context),
  }
}

async function orderOf(metric: string, by: string, context: TileContext): Promise<Order | null> {
  const frame = await context.services.runQuery({ metrics: [metric], by: [by], ...context.scope })
  const card = frame.metrics[metric]
  if (!card || refusalOf(frame, metric)) return null
  const sign = card.better === 'lower' ? 1 : -1
  const keys = frame.rows
    .map((row) => ({ key: keyOf(row, by), value: cellOf(row, metric).value }))
    .filter((each): each is { key: string; value: number } => each.key !== null && each.value !== null)
    .toSorted((a, b) => sign * (a.value - b.value))
    .map(({ key }) => key)
  const { metrics } = context.services.catalogue
  const definition = metrics.get(metric)
  const verdict = frame.verdicts.find((each) => each.metric === metric)
  const ordered = verdict ? verdict.real === true : definition !== undefined && isTally(definition, metrics)
  return keys.length > 0 ? { card, frame, keys, ordered } : null
}

function nameOf(key: string, by: string, orders: Order[], context: TileContext): string {
  const order = orders.find(({ keys }) => keys.includes(key))
  return order ? labelOfValue(order.frame, by, key, context.words) : key
}

function nameCell(key: string, by: string, orders: Order[], context: TileContext): TableCell {
  return { text: nameOf(key, by, orders, context), value: key, filter: filterOn(by, key) }
}

function placeCell(key: string, by: string, { card, frame, keys, ordered }: Order, context: TileContext): TableCell {
  const row = frame.rows.find((each) => keyOf(each, by) === key)
  const { value } = cellOf(row, card.id)
  if (value === null) return { text: '–', value: null }
  const number = formatValue(value, card.unit, context.words)
  // Where no difference is proven there is no place either.
  if (!ordered) return { text: number, value }
  return { text: say(context.words, 'pages.ranks.place', { place: keys.indexOf(key) + 1, value: number }), value }
}

/** Only what differs beyond chance has an order that is worth a sentence. */
function readingOf(orders: Order[], by: string, context: TileContext): string {
  const { words } = context
  const real = orders.filter(({ ordered }) => ordered)
  const [first] = real
  if (!first) return say(words, 'pages.ranks.none')
  if (real.every(({ keys }) => keys.join('\n') === first.keys.join('\n')))
    return say(words, 'pages.ranks.same', { measures: real.length })
  const places = (at: 0 | -1): string =>
    listed(
      [...new Set(real.map(({ keys }) => keys.at(at)!))].map((key) =>
        say(words, 'pages.ranks.by', {
          group: nameOf(key, by, real, context),
          measures: listed(
            real
              .filter(({ keys }) => keys.at(at) === key)
              .map(({ card }) => card.label.toLocaleLowerCase(words.locale)),
            words,
          ),
        }),
      ),
      words,
    )
  return say(words, 'pages.ranks.differ', { firsts: places(0), lasts: places(-1) })
}
