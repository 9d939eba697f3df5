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
  const above = levels.slice(0, -1)
  const below = levels.slice(1)
  const list = (levels: number[], write: (level: number) => string): string => levels.map(write).join(', ')
  // Frames of rows run seven times as fast as frames of a range, and need one row a moment: cases of one moment do not pass each other.
  return `UPDATE cx.cases SET
    is_out_of_turn = CASE WHEN w.answered IS NOT NULL AND w.rank IS NOT NULL THEN coalesce(w.waiting > w.answered, FALSE) END,
    is_overtaken = CASE WHEN w.until IS NOT NULL AND w.rank > 1 THEN coalesce(w.served < w.until, FALSE) END
  FROM (
    WITH ranked AS (
      SELECT c.rowid AS row, ${rank} AS rank, c.created_at, ${own('team')} AS team, ${own('market')} AS market,
        CASE WHEN c.first_response_at >= c.created_at AND coalesce(${own('status')}, 'open') <> 'deleted' THEN c.first_response_at END AS answered,
        ${until} AS until
      FROM cx.cases AS c JOIN (${appliedPriority(cases, events)}) AS a ON a.row = c.rowid WHERE c.created_at IS NOT NULL
    ), moments AS (
      SELECT team, market, created_at, ${list(above, (level) => `max(until) FILTER (WHERE rank > ${level}) AS until_${level}`)},
        ${list(below, (level) => `min(answered) FILTER (WHERE rank < ${level}) AS answered_${level}`)}
      FROM ranked GROUP BY team, market, created_at
    ), waits AS (
      SELECT team, market, created_at, ${list(above, (level) => `max(until_${level}) OVER older AS waiting_${level}`)},
        ${list(below, (level) => `min(answered_${level}) OVER younger AS served_${level}`)}
      FROM moments
      WINDOW older AS (PARTITION BY team, market ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        younger AS (PARTITION BY team, market ORDER BY created_at ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    )
    SELECT r.row, r.rank, r.answered, r.until, CASE r.rank ${above.map((level) => `WHEN ${level} THEN waiting_${level}`).join(' ')} END AS waiting,
      CASE r.rank ${below.map((level) => `WHEN ${level} THEN served_${level}`).join(' ')} END AS served
    FROM ranked AS r JOIN waits AS m ON m.created_at = r.created_at AND m.team IS NOT DISTINCT FROM r.team AND m.market IS NOT DISTINCT FROM r.market
  ) AS w WHERE w.row = cases.rowid`
}
