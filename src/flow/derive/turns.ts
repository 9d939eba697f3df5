import { wordsOf } from '../../model/vocabularies.ts'
import { literal, raw } from '../../sql/sql.ts'
import { appliedPriority } from './applied-priority.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/**
 * Who was served before whom: was a case answered while an older, more urgent one of its team and market waited, and was a case passed
 * over by a younger, less urgent one? A running maximum over one sorted pass answers both; no case is held against every other.
 */
export const turns: DeriveStep = {
  name: 'turns',
  async run({ store }) {
    const columns = await filledColumns(store)
    const cases = columns.get('cases')
    if (!['created_at', 'first_response_at', 'priority'].every((name) => cases?.has(name))) return []
    await makeColumns(store, 'cases', ['is_out_of_turn', 'is_overtaken'])
    await store.run(raw(statementOf(cases!, columns.get('case_events'))))
    return []
  },
}

function statementOf(cases: ReadonlySet<string>, events: ReadonlySet<string> | undefined): string {
  const own = (name: string, type = 'VARCHAR'): string => (cases.has(name) ? `c."${name}"` : `CAST(NULL AS ${type})`)
  const words = wordsOf('priority')
  const rank = `CASE ${words.map((word, index) => `WHEN a.priority = ${literal(word)} THEN ${index + 1}`).join(' ')} END`
  const solved = `coalesce(${own('solved_at', 'TIMESTAMP')}, ${own('closed_at', 'TIMESTAMP')})`
  // Waits until its answer; unanswered, until its solution; open, for ever. When another state came to be, nobody knows.
  const until = `CASE WHEN ${own('status')} = 'deleted' THEN NULL
      WHEN coalesce(c.first_response_at, ${solved}) IS NOT NULL THEN coalesce(c.first_response_at, ${solved})
      WHEN ${own('status')} IS NULL OR ${own('status')} IN ('new', 'open', 'hold') THEN TIMESTAMP '9999-12-31' END`
  const levels = words.map((_, index) => index + 1)
  const before = levels
    .slice(0, -1)
    .map((level) => `WHEN ${level} THEN max(until) FILTER (WHERE rank > ${level}) OVER older`)
  const after = levels
    .slice(1)
    .map((level) => `WHEN ${level} THEN min(answered) FILTER (WHERE rank < ${level}) OVER younger`)
  return `UPDATE cx.cases SET
    is_out_of_turn = CASE WHEN w.answered IS NOT NULL AND w.rank IS NOT NULL THEN coalesce(w.waiting > w.answered, FALSE) END,
    is_overtaken = CASE WHEN w.until IS NOT NULL AND w.rank > 1 THEN coalesce(w.served < w.until, FALSE) END
  FROM (SELECT row, rank, answered, until, CASE rank ${before.join(' ')} END AS waiting, CASE rank ${after.join(' ')} END AS served
    FROM (SELECT c.rowid AS row, ${rank} AS rank, c.created_at, ${own('team')} AS team, ${own('market')} AS market,
        CASE WHEN c.first_response_at >= c.created_at AND coalesce(${own('status')}, 'open') <> 'deleted' THEN c.first_response_at END AS answered,
        ${until} AS until
      FROM cx.cases AS c JOIN (${appliedPriority(cases, events)}) AS a ON a.row = c.rowid WHERE c.created_at IS NOT NULL)
    WINDOW older AS (PARTITION BY team, market ORDER BY created_at RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 MICROSECOND PRECEDING),
      younger AS (PARTITION BY team, market ORDER BY created_at RANGE BETWEEN INTERVAL 1 MICROSECOND FOLLOWING AND UNBOUNDED FOLLOWING)
  ) AS w WHERE w.row = cases.rowid`
}
