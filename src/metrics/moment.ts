import { columnNamed } from '../model/tables.ts'
import type { Expression } from '../sql/expression.ts'

/** The column of a roll-up with changes times their days: `balance_moment` for `balance_change`. */
export function momentColumn(table: string, of: Expression): string | undefined {
  const [name = '', ...more] = of.kind === 'column' ? of.path : []
  const moment = name.replace(/_change$/, '_moment')
  return more.length === 0 && moment !== name && columnNamed(table, moment) ? moment : undefined
}
