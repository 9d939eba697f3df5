import { formatChance, formatNumber, formatValue } from '../../config/format.ts'
import { labelOf, say } from '../../config/words.ts'
import { fewest } from '../../metrics/family.ts'
import type { Frame, MetricCard, MetricCell } from '../../metrics/frame.ts'
import { mergeCells } from '../../metrics/merge-cells.ts'
import { listed } from '../../metrics/needs.ts'
import type { Query } from '../../metrics/query.ts'
import { differenceInterval, differenceP, type Estimate } from '../../stats/difference.ts'
import { benjaminiHochberg } from '../../stats/false-discovery.ts'
import { drawPicture } from '../charts/draw.ts'
import { drawGaps, type Gap } from '../charts/gaps.ts'
import { stepsOf } from '../charts/periods.ts'
import { cellOf, compareOrdered, filterOn, keyOf, labelOfValue } from '../charts/points.ts'
import type { TileOf } from '../spec.ts'
import type { TableView, TileView } from '../view.ts'
import { changeText, labelOfDimension } from './table.ts'
import { queryCsv, refusalOf, type TileContext, type TileResolver } from './tile.ts'

/** Groups that a picture holds. */
const most = 16

/** One group, what it is held against, and the difference. */
interface Comparison {
  key: string | null
  own: MetricCell
  other: MetricCell
  gap: number
  low: number
  high: number
  q: number
}

/**
 * Each group against all others, against the step before it in an order, or its last full month against its first: with intervals,
 * controlled for how many are looked at.
 */
export const resolveGaps: TileResolver<'gaps'> = async (tile, context) => {
  const { services, words, page } = context
  const monthly = tile.against === 'first_month'
  const query: Query = {
    metrics: [tile.metric],
    by: [tile.by],
    ...(monthly && { grain: 'month' as const }),
    ...withoutCompare(context.scope),
  }
  const frame = await services.runQuery(query)
  const card = frame.metrics[tile.metric]
  const title = labelOf(words, `pages.${page.page}.${tile.id}.title`, tile.title ?? card?.label ?? tile.metric)
  const common = { id: tile.id, kind: 'chart', title, width: tile.width, query, frame }
  const refused = refusalOf(frame, tile.metric)
  if (refused) return { ...common, state: 'refused', problem: refused }
  if (!card) return null
  const { kept, few } = compare(pairsOf(frame, tile, context), tile.against === 'step_before')
  if (kept.length === 0) return null
  const gaps = kept.map((each) => gapOf(each, frame, tile, card, context))
  return {
    ...common,
    state: 'ok',
    reading: readingOf(kept, few, frame, tile, card, context),
    ...(await drawPicture(
      'gaps',
      (width) => drawGaps(gaps, card, { words, width }),
      tile.width,
      title,
      words,
      services.pictures,
    )),
    table: tableOf(kept, frame, tile, card, title, context),
    csv: queryCsv(query),
  } satisfies TileView
}

function withoutCompare({ compare: _compare, ...scope }: TileContext['scope']): Omit<TileContext['scope'], 'compare'> {
  return scope
}

type Pair = Pick<Comparison, 'key' | 'own' | 'other'>

function pairsOf(frame: Frame, tile: TileOf<'gaps'>, context: TileContext): Pair[] {
  if (tile.against === 'first_month') return monthsOf(frame, tile, context)
  return tile.against === 'others' ? othersOf(frame, tile) : stepsBefore(frame, tile, context)
}

/** Each step of an order, such as priorities, and the one before it. */
function stepsBefore(frame: Frame, tile: TileOf<'gaps'>, { services }: TileContext): Pair[] {
  const dimension = services.catalogue.dimensions.get(tile.by)
  const steps = frame.rows
    .map((row) => ({ key: keyOf(row, tile.by), cell: cellOf(row, tile.metric) }))
    .filter(({ key, cell }) => key !== null && cell.value !== null)
    .toSorted((a, b) => compareOrdered(a.key, b.key, dimension))
  return steps
    .slice(1)
    .map(({ key, cell }, index) => ({ key, own: cell, other: steps[index]?.cell ?? { value: null } }))
}

