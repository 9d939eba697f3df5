import { sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

/** Stored in whole minutes; of a longer duration a hundredth is let pass. */
const slackSeconds = 60

/** Durations that a source stored beside the moments and events that give the same one: where the two are apart. */
export async function findStoredDurations(store: Store, check: Check): Promise<CheckResult[]> {
  const rows = await store.rows(sql`SELECT s.metric, s.clock,
      count(*) FILTER (WHERE abs(s.seconds - c.seconds) > greatest(${slackSeconds}, 0.01 * c.seconds)) AS found, count(*) AS checked,
      median(s.seconds) / 3600 AS stored, median(c.seconds) / 3600 AS computed
    FROM cx.case_durations AS s JOIN cx.case_durations AS c USING ("case", metric, clock)
    WHERE s.origin = 'superseded' AND c.origin = 'computed' GROUP BY ALL ORDER BY ALL`)
  return rows.map((row) =>
    result(check, {
      subject: `${row.metric} ${row.clock}`,
      found: Number(row.found),
      checked: Number(row.checked),
      facts: {
        metric: String(row.metric).replaceAll('_', ' '),
        clock: String(row.clock),
        stored: Number(row.stored),
        computed: Number(row.computed),
      },
    }),
  )
}
