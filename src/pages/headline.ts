import { formatDate, formatNumber, formatValue } from '../config/format.ts'
import { say } from '../config/words.ts'
import { capital } from '../metrics/definition.ts'
import { fewest } from '../metrics/family.ts'
import type { MetricCard, MetricCell, Verdict } from '../metrics/frame.ts'
import { dimensionLabel, listed } from '../metrics/needs.ts'
import { cellOf, keyOf, labelOfValue } from './charts/points.ts'
import { figuresOf } from './headline-figures.ts'
import { sourcesText } from './headline-sources.ts'
import type { Page } from './spec.ts'
import { foundOf } from './tiles/findings.ts'
import type { ProcessContent } from './tiles/process.ts'
import type { RowsContent } from './tiles/rows.ts'
import { gapText } from './tiles/table.ts'
import { standingOf } from './tiles/target.ts'
import { refusalOf, type TileContext, totalOf } from './tiles/tile.ts'
import type { TileView } from './view.ts'

/** The sentence that opens a page: what is here, what matters. It says no more than the verdicts allow. */
export async function headlineOf(page: Page, tiles: TileView[], context: TileContext): Promise<string> {
  switch (page.headline.says) {
    case 'overview':
      return overviewOf(page.headline, context)
    case 'figures':
      return figuresOf(page.headline.metrics, context)
    case 'promises':
      return promisesOf(page.headline, context)
    case 'data':
      return dataOf(context)
    case 'breakdown':
      return breakdownOf(tiles[0])
    case 'rows':
      return sayCount(tiles[0], context)
    case 'definitions':
      return tiles.find((each) => each.kind === 'definitions')?.reading ?? ''
    case 'journey':
      return tiles.find((each) => each.kind === 'journey')?.reading ?? ''
    case 'process':
      return sentenceOf(tiles.find((each) => each.kind === 'process'))
    case 'tile':
      return sentenceOf(tiles[0])
    case 'case':
    case 'page':
      return ''
  }
}

function sentenceOf(tile: TileView | undefined): string {
  return (tile?.content as Pick<ProcessContent, 'sentence'> | undefined)?.sentence ?? ''
}

type OverviewHeadline = Extract<Page['headline'], { says: 'overview' }>

async function overviewOf(headline: OverviewHeadline, context: TileContext): Promise<string> {
  const first = await whatIsHere(headline.count, context)
  const second = (await missedTarget(headline, context)) ?? (await metTargets(headline, context))
  return [first, second].filter(Boolean).join(' ')
}

/** `8,469 cases from one file and 12 arrivals.` */
async function whatIsHere(metrics: string[], context: TileContext): Promise<string> {
  const { words, services, scope } = context
  const sources = await sourcesText(context)
  for (const metric of metrics.filter((each) => services.catalogue.metrics.has(each))) {
    const frame = await services.runQuery({ metrics: [metric], ...scope })
    const card = frame.metrics[metric]
    const { value } = totalOf(frame, metric)
    if (!card || refusalOf(frame, metric) || value === null) continue
    const filtered = (scope.where?.length ?? 0) > 0 || scope.range !== undefined
    // Files without a case hold something else; a filter that leaves none is worth saying.
    if (value === 0 && !filtered) continue
    const what = say(words, 'pages.headline.what', {
      metric,
      n: value,
      count: formatValue(value, card.unit, words),
      label: card.label.toLocaleLowerCase(words.locale),
    })
    return say(words, filtered ? 'pages.headline.some' : 'pages.headline.count', { what, n: value, sources })
  }
  return say(words, 'pages.headline.files', { sources: capital(sources) })
}

/** A metric with its value. */
interface Measured {
  card: MetricCard
  cell: MetricCell
}

