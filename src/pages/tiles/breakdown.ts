import { say } from '../../config/words.ts'
import type { Metric } from '../../metrics/metric.ts'
import { metricLabel, missingOf } from '../../metrics/needs.ts'
import type { Grain, Query } from '../../metrics/query.ts'
import type { ChartName, Encode, TileOf } from '../spec.ts'
import type { Choice, TableCell, TileView } from '../view.ts'
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
  const encode: Encode = chart === 'bars' && hasWidth(chosen.by[0], context) ? { as: 'per_unit' } : {}
  const head = { id: tile.id, width: tile.width, title: (label: string) => titleOf(label, chosen, context) }
  const view = await chartTile(head, chart, query, encode, context)
  return { ...shared(view, chosen, context), kind: 'breakdown', content: contentOf(chosen, metric, context) }
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
    share: ['row', 'column', 'total'].includes(parameters.plain.share ?? '') ? (parameters.plain.share ?? '') : '',
  }
}

function chartFor(metric: Metric | undefined, query: Query): ChartName {
  const splits = query.by?.length ?? 0
  if (query.grain) return splits === 0 ? 'line' : 'table'
  if (splits >= 2) return 'heat'
  return metric?.unit === 'count' || metric?.unit === 'money' ? 'bars' : 'dots'
}

function hasWidth(dimension: string | undefined, context: TileContext): boolean {
  return context.services.catalogue.dimensions.get(dimension ?? '')?.width !== undefined
}

function titleOf(label: string, chosen: Chosen, context: TileContext): string {
  const names = chosen.by.map((id) => labelOfDimension(context, id).toLocaleLowerCase(context.words.locale))
  if (names.length === 2)
    return say(context.words, 'pages.breakdown.two', { metric: label, one: names[0], two: names[1] })
  if (names.length === 1) return say(context.words, 'pages.breakdown.one', { metric: label, one: names[0] })
  return say(context.words, 'pages.breakdown.time', { metric: label })
}

function contentOf(chosen: Chosen, metric: Metric | undefined, context: TileContext): BreakdownContent {
  const { words, services } = context
  const { metrics, dimensions } = services.catalogue
  const { present } = services.version
  return {
    metrics: [...metrics.values()]
      .filter((each) => missingOf(each.needs, present).length === 0)
      .map((each) => ({ value: each.id, label: metricLabel(each, words, services.catalogue), group: each.from })),
    dimensions: [...dimensions.values()]
      .filter((each) => isFilled(each.table, each.column, present) && each.sensitivity !== 'direct_id')
      .map((each) => ({ value: each.id, label: labelOfDimension(context, each.id), group: each.table })),
    grains:
      metric?.time && present.has(`${metric.from}.${metric.time}`)
        ? grains.map((value) => ({ value, label: say(words, `pages.grain.${value}`) }))
        : [],
    shares:
      chosen.by.length === 2 && metric?.unit === 'count'
        ? ['row', 'column', 'total'].map((value) => ({ value, label: say(words, `pages.share.${value}`) }))
        : [],
    chosen,
  }
}

/** A dimension of an expression is taken at its word; a column must hold something somewhere. */
function isFilled(table: string, column: string | undefined, present: ReadonlySet<string>): boolean {
  if (!column || table === '*') return true
  if (present.has(`${table}.${column}`)) return true
  return [...present].some((each) => each.endsWith(`.${column}`))
}

/** With `share`, the table of a pair of dimensions says what part of its row, column or whole each count is. */
function shared(view: TileView, chosen: Chosen, context: TileContext): TileView {
  const { table, frame } = view
  if (!chosen.share || !table || !frame || chosen.by.length !== 2) return view
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
  const column = { id: 'share', label: say(context.words, `pages.share.${chosen.share}`), numeric: true }
  return { ...view, table: { ...table, columns: [...table.columns.slice(0, value + 1), column], rows } }
}

function shareCell(share: number | null, context: TileContext) {
  const text =
    share === null
      ? '–'
      : new Intl.NumberFormat(context.words.locale, { style: 'percent', maximumFractionDigits: 1 }).format(share)
  return { text, value: share }
}
