import { formatChance, formatNumber, formatValue, type Unit } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { capital } from '../../metrics/definition.ts'
import type { Estimate } from '../../stats/difference.ts'
import type { Interval } from '../../stats/intervals.ts'
import { rangeOf } from '../charts/points.ts'
import type { TableCell, TableView, TileView } from '../view.ts'

/** What every tile begins with. */
export type Head = Pick<TileView, 'id' | 'kind' | 'title' | 'width'>

/** A tile that says why there is nothing to show. */
export function refusedTile(head: Head, code: string, message: string): TileView {
  return { ...head, state: 'refused', problem: { code, message } }
}

/** Which columns are no figures, and which of those are sentences. */
export interface Columns {
  named?: ReadonlySet<string>
  prose?: ReadonlySet<string>
}

/** Columns by the words of their topic, such as `say.churn.column`: figures stand right, names left, sentences break. */
export function columnsOf(ids: readonly string[], topic: string, words: Words, kinds: Columns): TableView['columns'] {
  return ids.map((id) => ({
    id,
    label: headText(say(words, `${topic}.${id}`)),
    numeric: !kinds.named?.has(id),
    ...(kinds.prose?.has(id) && { prose: true as const }),
  }))
}

/** A head begins with a capital; the letters of statistics (n, p, q) stay as they are written. */
export function headText(label: string): string {
  return /^[npq](?!\p{L})/u.test(label) ? label : capital(label)
}

/** Nothing is known: no figure, and never a 0. */
export const nothing: TableCell = { text: '–', value: null }

export function textCell(text: string, value: TableCell['value'] = text): TableCell {
  return { text, value }
}

export function countCell(value: number, words: Words, href?: string): TableCell {
  return { text: formatNumber(value, words), value, ...(href && { href }) }
}

export function numberCell(value: number | null, words: Words, digits: number): TableCell {
  return value === null ? nothing : { text: formatNumber(value, words, digits), value }
}

/** A figure in its unit. */
export function valueCell(value: number | null | undefined, unit: Unit, words: Words): TableCell {
  return { text: formatValue(value, unit, words), value: value ?? null }
}

/** `4.20 to 4.28`; sorted by its lower end. */
export function intervalCell(interval: Interval | null, unit: Unit, words: Words): TableCell {
  if (!interval) return nothing
  const { low, high } = interval
  return { text: rangeOf(low, high, unit, words), value: low, interval: { low, high, unit } }
}

/** `2.42 (1.99 to 2.94)`; sorted by its value. */
export function estimateCell(estimate: Estimate | null, unit: Unit, words: Words): TableCell {
  if (!estimate) return nothing
  const text = (value: number) => formatValue(value, unit, words)
  const { value, low, high } = estimate
  return {
    text: say(words, 'say.insights.effect', { value: text(value), low: text(low), high: text(high) }),
    value,
    interval: { low, high, unit },
  }
}

/** A p or q value. */
export function chanceCell(value: number | null, words: Words): TableCell {
  return value === null ? nothing : { text: formatChance(value, words), value }
}