async function missedTarget(headline: OverviewHeadline, context: TileContext): Promise<string | null> {
  const { words, services, scope } = context
  for (const metric of headline.metrics.filter((each) => services.catalogue.metrics.has(each))) {
    const frame = await services.runQuery({ metrics: [metric], ...scope })
    const card = frame.metrics[metric]
    const cell = totalOf(frame, metric)
    const target = card?.target
    if (!card || !target || cell.value === null || standingOf(card, cell) !== 'missed') continue
    const verdicts = await verdictsOf(metric, headline.by, context)
    return say(words, 'pages.headline.missed', {
      metric: card.label,
      gap: gapWords({ card, cell }, context),
      side: cell.value < target.value ? 'below' : 'above',
      explained: explanation(verdicts),
      by: listed(
        verdicts.map((each) => nameOf(each.by, context)),
        words,
      ),
      by_none: new Intl.ListFormat(words.locale, { type: 'disjunction' }).format(
        verdicts.map((each) => nameOf(each.by, context)),
      ),
    })
  }
  return null
}

/** `a full point` where it is one, else the size: 23.3 points. */
function gapWords({ card, cell }: Measured, context: TileContext): string {
  const gap = Math.abs((cell.value ?? 0) - (card.target?.value ?? 0))
  if (card.unit === 'score' && gap >= 0.995 && gap < 1.05) return say(context.words, 'pages.headline.full-point')
  return card.unit === 'score'
    ? say(context.words, 'pages.points-of-score', { size: formatNumber(gap, context.words, 2) })
    : gapText(gap, card, context)
}

/** `none`: each was tested and none is real. `some`: only those that are real are named. `silent`: not all can be tested. */
function explanation(verdicts: Verdict[]): 'none' | 'some' | 'silent' {
  if (verdicts.length === 0) return 'silent'
  return verdicts.every((each) => each.real === true) ? 'some' : 'none'
}

async function verdictsOf(metric: string, by: string[], context: TileContext): Promise<Verdict[]> {
  const { services, scope } = context
  const found: Verdict[] = []
  for (const dimension of by.filter((each) => services.catalogue.dimensions.has(each))) {
    const frame = await services.runQuery({ metrics: [metric], by: [dimension], ...scope })
    const verdict = frame.verdicts.find((each) => each.metric === metric)
    if (verdict && verdict.real !== null) found.push(verdict)
  }
  const real = found.filter((each) => each.real)
  return real.length > 0 ? real : found
}

function nameOf(dimension: string, context: TileContext): string {
  const found = context.services.catalogue.dimensions.get(dimension)
  return (found ? dimensionLabel(found, context.words) : dimension).toLocaleLowerCase(context.words.locale)
}

async function metTargets(headline: OverviewHeadline, context: TileContext): Promise<string> {
  const met: string[] = []
  for (const metric of headline.metrics.filter((each) => context.services.catalogue.metrics.has(each))) {
    const frame = await context.services.runQuery({ metrics: [metric], ...context.scope })
    const card = frame.metrics[metric]
    if (card && standingOf(card, totalOf(frame, metric)) === 'met')
      met.push(card.label.toLocaleLowerCase(context.words.locale))
  }
  return met.length > 0
    ? say(context.words, 'pages.headline.met', { metrics: listed(met, context.words), count: met.length })
    : ''
}

type PromisesHeadline = Extract<Page['headline'], { says: 'promises' }>

/** `Kept least of 4 promises: chat acceptance rate, 61.2% (n = 1,204); lowest by market: FR, 41.0% (n = 210). 14 cases are at risk.` */
async function promisesOf(headline: PromisesHeadline, context: TileContext): Promise<string> {
  const { words, services, scope } = context
  const kept: Measured[] = []
  for (const metric of headline.metrics.filter((each) => services.catalogue.metrics.has(each))) {
    const frame = await services.runQuery({ metrics: [metric], ...scope })
    const [card, cell] = [frame.metrics[metric], totalOf(frame, metric)]
    if (card && cell.value !== null) kept.push({ card, cell })
  }
  const least = kept.toSorted((a, b) => (a.cell.value ?? 0) - (b.cell.value ?? 0))[0]
  const parts = [
    least
      ? say(words, 'pages.headline.promises', {
          promises: kept.length,
          metric: kept.length > 1 ? least.card.label.toLocaleLowerCase(words.locale) : least.card.label,
          share: shareOf(least.cell, least.card, context),
          where: await whereLeast(least.card, headline.by, context),
        })
      : '',
    headline.risk ? await riskOf(headline.risk, context) : '',
  ]
  return parts.filter(Boolean).join(' ')
}

