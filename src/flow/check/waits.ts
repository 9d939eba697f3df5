import { type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

/** Both clocks are mostly stored in whole minutes: two roundings. */
const slackSeconds = 120

/**
 * Clocks that run inside another one. In a solved case that was never reopened, waiting for the agent and for the customer, being on
 * hold and the first solution all end before the last solution: longer ones are of another case, another unit or another measure.
 */
const waits: Sql = sql`SELECT c.id, c.source_key, w.longest,
    coalesce(w.whole, CAST(epoch(coalesce(c.solved_at, c.closed_at)) - epoch(c.created_at) AS BIGINT)) AS whole
  FROM (SELECT "case", max(seconds) FILTER (WHERE metric = 'full_resolution') AS whole,
      greatest(max(seconds) FILTER (WHERE metric IN ('requester_wait', 'agent_wait', 'on_hold', 'first_resolution')),
        max(seconds) FILTER (WHERE metric = 'requester_wait') + max(seconds) FILTER (WHERE metric = 'agent_wait')) AS longest
    FROM cx.case_durations
    WHERE clock = 'calendar' AND origin <> 'superseded'
      AND metric IN ('full_resolution', 'requester_wait', 'agent_wait', 'on_hold', 'first_resolution')
    GROUP BY "case") AS w
  JOIN cx.cases AS c ON c.id = w."case"
  WHERE c.status IN ('solved', 'closed') AND c.reopens = 0 AND w.longest IS NOT NULL`

/** Cases whose waits outlast their full resolution, kept by id, with the worst of them as the example. */
export async function findLongWaits(store: Store, check: Check): Promise<CheckResult[]> {
  await store.run(
    sql`CREATE OR REPLACE TEMP TABLE long_waits AS SELECT *, longest > whole + ${slackSeconds} AS is_wrong FROM (${waits}) WHERE whole IS NOT NULL`,
  )
  await store.run(sql`INSERT INTO cx.check_rows SELECT ${check.id}, id FROM long_waits WHERE is_wrong`)
  const [row] = await store.rows(sql`SELECT count(*) FILTER (WHERE is_wrong) AS found, count(*) AS checked,
      arg_max(coalesce(source_key, id), longest - whole) FILTER (WHERE is_wrong) AS example,
      arg_max(longest / 3600, longest - whole) FILTER (WHERE is_wrong) AS waited,
      arg_max(whole / 3600, longest - whole) FILTER (WHERE is_wrong) AS whole FROM long_waits`)
  await store.run(sql`DROP TABLE long_waits`)
  const hours = (value: unknown): number | null => (value === null ? null : Number(value))
  return [
    result(check, {
      table: 'cases',
      found: Number(row?.found ?? 0),
      checked: Number(row?.checked ?? 0),
      facts: { example: String(row?.example ?? ''), waited: hours(row?.waited), whole: hours(row?.whole) },
    }),
  ]
}
