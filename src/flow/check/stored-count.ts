import { operate } from '../../sql/ops.ts'
import { ident, literal, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

type StoredCount = Extract<Check, { kind: 'stored_count' }>

/**
 * How many there are, as a list says it of each of its rows (`total_cases` of a customer), against what is counted here: how many agree,
 * and both sums. Of columns of the source, only those of these names that no model column takes are read.
 */
export async function findStoredCounts(store: Store, check: StoredCount): Promise<CheckResult[]> {
  const { stored } = check
  if ('column' in stored) return [await countsOf(store, check, stored.column, ident('t', stored.column))]
  const columns = await store.rows(sql`SELECT DISTINCT c.name FROM cx.columns c JOIN cx.loads l ON l.id = c.load
    WHERE l.fills = ${check.table} AND coalesce(json_array_length(c.fills), 0) = 0
      AND regexp_replace(lower(c.name), '[^a-z]+', '_', 'g') IN (${raw(stored.names.map(literal).join(', '))}) ORDER BY c.name`)
  const results: CheckResult[] = []
  for (const { name } of columns) {
    const field = raw(operate(store.dialect, 'json_field', 't.attributes', literal(String(name))))
    results.push(await countsOf(store, check, String(name), sql`TRY_CAST(${field} AS DOUBLE)`))
  }
  return results
}

async function countsOf(store: Store, check: StoredCount, name: string, stored: Sql): Promise<CheckResult> {
  const { table, of, distinct } = check
  const counted = distinct ? sql`count(DISTINCT ${ident(distinct)})` : raw('count(*)')
  await store.run(sql`CREATE OR REPLACE TEMP TABLE stored_counts AS SELECT * FROM (
    SELECT t.id, ${stored} AS stored, coalesce(o.n, 0) AS counted FROM ${ident('cx', table)} AS t
    LEFT JOIN (SELECT ${ident(of.column)} AS "by", ${counted} AS n FROM ${ident('cx', of.table)} WHERE ${ident(of.column)} IS NOT NULL GROUP BY 1) AS o
      ON o."by" = t.id) WHERE stored IS NOT NULL`)
  await store.run(sql`INSERT INTO cx.check_rows SELECT ${check.id}, id FROM stored_counts WHERE stored <> counted`)
  const [row] = await store.rows(sql`SELECT count(*) FILTER (WHERE stored <> counted) AS found, count(*) AS checked,
    coalesce(CAST(sum(stored) AS DOUBLE), 0) AS stored, coalesce(CAST(sum(counted) AS DOUBLE), 0) AS counted FROM stored_counts`)
  await store.run(sql`DROP TABLE stored_counts`)
  const [found, checked] = [Number(row?.found ?? 0), Number(row?.checked ?? 0)]
  const sums = { stored: Number(row?.stored ?? 0), counted: Number(row?.counted ?? 0) }
  return result(check, {
    table,
    subject: name,
    found,
    checked,
    facts: { column: name, of: of.table, agreeing: checked - found, ...sums },
  })
}
