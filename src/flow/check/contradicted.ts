import { ident, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { countsOf, countsSql, rowsOf } from './joined.ts'
import { type CheckResult, result } from './result.ts'

/** Rows that say one thing while rows of another table that lead to them say otherwise. */
export async function findContradicted(
  store: Store,
  check: Extract<Check, { kind: 'contradicted' }>,
): Promise<CheckResult> {
  const { table, by } = check
  const rows = rowsOf(store, table)
  const where = rows.sql(check.where)
  const others = sql`SELECT ${ident(by.column)} FROM ${ident('cx', by.table)} WHERE ${ident(by.column)} IS NOT NULL`
  const denied = sql`${ident(table, 'id')} IN (${others})`
  const counts = countsSql(rows, check.counts, 'denied.id IS NOT NULL')
  const [row = {}] =
    await store.rows(sql`SELECT count(*) AS checked, count(denied.id) AS found, (SELECT count(*) FROM (${others})) AS others,
      (SELECT count(*) FROM ${ident('cx', table)}) AS whole${raw(counts)}
    FROM ${raw(rows.from())} LEFT JOIN (SELECT DISTINCT ${ident(by.column)} AS id FROM (${others})) AS denied ON denied.id = ${ident(table, 'id')}
    WHERE ${raw(where)}`)
  await store.run(
    sql`INSERT INTO cx.check_rows SELECT ${check.id}, ${ident(table, 'id')} FROM ${raw(rows.from())} WHERE ${raw(where)} AND ${denied}`,
  )
  const [checked, whole] = [Number(row.checked), Number(row.whole)]
  return result(check, {
    table,
    found: Number(row.found),
    checked,
    facts: { others: Number(row.others), whole, all: checked === whole ? 'yes' : 'no', ...countsOf(row, check.counts) },
  })
}
