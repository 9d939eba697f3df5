import { formatNumber, formatShort, formatValue } from '../../config/format.ts'
import { labelOf, say, type Words } from '../../config/words.ts'
import type { Frame, MetricCard, MetricCell } from '../../metrics/frame.ts'
import { fieldLabel, listed } from '../../metrics/needs.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import { stepsOf } from '../charts/periods.ts'
import { cellOf, filterOn, keyOf, labelOfValue, rangeOf } from '../charts/points.ts'
import type { TileOf } from '../spec.ts'
import type { TileView } from '../view.ts'
import { explainLink } from './change.ts'
import { changeText, gapText } from './table.ts'
import { standingOf } from './target.ts'
import {
  hasPage,
  hrefTo,
  isHiddenByScope,
  queryCsv,
  refusalOf,
  type TileContext,
  type TileResolver,
  totalOf,
} from './tile.ts'

export type Tone = 'good' | 'bad' | 'warn' | 'plain'

/** The content of a number's own card. */
export interface KpiContent {
  metric: string
  value: string
  /** The whole amount where the card has it short: in its tip. */
  exact?: string
  /** Drawn smaller beside the value: `%`. */
  suffix: string
  question: string
  /** Place on a scale, all between 0 and 1. */
  meter?: { kind: 'share' | 'point'; value: number; low?: number; high?: number; target?: number; label: string }
  target?: { tone: Tone; arrow: 'up' | 'down' | 'none'; gap: string; text: string; source: string }
  change?: { tone: Tone; arrow: 'up' | 'down' | 'none'; gap: string; text: string }
  /** The way to why it moved. */
  explain?: { label: string; href: string }
  /** `2,769 of 8,469`, `n = 2,769`, `± 0.05`. */
  facts: string[]
  parts?: { text: string; filter: string }[]
  spark?: { values: (number | null)[]; label: string }
}

/** What stands in a refused card. */
export interface RefusedContent {
  metric: string
  title: string
  reason: string
  unlocks: string
  href: string
}

export const resolveKpi: TileResolver<'kpi'> = async (tile, context) => {
  const query = { metrics: [tile.metric], ...context.scope }
  const frame = await context.services.runQuery(query)
  const card = frame.metrics[tile.metric]
  const refused = refusalOf(frame, tile.metric)
  const title = labelOf(
    context.words,
    `pages.${context.page.page}.${tile.id}.title`,
    tile.title ?? card?.label ?? tile.metric,
  )
  const common = { id: tile.id, kind: 'kpi', title, width: tile.width, query, frame }
  if (refused) {
    const view = { ...common, state: 'refused', problem: refused } satisfies TileView
    return { ...view, content: await refusedContent(tile, refused, await isHiddenByScope(view, context), context) }
  }
  const cell = totalOf(frame, tile.metric)
  if (!card || cell.value === null) return { ...common, state: 'empty' }
  return {
    ...common,
    state: 'ok',
    content: await kpiContent(tile, card, cell, context),
    csv: queryCsv(query),
    rows: {
      table: context.services.catalogue.metrics.get(card.id)?.from ?? 'cases',
      metric: { id: card.id, part: 'population' },
    },
  } satisfies TileView
}

async function refusedContent(
  tile: TileOf<'kpi'>,
  refused: NonNullable<MetricCell['refused']>,
  byScope: boolean,
  context: TileContext,
): Promise<RefusedContent> {
  const { words } = context
  // The number is there, only not with what the viewer asked for: nothing has to be added to the data.
  if (byScope)
    return {
      metric: tile.metric,
      title: say(words, 'pages.refused.title.scope'),
      reason: refused.message,
      unlocks: '',
      href: '',
    }
  const field = refused.missing[0] ?? ''
  const readiness = await context.services.findReadiness()
  const count = readiness.find((each) => each.field === field)?.unlocks.metrics.length ?? 0
  return {
    metric: tile.metric,
    title: say(words, refused.code === 'time-missing' ? 'pages.refused.title.time' : 'pages.refused.title'),
    reason:
      refused.missing.length > 0
        ? say(words, 'pages.refused.lacks', {
            fields: listed(
              refused.missing.map((each) => fieldLabel(each, words)),
              words,
            ),
          })
        : refused.message,
    unlocks: count > 1 ? say(words, 'pages.refused.unlocks', { count }) : '',
    href: hasPage(context, 'data') ? `${hrefTo(context, 'data')}#field-${field}` : '',
  }
}

