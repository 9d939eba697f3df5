import { type Days, daysAYearBefore, daysBefore, endOf, shiftPeriod, startOf } from '../../calendar.ts'
import { formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import {
  type Change,
  type ChangeSplit,
  findChange,
  type GroupChange,
  isRate,
  type NoChange,
} from '../../insights/change.ts'
import { changeKindOf, readChange } from '../../insights/change-frames.ts'
import { changeText, periodText, qText, sayChange, sayNoChange } from '../../insights/change-words.ts'
import type { Frame, MetricCard, MetricUnit } from '../../metrics/frame.ts'
import type { Metric } from '../../metrics/metric.ts'
import { metricLabel } from '../../metrics/needs.ts'
import { charts } from '../charts/all.ts'
import { drawFigure } from '../charts/draw.ts'
import { filterOn } from '../charts/points.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import { labelOfDimension } from './table.ts'
import { hasPage, hrefOn, hrefTo, type TileContext, type TileResolver } from './tile.ts'

/** Why the number of the address moved: parts that add up to the change, its groups, or every dimension that was tried. */
export const resolveChange: TileResolver<'change'> = async (tile, context) => {
  const { words, services, parameters } = context
  const metric =
    services.catalogue.metrics.get(parameters.plain.metric ?? '') ?? services.catalogue.metrics.get(tile.metric)
  if (!metric) return null
  const label = metricLabel(metric, words, services.catalogue)
  const common = {
    id: tile.id,
    kind: 'change',
    width: tile.width,
    title: say(words, 'say.change.title', { metric: label }),
  }
  const change = await changeOf(metric, context)
  if ('refused' in change) {
    // One sentence is enough for the three tiles of the page.
    if (tile.show !== 'parts') return null
    return { ...common, state: 'refused', problem: { code: 'change-refused', message: change.refused } }
  }
  const split = change.splits.find(({ dimension }) => dimension === parameters.by[0]) ?? change.splits[0]
  if (!split)
    return tile.show === 'parts' ? { ...common, state: 'ok', reading: sayChange(change, words).join(' ') } : null
  if (tile.show === 'parts')
    return { ...common, state: 'ok', ...(await partsOf(change, split, tile, common.title, context)) }
  const table =
    tile.show === 'groups' ? groupTable(change, split, label, context) : dimensionTable(change, split, context)
  return { ...common, state: 'ok', title: table.caption, table }
}

/**
 * The way to the page from a number's own card, where it can be parted. Without dates of the viewer's own it explains the last whole
 * month against the one before.
 */
export function explainLink(card: MetricCard, context: TileContext): { label: string; href: string } | undefined {
  const { services, words, parameters } = context
  const found = services.catalogue.metrics.get(card.id)
  const days = chosenDays(context)
  if (!found || !changeKindOf(found) || !days || !hasPage(context, 'change')) return undefined
  if (!parameters.from && !card.time_basis) return undefined
  const dates = { ...(!parameters.from && days), compare: parameters.compare ?? ('previous' as const) }
  return {
    label: say(words, 'say.change.explain'),
    href: hrefTo(context, 'change', { plain: { metric: card.id }, ...dates }),
  }
}

/** The days of the viewer, else the last month that the data cover whole. */
function chosenDays({ scope, services, parameters }: TileContext): Days | null {
  const newest = (scope.as_of ?? services.version.as_of)?.slice(0, 10)
  if (parameters.from) return { from: parameters.from, to: parameters.to ?? newest ?? parameters.from }
  if (!newest) return null
  const month = startOf(newest, 'month')
  const from = endOf(newest, 'month') === newest ? month : shiftPeriod(month, 'month', -1)
  return { from, to: endOf(from, 'month') }
}

async function changeOf(metric: Metric, context: TileContext): Promise<Change | { refused: string }> {
  const { words, services, scope, parameters } = context
  const { version, catalogue } = services
  const kind = changeKindOf(metric)
  if (!kind) return { refused: say(words, 'say.change.kind', { metric: metricLabel(metric, words, catalogue) }) }
  const to = scope.range?.to ?? (scope.as_of ?? version.as_of)?.slice(0, 10)
  if (!scope.range?.from || !to || !scope.compare || to < scope.range.from)
    return { refused: say(words, 'say.change.choose') }
  const after = { from: scope.range.from, to }
  const days = { before: scope.compare === 'year' ? daysAYearBefore(after) : daysBefore(after), after }
  const found: Change | NoChange = findChange(
    await readChange({ metric, days, where: scope.where, as_of: parameters.as_of }, kind, {
      runQuery: services.runQuery,
      catalogue,
      version,
      labelOf: (dimension) => labelOfDimension(context, dimension),
    }),
  )
  return 'lacks' in found ? { refused: sayNoChange(found, words) } : found
}

async function partsOf(
  change: Change,
  split: ChangeSplit,
  tile: TileOf<'change'>,
  title: string,
  context: TileContext,
): Promise<Pick<TileView, 'reading' | 'foot' | 'figure'>> {
  const { words, services } = context
  const chosen = { ...change, splits: [split, ...change.splits.filter((each) => each !== split)] }
  const { figure } = await drawFigure(
    charts.waterfall,
    { frame: stepsOf(change, split, context), encode: {}, dimensions: services.catalogue.dimensions, words },
    tile.width,
    title,
    services.pictures,
  )
  const foot = say(words, 'say.change.foot', {
    before: periodText(change.days.before, words),
    after: periodText(change.days.after, words),
  })
  return { reading: sayChange(chosen, words).join(' '), foot, figure }
}

const mostSteps = 6

/** Steps from no change to the whole change. A picture from zero to both values would show two long bars and hide what lies between. */
function stepsOf(change: Change, split: ChangeSplit, context: TileContext): Frame {
  const { words } = context
  const { card, kind, before, after } = change
  const { days, volume, mix } = split.effects
  const own = (group: GroupChange) => (kind === 'count' ? group.effects.mix : group.effects.rate)
  const groups = split.groups
    .filter((group) => own(group) !== 0)
    .toSorted((a, b) => Math.abs(own(b)) - Math.abs(own(a)))
  const shown = groups.slice(0, mostSteps)
  const rest = groups.slice(mostSteps)
  const level = (value: number | null) => formatValue(value, card.unit, words)
  const word = (id: string, values = {}) => say(words, `say.change.step.${id}`, values)
  const steps: [string, number][] = [
    [word('before', { value: level(before.value) }), 0],
    ...(days === 0 ? [] : [[word('days'), days] satisfies [string, number]]),
    ...(isRate(kind) ? [] : [[word('volume'), volume] satisfies [string, number]]),
    ...(kind === 'count' ? [] : [[word('mix'), mix] satisfies [string, number]]),
    ...shown.map((group): [string, number] => [
      word(kind === 'count' ? 'group' : 'rate', { group: nameOf(group, context) }),
      own(group),
    ]),
    ...(rest.length === 0
      ? []
      : [
          [word('others', { count: rest.length }), rest.reduce((sum, each) => sum + own(each), 0)] satisfies [
            string,
            number,
          ],
        ]),
    [word('change', { value: level(after.value) }), change.change],
  ]
  const { unit, scale } = stepUnit(card.unit)
  const ids = steps.map((_, at) => `step${at}`)
  return {
    query: { metrics: ids },
    version: context.services.version.id,
    as_of: null,
    zone: context.services.version.zone,
    rows: [Object.fromEntries(steps.map(([, value], at) => [ids[at], { value: value * scale }]))],
    labels: {},
    metrics: Object.fromEntries(
      steps.map(([label], at) => [ids[at], { ...card, id: ids[at], label, unit } as MetricCard]),
    ),
    verdicts: [],
    notes: [],
  }
}

/** A difference of shares is written in points, and a part of a count is no whole number. */
function stepUnit(unit: MetricUnit): { unit: MetricUnit; scale: number } {
  if (unit === 'ratio') return { unit: 'points', scale: 100 }
  return { unit: unit === 'count' ? 'points' : unit, scale: 1 }
}

function nameOf({ group, label }: GroupChange, { words }: TileContext): string {
  return group === null ? say(words, 'say.change.group.none') : label
}

function groupTable({ card, kind }: Change, split: ChangeSplit, metric: string, context: TileContext): TableView {
  const { words } = context
  const rate = isRate(kind)
  const part = (value: number): TableCell => ({ text: changeText(value, card.unit, words), value })
  const whole = (value: number | null, unit: MetricUnit): TableCell => ({
    text: formatValue(value, unit, words),
    value,
  })
  return {
    caption: say(words, 'say.change.table', { metric, dimension: split.label.toLocaleLowerCase(words.locale) }),
    columns: [
      { id: split.dimension, label: split.label, numeric: false },
      ...numeric(['n-before', 'n-after', 'before', 'after'], context),
      ...numeric(
        rate ? ['mix', 'rate', 'interval', 'q'] : kind === 'count' ? ['volume', 'mix'] : ['volume', 'mix', 'rate'],
        context,
      ),
      ...numeric(['change'], context),
    ],
    rows: split.groups.map((each) => [
      { text: nameOf(each, context), value: each.group, filter: filterOn(split.dimension, each.group) },
      whole(each.before.n, 'count'),
      whole(each.after.n, 'count'),
      whole(each.before.value, card.unit),
      whole(each.after.value, card.unit),
      ...(rate ? [] : [part(each.effects.days + each.effects.volume)]),
      part(each.effects.mix),
      ...(kind === 'count' ? [] : [part(each.effects.rate)]),
      ...(rate ? [intervalCell(each, card, context), qCell(each.q, context)] : []),
      part(each.effects.days + each.effects.volume + each.effects.mix + each.effects.rate),
    ]),
  }
}

function intervalCell({ interval }: GroupChange, { unit }: MetricCard, { words }: TileContext): TableCell {
  if (!interval) return { text: '–', value: null }
  const { low, high } = interval
  const text = `${changeText(low, unit, words)} … ${changeText(high, unit, words)}`
  return { text, value: `${low}..${high}`, interval: { low, high, unit } }
}

function qCell(q: number | null, { words }: TileContext): TableCell {
  return { text: qText(q, words), value: q }
}

/** Each dimension leads to its own split. */
function dimensionTable({ splits, card, kind }: Change, chosen: ChangeSplit, context: TileContext): TableView {
  const { words } = context
  const rate = isRate(kind)
  const part = (value: number): TableCell => ({ text: changeText(value, card.unit, words), value })
  return {
    caption: say(words, 'say.change.dimensions'),
    columns: [
      { id: 'dimension', label: say(words, 'say.change.column.dimension'), numeric: false },
      ...numeric(kind === 'count' ? [] : ['mix', 'rate'], context),
      ...numeric(rate ? ['explains', 'q-mix', 'q-uneven'] : ['explains', 'q-mix'], context),
    ],
    rows: splits.map((split) => [
      {
        text: split.label,
        value: split.dimension,
        ...(split !== chosen && { href: hrefOn(context, { by: [split.dimension] }) }),
      },
      ...(kind === 'count' ? [] : [part(split.effects.mix), part(split.effects.rate)]),
      { text: changeText(split.explains, card.unit, words).slice(1), value: split.explains },
      qCell(split.mix.q, context),
      ...(rate ? [qCell(split.uneven.q, context)] : []),
    ]),
  }
}

function numeric(ids: string[], { words }: TileContext): TableView['columns'] {
  return ids.map((id) => ({ id, label: say(words, `say.change.column.${id}`), numeric: true }))
}
