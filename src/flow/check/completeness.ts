import { ident, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { rowsOf } from './joined.ts'
import { type CheckResult, result } from './result.ts'
import { countBySource } from './sources.ts'

/** Rows without a value where nearly all should have one: found when the share with one falls below the limit. */
export async function findGaps(store: Store, check: Extract<Check, { kind: 'completeness' }>): Promise<CheckResult> {
  const { table, column, at_least, where } = check
  const rows = rowsOf(store, table)
  const of = where ? rows.sql(where.is) : 'TRUE'
  const counted = await countBySource(store, { rows, table, found: sql`${ident(table, column)} IS NULL`, of: raw(of) })
  const { found: missing, checked } = counted
  const fails = checked > 0 && checked - missing < at_least * checked
  return result(check, {
    table,
    subject: column,
    found: fails ? missing : 0,
    checked,
    facts: { column: `${table}.${column}`, missing, at_least, missing_share: checked > 0 ? missing / checked : null },
    rows: where ? `(${where.text}) and ${column} is null` : `${column} is null`,
    bySource: fails ? counted.bySource : counted.bySource.map((each) => ({ ...each, found: 0 })),
  })
}
