import { labelOf, say, type Words } from '../config/words.ts'
import { type Problem, problemsOf, RapportError } from '../errors.ts'
import { dimensionLabel } from '../metrics/needs.ts'
import type { Condition, Query } from '../metrics/query.ts'
import { headlineOf } from './headline.ts'
import { memoised } from './memoised.ts'
import {
  type Parameters,
  parseParameters,
  printCondition,
  printParameters,
  scopeOf,
  withParameters,
} from './parameters.ts'
import type { PageServices } from './services.ts'
import type { Page, Tile } from './spec.ts'
import { resolveTile } from './tiles/all.ts'
import { failedTile } from './tiles/failed.ts'
import { nothingTile } from './tiles/nothing.ts'
import { hrefOn, isHiddenByScope, linksToRows, type TileContext, totalOf } from './tiles/tile.ts'
import { pageTitle, tileTitle } from './tiles/title.ts'
import type { Choice, Filter, PageView, TileView } from './view.ts'

/** Refusals that a page may show before its readers stop reading. */
const mostRefusals = 2

/**
 * The door: a page and what the URL says -> every number, sentence and picture of it, as plain JSON. It does not throw for what a
 * viewer typed (that becomes a notice) nor for one tile that fails (that becomes its own message). On a grid that is `filled`, tiles take
 * the room of neighbours that were left out; paper wants each at the width that it asked for.
 */
export async function resolvePage(
  page: Page,
  parametersText: string,
  services: PageServices,
  grid: 'filled' | 'as-written' = 'filled',
): Promise<PageView> {
  const { parameters, problems } = parseParameters(parametersText)
  const { kept, notices } = checkFilters(parameters, services)
  const run = memoised(services.runQuery)
  const asked: PageServices = { ...services, ...askedOnce(services), runQuery: (query) => run(comparable(query)) }
  const context: TileContext = {
    page,
    path: pathOf(page, kept),
    parameters: kept,
    scope: scopeOf(kept),
    services: asked,
    words: services.words,
  }
  const [tiles, filters] = await Promise.all([tilesOf(page, context, grid), filtersOf(context)])
  const nothing = await nothingTile(
    tiles,
    filters.map((each) => each.label),
    context,
  )
  return {
    ...headOf(page, context),
    headline: nothing ? '' : await headlineOf(page, tiles, context).catch(() => ''),
    filters,
    tiles: nothing ? [nothing] : tiles,
    notices: [...problems.map((each) => said(each, services.words)), ...notices, ...undatedNotice(context)],
  }
}

/** A comparison of all dates has nothing before them; periods are compared each with the one before. */
function comparable(query: Query): Query {
  if (!query.compare || query.range?.from || query.grain) return query
  const { compare: _compare, ...rest } = query
  return rest
}

function undatedNotice({ parameters, words }: TileContext): Problem[] {
  if (!parameters.compare || parameters.from) return []
  return [
    {
      code: 'compare-undated',
      message: say(words, 'pages.notice.compare'),
      fix: say(words, 'pages.notice.fix'),
    },
  ]
}

/** Some pages are about one thing, and their address names it: `/case/17`. */
function pathOf(page: Page, parameters: Parameters): string {
  const { id } = parameters.plain
  return ['case', 'journey'].includes(page.headline.says) && id
    ? `/${page.page}/${encodeURIComponent(id)}`
    : `/${page.page}`
}

/** Insights that several tiles of a page ask the same. */
const shared = [
  'readStaffing',
  'readMarginal',
  'readProcess',
  'readConformance',
  'readSurvival',
  'readTopics',
  'readChurn',
  'readDrivers',
  'findSegments',
  'readDueBoard',
  'readDueRisks',
  'readNow',
] as const

function askedOnce(services: PageServices): Partial<PageServices> {
  return Object.fromEntries(
    shared.flatMap((name) => {
      const ask = services[name] as ((question: object) => Promise<unknown>) | undefined
      return ask ? [[name, memoised(ask)]] : []
    }),
  )
}

