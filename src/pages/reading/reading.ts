import { formatShort, formatValue } from '../../config/format.ts'
import type { Words } from '../../config/words.ts'
import type { Frame } from '../../metrics/frame.ts'
import { isTally, type Metric } from '../../metrics/metric.ts'
import type { ChartInput } from '../charts/chart.ts'

/** What a picture shows, and the definitions behind its numbers: only they know what is a sample. */
export interface ReadingInput extends Pick<ChartInput, 'frame' | 'encode' | 'dimensions' | 'words'> {
  metrics: ReadonlyMap<string, Metric>
}

/** One sentence on a picture, computed; `undefined` where nothing is worth saying or nothing may be said. */
export type Reading = (input: ReadingInput) => string | undefined

/** May its numbers be told as they are? A mean or a share may not: another sample would have another. */
export function isFact(metric: string, { metrics }: ReadingInput): boolean {
  const found = metrics.get(metric)
  return found !== undefined && isTally(found, metrics)
}

/** Do its groups add up to the whole? One customer can stand in several groups. */
export function isDivided(metric: string, { metrics }: ReadingInput): boolean {
  const measure = metrics.get(metric)?.measure
  return measure?.kind !== 'distinct' && !(measure?.kind === 'stock' && measure.distinct)
}

/** A number of a sentence: `243.0M`, `51.4%`. */
export function told(value: number, metric: string, { frame, words }: ReadingInput): string {
  return formatShort(value, frame.metrics[metric]?.unit ?? 'number', words)
}

/** A share that is there is never written as nothing. */
export function toldShare(share: number, words: Words): string {
  return share > 0 && share < 0.0005 ? `< ${formatValue(0.001, 'ratio', words)}` : formatValue(share, 'ratio', words)
}

/** The one that is above all others; none where two are. */
export function highestOf<Item>(items: Item[], numberOf: (item: Item) => number): Item | undefined {
  const [first, second] = tiedOf(items, numberOf)
  return second === undefined ? first : undefined
}

/** All that nothing is above. */
export function tiedOf<Item>(items: Item[], numberOf: (item: Item) => number): Item[] {
  const top = Math.max(...items.map(numberOf))
  return items.filter((item) => numberOf(item) === top)
}

/** Are there groups that the frame does not hold? */
export function isCut({ query, notes }: Frame): boolean {
  return query.limit !== undefined || notes.some(({ code }) => code === 'groups-cut')
}
