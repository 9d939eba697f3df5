import type { Column } from '../../model/model.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import { type Dialect, operate } from '../../sql/ops.ts'
import { literal } from '../../sql/sql.ts'
import { sqlTypes } from '../../sql/types.ts'
import type { DurationUnit, FromRule } from './pack.ts'

/** What a raw text is read with. */
export interface Reading {
  dialect: Dialect
  /** Zone of moments that are written without one. */
  zone: string
  /** Decimal sign of the file, where the rule states none. */
  decimal: '.' | ','
}

/** Words that mean "no value" in a column that is not text. */
export const nullWords = ['null', 'n/a', 'na', '#n/a', '-', '--', 'none', 'nil', 'nan', '(null)', '(blank)']

const blanks = "' \t\r\n\u00a0'"

/**
 * Without the blanks around it; blank is NULL. Free text keeps its own spaces. The engine's `trim` walks through the whole
 * text (it doubled the time of an import), so it runs only where the first or last character asks for it. The first is looked
 * at by comparing, which costs a third of `starts_with`.
 */
export function cleanSql(text: string, keepsSpaces: boolean): string {
  const begins = `${text} < '!' OR (${text} >= '\u00a0' AND ${text} < '\u00a1')`
  if (keepsSpaces) return `CASE WHEN (${begins}) AND trim(${text}, ${blanks}) = '' THEN NULL ELSE ${text} END`
  const ends = [' ', '\n', '\r', '\t', '\u00a0'].map((blank) => `suffix(${text}, '${blank}')`).join(' OR ')
  return `CASE WHEN ${begins} OR ${ends} THEN nullif(trim(${text}, ${blanks}), '') ELSE ${text} END`
}

/** The same text in one short expression, for files so wide that planning the longer one would take minutes. */
export function cleanWideSql(text: string, keepsSpaces: boolean): string {
  const trimmed = `trim(${text}, ${blanks})`
  return keepsSpaces ? `CASE WHEN ${trimmed} <> '' THEN ${text} END` : `nullif(${trimmed}, '')`
}

/** A cleaned text as a value of the column's type; NULL where it cannot be read. */
export function typedSql(text: string, column: Column, rule: FromRule, reading: Reading): string {
  const plain = plainSql(text, column, rule, reading)
  const words = wordBranches(column, rule)
  if (words.length === 0) return plain
  return `CASE lower(${text}) ${words.join(' ')} ELSE ${plain} END`
}

/** Words without a value that are no fault in the column; `null` where no text can be unreadable. */
export function emptyWords(column: Column, rule: FromRule): string[] | null {
  if (column.type === 'text' || column.type === 'json') return null
  return [...nullWords, ...Object.keys(rule.words).map((word) => word.trim().toLowerCase())]
}

/** Words of the pack, then the ids of the vocabulary themselves whatever their case. */
function wordBranches(column: Column, rule: FromRule): string[] {
  const branches = new Map<string, string | number | boolean | null>()
  for (const [word, value] of Object.entries(rule.words)) branches.set(word.trim().toLowerCase(), value)
  for (const id of column.vocabulary ? wordsOf(column.vocabulary) : []) if (!branches.has(id)) branches.set(id, id)
  return [...branches].map(([word, value]) => `WHEN ${literal(word)} THEN ${constantSql(value, column)}`)
}

/** A constant of the pack in the column's type. */
export function constantSql(value: string | number | boolean | null, column: Column): string {
  return column.type === 'text' && value !== null
    ? literal(String(value))
    : `CAST(${literal(value)} AS ${sqlTypes[column.type]})`
}

function plainSql(text: string, column: Column, rule: FromRule, reading: Reading): string {
  switch (column.type) {
    case 'text':
      return column.name === 'email' ? `lower(${text})` : text
    case 'json':
      return text
    case 'boolean':
      return booleanSql(text)
    case 'integer':
      return integerSql(numberText(text, column, rule, reading))
    case 'number':
    case 'money':
      return numberSql(numberText(text, column, rule, reading))
    case 'seconds':
      return secondsSql(text, column, rule, reading)
    case 'date':
      return dateSql(text, rule.read)
    case 'timestamp':
      return timestampSql(text, rule.read, reading)
  }
}

const yes = ['true', 't', 'yes', 'y', '1', '1.0', 'x', 'oui', 'vrai', 'ja', 'wahr', 'si', 'sí', 'verdadero']
const no = ['false', 'f', 'no', 'n', '0', '0.0', 'non', 'faux', 'nein', 'falsch', 'falso']

function booleanSql(text: string): string {
  const list = (words: string[]) => words.map(literal).join(', ')
  return `CASE WHEN lower(${text}) IN (${list(yes)}) THEN TRUE WHEN lower(${text}) IN (${list(no)}) THEN FALSE END`
}

/** A whole number; never a rounded one. */
function integerSql(text: string): string {
  return `CASE WHEN TRY_CAST(${text} AS BIGINT) = TRY_CAST(${text} AS DOUBLE) THEN TRY_CAST(${text} AS BIGINT) END`
}

function numberSql(text: string): string {
  return `CASE WHEN isfinite(TRY_CAST(${text} AS DOUBLE)) THEN TRY_CAST(${text} AS DOUBLE) END`
}

