import { formatValue } from '../../config/format.ts'
import { labelOf, say, type Words } from '../../config/words.ts'
import type { Frame } from '../../metrics/frame.ts'
import type { Metric } from '../../metrics/metric.ts'
import { metricLabel, missingOf } from '../../metrics/needs.ts'
import type { Grain, Query } from '../../metrics/query.ts'
import { timeField } from '../../metrics/reach.ts'
import type { ChartName, Encode } from '../chart-spec.ts'
import { keysOf } from '../charts/heat.ts'
import type { TileOf } from '../spec.ts'
import type { Choice, TableCell, TableView } from '../view.ts'
import { chartTile } from './chart.ts'
import { labelOfDimension } from './table.ts'
import type { TileContext, TileResolver } from './tile.ts'

/** The form above the picture, and what it chose. */
export interface BreakdownContent {
  metrics: Choice[]
  dimensions: Choice[]
  grains: Choice[]
  shares: Choice[]
  chosen: { metric: string; by: string[]; grain: string; share: string }
}

const grains: Grain[] = ['day', 'week', 'month', 'quarter', 'year']

/** Any metric by any dimension or two: the picture is chosen by what the numbers are. */
export const resolveBreakdown: TileResolver<'breakdown'> = async (tile, context) => {
  const chosen = chosenOf(tile, context)
  const metric = context.services.catalogue.metrics.get(chosen.metric)
  const query: Query = {
    metrics: [chosen.metric],
    by: chosen.by,
    ...(chosen.grain && { grain: chosen.grain as Grain }),
    ...context.scope,
  }
  const chart = chartFor(metric, query)
  const encode = encodeFor(chart, chosen, context)
  const head = { id: tile.id, width: tile.width, title: (label: string) => titleOf(label, chosen, context) }
  const view = await chartTile(head, chart, query, encode, context)
  const table = view.table && view.frame && limited(shared(sorted(view.table, view.frame, context), chosen, context))
  return { ...view, table, kind: 'breakdown', content: contentOf(chosen, metric, context) }
}

type Chosen = BreakdownContent['chosen']

function chosenOf(tile: TileOf<'breakdown'>, context: TileContext): Chosen {
  const { parameters, services } = context
  const known = (id: string | undefined) => id !== undefined && services.catalogue.metrics.has(id)
  const asked = parameters.by.filter((each) => services.catalogue.dimensions.has(each)).slice(0, 2)
  const metric = parameters.metrics.find(known) ?? tile.metric
  const grain = parameters.grain ?? ''
  return {
    metric,
    by: asked.length > 0 || grain ? asked : [tile.by],
    grain,
    share: isShare(parameters.plain.share ?? '') ? (parameters.plain.share ?? '') : '',
  }
}

function chartFor(metric: Metric | undefined, query: Query): ChartName {
  const splits = query.by?.length ?? 0
  if (query.grain) return splits < 2 ? 'line' : 'table'
  if (splits >= 2) return 'heat'
  return metric?.unit === 'count' || metric?.unit === 'money' ? 'bars' : 'dots'
}

function encodeFor(chart: ChartName, { share, by }: Chosen, context: TileContext): Encode {
  if (chart === 'heat' && isShare(share)) return { as: `share_of_${share}` }
  return chart === 'bars' && hasWidth(by[0], context) ? { as: 'per_unit' } : {}
}

const isShare = (text: string): text is 'row' | 'column' | 'total' => ['row', 'column', 'total'].includes(text)

function hasWidth(dimension: string | undefined, context: TileContext): boolean {
  return context.services.catalogue.dimensions.get(dimension ?? '')?.width !== undefined
}

function titleOf(label: string, chosen: Chosen, context: TileContext): string {
  const [one, two] = chosen.by.map((id) => labelOfDimension(context, id).toLocaleLowerCase(context.words.locale))
  const time = chosen.grain ? 'time-' : ''
  if (two) return say(context.words, `pages.breakdown.${time}two`, { metric: label, one, two })
  if (one) return say(context.words, `pages.breakdown.${time}one`, { metric: label, one })
  return say(context.words, 'pages.breakdown.time', { metric: label })
}

