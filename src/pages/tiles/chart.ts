import { labelOf, say } from '../../config/words.ts'
import { type Forecast, findForecast, type NoForecast } from '../../insights/forecast.ts'
import type { Frame, Verdict } from '../../metrics/frame.ts'
import type { Query } from '../../metrics/query.ts'
import type { ChartName, Encode } from '../chart-spec.ts'
import { charts } from '../charts/all.ts'
import { atlasOf } from '../charts/atlas.ts'
import { isWhole } from '../charts/donut.ts'
import { drawFigure } from '../charts/draw.ts'
import { countOf } from '../charts/histogram.ts'
import { misfitOf, shownIn } from '../charts/misfit.ts'
import { cellOf, dimensionOf, keyOf, labelOfValue, metricOf } from '../charts/points.ts'
import { readings } from '../reading/all.ts'
import type { TileView } from '../view.ts'
import { labelOfMetric } from './readiness.ts'
import { tableOf } from './table.ts'
import { queryCsv, refusalOf, type TileContext, type TileResolver, totalOf } from './tile.ts'

export const resolveChart: TileResolver<'chart'> = async (tile, context) => {
  const query: Query = { ...tile.query, ...context.scope }
  if (query.grain && days(query.range) <= 31) query.grain = 'day'
  const id = `pages.${context.page.page}.${tile.id}.title`
  return chartTile(
    { id: tile.id, title: (label) => labelOf(context.words, id, tile.title ?? label), width: tile.width },
    tile.chart,
    query,
    tile.encode,
    context,
    tile.forecast,
  )
}

/** Days of a range with two ends. */
function days(range: Query['range']): number {
  if (!range?.from || !range.to) return Number.POSITIVE_INFINITY
  return (Date.parse(range.to) - Date.parse(range.from)) / 86_400_000 + 1
}

interface Head {
  id: string
  title: (label: string) => string
  width: number
}

/** A query as a picture with its verdict, table, CSV and SQL; shared by the chart tiles and the breakdown. `ahead` is a forecast's horizon. */
export async function chartTile(
  head: Head,
  chart: ChartName,
  query: Query,
  encode: Encode,
  context: TileContext,
  ahead?: number,
): Promise<TileView> {
  const frame = await context.services.runQuery(query)
  const metric = metricOf(frame, encode.value)
  const title = head.title(metric.label)
  const common = { id: head.id, kind: 'chart', title, width: head.width, query, frame }
  const shown = shownIn(chart, frame, encode)
  const refused = shown.map((id) => refusalOf(frame, id)).find((each) => each !== undefined)
  const problem = refused ?? misfitOf(chart, frame, encode, context.words)
  if (problem) return { ...common, state: 'refused', problem }
  if (!frame.rows.some((row) => shown.every((id) => cellOf(row, id).value !== null)))
    return { ...common, state: 'empty', ...unknownIn(frame, shown, context) }
  const kind = pictureOf(chart, frame, encode)
  const { verdict, reading } = readingOf(kind, frame, encode, context)
  const forecast = ahead === undefined ? undefined : await forecastOf(metric.id, query, ahead, context)
  const drawn = kind === 'table' ? null : await draw(kind, frame, encode, query, head.width, title, context, forecast)
  return {
    ...common,
    state: 'ok',
    verdict,
    reading: forecast ? saidOf(forecast) : reading,
    caution: verdict && verdict.real !== null ? cautionOf(verdict, frame, context) : undefined,
    foot: forecast && 'tested' in forecast ? [drawn?.foot, forecast.tested].filter(Boolean).join('. ') : drawn?.foot,
    figure: drawn?.figure,
    table: tableOf(frame, title, context),
    csv: queryCsv(query),
    rows: {
      table: context.services.catalogue.metrics.get(metric.id)?.from ?? 'cases',
      metric: { id: metric.id, part: 'population' },
      ...(query.where && { where: query.where }),
    },
  }
}

/** Rows there are, but one of the measures has no value in any: it is named. */
function unknownIn(frame: Frame, shown: string[], { words }: TileContext): Pick<TileView, 'problem'> {
  const known = (id: string) => frame.rows.some((row) => cellOf(row, id).value !== null)
  const lacks = shown.find((id) => !known(id))
  if (lacks === undefined || !shown.some(known)) return {}
  const message = say(words, 'pages.empty.value', { metric: frame.metrics[lacks]?.label ?? lacks })
  return { problem: { code: 'value-missing', message } }
}

/** Places that are on none of our maps, and means, which are no parts of a whole: amounts as bars, others with their intervals. */
function pictureOf(chart: ChartName, frame: Frame, encode: Encode): ChartName {
  if (chart !== 'map' && chart !== 'donut') return chart
  const metric = metricOf(frame, encode.value)
  const by = dimensionOf(frame, encode.category)
  const drawn = frame.rows.filter((row) => cellOf(row, metric.id).value !== null)
  const keys = drawn.map((row) => keyOf(row, by))
  if (chart === 'map' ? atlasOf(keys, encode.places) : isWhole(frame, metric.id)) return chart
  return metric.unit === 'count' || metric.unit === 'money' ? 'bars' : 'dots'
}

/** Pictures of a whole and of its change, whose parts need not be of one size: no test speaks for them. */
const untested: ReadonlySet<ChartName> = new Set(['donut', 'sankey', 'cohorts', 'bubble'])

