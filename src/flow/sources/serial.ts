import type { CellFormat } from './workbook.ts'

const DAY = 86_400_000
const EPOCH_1900 = Date.UTC(1899, 11, 30)
const EPOCH_1904 = Date.UTC(1904, 0, 1)
/** 9999-12-31, the last day that Excel knows. */
const LAST_DAY = 2_958_466

/** A number of a cell as text: a date by its format, else the number with the 15 digits that Excel itself shows. */
export function numberText(value: string, format: CellFormat, from1904: boolean): string {
  const number = Number(value)
  if (value.trim() === '' || !Number.isFinite(number)) return value
  if (format === 'duration' && number >= 0) return durationText(number)
  if (format === 'number' || format === 'percent' || format === 'duration') return plainNumber(value, number)
  if (number < 0 || number >= LAST_DAY) return plainNumber(value, number)
  if (format === 'time' && number < 1) return clock(Math.round(number * 86_400))
  return dateText(number, format, from1904) ?? plainNumber(value, number)
}

function plainNumber(value: string, number: number): string {
  return /^-?\d{1,15}$/.test(value) ? value : String(Number(number.toPrecision(15)))
}

/** Days since the epoch as an ISO date, with a time when there is one. Seconds are rounded: the fraction is binary. */
function dateText(days: number, format: CellFormat, from1904: boolean): string | undefined {
  // Excel believes in 29 February 1900 (day 60), so the days before it are one off; that day itself has no date.
  if (!from1904 && days >= 60 && days < 61) return undefined
  const shift = !from1904 && days < 60 ? 1 : 0
  const seconds = Math.round((days + shift) * 86_400)
  const moment = new Date((from1904 ? EPOCH_1904 : EPOCH_1900) + Math.floor(seconds / 86_400) * DAY)
  const date = moment.toISOString().slice(0, 10)
  const rest = seconds % 86_400
  return rest === 0 && format === 'date' ? date : `${date} ${clock(rest)}`
}

function durationText(days: number): string {
  return clock(Math.round(days * 86_400))
}

/** Hours run on past 24: a duration is not a time of day. */
function clock(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