/** An amount of a card is written short from here on: nine digits are read no faster than `243.0M`. */
const shortFrom = 1e7

async function kpiContent(
  tile: TileOf<'kpi'>,
  card: MetricCard,
  cell: MetricCell,
  context: TileContext,
): Promise<KpiContent> {
  const exact = formatValue(cell.value, card.unit, context.words)
  const short = formatShort(cell.value, card.unit, context.words, shortFrom)
  const { value, suffix } = splitUnit(short)
  return {
    metric: card.id,
    value,
    ...(short !== exact && { exact }),
    suffix,
    question: card.question,
    meter: tile.spark === 'meter' ? meterOf(card, cell, context) : undefined,
    target: targetOf(card, cell, context),
    change: changeOf(card, cell, context),
    explain: explainLink(card, context),
    facts: factsOf(card, cell, context),
    parts: tile.parts ? await partsOf(tile.parts, card, context) : undefined,
    spark: tile.spark === 'trend' ? await sparkOf(card, context) : undefined,
  }
}

/** `66.7%` as number and unit, so that the unit can be smaller; French keeps its narrow space. */
export function splitUnit(text: string): { value: string; suffix: string } {
  const match = /^([−-]?[\d.,\s\u00a0\u202f]*\d)([\s\u00a0\u202f]*%)$/.exec(text)
  return match ? { value: match[1] ?? text, suffix: match[2] ?? '' } : { value: text, suffix: '' }
}

/** A return in per cent is no part of a whole: a bar up to 100 % would say that it is. */
function scaleOf(card: MetricCard, cell: MetricCell): [number, number] | null {
  const target = card.target?.value
  const top = Math.max(cell.value ?? 0, target ?? 0)
  if (card.unit === 'ratio') return card.share ? [0, 1] : null
  if (card.unit === 'points') return [-100, 100]
  if (card.unit === 'score') return [1, top > 7 ? 10 : top > 5 ? 7 : 5]
  return target === undefined ? null : [0, top * 1.25]
}

function meterOf(card: MetricCard, cell: MetricCell, context: TileContext): KpiContent['meter'] {
  const scale = scaleOf(card, cell)
  if (!scale || cell.value === null) return undefined
  const [low, high] = scale
  const place = (value: number | undefined) =>
    value === undefined ? undefined : Math.min(1, Math.max(0, (value - low) / (high - low)))
  const { words } = context
  return {
    kind: card.unit === 'score' || card.unit === 'points' ? 'point' : 'share',
    value: place(cell.value) ?? 0,
    low: place(cell.low),
    high: place(cell.high),
    target: place(card.target?.value),
    label: say(words, 'pages.meter', {
      value: formatValue(cell.value, card.unit, words),
      low: formatValue(low, card.unit, words),
      high: formatValue(high, card.unit, words),
      target: card.target ? formatValue(card.target.value, card.unit, words) : 'none',
    }),
  }
}

/** `90%`, `4.00`: a target is a round number and is written like one. */
function targetText(value: number, unit: MetricCard['unit'], words: Words): string {
  if (unit !== 'ratio') return formatValue(value, unit, words)
  return new Intl.NumberFormat(words.locale, { style: 'percent', maximumFractionDigits: 1 }).format(value)
}

function targetOf(card: MetricCard, cell: MetricCell, context: TileContext): KpiContent['target'] {
  const { target } = card
  const standing = standingOf(card, cell)
  if (!target || !standing || cell.value === null) return undefined
  const gap = cell.value - target.value
  const unclear = standing === 'unclear'
  return {
    tone: unclear ? 'plain' : standing === 'met' ? 'good' : 'bad',
    arrow: gap > 0 ? 'up' : gap < 0 ? 'down' : 'none',
    gap: gapText(Math.abs(gap), card, context, formatShort),
    text: say(context.words, unclear ? 'pages.target.unclear' : 'pages.target', {
      side: gap > 0 ? 'above' : gap < 0 ? 'below' : 'on',
      target: targetText(target.value, card.unit, context.words),
    }),
    source: target.source,
  }
}

