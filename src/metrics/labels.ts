import { endOf } from '../calendar.ts'
import { formatDate } from '../config/format.ts'
import { hasWord, say } from '../config/words.ts'
import { operate } from '../sql/ops.ts'
import { ident, join, raw, sql } from '../sql/sql.ts'
import type { Cell, Row } from '../store/store.ts'
import type { MetricContext } from './context.ts'
import type { Dimension } from './dimension.ts'
import { tableSql } from './scope.ts'

/** Values of a dimension as people read them, by the value as text; a row without a value is `null`. */
export async function labelsOf(
  dimension: Dimension,
  values: Cell[],
  context: MetricContext,
): Promise<Record<string, string>> {
  const distinct = [...new Set(values)]
  const names = dimension.named ? await namesOf(dimension, distinct, context) : new Map<string, string>()
  return Object.fromEntries(
    distinct.map((value) => [String(value), names.get(String(value)) ?? valueLabel(dimension, value, context)]),
  )
}

/** Without asking the engine: by words, by format, or as it stands. */
export function valueLabel(dimension: Dimension, value: Cell, context: MetricContext): string {
  const { words } = context
  if (value === null) return say(words, 'values.not_set')
  const id = `values.${dimension.type === 'boolean' ? 'boolean' : (dimension.vocabulary ?? dimension.id)}.${value}`
  if (hasWord(words, id)) return say(words, id)
  if (dimension.format === 'month') return formatDate(String(value), words, { year: 'numeric', month: 'short' })
  if (dimension.format === 'half_month') return halfMonthLabel(String(value), context)
  if (dimension.format === 'hour') return `${String(value).padStart(2, '0')}:00`
  if (dimension.format === 'band') return String(value).replace('-', '–')
  if (dimension.format === 'years') return say(words, 'values.years', { years: Number(value) })
  return dimension.type === 'date' ? formatDate(String(value), words) : String(value)
}

/** `1–15 May 2023`, by its first day. */
function halfMonthLabel(first: string, { words }: MetricContext): string {
  const month = formatDate(first, words, { year: 'numeric', month: 'short' })
  const last = first.endsWith('-01') ? 15 : Number(endOf(first, 'month').slice(8))
  return `${Number(first.slice(8))}–${last} ${month}`
}

/** Names of the rows that a link leads to; a person's name only for a viewer who may see it. */
async function namesOf(dimension: Dimension, values: Cell[], context: MetricContext): Promise<Map<string, string>> {
  const ids = values.filter((value) => value !== null)
  const { named } = dimension
  if (!named || ids.length === 0) return new Map()
  if (named.sensitivity === 'direct_id' && context.viewer.personalData !== 'show') return new Map()
  const name =
    named.sensitivity === 'free_text'
      ? raw(operate(context.store.dialect, 'mask_contacts', '"name"'))
      : ident(named.column)
  const table = raw(tableSql(named.table))
  const shared = sql`EXISTS (SELECT 1 FROM ${table} AS "other" WHERE "other".${ident(named.column)} = "own".${ident(named.column)} AND "other"."id" <> "own"."id")`
  const rows = await context.store.rows(
    sql`SELECT "id", ${name} AS "name", "source_key", ${shared} AS "shared" FROM ${table} AS "own" WHERE "id" IN (${join(ids.map((id) => sql`${id}`))})`,
  )
  // Two products of one name are told apart by the source's own key, the same way in every answer.
  const label = ({ name: text, shared: twice, source_key: key }: Row): string =>
    twice ? `${text} (${key})` : String(text)
  return new Map(
    rows.flatMap((row) => (row.name === null || row.name === undefined ? [] : [[String(row.id), label(row)]])),
  )
}
