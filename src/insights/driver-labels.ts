import { formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { hasWord, labelOf, say, type Words } from '../config/words.ts'
import type { MetricUnit } from '../metrics/frame.ts'
import type { Estimate } from '../stats/difference.ts'

/** A field of surveys by its name: a feature of the service, or a dimension. */
export function fieldLabel(id: string, words: Words): string {
  return hasWord(words, `drivers.feature.${id}`)
    ? say(words, `drivers.feature.${id}`)
    : labelOf(words, `dimensions.${id}.label`, id)
}

/** A value of a field: `E-mail`, `30–39`, `highest quarter`. */
export function levelLabel(field: string, level: string, words: Words): string {
  if (hasWord(words, `drivers.feature.${field}`)) return say(words, `drivers.level.${level}`)
  if (field === 'age_band') return `${level}–${Number(level) + 9}`
  if (field === 'hour') return `${level.padStart(2, '0')}:00–${String(Number(level) + 6).padStart(2, '0')}:00`
  return labelOf(words, `values.${field}.${level}`, level)
}

/** A field and its value as one name; what is simply so needs no value. */
export function signLabel(field: string, level: string, words: Words): string {
  const label = fieldLabel(field, words)
  return level === 'yes' ? label : say(words, 'drivers.labelled', { label, value: levelLabel(field, level, words) })
}

/** `−0.58 (−0.66 to −0.49)`. */
export function estimateText({ value, low, high }: Estimate, unit: MetricUnit, words: Words): string {
  const text = (each: number) =>
    // Adding 0 takes the sign from what rounds to nothing.
    unit === 'score' || unit === 'number'
      ? formatNumber(Math.round(each * 100) / 100 + 0, words, 2)
      : formatValue(each, unit, words)
  return say(words, 'drivers.estimate', { value: text(value), low: text(low), high: text(high) })
}

/** Where a delay lies: `up to 2 hr`, `12 hr – 24 hr`, `over 3 d`. */
export function delayText(from: number, to: number | null, words: Words): string {
  const [low, high] = [formatDuration(from, words), to === null ? '' : formatDuration(to, words)]
  return say(words, `drivers.delay.${to === null ? 'over' : from === 0 ? 'up_to' : 'between'}`, { low, high })
}