function changeOf(card: MetricCard, cell: MetricCell, context: TileContext): KpiContent['change'] {
  if (typeof cell.change !== 'number') return undefined
  const better = card.better === 'none' || cell.change === 0 ? null : cell.change > 0 === (card.better === 'higher')
  return {
    tone: better === null ? 'plain' : better ? 'good' : 'bad',
    arrow: cell.change > 0 ? 'up' : cell.change < 0 ? 'down' : 'none',
    gap: changeText(cell.change, card, context, formatShort),
    text: say(context.words, `pages.compare.${context.parameters.compare === 'year' ? 'year' : 'previous'}`),
  }
}

function factsOf(card: MetricCard, cell: MetricCell, context: TileContext): string[] {
  const { words } = context
  const facts: string[] = []
  if (card.unit === 'ratio' && cell.numerator !== undefined && cell.denominator !== undefined)
    facts.push(
      say(words, 'pages.of', {
        part: formatShort(cell.numerator, 'count', words),
        whole: formatShort(cell.denominator, 'count', words),
      }),
    )
  else if (cell.n !== undefined && card.unit !== 'count' && card.sample !== false)
    facts.push(say(words, 'pages.n', { n: formatNumber(cell.n, words) }))
  if (cell.low !== undefined && cell.high !== undefined) facts.push(intervalText(card, cell, context))
  if (cell.stored) facts.push(say(words, 'pages.stored'))
  if (cell.exact === false) facts.push(say(words, 'pages.approximate'))
  return facts
}

/** `± 0.05` where the interval is even, else its two ends. */
function intervalText(card: MetricCard, cell: MetricCell, context: TileContext): string {
  const { words } = context
  const { value, low = 0, high = 0 } = cell
  const up = high - (value ?? 0)
  const down = (value ?? 0) - low
  const even = Math.abs(up - down) < Math.max(up, down) * 0.1
  if (even) return `±\u00a0${gapText((high - low) / 2, card, context)}`
  return rangeOf(low, high, card.unit, words)
}

/** The parts of a count: at most four, in the order of their vocabulary's end (closed first) or by size. */
async function partsOf(dimension: string, card: MetricCard, context: TileContext): Promise<KpiContent['parts']> {
  const frame = await context.services.runQuery({ metrics: [card.id], by: [dimension], ...context.scope })
  if (refusalOf(frame, card.id)) return undefined
  const order = wordsOf(context.services.catalogue.dimensions.get(dimension)?.vocabulary ?? '')
  const rows = frame.rows
    .map((row) => ({ key: keyOf(row, dimension), count: cellOf(row, card.id).value ?? 0 }))
    .filter((each) => each.count > 0)
    .toSorted((a, b) => order.indexOf(b.key ?? '') - order.indexOf(a.key ?? '') || b.count - a.count)
  if (rows.length < 2 || rows.length > 6) return undefined
  return rows.map((each) => ({
    text: say(context.words, 'pages.part', {
      count: formatNumber(each.count, context.words),
      name: partName(frame, dimension, each.key, context),
    }),
    filter: filterOn(dimension, each.key),
  }))
}

function partName(frame: Frame, dimension: string, key: string | null, context: TileContext): string {
  return labelOfValue(frame, dimension, key, context.words).toLocaleLowerCase(context.words.locale)
}

async function sparkOf(card: MetricCard, context: TileContext): Promise<KpiContent['spark']> {
  if (!card.time_basis) return undefined
  const frame = await context.services.runQuery({ metrics: [card.id], grain: 'month', ...context.scope })
  const steps = stepsOf(frame, card.id, context.words).filter((each) => !each.partial)
  if (steps.length < 3) return undefined
  return {
    values: steps.map((each) => each.cell?.value ?? null),
    label: say(context.words, 'pages.spark', { from: steps[0]?.label ?? '', to: steps.at(-1)?.label ?? '' }),
  }
}