/** `61.2% (n = 1,204)` */
function shareOf({ value, n }: MetricCell, card: MetricCard, { words }: TileContext): string {
  return say(words, 'pages.headline.share', {
    value: formatValue(value, card.unit, words),
    n: formatNumber(n ?? 0, words),
  })
}

/** The lowest group of the first split that makes a real difference, of those large enough to be compared. */
async function whereLeast(card: MetricCard, by: string[], context: TileContext): Promise<string> {
  const { words, services, scope } = context
  const same: string[] = []
  for (const dimension of by.filter((each) => services.catalogue.dimensions.has(each))) {
    const frame = await services.runQuery({ metrics: [card.id], by: [dimension], ...scope })
    const verdict = frame.verdicts.find((each) => each.metric === card.id)
    if (!verdict || verdict.real === null) continue
    const groups = frame.rows
      .map((row) => ({ key: keyOf(row, dimension), cell: cellOf(row, card.id) }))
      .filter(({ key, cell }) => key !== null && cell.value !== null && (cell.n ?? 0) >= fewest)
    const least = groups.toSorted((a, b) => (a.cell.value ?? 0) - (b.cell.value ?? 0))[0]
    if (verdict.real && least)
      return say(words, 'pages.headline.promises.least', {
        by: nameOf(dimension, context),
        group: labelOfValue(frame, dimension, least.key, words),
        share: shareOf(least.cell, card, context),
      })
    if (!verdict.real) same.push(nameOf(dimension, context))
  }
  const names = new Intl.ListFormat(words.locale, { type: 'disjunction' }).format(same)
  return names ? say(words, 'pages.headline.promises.same', { by: names }) : ''
}

/** `14 cases are at risk as of 12 March 2024.` */
async function riskOf(metric: string, { words, services, scope }: TileContext): Promise<string> {
  if (!services.catalogue.metrics.has(metric)) return ''
  const frame = await services.runQuery({ metrics: [metric], ...scope })
  const { value } = totalOf(frame, metric)
  if (value === null || refusalOf(frame, metric)) return ''
  const at = frame.as_of ?? services.version.as_of
  return say(words, 'pages.headline.promises.risk', { n: value, at: at ? formatDate(at, words) : 'none' })
}

async function dataOf(context: TileContext): Promise<string> {
  const loads = await context.services.facts.loads()
  const found = (await foundOf(context)).filter((each) => each.severity !== 'note')
  const records = loads.reduce((sum, each) => sum + each.records, 0)
  const rejected = loads.reduce((sum, each) => sum + each.rejected, 0)
  return say(context.words, 'pages.headline.data', {
    records: formatNumber(records, context.words),
    sources: await sourcesText(context),
    rejected,
    findings: found.length,
  })
}

/** What the comparison says; where there is none, why. */
function breakdownOf(tile: TileView | undefined): string {
  return tile?.verdict?.sentence ?? tile?.reading ?? tile?.problem?.message ?? ''
}

function sayCount(list: TileView | undefined, context: TileContext): string {
  const all = context.services.version.counts.cases ?? 0
  const count = (list?.content as RowsContent | undefined)?.count ?? all
  return count === all
    ? say(context.words, 'pages.headline.rows', { count })
    : say(context.words, 'pages.headline.rows-some', { count, all })
}
