import { formatNumber, formatP, formatValue } from '../../config/format.ts'
import { hasWord, say } from '../../config/words.ts'
import { fewest } from '../../metrics/family.ts'
import type { Frame, MetricCard, MetricCell } from '../../metrics/frame.ts'
import { dimensionPlural, listed } from '../../metrics/needs.ts'
import { type RankCorrelation, rankCorrelation } from '../../stats/correlation.ts'
import { cellOf, filterOn, keyOf, labelOfValue, rangeOf } from '../charts/points.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView } from '../view.ts'
import { labelOfMetric } from './readiness.ts'
import { labelOfDimension } from './table.ts'
import { refusalOf, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** With fewer, not even the same order throughout would be rarer than one in twenty. */
const fewestGroups = 5

/** One measure by group; `cells` holds those groups that have answers. */
interface Side {
  card: MetricCard
  frame: Frame
  cells: Map<string, MetricCell>
}

interface Comparison {
  side: Side
  correlation: RankCorrelation | null
  /** Groups with enough answers to both. */
  groups: number
}

/** Groups by two or more measures side by side, and whether they put the groups in the same order. */
export const resolveAgreement: TileResolver<'agreement'> = async (tile, context) => {
  if (tile.only_when_split && !context.parameters.by.includes(tile.by)) return null
  const title = tileTitle(tile, context)
  const common = { id: tile.id, kind: 'agreement', title, width: tile.width }
  const others = await Promise.all(tile.with.map((metric) => sideOf(metric, tile.by, context)))
  const known = others.filter((side) => side !== null)
  if (known.length === 0) return { ...common, state: 'refused', problem: unasked(tile, context) }
  const own = await sideOf(tile.metric, tile.by, context)
  if (!own || own.cells.size < 2 || known.every(({ cells }) => cells.size === 0))
    return { ...common, state: 'refused', problem: unsplit(tile, own, known, context) }
  const comparisons = known.map((side) => compare(own, side))
  return {
    ...common,
    state: 'ok',
    reading: readingOf(tile, own, comparisons, context),
    table: tableOf(tile, own, known, title, context),
  }
}

/** Null where nobody answered such a survey at all. */
async function sideOf(metric: string, by: string, context: TileContext): Promise<Side | null> {
  const { compare: _compare, ...scope } = context.scope
  const whole = await context.services.runQuery({ metrics: [metric], ...scope })
  const card = whole.metrics[metric]
  if (!card || cellOf(whole.rows[0], metric).value === null) return null
  const frame = await context.services.runQuery({ metrics: [metric], by: [by], ...scope })
  const cells = new Map<string, MetricCell>()
  if (!refusalOf(frame, metric))
    for (const row of frame.rows) {
      const [key, cell] = [keyOf(row, by), cellOf(row, metric)]
      if (key !== null && cell.value !== null) cells.set(key, cell)
    }
  return { card, frame, cells }
}

function compare(own: Side, side: Side): Comparison {
  const pairs = [...own.cells].flatMap(([key, cell]): [number, number][] => {
    const other = side.cells.get(key)
    return other && isEnough(cell) && isEnough(other) ? [[goodness(cell, own.card), goodness(other, side.card)]] : []
  })
  const correlation = pairs.length >= fewestGroups ? rankCorrelation(pairs) : null
  return { side, correlation, groups: pairs.length }
}

const isEnough = ({ n }: MetricCell): boolean => (n ?? 0) >= fewest

/** The good end up, whichever way the measure counts. */
function goodness({ value }: MetricCell, { better }: MetricCard): number {
  return better === 'lower' ? -(value ?? 0) : (value ?? 0)
}

function readingOf(
  tile: TileOf<'agreement'>,
  own: Side,
  comparisons: Comparison[],
  { words, services }: TileContext,
): string {
  const dimension = services.catalogue.dimensions.get(tile.by)
  const groups = dimension ? dimensionPlural(dimension, words) : tile.by
  const sentences = comparisons.map(({ side, correlation, groups: count }) => {
    const about = { one: own.card.label, other: side.card.label, groups, count, fewest }
    if (!correlation) return say(words, 'pages.agreement.few', { ...about, needed: fewestGroups })
    const { rho, p } = correlation
    const verdict = p >= 0.05 ? 'open' : rho > 0 ? 'same' : 'opposite'
    return say(words, `pages.agreement.${verdict}`, { ...about, rho: signed(rho, words), p: formatP(p, words) })
  })
  // An order that is chance agrees with nothing: that must be said beside it.
  const chance = [own, ...comparisons.map(({ side }) => side)].filter(({ card, frame }) =>
    frame.verdicts.some((each) => each.metric === card.id && each.real === false),
  )
  if (chance.length > 0)
    sentences.push(
      say(words, 'pages.agreement.chance', {
        groups,
        measures: listed(
          chance.map(({ card }) => card.label),
          words,
        ),
      }),
    )
  return sentences.join(' ')
}

function signed(rho: number, words: TileContext['words']): string {
  return `${rho < 0 ? '−' : ''}${formatNumber(Math.abs(rho), words, 2)}`
}

function tableOf(
  tile: TileOf<'agreement'>,
  own: Side,
  others: Side[],
  caption: string,
  context: TileContext,
): TableView {
  const sides = [own, ...others]
  const keys = [...own.cells].toSorted(([, a], [, b]) => goodness(b, own.card) - goodness(a, own.card))
  return {
    caption,
    columns: [
      { id: tile.by, label: labelOfDimension(context, tile.by), numeric: false },
      ...sides.flatMap(({ card }) => [
        { id: card.id, label: card.label, numeric: true, unit: card.unit },
        { id: `${card.id}_n`, label: say(context.words, 'pages.table.n'), numeric: true },
      ]),
    ],
    rows: keys.map(([key]) => [
      { text: labelOfValue(own.frame, tile.by, key, context.words), value: key, filter: filterOn(tile.by, key) },
      ...sides.flatMap((side) => numberCells(side.cells.get(key), side.card, context)),
    ]),
  }
}

function numberCells(cell: MetricCell | undefined, { unit }: MetricCard, { words }: TileContext): TableCell[] {
  if (!cell || cell.value === null) return [nothing, nothing]
  const { value, low, high, n } = cell
  const range = low === undefined || high === undefined ? '' : ` (${rangeOf(low, high, unit, words)})`
  return [
    { text: formatValue(value, unit, words) + range, value },
    { text: formatValue(n, 'count', words), value: n ?? null },
  ]
}

const nothing: TableCell = { text: '–', value: null }

/** What to ask customers, so that there is something to compare. */
function unasked(tile: TileOf<'agreement'>, context: TileContext) {
  const { words } = context
  const measures = tile.with.map((metric) => labelOfMetric(metric, context))
  const questions = tile.with.filter((metric) => hasWord(words, `pages.agreement.ask.${metric}`))
  return {
    code: 'survey-unasked',
    message: say(words, 'pages.agreement.unasked', { measures: listed(measures, words) }),
    fix: [
      ...questions.map((metric) => say(words, `pages.agreement.ask.${metric}`)),
      say(words, 'pages.agreement.keep', {
        dimension: labelOfDimension(context, tile.by).toLocaleLowerCase(words.locale),
      }),
    ].join(' '),
  }
}

/** There are answers, but they cannot be told apart by group. */
function unsplit(tile: TileOf<'agreement'>, own: Side | null, known: Side[], context: TileContext) {
  const { words } = context
  const side = [own, ...known].find((each) => each !== null && each.cells.size < 2)
  const refused = side && refusalOf(side.frame, side.card.id)
  if (refused) return refused
  const dimension = labelOfDimension(context, tile.by).toLocaleLowerCase(words.locale)
  const measure = side?.card.label ?? labelOfMetric(tile.metric, context)
  return {
    code: 'survey-unsplit',
    message: say(words, 'pages.agreement.unsplit', { measure, dimension }),
    fix: say(words, 'pages.agreement.keep', { dimension }),
  }
}
