import { raw, type Sql, sql } from '../sql/sql.ts'
import { openUntil } from './statements.ts'

/**
 * `promise_due`: for each row under a promise in opening hours, the calendar seconds from its beginning until the promise is due.
 *
 * `held` gives the rows: `row`, `rule` (which promise), `budget` (its open seconds) and `starts`. `pieces` gives, over `held`, the
 * stretches in which a schedule holds for a row: `row`, `budget`, `schedule`, `starts` and `ends`. The open seconds of the stretches add
 * up; the one in which the budget is used up says when. `is_scheduled` tells a row without a schedule from one whose schedules do not
 * open long enough.
 */
export function dueStatement(held: Sql, pieces: Sql): Sql {
  return sql`CREATE OR REPLACE TEMP TABLE promise_due AS
WITH held AS (${held}), pieces AS (${pieces}), counted AS (
  SELECT p."row", p.budget, p.schedule, p.starts, ${raw(openUntil('x', 'p.starts'))} AS before, ${raw(openUntil('y', 'p.ends'))} AS after
  FROM pieces p ASOF LEFT JOIN clock_open x ON x.schedule = p.schedule AND x.opens <= p.starts
    ASOF LEFT JOIN clock_open y ON y.schedule = p.schedule AND y.opens <= p.ends
), summed AS (
  SELECT *, CAST(sum(after - before) OVER (PARTITION BY "row" ORDER BY starts) AS BIGINT) AS spent FROM counted
), reached AS (
  SELECT "row", arg_min(schedule, starts) FILTER (spent >= budget) AS schedule,
    arg_min(after - (spent - budget), starts) FILTER (spent >= budget) AS until
  FROM summed GROUP BY "row"
)
SELECT h."row", h.rule, h.starts IS NOT NULL AS is_begun, r."row" IS NOT NULL AS is_scheduled, z.opens + r.until - z.before - h.starts AS seconds
FROM held h LEFT JOIN reached r ON r."row" = h."row" ASOF LEFT JOIN clock_open z ON z.schedule = r.schedule AND z.before < r.until`
}