/** Each of the largest groups and all others together, as one group. */
function othersOf(frame: Frame, tile: TileOf<'gaps'>): Pair[] {
  const groups = frame.rows
    .map((row) => ({ key: keyOf(row, tile.by), own: cellOf(row, tile.metric) }))
    .filter(({ key, own }) => key !== null && own.value !== null)
    .toSorted((a, b) => (b.own.n ?? 0) - (a.own.n ?? 0))
  return groups.slice(0, most).flatMap(({ key, own }) => {
    const other = mergeCells(groups.filter((each) => each.key !== key).map((each) => each.own))
    return other ? [{ key, own, other }] : []
  })
}

/** The first and the last month that the data cover whole, the same two for all groups. */
function monthsOf(frame: Frame, tile: TileOf<'gaps'>, { words }: TileContext): Pair[] {
  const months = fullMonths(frame, tile.metric, words)
  const [first, last] = [months[0]?.start, months.at(-1)?.start]
  if (!first || !last || first === last) return []
  const keys = [...new Set(frame.rows.map((row) => keyOf(row, tile.by)))].filter((key) => key !== null)
  return keys.map((key) => {
    const rows = frame.rows.filter((row) => keyOf(row, tile.by) === key)
    const at = (start: string) =>
      stepsOf({ ...frame, rows }, tile.metric, words).find((step) => step.start === start)?.cell ?? { value: null }
    return { key, own: at(last), other: at(first) }
  })
}

function fullMonths(frame: Frame, metric: string, words: TileContext['words']) {
  return stepsOf(frame, metric, words).filter(({ partial }) => !partial)
}

/** Differences of those that are large enough, the largest first or as they come; how many were too small. */
function compare(pairs: Pair[], inOrder: boolean): { kept: Comparison[]; few: number } {
  const enough = pairs.flatMap(({ key, own, other }) => {
    const [a, b] = [estimateOf(own), estimateOf(other)]
    return a && b ? [{ key, own, other, gap: a.value - b.value, ...differenceInterval(a, b) }] : []
  })
  const qs = benjaminiHochberg(enough.map((each) => differenceP(each.gap, each)))
  const kept = enough.map((each, index) => ({ ...each, q: qs[index] ?? 1 }))
  return { kept: inOrder ? kept : kept.toSorted((a, b) => b.gap - a.gap), few: pairs.length - kept.length }
}

function estimateOf({ value, low, high, n }: MetricCell): Estimate | null {
  if (value === null || low === undefined || high === undefined || (n ?? 0) < fewest) return null
  return { value, low, high }
}

/** Is it better, and no accident? `none` where the sample leaves it open or nobody says which way is good. */
function sideOf({ gap, q }: Comparison, card: MetricCard): 'better' | 'worse' | 'higher' | 'lower' | 'none' {
  if (q >= 0.05) return 'none'
  if (card.better === 'none') return gap > 0 ? 'higher' : 'lower'
  return gap > 0 === (card.better === 'higher') ? 'better' : 'worse'
}

function gapOf(each: Comparison, frame: Frame, tile: TileOf<'gaps'>, card: MetricCard, context: TileContext): Gap {
  const { words } = context
  const label = labelOfValue(frame, tile.by, each.key, words)
  const change = changeText(each.gap, card, context)
  const side = sideOf(each, card)
  return {
    label,
    value: each.gap,
    low: each.low,
    high: each.high,
    real: side !== 'none',
    text: say(words, 'pages.gaps.text', { change, side }),
    short: change,
    tip: say(words, 'pages.gaps.tip', {
      label,
      change,
      low: changeText(each.low, card, context),
      high: changeText(each.high, card, context),
      own: formatValue(each.own.value, card.unit, words),
      other: formatValue(each.other.value, card.unit, words),
      against: tile.against,
    }),
    filter: filterOn(tile.by, each.key),
  }
}

