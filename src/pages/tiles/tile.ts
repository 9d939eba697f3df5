import { say, type Words } from '../../config/words.ts'
import type { Frame, MetricCell } from '../../metrics/frame.ts'
import type { Query, RowsQuery } from '../../metrics/query.ts'
import { cellOf } from '../charts/points.ts'
import { noParameters, type Parameters, printCondition, printParameters, withParameters } from '../parameters.ts'
import type { PageServices } from '../services.ts'
import type { Page, TileKind, TileOf } from '../spec.ts'
import type { TileView } from '../view.ts'

/** What every tile of a page is resolved with. `services.runQuery` asks the same question once a page. */
export interface TileContext {
  page: Page
  path: string
  parameters: Parameters
  scope: Pick<Query, 'where' | 'range' | 'as_of' | 'compare'>
  services: PageServices
  words: Words
}

/** Resolves one kind of tile; `null` where there is nothing to show and nothing to say. */
export type TileResolver<Kind extends TileKind> = (tile: TileOf<Kind>, context: TileContext) => Promise<TileView | null>

/** An address on this page with one change. */
export function hrefOn(context: TileContext, change: Partial<Parameters>): string {
  return address(context.path, withParameters(context.parameters, change))
}

/** Another page about the same rows: filters and dates go along. */
export function hrefTo(context: TileContext, page: string, change: Partial<Parameters> = {}): string {
  const { where, from, to, as_of, compare } = context.parameters
  return address(`/${page}`, { ...noParameters(), where, from, to, as_of, compare, ...change })
}

/** A way to the rows that a number is about, with the filters and dates of this page. */
export function linksToRows(metric: string, context: TileContext): NonNullable<TileView['links']> {
  if (!hasPage(context, 'rows')) return []
  const href = hrefTo(context, 'rows', { plain: { metric, part: 'population' } })
  return [{ href, label: say(context.words, 'pages.way.rows') }]
}

/** A way to the cases of one part of their process; undefined where no page lists them. */
export function hrefToCases(process: string[], context: TileContext): string | undefined {
  if (!hasPage(context, 'rows')) return undefined
  const counted = context.services.catalogue.metrics.has('cases') && { metric: 'cases', part: 'population' }
  return hrefTo(context, 'rows', { plain: { ...counted, process: JSON.stringify(process) } })
}

/** Does the sidebar or a link lead there? */
export function hasPage(context: TileContext, page: string): boolean {
  return context.services.pages.some((each) => each.page === page)
}

export function address(path: string, parameters: Parameters): string {
  const text = printParameters(parameters)
  return text ? `${path}?${text}` : path
}

/** A query as the address of its CSV. */
export function queryCsv(query: Query): string {
  const search = new URLSearchParams({ metrics: query.metrics.join(',') })
  if (query.by?.length) search.set('by', query.by.join(','))
  if (query.grain) search.set('grain', query.grain)
  if (query.order) search.set('order', `${query.order.descending ? '-' : ''}${query.order.by}`)
  return `/api/query.csv?${scoped(search, query)}`
}

/** Rows as the address of their CSV. */
export function rowsCsv(query: RowsQuery): string {
  const search = new URLSearchParams({ table: query.table })
  if (query.columns?.length) search.set('columns', query.columns.join(','))
  if (query.metric) search.set('metric', `${query.metric.id}:${query.metric.part}`)
  if (query.check) search.set('check', query.check)
  if (query.process) search.set('process', JSON.stringify(query.process))
  if (query.search) search.set('search', query.search)
  if (query.order) search.set('order', `${query.order.descending ? '-' : ''}${query.order.by}`)
  return `/api/rows.csv?${scoped(search, query)}`
}

function scoped(search: URLSearchParams, query: Pick<Query, 'where' | 'range' | 'as_of'>): string {
  for (const condition of query.where ?? []) search.append('where', printCondition(condition))
  if (query.range?.from) search.set('from', query.range.from)
  if (query.range?.to) search.set('to', query.range.to)
  if (query.as_of) search.set('as_of', query.as_of)
  return search.toString()
}

/** Why the whole frame holds no number of this metric, if so. */
export function refusalOf(frame: Frame, metric: string): MetricCell['refused'] | undefined {
  const cells = frame.rows.map((row) => cellOf(row, metric))
  if (cells.some((cell) => cell.value !== null)) return undefined
  return cells.find((cell) => cell.refused)?.refused
}

/** A number that the filters or dates take away is missed by whoever saw it a moment ago: its tile stays and says why. */
export async function isHiddenByScope(
  { state, query, frame }: TileView,
  { scope, services }: TileContext,
): Promise<boolean> {
  if (state !== 'refused' || !query || !frame || (!scope.where && !scope.range)) return false
  const { where: _where, range: _range, compare: _compare, ...rest } = query
  const refused = query.metrics.filter((metric) => refusalOf(frame, metric))
  if (refused.length === 0) return false
  const whole = await services.runQuery(rest)
  return refused.every((metric) => !refusalOf(whole, metric))
}

/** The only cell of a frame without a split. */
export function totalOf(frame: Frame, metric: string): MetricCell {
  return cellOf(frame.rows[0], metric)
}
