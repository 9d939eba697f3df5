import { operate } from '../../sql/ops.ts'
import { raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check, Side } from './check.ts'
import { rowsOf } from './joined.ts'
import { type CheckResult, result } from './result.ts'

/** Two amounts that should be one: told where they lie apart, in all or in single months. */
export async function findDifferences(
  store: Store,
  check: Extract<Check, { kind: 'reconcile' }>,
): Promise<CheckResult> {
  const { stored, computed, apart } = check
  const far = sql`abs(coalesce(s.amount, 0) - coalesce(c.amount, 0)) > ${apart} * abs(coalesce(c.amount, 0))`
  const [row] = await store.rows(sql`SELECT count(*) AS checked, count(*) FILTER (WHERE ${far}) AS found,
      sum(s.amount) AS stored, sum(c.amount) AS computed, min(strftime(coalesce(s.month, c.month), '%Y-%m')) FILTER (WHERE ${far}) AS first
    FROM (${sideSql(store, stored)}) AS s FULL JOIN (${sideSql(store, computed)}) AS c ON s.month = c.month
    WHERE s.amount IS NOT NULL OR c.amount IS NOT NULL`)
  const amounts = { stored: Number(row?.stored ?? 0), computed: Number(row?.computed ?? 0) }
  // An amount that nobody recorded is no amount of nought.
  if (row?.stored === null || row?.computed === null) return result(check, { found: 0, checked: 0, facts: amounts })
  const gap = Math.abs(amounts.stored - amounts.computed)
  return result(check, {
    found: Number(row?.found ?? 0),
    checked: Number(row?.checked ?? 0),
    facts: {
      ...amounts,
      apart: gap,
      part: amounts.computed === 0 ? null : gap / Math.abs(amounts.computed),
      first: row?.first == null ? null : String(row.first),
    },
  })
}

const always = "DATE '1970-01-01'"

function sideSql(store: Store, { table, value, where, month }: Side): Sql {
  const rows = rowsOf(store, table)
  const amount = value ? `CAST(sum(${rows.sql(value)}) AS DOUBLE)` : 'CAST(count(*) AS DOUBLE)'
  const by = month ? operate(store.dialect, 'month', rows.sql(month)) : always
  const of = where ? rows.sql(where) : 'TRUE'
  return sql`SELECT ${raw(by)} AS month, ${raw(amount)} AS amount FROM ${raw(rows.from())}
    WHERE ${raw(of)} AND ${raw(by)} IS NOT NULL GROUP BY 1`
}
