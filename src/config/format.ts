import type { Words } from './words.ts'

/** How a number is written. The same on every surface; pure, so the browser uses it too. */
export type Unit = 'count' | 'ratio' | 'score' | 'seconds' | 'money' | 'number' | 'points'

/** What writes numbers of one form. */
interface Writer {
  format(value: number): string
}

const cache = new Map<string, Writer>()

/** With a minus sign, not the hyphen of the keyboard: beside a figure it is as wide as a plus. */
function formatter(locale: string, options: Intl.NumberFormatOptions): Writer {
  const key = locale + JSON.stringify(options)
  let writer = cache.get(key)
  if (!writer) {
    const format = new Intl.NumberFormat(locale, options)
    writer = { format: (value) => format.format(value).replace('-', '−') }
    cache.set(key, writer)
  }
  return writer
}

/** A number alone: `8,469`, `2.99`. */
export function formatNumber(value: number, words: Words, digits = 0): string {
  return formatter(words.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

/** A value with its unit: `66.7%`, `2.99`, `7 h 35 min`, `8,469`. An undefined value is a dash, never 0. */
export function formatValue(value: number | null | undefined, unit: Unit, words: Words): string {
  if (value === null || value === undefined) return '–'
  switch (unit) {
    case 'count':
      return formatNumber(value, words)
    case 'ratio':
      return formatter(words.locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
        value,
      )
    case 'score':
      return formatNumber(value, words, 2)
    case 'points':
      return formatNumber(value, words, 1)
    case 'seconds':
      return formatDuration(value, words)
    case 'money':
      return formatter(words.locale, { maximumFractionDigits: 0 }).format(value)
    case 'number':
      return formatNumber(value, words, Math.abs(value) >= 100 ? 0 : 2)
  }
}

/** Amounts that grow beyond what a label holds. */
const amounts: ReadonlySet<Unit> = new Set(['count', 'money', 'number'])

/**
 * A value as a picture writes it: an amount from a million on is short, `243.0M`, `1,2 Md`. Tables and files have it whole; a card,
 * which has more room, is short from ten million on.
 */
export function formatShort(value: number | null | undefined, unit: Unit, words: Words, from = 1e6): string {
  if (value === null || value === undefined || !amounts.has(unit) || Math.abs(value) < from)
    return formatValue(value, unit, words)
  return formatter(words.locale, {
    notation: 'compact',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(value)
}

/** A value in a cell that holds few letters: three digits of it, `38.7K`, `1.24M`, or as many as fit. */
export function formatTight(value: number | null | undefined, unit: Unit, words: Words, digits = 3): string {
  if (value === null || value === undefined || !amounts.has(unit) || Math.abs(value) < 10_000)
    return formatValue(value, unit, words)
  return formatter(words.locale, { notation: 'compact', maximumSignificantDigits: digits }).format(value)
}

/** A round number below an axis: `400M`, `1.25M`, `2.5K`. */
export function formatTick(value: number, words: Words): string {
  return formatter(words.locale, { notation: 'compact', maximumFractionDigits: 3 }).format(value)
}

/** Money to the cent, as a table of amounts below a million has it. */
export function formatCents(value: number | null | undefined, words: Words): string {
  return value === null || value === undefined ? '–' : formatNumber(value, words, 2)
}

const steps: [number, string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
]

/** Seconds as the two largest units that matter: `7 hr 35 min`, `45 sec`, `2 days 4 hr`. */
export function formatDuration(seconds: number, words: Words): string {
  const sign = seconds < 0 ? '−' : ''
  let rest = Math.round(Math.abs(seconds))
  const parts: string[] = []
  for (const [size, unit] of steps) {
    if (parts.length === 2) break
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(formatter(words.locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count))
    else if (parts.length > 0) break
    // Beside a hundred days an hour says nothing.
    if (size === 86_400 && count >= 100) break
  }
  if (parts.length === 0)
    parts.push(formatter(words.locale, { style: 'unit', unit: 'second', unitDisplay: 'short' }).format(0))
  return sign + parts.join(' ')
}

export function formatDate(
  iso: string,
  words: Words,
  options: Intl.DateTimeFormatOptions = { dateStyle: 'medium' },
): string {
  const date = new Date(iso.length === 10 ? `${iso}T00:00:00Z` : iso.endsWith('Z') ? iso : `${iso.replace(' ', 'T')}Z`)
  return Number.isNaN(date.getTime())
    ? iso
    : new Intl.DateTimeFormat(words.locale, { timeZone: 'UTC', ...options }).format(date)
}

/** A p value as a sentence prints it, with its sign: `= 0.28`, `= 0.004`, `< 0.001`. */
export function formatP(p: number, words: Words): string {
  return p < 0.001 ? formatChance(p, words) : `= ${formatChance(p, words)}`
}

/** A p or q value as a table prints it: `0.28`, `0.004`, `< 0.001`. */
export function formatChance(p: number, words: Words): string {
  if (p < 0.001) return `< ${formatNumber(0.001, words, 3)}`
  return formatNumber(p, words, p < 0.1 ? 3 : 2)
}
