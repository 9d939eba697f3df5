import { formatNumber, formatTick, formatValue, type Unit } from '../../config/format.ts'
import type { Words } from '../../config/words.ts'
import type { Option } from './chart.ts'
import { type ShapeName, shapes } from './shapes.ts'

/**
 * The option as ECharts wants it: `{ format: unit, digits, short }` and `{ shape }` become functions. Shared by the drawing on the server
 * and the living chart in the browser, so that both write a number alike.
 */
export function liveOption(option: Option, words: Words): Option {
  return live(option, words) as Option
}

function live(value: unknown, words: Words): unknown {
  if (Array.isArray(value)) return value.map((each) => live(each, words))
  if (value === null || typeof value !== 'object') return value
  if ('short' in value && 'format' in value) return (each: number) => formatTick(each, words)
  if ('format' in value && 'digits' in value) return formatter(value.format as Unit, Number(value.digits), words)
  if ('shape' in value && Object.hasOwn(shapes, String(value.shape))) return shapes[value.shape as ShapeName]
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, live(each, words)]))
}

function formatter(unit: Unit, digits: number, words: Words): (value: number) => string {
  if (unit === 'count' || unit === 'money') return (value) => formatNumber(value, words)
  if (unit === 'ratio') {
    return (value) =>
      new Intl.NumberFormat(words.locale, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(value)
  }
  if (unit === 'seconds') return (value) => formatValue(value, 'seconds', words)
  return (value) => formatNumber(value, words, digits)
}
