import { raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { rowsOf } from './joined.ts'
import { type CheckResult, result } from './result.ts'

/** An amount that the source states, held against the one that other columns give: told with both where they lie apart. */
export async function findSums(store: Store, check: Extract<Check, { kind: 'sums' }>): Promise<CheckResult> {
  const rows = rowsOf(store, check.table)
  const [stored, computed] = [rows.sql(check.stored), rows.sql(check.computed)]
  const [row] = await store.rows(sql`SELECT CAST(sum(${raw(stored)}) AS DOUBLE) AS stored,
    CAST(sum(${raw(computed)}) AS DOUBLE) AS computed FROM ${raw(rows.from())}`)
  if (typeof row?.stored !== 'number' || typeof row.computed !== 'number')
    return result(check, { table: null, found: 0, checked: 0 })
  const apart = Math.abs(row.stored - row.computed)
  const share = row.computed === 0 ? null : apart / Math.abs(row.computed)
  return result(check, {
    found: apart > check.apart * Math.abs(row.computed) ? 1 : 0,
    checked: 1,
    facts: { stored: row.stored, computed: row.computed, apart, part: share },
  })
}
