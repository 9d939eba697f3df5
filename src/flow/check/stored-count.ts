import { ident, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

/** A count that the source states, held against the rows that are there: how many agree, and both sums. */
export async function findStoredCounts(
  store: Store,
  check: Extract<Check, { kind: 'stored_count' }>,
): Promise<CheckResult> {
  const { table, column, of, distinct } = check
  const held = sql`SELECT t.id, t.${ident(column)} AS stored, coalesce(c.n, 0) AS counted FROM ${ident('cx', table)} AS t
    LEFT JOIN (SELECT ${ident(of.column)} AS id, count(DISTINCT ${ident(distinct)}) AS n FROM ${ident('cx', of.table)} GROUP BY 1) AS c
    ON c.id = t.id WHERE t.${ident(column)} IS NOT NULL`
  const [row] = await store.rows(sql`SELECT count(*) AS checked, count(*) FILTER (WHERE stored <> counted) AS found,
    sum(stored) AS stored, sum(counted) AS counted FROM (${held})`)
  await store.run(sql`INSERT INTO cx.check_rows SELECT ${check.id}, id FROM (${held}) WHERE stored <> counted`)
  const [found, checked] = [Number(row?.found), Number(row?.checked)]
  return result(check, {
    table,
    subject: column,
    found,
    checked,
    facts: { agreeing: checked - found, stored: Number(row?.stored), counted: Number(row?.counted) },
  })
}
