import { wordsOf } from '../../model/vocabularies.ts'
import { literal } from '../../sql/sql.ts'

/**
 * The priority of each case when its promises began to hold: what it was before the first change of priority that the source tells,
 * else what it is. A later change does not move the deadline. `row` is the row in `cx.cases`.
 */
export function appliedPriority(cases: ReadonlySet<string>, events: ReadonlySet<string> | undefined): string {
  const now = cases.has('priority') ? 'c.priority' : 'CAST(NULL AS VARCHAR)'
  if (!events?.has('activity') || !events.has('from_value') || !events.has('at'))
    return `SELECT c.rowid AS row, c.id, ${now} AS priority FROM cx.cases AS c`
  const known = wordsOf('priority').map(literal).join(', ')
  return `SELECT c.rowid AS row, c.id, coalesce(earliest.priority, ${now}) AS priority FROM cx.cases AS c LEFT JOIN (
    SELECT "case" AS id, arg_min(lower(from_value), "at") AS priority FROM cx.case_events
    WHERE activity = 'priority' AND lower(from_value) IN (${known}) GROUP BY 1) AS earliest ON earliest.id = c.id`
}