/** What the picture says. How often each score was given is no comparison; one group has nothing to be compared with. */
function readingOf(
  chart: ChartName,
  frame: Frame,
  encode: Encode,
  context: TileContext,
): Pick<TileView, 'verdict' | 'reading'> {
  const metric = metricOf(frame, encode.value).id
  if (chart === 'histogram') return { reading: answersOf(frame, metric, context) }
  const { by = [], grain } = frame.query
  const { dimensions, metrics } = context.services.catalogue
  const computed = () => ({ reading: readings[chart]?.({ frame, encode, dimensions, metrics, words: context.words }) })
  if (untested.has(chart)) return computed()
  if (grain) return trendIn(frame, metric) ?? computed()
  if (by.length === 0) return computed()
  const drawn = frame.rows.filter((row) => cellOf(row, metric).value !== null)
  const only = by.find((each) => new Set(drawn.map((row) => keyOf(row, each))).size === 1)
  if (only && drawn[0]) {
    const name = labelOfValue(frame, only, keyOf(drawn[0], only), context.words)
    return { reading: say(context.words, 'pages.reading.one', { name }) }
  }
  const verdicts = frame.verdicts.filter((each) => each.metric === metric)
  // Of a mean by two dimensions each is tested by itself: both are said, since no badge stands for the pair.
  if (verdicts.length > 1) return { reading: verdicts.map((each) => each.sentence).join(' ') }
  return verdicts[0] ? { verdict: verdicts[0], reading: verdicts[0].sentence } : computed()
}

/** Up or down over time, or no evidence of it; none where it is not tested. */
function trendIn(frame: Frame, metric: string): Pick<TileView, 'verdict' | 'reading'> | undefined {
  const verdict = frame.verdicts.find((each) => each.metric === metric && each.test === 'trend')
  return verdict && { verdict, reading: verdict.sentence }
}

function answersOf(frame: Frame, metric: string, { words }: TileContext): string {
  const unit = frame.metrics[metric]?.unit
  const count = frame.rows.reduce((sum, row) => sum + (countOf(cellOf(row, metric), unit) ?? 0), 0)
  return say(words, 'pages.reading.answers', { count })
}

/** First or last place by another definition of the same KPI, where it is not the same. */
function cautionOf(verdict: Verdict, frame: Frame, context: TileContext): string | undefined {
  const mine = verdict.flips?.find((each) => each.variant === verdict.metric)
  const other = verdict.flips?.find((each) => each.first !== mine?.first || each.last !== mine?.last)
  if (!mine || !other) return undefined
  const label = (key: string) => labelOfValue(frame, verdict.by, key, context.words)
  return say(context.words, 'pages.verdict.flips', {
    variant: labelOfMetric(other.variant, context),
    place: other.last !== mine.last ? 'last' : 'first',
    mine: label(other.last !== mine.last ? mine.last : mine.first),
    other: label(other.last !== mine.last ? other.last : other.first),
  })
}

async function draw(
  chart: Exclude<ChartName, 'table'>,
  frame: Frame,
  encode: Encode,
  query: Query,
  width: number,
  title: string,
  context: TileContext,
  forecast?: Forecast | NoForecast,
) {
  const metric = metricOf(frame, encode.value).id
  const overall = chart === 'dots' ? await overallOf(metric, query, context) : undefined
  const targets = chart === 'dots' ? targetsOf(metric, frame) : undefined
  return drawFigure(
    charts[chart],
    {
      frame,
      encode,
      overall,
      targets,
      ...(forecast && 'points' in forecast && { forecast: forecast.points }),
      dimensions: context.services.catalogue.dimensions,
      words: context.words,
    },
    width,
    title,
    context.services.pictures,
  )
}

/** A page resolves a tile again when it gets wider; its frame is the same then, and so is what comes next. */
const forecasts = new WeakMap<Frame, Map<string, Forecast | NoForecast>>()

/** From all periods up to the end of the picture: a viewer who looks at the last weeks has not made the history shorter. */
async function forecastOf(
  metric: string,
  query: Query,
  horizon: number,
  { services, words }: TileContext,
): Promise<Forecast | NoForecast> {
  const { range, compare: _compare, order: _order, limit: _limit, ...rest } = query
  const to = range?.to === undefined ? {} : { range: { to: range.to } }
  const frame = await services.runQuery({ ...rest, ...to, metrics: [metric] })
  const known = forecasts.get(frame) ?? new Map<string, Forecast | NoForecast>()
  forecasts.set(frame, known)
  const key = `${words.language} ${metric} ${horizon}`
  const forecast = known.get(key) ?? findForecast({ frame, metric, horizon, words })
  known.set(key, forecast)
  return forecast
}

function saidOf(forecast: Forecast | NoForecast): string {
  return 'refused' in forecast ? forecast.refused : forecast.brief
}

/** What each channel or priority is held against, where that is not the same for all. */
function targetsOf(metric: string, frame: Frame): Map<string | null, number> {
  const { by: [by = ''] = [] } = frame.query
  const found = new Map<string | null, number>()
  for (const row of frame.rows) {
    const { target } = cellOf(row, metric)
    if (target !== undefined) found.set(keyOf(row, by), target)
  }
  return new Set(found.values()).size > 1 ? found : new Map()
}

/** The same number without the split. */
async function overallOf(metric: string, query: Query, context: TileContext) {
  const { by: _by, order: _order, limit: _limit, grain: _grain, ...rest } = query
  return totalOf(await context.services.runQuery({ ...rest, metrics: [metric] }), metric)
}
