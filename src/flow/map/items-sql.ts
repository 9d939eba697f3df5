import { literal, quoteIdentifier } from '../../sql/sql.ts'
import type { DerivedFill, Fill, Items } from './fill.ts'
import { cleanSql } from './typed.ts'

/**
 * The elements of a list as rows: the columns of the record, `_row` that tells records apart, `_position` within the record, and the
 * fields that are read. What is no JSON list has no elements.
 */
export function itemsSql(fill: Fill, items: Items, main: string): string {
  const list = `CASE WHEN json_valid(${items.list}) THEN json_extract(${items.list}, '$[*]') END`
  const records = `SELECT *, rowid AS "_row", ${list} AS "_list" FROM ${main} WHERE load = ${literal(fill.load)}`
  const outer = `SELECT * EXCLUDE ("_list"), unnest("_list") AS "_item", generate_subscripts("_list", 1) AS "_at" FROM (${records})`
  const elements = items.inner.reduce(innerSql, outer)
  const order = ['"_at"', ...items.inner.map((_, level) => `"_at${level}"`)].join(', ')
  const position = `row_number() OVER (PARTITION BY "_row" ORDER BY ${order}) AS "_position"`
  const texts = items.fields.map((name) => `json_extract_string("_item", ${pointer(name)}) AS ${quoteIdentifier(name)}`)
  const clean = items.fields.map((name) => `${cleanSql(quoteIdentifier(name), false)} AS ${quoteIdentifier(name)}`)
  const read = `SELECT ${['*', ...texts, position].join(', ')} FROM (${elements})`
  return clean.length > 0 ? `SELECT * REPLACE (${clean.join(', ')}) FROM (${read})` : read
}

/** Elements of a list within each element; they have the fields of the one around them, and their own before those. */
function innerSql(outer: string, path: string, level: number): string {
  const keys = path.split('.').map((key) => `."${key.replaceAll('"', '')}"`)
  const lists = `SELECT *, json_extract("_item", ${literal(`$${keys.join('')}[*]`)}) AS "_list" FROM (${outer})`
  const inner = `SELECT * EXCLUDE ("_list"), unnest("_list") AS "_inner", generate_subscripts("_list", 1) AS "_at${level}" FROM (${lists})`
  return `SELECT * EXCLUDE ("_item", "_inner"), json_merge_patch("_item", "_inner") AS "_item" FROM (${inner})`
}

function pointer(field: string): string {
  const keys = field.split('.').slice(1)
  return literal(keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))
}

const rejectColumns = '(load, record, line, scope, "column", reason, message, raw)'

/** Values of elements that do not read as their type: set aside one by one, like those of records. */
export function itemRejects(fill: Fill, { table, items, when, columns }: DerivedFill, main: string): string[] {
  if (!items) return []
  return columns.flatMap(({ name, sql, unread }) => {
    if (!unread) return []
    const text = quoteIdentifier(unread.field)
    const known = unread.empty.length > 0 ? ` AND lower(${text}) NOT IN (${unread.empty.map(literal).join(', ')})` : ''
    const column = `${items.from}.${unread.field.slice('item.'.length)}`
    return [
      `INSERT INTO cx.rejects ${rejectColumns}
SELECT load, record, NULL, 'value', ${literal(column)}, 'value-unreadable',
  ${literal(`The value does not read as ${table}.${name}; the row is kept without it.`)}, left(${text}, 2000)
FROM (${itemsSql(fill, items, main)}) WHERE ${text} IS NOT NULL AND (${sql}) IS NULL${known}${when ? ` AND ${when}` : ''}`,
    ]
  })
}