/** Thousands signs go only where they stand in groups of three; anything else stays unreadable rather than wrong. */
function numberText(text: string, column: Column, rule: FromRule, reading: Reading): string {
  const amount = column.type === 'money' ? `regexp_replace(${text}, '[$€£¥\\s\u00a0\u202f]|[A-Z]{3}$', '', 'g')` : text
  const decimal = rule.decimal ?? (reading.decimal === ',' ? ',' : undefined)
  if (decimal === undefined) return amount
  const [point, thousands] = decimal === ',' ? [',', "[.\\s\u00a0\u202f']"] : ['[.]', "[,\\s\u00a0\u202f']"]
  const shape = `[-+]?([0-9]+|[0-9]{1,3}(${thousands}[0-9]{3})+)(${point}[0-9]+)?`
  const digits = `replace(regexp_replace(${amount}, ${literal(thousands)}, '', 'g'), ',', '.')`
  return `CASE WHEN regexp_full_match(${amount}, ${literal(shape)}) THEN ${digits} END`
}

const unitFactor: Record<DurationUnit, number> = {
  milliseconds: 0.001,
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
}

function secondsSql(text: string, column: Column, rule: FromRule, reading: Reading): string {
  if (rule.read === 'h:m:s' || rule.read === 'm:s') return clockSql(text, rule.read)
  const number = numberSql(numberText(text, column, rule, reading))
  return `TRY_CAST(round(${number} * ${unitFactor[rule.unit ?? 'seconds']}) AS BIGINT)`
}

/** `26:15:00`, `-0:30`: hours, minutes and, where a third part stands, seconds. */
function clockSql(text: string, read: 'h:m:s' | 'm:s'): string {
  const part = (index: number) => `coalesce(TRY_CAST(split_part(ltrim(${text}, '-'), ':', ${index}) AS DOUBLE), 0)`
  const size = read === 'h:m:s' ? [3_600, 60, 1] : [60, 1, 0]
  const sum = size.map((factor, index) => `${part(index + 1)} * ${factor}`).join(' + ')
  const sign = `CASE WHEN starts_with(${text}, '-') THEN -1 ELSE 1 END`
  const shape = "'-?[0-9]+:[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]+)?)?'"
  return `CASE WHEN regexp_full_match(${text}, ${shape}) THEN CAST(round(${sign} * (${sum})) AS BIGINT) END`
}

function dateSql(text: string, read: string | undefined): string {
  if (read) return `CAST(${naiveSql(text, read)} AS DATE)`
  return `CAST(coalesce(TRY_CAST(${text} AS TIMESTAMP), TRY_CAST(${text} AS DATE)) AS DATE)`
}

const offset = ':[0-9]{2}([.][0-9]+)? ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$'

function timestampSql(text: string, read: string | undefined, { zone, dialect }: Reading): string {
  if (read === 'epoch') return epochSql(text, 1)
  if (read === 'epoch-ms') return epochSql(text, 1_000)
  const toUtc = (naive: string) => (zone === 'UTC' ? naive : operate(dialect, 'to_utc', naive, literal(zone)))
  if (read?.includes('%z')) return `CAST(timezone('UTC', try_strptime(${text}, ${literal(read)})) AS TIMESTAMP)`
  if (read) return toUtc(naiveSql(text, read))
  const withZone = `timezone('UTC', TRY_CAST(${text} AS TIMESTAMPTZ))`
  return `CASE WHEN regexp_matches(${text}, ${literal(offset)}) THEN ${withZone} ELSE ${toUtc(`TRY_CAST(${text} AS TIMESTAMP)`)} END`
}

function epochSql(text: string, perSecond: number): string {
  return `make_timestamp(CAST(round(TRY_CAST(${text} AS DOUBLE) * ${1_000_000 / perSecond}) AS BIGINT))`
}

const times = ['', ' %H:%M:%S', ' %H:%M', ' %I:%M:%S %p', ' %I:%M %p', ' %H:%M:%S.%f', ' %H:%M:%S.%g']

/** Formats of an order such as `d/m/y` or `m/d/yy`, whatever stands between day, month and year. */
export function formatsOf(order: string): string[] | null {
  if (!/^(d\/m\/yy?|m\/d\/yy?|yy?\/m\/d)$/.test(order)) return null
  const parts: Record<string, string> = { d: '%d', m: '%m', y: '%Y', yy: '%y' }
  const date = order
    .split('/')
    .map((part) => parts[part])
    .join('/')
  return times.map((time) => date + time)
}

/** A moment or day without a zone. A year of two digits is refused unless the order says `yy`. */
function naiveSql(text: string, read: string): string {
  if (read === 'excel') return `(TIMESTAMP '1899-12-30' + to_seconds(round(TRY_CAST(${text} AS DOUBLE) * 86400)))`
  const formats = formatsOf(read)
  if (!formats) return `try_strptime(${text}, ${literal(read)})`
  const tidy = `regexp_replace(regexp_replace(${text}, '^([0-9]+)[-./]([0-9]+)[-./]([0-9]+)', '\\1/\\2/\\3'), '(, ?| à | um |T)', ' ')`
  const parsed = `try_strptime(${tidy}, [${formats.map(literal).join(', ')}])`
  return `CASE WHEN extract('year' FROM ${parsed}) >= 1000 THEN ${parsed} END`
}
