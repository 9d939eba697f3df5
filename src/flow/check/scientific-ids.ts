import { columnNamed } from '../../model/tables.ts'
import { ident, literal, raw, sql } from '../../sql/sql.ts'
import type { Row, Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

/** `1.03006E+13`: what a spreadsheet makes of a long number. */
const scientific = '^[0-9]([.,][0-9]+)?[eE][+]?[0-9]+$'

/**
 * Columns that name a row or a person and hold numbers in scientific notation: the last digits are gone, so that one value
 * stands for many. Only columns whose profile shows such a value are read.
 */
export async function findScientificIds(store: Store, check: Check): Promise<CheckResult[]> {
  const columns = await store.rows(sql`SELECT c.load, c.name, c.fills, l.fills AS main FROM cx.columns c
    JOIN cx.loads l ON l.id = c.load
    WHERE regexp_matches(concat_ws(' ', c.lowest, c.highest, CAST(c.top AS VARCHAR)), '[0-9][eE][+]?[0-9]') ORDER BY c.load, c.position`)
  const results: CheckResult[] = []
  for (const column of columns) results.push(...(await findIn(store, check, column)))
  return results
}

async function findIn(store: Store, check: Check, { load, name, fills, main }: Row): Promise<CheckResult[]> {
  const place = placeOf(String(name), fills, String(main))
  if (!place) return []
  const column = ident(place.column)
  const value = sql`CASE WHEN source IS NOT NULL AND starts_with(${column}, source || ':') THEN substr(${column}, length(source) + 2) ELSE ${column} END`
  const [row] = await store.rows(sql`SELECT count(*) FILTER (WHERE is_scientific) AS found, count(value) AS checked,
      count(DISTINCT value) FILTER (WHERE is_scientific) AS kinds, min(value) FILTER (WHERE is_scientific) AS example
    FROM (SELECT value, regexp_matches(value, ${raw(literal(scientific))}) AS is_scientific
      FROM (SELECT ${value} AS value FROM ${ident('cx', place.table)} WHERE load = ${String(load)}))`)
  if (!row || Number(row.found) === 0) return []
  return [
    result(check, {
      table: place.table,
      subject: String(name),
      found: Number(row.found),
      checked: Number(row.checked),
      facts: { column: String(name), kinds: Number(row.kinds), example: String(row.example) },
      rows: `matches(${place.column}, '[0-9][eE][+]?[0-9]+$')`,
    }),
  ]
}

/** Where the ids of a source column stand in the table of the load: a link, or the key itself. */
function placeOf(name: string, fills: unknown, main: string): { table: string; column: string } | null {
  const filled = JSON.parse(String(fills ?? '[]')) as { column: string }[]
  for (const { column } of filled) {
    const [table = '', link = ''] = column.split('.')
    if (table === main && columnNamed(table, link)?.refers) return { table, column: link }
  }
  return filled.length === 0 && /\b(id|no|number|key)\b/i.test(name) ? { table: main, column: 'source_key' } : null
}
