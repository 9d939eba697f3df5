import type { PromiseRule } from '../../config/promise.ts'
import { literal, quoteIdentifier } from '../../sql/sql.ts'

/** What a promise can be made for. */
export const promiseConditions = ['channel', 'priority', 'market'] as const

/** How a row is held against promises. */
export interface PromiseChoice {
  rules: PromiseRule[]
  /** Columns that the rows have. */
  columns: ReadonlySet<string>
  /** The SQL of the priority that counts. */
  priority: string
  /** What else must hold for a rule to fit, in SQL. */
  also?: (rule: PromiseRule) => string[]
}

/** `result` of the first rule that fits a row, as one expression; NULL where none does. */
export function choicePerRow(
  { rules, columns, priority, also = () => [] }: PromiseChoice,
  result: (rule: PromiseRule, index: number) => number | null,
): string {
  const own = (name: string): string => (columns.has(name) ? quoteIdentifier(name) : 'CAST(NULL AS VARCHAR)')
  const of = { channel: own('channel'), market: own('market'), priority: `CAST(${priority} AS VARCHAR)` }
  const branches = rules.map((rule, index) => {
    const named = promiseConditions.flatMap((each) =>
      rule[each] === undefined ? [] : [`${of[each]} = ${literal(rule[each])}`],
    )
    return `WHEN ${[...also(rule), ...named].join(' AND ') || 'TRUE'} THEN ${result(rule, index) ?? 'NULL'}`
  })
  return branches.length > 0 ? `CAST(CASE ${branches.join(' ')} END AS BIGINT)` : 'NULL'
}
