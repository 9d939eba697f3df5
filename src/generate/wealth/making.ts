import { raw } from '../../sql/sql.ts'
import type { Draws } from '../draw.ts'
import type { Generation, RawFile } from '../generator.ts'
import type { Market } from './market.ts'
import type { Period } from './period.ts'
import type { Sizes } from './sizes.ts'

/** Everything that a file of the wealth manager is made of. */
export interface Making {
  generation: Generation
  period: Period
  sizes: Sizes
  draws: Draws
  market: Market
}

/** Fields by name, in the order of the file: each as SQL of a text without commas, or as finished text. */
export type Fields = Record<string, string>

export interface FileParts {
  name: string
  fields: Fields
  /** What the fields are read from: a table or a query in brackets. */
  from: string
  prepare?: string[]
  dirt?: Record<string, number>
}

/** Lines that end with CR LF, as the source writes them: the carriage return is the end of the last field. */
export function crlfFile({ name, fields, from, prepare = [], dirt = {} }: FileParts): RawFile {
  const header = Object.keys(fields).join(',')
  const line = Object.values(fields).join(" || ',' || ")
  return {
    name: `${name}.csv`,
    prepare: prepare.map(raw),
    select: raw(`SELECT ${line} || chr(13) AS "${header}\r" FROM ${from}`),
    lines: true,
    dirt,
  }
}

export const text = (value: string): string => `CAST(${value} AS VARCHAR)`

/** Whole cents as an amount such as `13084.73` or `12604.0`. */
export const amount = (cents: string): string => text(`(${cents}) / 100.0::DOUBLE`)

/** A number behind letters, with zeros up to `width` digits. */
export const numbered = (letters: string, width: number, number: string): string =>
  `'${letters}' || lpad(${text(number)}, ${width}, '0')`

/** Digits that the largest number needs, at least `least`. */
export const widthFor = (least: number, largest: number): number => Math.max(least, String(largest).length)

export const customerId = ({ sizes }: Making, number = 'c'): string =>
  numbered('CUS', widthFor(6, sizes.customers), `${number} + 1`)