function readingOf(
  kept: Comparison[],
  few: number,
  frame: Frame,
  tile: TileOf<'gaps'>,
  card: MetricCard,
  context: TileContext,
): string {
  const { words } = context
  const months = tile.against === 'first_month' ? fullMonths(frame, tile.metric, words) : []
  const names = (...sides: string[]): string =>
    listed(
      kept
        .filter((each) => sides.includes(sideOf(each, card)))
        .map(({ key }) => labelOfValue(frame, tile.by, key, words)),
      words,
    )
  const [up, down] = [names('better', 'higher'), names('worse', 'lower')]
  const parts = [
    months.length > 0
      ? say(words, 'pages.gaps.months', { first: months[0]?.label ?? '', last: months.at(-1)?.label ?? '' })
      : '',
    tile.against === 'step_before' ? say(words, 'pages.gaps.steps') : '',
    up ? say(words, 'pages.gaps.up', { names: up, known: card.better === 'none' ? 'no' : 'yes' }) : '',
    down ? say(words, 'pages.gaps.down', { names: down, known: card.better === 'none' ? 'no' : 'yes' }) : '',
    say(words, 'pages.gaps.open', {
      count: kept.filter((each) => sideOf(each, card) === 'none').length,
      all: kept.length,
    }),
    few > 0 ? say(words, 'pages.gaps.few', { few, fewest }) : '',
    tile.against === 'others' ? targetsOf(kept, frame, tile, card, context) : '',
  ]
  return parts.filter(Boolean).join(' ')
}

/** Which groups reach the target beyond doubt, and which miss it. */
function targetsOf(
  kept: Comparison[],
  frame: Frame,
  tile: TileOf<'gaps'>,
  card: MetricCard,
  { words }: TileContext,
): string {
  const of = (standing: 'met' | 'missed'): string =>
    listed(
      kept
        .filter((each) => standingOf(each, card) === standing)
        .map(({ key }) => labelOfValue(frame, tile.by, key, words)),
      words,
    )
  if (kept.every((each) => standingOf(each, card) === null)) return ''
  return say(words, 'pages.gaps.target', {
    target: formatValue(card.target?.value ?? kept[0]?.own.target, card.unit, words),
    met: of('met') || 'none',
    missed: of('missed') || 'none',
  })
}

function standingOf({ own }: Comparison, card: MetricCard): 'met' | 'missed' | 'unclear' | null {
  const target = own.target ?? card.target?.value
  if (target === undefined || card.better === 'none') return null
  const [good, bad] = card.better === 'higher' ? [own.low ?? 0, own.high ?? 0] : [-(own.high ?? 0), -(own.low ?? 0)]
  const line = card.better === 'higher' ? target : -target
  return good >= line ? 'met' : bad < line ? 'missed' : 'unclear'
}

const heldAgainst = { others: 'others', step_before: 'before', first_month: 'first' } as const

function tableOf(
  kept: Comparison[],
  frame: Frame,
  tile: TileOf<'gaps'>,
  card: MetricCard,
  caption: string,
  context: TileContext,
): TableView {
  const { words } = context
  const targets = tile.against === 'others' && kept.some((each) => standingOf(each, card) !== null)
  const head = (id: string, numeric = true) => ({ id, label: say(words, `pages.gaps.column.${id}`), numeric })
  return {
    caption,
    columns: [
      { id: tile.by, label: labelOfDimension(context, tile.by), numeric: false },
      { ...head(tile.against === 'first_month' ? 'last' : 'own'), unit: card.unit },
      { id: 'n', label: say(words, 'pages.table.n'), numeric: true },
      { ...head(heldAgainst[tile.against]), unit: card.unit },
      head('gap'),
      { id: 'interval', label: say(words, 'pages.table.interval'), numeric: true },
      head('q'),
      head('verdict', false),
      ...(targets ? [head('target', false)] : []),
    ],
    rows: kept.map((each) => [
      {
        text: labelOfValue(frame, tile.by, each.key, words),
        value: each.key,
        filter: filterOn(tile.by, each.key),
      },
      { text: formatValue(each.own.value, card.unit, words), value: each.own.value },
      { text: formatNumber(each.own.n ?? 0, words), value: each.own.n ?? null },
      { text: formatValue(each.other.value, card.unit, words), value: each.other.value },
      { text: changeText(each.gap, card, context), value: each.gap },
      {
        text: say(words, 'pages.range', {
          low: changeText(each.low, card, context),
          high: changeText(each.high, card, context),
        }),
        value: `${each.low}..${each.high}`,
      },
      { text: formatChance(each.q, words), value: each.q },
      { text: say(words, `pages.gaps.side.${sideOf(each, card)}`), value: sideOf(each, card) },
      ...(targets ? [targetCell(each, card, words)] : []),
    ]),
  }
}

function targetCell(each: Comparison, card: MetricCard, words: TileContext['words']) {
  const standing = standingOf(each, card)
  return standing
    ? { text: say(words, `pages.gaps.standing.${standing}`), value: standing }
    : { text: '–', value: null }
}