/** Filters on what is no dimension are left out and said. */
function checkFilters(parameters: Parameters, services: PageServices): { kept: Parameters; notices: Problem[] } {
  const known = (condition: Condition) =>
    services.catalogue.dimensions.has(condition.dimension) || condition.dimension === 'customer'
  const strange = parameters.where.filter((each) => !known(each))
  return {
    kept: { ...parameters, where: parameters.where.filter(known) },
    notices: strange.map((each) => ({
      code: 'filter-unknown',
      message: say(services.words, 'pages.notice.filter', { filter: printCondition(each) }),
      where: each.dimension,
      fix: say(services.words, 'pages.notice.fix'),
    })),
  }
}

/** A fault of the address in the viewer's language. */
function said(problem: Problem, words: Words): Problem {
  return {
    ...problem,
    message: say(words, `pages.notice.${problem.code}`, { name: problem.where ?? '', message: problem.message }),
    fix: say(words, 'pages.notice.fix'),
  }
}

function headOf(page: Page, context: TileContext): Omit<PageView, 'headline' | 'filters' | 'tiles' | 'notices'> {
  const { services, words, parameters } = context
  const { version } = services
  return {
    id: page.page,
    title: pageTitle(page, words),
    path: context.path,
    language: words.language,
    version: version.id,
    as_of: parameters.as_of ?? version.as_of,
    zone: version.zone,
    parameters: shown(parameters),
    query: printParameters({ ...parameters, plain: withoutId(parameters.plain) }),
    choices: choicesOf(page, context),
    dimensions: dimensionsOf(page, context),
    span: hasDates(page, services) ? { from: null, to: version.as_of?.slice(0, 10) ?? null } : null,
  }
}

/** The id stands in the path. */
function withoutId({ id: _id, ...plain }: Record<string, string>): Record<string, string> {
  return plain
}

function shown(parameters: Parameters): Record<string, string> {
  const { from, to, as_of, grain, compare, metrics, by, plain } = parameters
  const all = { ...plain, from, to, as_of, grain, compare, m: metrics.join(','), by: by.join(',') }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value)) as Record<string, string>
}

/** A date range needs a moment at which cases began (or contacts, where there are no cases). */
function hasDates(page: Page, { version }: PageServices): boolean {
  return page.dates && ['cases.created_at', 'touchpoints.started_at'].some((each) => version.present.has(each))
}

function choicesOf(page: Page, { services, words }: TileContext): Record<string, Choice[]> {
  if (!hasDates(page, services)) return {}
  const compare = ['', 'previous', 'year'].map((value) => ({
    value,
    label: say(words, `pages.compare.${value || 'none'}`),
  }))
  return { dates: [], compare }
}

function dimensionsOf(page: Page, { services, words }: TileContext): Choice[] {
  return page.filters.flatMap((id) => {
    const dimension = services.catalogue.dimensions.get(id)
    if (!dimension || !isFilled(id, services)) return []
    return { value: id, label: dimensionLabel(dimension, words) }
  })
}

function isFilled(id: string, { version, catalogue }: PageServices): boolean {
  const column = catalogue.dimensions.get(id)?.column
  return column === undefined || [...version.present].some((each) => each.endsWith(`.${column}`))
}

async function tilesOf(page: Page, context: TileContext, grid: 'filled' | 'as-written'): Promise<TileView[]> {
  const kept = await keptTiles(page, context)
  if (grid === 'as-written') return kept.map(({ view }) => withRows(view, context))
  const widths = fillRows(kept.map(({ view }) => view))
  return Promise.all(
    kept.map(async ({ tile, view }, index) => {
      const width = widths[index] ?? view.width
      if (width === view.width) return withRows(view, context)
      if (!view.figure) return withRows({ ...view, width }, context)
      return withRows((await resolveTile({ ...tile, width }, context)) ?? view, context)
    }),
  )
}

