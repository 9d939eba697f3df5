import { formatNumber, formatValue } from '../config/format.ts'
import type { Words } from '../config/words.ts'
import type { Figure } from './figures.ts'

/** What is wrong with published figures. `error`: they cannot all be true. `warning`: they hardly can. */
export interface FigureFinding {
  code: string
  severity: 'error' | 'warning'
  message: string
  /** What to check. */
  fix: string
  /** The numbers that it rests on: shares between 0 and 1, durations in seconds. */
  evidence: Record<string, number | string | number[]>
  where: string
}

/** Makes a finding about a figure; its sentence is `say.metrics.figures.<code>`. */
export type Say = (
  code: string,
  figure: Figure,
  values: Record<string, string | number>,
  evidence: FigureFinding['evidence'],
  severity?: FigureFinding['severity'],
) => FigureFinding

const sizes: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 }

export function isDuration({ unit }: Figure): boolean {
  return unit in sizes
}

/** A computed value in the unit of the figure that it stands beside. */
export function written(value: number, { unit, kind }: Figure, words: Words): string {
  if (kind === 'rate' || kind === 'share')
    return new Intl.NumberFormat(words.locale, { style: 'percent', maximumFractionDigits: 2 }).format(value)
  const size = sizes[unit]
  if (size) return `${formatNumber(value / size, words, value / size < 100 ? 1 : 0)} ${unit}`
  return formatValue(value, 'number', words)
}

export function nameOf({ metric, group }: Figure): string {
  return group === null ? metric : `${metric}, ${group}`
}

/** `Full resolution time` and `full_resolution_time` alike. */
export function keyOf(metric: string): string {
  return metric
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()
}