function contentOf(chosen: Chosen, metric: Metric | undefined, context: TileContext): BreakdownContent {
  const { words, services } = context
  const { metrics, dimensions } = services.catalogue
  const { present } = services.version
  return {
    metrics: [...metrics.values()]
      .map((each) => ({ each, known: missingOf(each.needs, present).length === 0 }))
      .filter(({ each, known }) => known || each.id === chosen.metric)
      .map(({ each, known }) => ({
        value: each.id,
        label: metricLabel(each, words, services.catalogue),
        group: known ? tableLabel(each.from, words) : say(words, 'pages.breakdown.unknown'),
      })),
    dimensions: [...dimensions.values()]
      .filter((each) => isFilled(each.table, each.column, present) && each.sensitivity !== 'direct_id')
      .map((each) => ({
        value: each.id,
        label: labelOfDimension(context, each.id),
        group: tableLabel(each.table, words),
      })),
    grains:
      metric?.time && present.has(timeField(metric.from, metric.time))
        ? grains.map((value) => ({ value, label: say(words, `pages.grain.${value}`) }))
        : [],
    shares:
      chosen.by.length === 2 && metric?.unit === 'count'
        ? ['row', 'column', 'total'].map((value) => ({ value, label: say(words, `pages.share.${value}`) }))
        : [],
    chosen,
  }
}

function tableLabel(table: string, words: Words): string {
  return table === '*' ? '' : labelOf(words, `tables.${table}`, table)
}

/** A dimension of an expression is taken at its word; a column must hold something somewhere. */
function isFilled(table: string, column: string | undefined, present: ReadonlySet<string>): boolean {
  if (!column || table === '*') return true
  if (present.has(`${table}.${column}`)) return true
  return [...present].some((each) => each.endsWith(`.${column}`))
}

const mostRows = 200

function limited(table: TableView): TableView {
  const more = table.rows.length - mostRows
  return more > 0 ? { ...table, rows: table.rows.slice(0, mostRows), more } : table
}

/** A pair of dimensions in the order of the picture, one group of the first after the other. */
function sorted(table: TableView, frame: Frame, context: TileContext): TableView {
  const [first, second] = frame.query.by ?? []
  if (!first || !second || frame.query.grain) return table
  const input = { frame, dimensions: context.services.catalogue.dimensions }
  const metric = frame.query.metrics[0] ?? ''
  const [down, across] = [keysOf(input, first, metric), keysOf(input, second, metric)].map(
    (keys) => new Map(keys.map((key, i) => [key, i])),
  )
  const place = (row: TableCell[], i: 0 | 1, keys: Map<string | null, number> | undefined) =>
    keys?.get((row[i]?.value ?? null) as string | null) ?? 0
  return {
    ...table,
    rows: table.rows.toSorted(
      (a, b) => place(a, 0, down) - place(b, 0, down) || place(a, 1, across) - place(b, 1, across),
    ),
  }
}

/** With `share`, the table of a pair of dimensions says what part of its row, column or whole each count is. */
function shared(table: TableView, chosen: Chosen, context: TileContext): TableView {
  if (!chosen.share || chosen.by.length !== 2) return table
  const value = chosen.by.length
  const total = (match: (row: TableCell[]) => boolean) =>
    table.rows.filter(match).reduce((sum, row) => sum + Number(row[value]?.value ?? 0), 0)
  const rows = table.rows.map((row) => {
    const whole = total((other) => {
      if (chosen.share === 'row') return other[0]?.value === row[0]?.value
      if (chosen.share === 'column') return other[1]?.value === row[1]?.value
      return true
    })
    const share = whole > 0 ? Number(row[value]?.value ?? 0) / whole : null
    return [...row.slice(0, value + 1), shareCell(share, context)]
  })
  const column = { id: 'share', label: say(context.words, `pages.share.of.${chosen.share}`), numeric: true }
  return { ...table, columns: [...table.columns.slice(0, value + 1), column], rows }
}

function shareCell(share: number | null, context: TileContext): TableCell {
  return { text: formatValue(share, 'ratio', context.words), value: share }
}
