import { ident, join, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { rowsOf } from './joined.ts'
import { type CheckResult, result } from './result.ts'

/** Rows that repeat the key of another one. Where a part of the key is missing there is none to repeat. */
export async function findRepeats(store: Store, check: Extract<Check, { kind: 'unique' }>): Promise<CheckResult> {
  const { table, columns, where } = check
  const rows = rowsOf(store, table)
  const key = columns.map((name) => ident(table, name))
  const whole = join(
    [raw(where ? rows.sql(where.is) : 'TRUE'), ...key.map((name) => sql`${name} IS NOT NULL`)],
    ' AND ',
  )
  const from = sql`FROM ${raw(rows.from())} WHERE ${whole}`
  const [row] = await store.rows(sql`SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS checked,
    CAST(coalesce(sum(n - 1), 0) AS BIGINT) AS found, count(*) FILTER (WHERE n > 1) AS keys FROM (SELECT count(*) AS n ${from} GROUP BY ${join(key)})`)
  const found = Number(row?.found ?? 0)
  if (found > 0)
    await store.run(sql`INSERT INTO cx.check_rows SELECT ${check.id}, id FROM (
      SELECT ${ident(table, 'id')} AS id, count(*) OVER (PARTITION BY ${join(key)}) AS n ${from}) WHERE n > 1`)
  return result(check, {
    table,
    subject: columns.join(', '),
    found,
    checked: Number(row?.checked ?? 0),
    facts: { table, columns: columns.join(', '), keys: Number(row?.keys ?? 0) },
  })
}