/** Columns of each tile, so that a row whose neighbour was left out is filled by those that remain. */
export function fillRows(tiles: readonly { kind: string; width: number }[]): number[] {
  const widths = tiles.map((each) => each.width)
  let row: number[] = []
  const close = () => {
    const sum = row.reduce((total, index) => total + (widths[index] ?? 0), 0)
    const last = row.at(-1)
    if (last !== undefined && sum < 12) {
      const extra = Math.floor((12 - sum) / row.length)
      for (const index of row) widths[index] = (widths[index] ?? 0) + extra
      widths[last] = (widths[last] ?? 0) + (12 - sum) - extra * row.length
    }
    row = []
  }
  tiles.forEach((tile, index) => {
    const used = row.reduce((total, each) => total + (widths[each] ?? 0), 0)
    if (tile.kind === 'kpi' || used + tile.width > 12) close()
    if (tile.kind !== 'kpi') row.push(index)
  })
  close()
  return widths
}

async function keptTiles(page: Page, context: TileContext): Promise<{ tile: Tile; view: TileView }[]> {
  const kept: { tile: Tile; view: TileView }[] = []
  let refusals = 0
  // All are asked at once: while one is planned, compiled or drawn, the engine works for another.
  const views = page.tiles.map((tile) =>
    resolveTile(tile, context).catch((error: unknown) => failed(tile, error, context)),
  )
  for (const [index, tile] of page.tiles.entries()) {
    const view = await views[index]
    if (!view || (await isAbsent(tile, view, context))) continue
    if (view.state === 'refused') {
      if (await isHiddenByScope(view, context)) {
        kept.push({ tile, view: withWayBack(view, context) })
        continue
      }
      if (tile.when_refused !== 'show' || refusals >= mostRefusals) continue
      refusals++
    }
    kept.push({ tile, view })
  }
  return kept
}

/** Left out without a word: a number that this catalogue does not know, or that the whole data does not have. */
async function isAbsent(tile: Tile, view: TileView, { scope, services }: TileContext): Promise<boolean> {
  if (tile.when_refused === 'show') return false
  if (view.problem?.code === 'metric-unknown') return true
  if (tile.kind !== 'kpi' || view.state !== 'empty') return false
  if (!scope.where && !scope.range) return true
  return totalOf(await services.runQuery({ metrics: [tile.metric] }), tile.metric).value === null
}

/** Every picture of a number leads to its rows. */
function withRows(view: TileView, context: TileContext): TileView {
  const { metric } = view.rows ?? {}
  if (view.kind !== 'chart' || view.state !== 'ok' || !metric) return view
  return { ...view, links: [...(view.links ?? []), ...linksToRows(metric.id, context)] }
}

/** Nothing has to be added to the data: the way out is the filter's own. */
function withWayBack(view: TileView, { words }: TileContext): TileView {
  return view.problem ? { ...view, problem: { ...view.problem, fix: say(words, 'pages.refused.scope.fix') } } : view
}

/** What a query refuses for its words (an unknown value, a wrong date) is the viewer's to mend; the rest is ours. */
function failed(tile: Tile, error: unknown, context: TileContext): TileView {
  const [problem] = problemsOf(error)
  return failedTile(tile, tileTitle(tile, context), problem, error instanceof RapportError, context.words)
}

async function filtersOf(context: TileContext): Promise<Filter[]> {
  const { where } = context.parameters
  return Promise.all(
    where.map(async (condition) => ({
      ...condition,
      label: await filterLabel(condition, context),
      text: printCondition(condition),
      without: hrefOn(
        context,
        withParameters(context.parameters, { where: where.filter((each) => each !== condition) }),
      ),
    })),
  )
}

/** `Channel: Chat, E-mail`, `Market is not DE`, `Age from 18 to 30`. */
async function filterLabel(condition: Condition, context: TileContext): Promise<string> {
  const { words, services } = context
  const dimension = services.catalogue.dimensions.get(condition.dimension)
  const name = dimension
    ? dimensionLabel(dimension, words)
    : labelOf(words, `columns.cases.${condition.dimension}`, condition.dimension)
  const labels = dimension ? await valueLabels(condition, services) : condition.values.map(String)
  return say(words, `pages.filter.${condition.op}`, {
    name,
    values: labels.join(', '),
    low: labels[0] ?? '',
    high: labels[1] ?? '',
  })
}

async function valueLabels(condition: Condition, services: PageServices): Promise<string[]> {
  const values = await services.valuesOf(condition.dimension).catch(() => [])
  return condition.values.map(
    (value) => values.find((each) => String(each.value) === String(value))?.label ?? String(value),
  )
}
