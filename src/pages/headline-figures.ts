import { formatShort } from '../config/format.ts'
import { hasWord, say } from '../config/words.ts'
import { capital } from '../metrics/definition.ts'
import type { MetricCard, MetricCell } from '../metrics/frame.ts'
import { sourcesText } from './headline-sources.ts'
import { changeText } from './tiles/table.ts'
import { refusalOf, type TileContext, totalOf } from './tiles/tile.ts'

/** `From 10 files: 979 active customers; 243.0M under management; 97.9% stay.` What cannot be known is left out. */
export async function figuresOf(metrics: string[], context: TileContext): Promise<string> {
  const { words, services, scope } = context
  const known = metrics.filter((each) => services.catalogue.metrics.has(each))
  const figures = await Promise.all(known.map((metric) => figureOf(metric, context)))
  const list = figures.filter((each) => each !== null)
  const sources = await sourcesText(context)
  if (list.length === 0) return say(words, 'pages.headline.files', { sources: capital(sources) })
  const filtered = (scope.where?.length ?? 0) > 0 || scope.range !== undefined
  return say(words, 'pages.headline.figures', {
    filtered: filtered ? 'yes' : 'no',
    sources,
    list: list.join(say(words, 'pages.headline.figures.between')),
  })
}

async function figureOf(metric: string, context: TileContext): Promise<string | null> {
  const { words, services, scope } = context
  const frame = await services.runQuery({ metrics: [metric], ...scope })
  const card = frame.metrics[metric]
  const cell = totalOf(frame, metric)
  if (!card || cell.value === null || refusalOf(frame, metric)) return null
  const id = `pages.headline.figure.${metric.replace(':', '.')}`
  const figure = say(words, hasWord(words, id) ? id : 'pages.headline.figure', {
    label: card.label,
    n: cell.value,
    side: cell.value > 0 ? 'up' : cell.value < 0 ? 'down' : 'even',
    value: formatShort(cell.value, card.unit, words),
    // A sentence that says which way it went needs no sign.
    size: formatShort(Math.abs(cell.value), card.unit, words),
  })
  return changed(figure, card, cell, context)
}

/** With what it was in the time that the viewer compares with. */
function changed(figure: string, card: MetricCard, { change }: MetricCell, context: TileContext): string {
  if (typeof change !== 'number') return figure
  return say(context.words, 'pages.headline.figures.changed', {
    figure,
    change: briefly(change, card, context),
    against: context.scope.compare ?? 'previous',
  })
}

function briefly(change: number, card: MetricCard, context: TileContext): string {
  if (card.unit !== 'money') return changeText(change, card, context)
  return (change > 0 ? '+' : change < 0 ? '−' : '±') + formatShort(Math.abs(change), card.unit, context.words)
}
