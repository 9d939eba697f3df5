import { ident, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { rowsOf } from './joined.ts'
import { type CheckResult, result } from './result.ts'

/** Amounts are written to the cent, so up to ten of them may miss by this much and nobody is at fault. */
const rounding = 0.05

/**
 * What a level should have become, month by month for each that has one: at the start, plus what came in, less what went out, is what
 * is there at the end. Months that miss by roundings only are a note; a month that misses by more raises the severity of the check.
 */
export async function findRollForward(
  store: Store,
  check: Extract<Check, { kind: 'roll_forward' }>,
): Promise<CheckResult> {
  const { table, by, day } = check
  const rows = rowsOf(store, table)
  const opening = rows.sql(check.opening)
  const own = (name: string): Sql => ident(table, name)
  const amount = (names: string[]): Sql =>
    names.reduce((sum, name) => sql`${sum} + coalesce(${own(name)}, 0)`, raw('0') as Sql)
  const month = sql`date_trunc('month', ${own(day)})`
  const known = sql`${own(by)} IS NOT NULL AND ${own(check.change)} IS NOT NULL`
  const each = sql`SELECT ${own(by)} AS what, ${month} AS month, any_value(${raw(opening)}) AS opening,
      sum(${own(check.change)}) AS change, sum(${amount(check.plus)}) AS more, sum(${amount(check.minus)}) AS less
    FROM ${raw(rows.from())} WHERE ${known} GROUP BY 1, 2`
  const first = sql`SELECT ${own(by)} AS what, min(${month}) AS month FROM ${ident('cx', table)} WHERE ${known} GROUP BY 1`
  const opened = sql`SELECT each.*, CASE WHEN first.month IS NULL THEN 0 ELSE coalesce(each.opening, 0) END AS paid_in
    FROM (${each}) AS each LEFT JOIN (${first}) AS first ON first.what = each.what AND first.month = each.month`
  const months = sql`SELECT paid_in AS opening, more, less, change, change - paid_in - more + less AS gap FROM (${opened})`
  const [row = {}] =
    await store.rows(sql`SELECT count(*) AS checked, count(*) FILTER (WHERE abs(gap) >= 0.005) AS found,
      count(*) FILTER (WHERE abs(gap) > ${raw(String(rounding))}) AS wide, CAST(max(abs(gap)) AS DOUBLE) AS largest,
      CAST(sum(opening) AS DOUBLE) AS opening, CAST(sum(more) AS DOUBLE) AS more, CAST(sum(less) AS DOUBLE) AS less,
      CAST(sum(change) AS DOUBLE) AS closing, CAST(sum(gap) AS DOUBLE) AS gap FROM (${months})`)
  const facts = Object.fromEntries(
    ['wide', 'largest', 'opening', 'more', 'less', 'closing', 'gap'].map((name) => [name, Number(row[name] ?? 0)]),
  )
  return result(check, {
    severity: facts.wide ? check.severity : 'note',
    found: Number(row.found),
    checked: Number(row.checked),
    facts,
  })
}
