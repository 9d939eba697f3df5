import { ident, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

/** Rows with a stated value whose ids never stand where the value would have to be computed from. */
export async function findUnreferred(
  store: Store,
  check: Extract<Check, { kind: 'unreferred' }>,
): Promise<CheckResult> {
  const { table, column, by } = check
  const strangers = sql`SELECT id FROM ${ident('cx', table)} WHERE ${ident(column)} IS NOT NULL
    AND id NOT IN (SELECT ${ident(by.column)} FROM ${ident('cx', by.table)} WHERE ${ident(by.column)} IS NOT NULL)`
  const [row] = await store.rows(sql`SELECT (SELECT count(*) FROM (${strangers})) AS found,
    (SELECT count(${ident(column)}) FROM ${ident('cx', table)}) AS checked,
    (SELECT count(DISTINCT ${ident(by.column)}) FROM ${ident('cx', by.table)}) AS others`)
  await store.run(sql`INSERT INTO cx.check_rows SELECT ${check.id}, id FROM (${strangers})`)
  const [found, checked] = [Number(row?.found), Number(row?.checked)]
  return result(check, {
    table,
    subject: column,
    found,
    checked,
    facts: { others: Number(row?.others), meeting: checked - found },
  })
}
