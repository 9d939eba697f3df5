import { formatNumber, formatValue, type Unit } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'

/** Durations are days in Excel: seconds are divided by this, and the format shows hours, minutes and seconds. */
export const secondsADay = 86_400

const duration = '[h]:mm:ss'

/** How Excel shows a value of a unit. Separators and decimal signs are those of whoever opens it. */
export function unitFormat(unit: Unit, value: number | null = null): string {
  switch (unit) {
    case 'count':
      return '#,##0'
    case 'ratio':
      return '0.0%'
    case 'score':
      return '0.00'
    case 'points':
      return '0.0'
    case 'seconds':
      return duration
    case 'money':
      return Math.abs(value ?? 0) < 1e6 ? '#,##0.00' : '#,##0'
    case 'number':
      return Math.abs(value ?? 0) >= 100 ? '#,##0' : '#,##0.00'
  }
}

export const dayFormat = 'yyyy-mm-dd'
export const momentFormat = 'yyyy-mm-dd hh:mm'

/** A number as it is put into a cell, and its format. */
export interface Shown {
  value: number
  format: string
}

export function shownIn(value: number, unit: Unit): Shown {
  return { value: settled(unit === 'seconds' ? value / secondsADay : value), format: unitFormat(unit, value) }
}

/**
 * An engine that adds up on several threads adds in another order each time, and the last digits of a sum differ: two files of one version
 * would not be the same. Ten digits are kept, of an amount its cents.
 */
export function settled(value: number): number {
  const cents = Math.round(value * 100) / 100
  if (Math.abs(value - cents) <= 4e-12 * Math.max(1, Math.abs(value))) return cents
  return Number(value.toPrecision(10))
}

/**
 * The format that shows a number as the page writes it, found from what the page wrote: tables of pages know the unit of few columns. Null
 * where the text says more than its number (an interval, a condition), so that nothing of it is lost.
 */
export function formatAsWritten(value: number, text: string, words: Words): Shown | null {
  const found = writtenAs(value, text, words)
  return found && { ...found, value: settled(found.value) }
}

function writtenAs(value: number, text: string, words: Words): Shown | null {
  const signed = /^[+±]/.test(text)
  const bare = text.replace(/^[+±−-]/, '')
  const size = Math.abs(value)
  const code = (format: string): string => (signed ? `+${format};-${format};${format}` : format)
  for (let digits = 0; digits <= 4; digits++) {
    const decimals = digits === 0 ? '' : `.${'0'.repeat(digits)}`
    if (bare === formatNumber(size, words, digits)) return { value, format: code(`#,##0${decimals}`) }
    const percent = formatNumber(size * 100, words, digits)
    if (bare.replace(/[\s\u00a0\u202f]*%$/, '') === percent && bare.endsWith('%'))
      return { value, format: code(`0${decimals}%`) }
    if (bare === say(words, 'pages.points', { size: percent })) return { value, format: code(`0${decimals}%`) }
  }
  // Below a thousandth a chance is written as a bound: the number itself is at hand here.
  if (bare === `< ${formatNumber(0.001, words, 3)}`) return { value, format: '0.0E+00' }
  return bare === formatValue(size, 'seconds', words) ? { value: value / secondsADay, format: code(duration) } : null
}
