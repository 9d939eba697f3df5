import { raw, sql } from '../../sql/sql.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

const ofCases = ['customer', 'created_at', 'status', 'next_case_at']
const ofEvents = ['case', 'at', 'actor_kind']

/** Conversations that a bot wrote in: when each ended, and whether it stayed with the bot and the customer did not come back. */
export const containment: DeriveStep = {
  name: 'containment',
  async run({ store }) {
    const columns = await filledColumns(store)
    const cases = columns.get('cases')
    if (!ofCases.every((name) => cases?.has(name))) return []
    if (!ofEvents.every((name) => columns.get('case_events')?.has(name))) return []
    const bots = await store.rows(sql`SELECT 1 AS "one" FROM cx.case_events WHERE actor_kind = 'bot' LIMIT 1`)
    if (bots.length === 0) return []
    await makeColumns(store, 'cases', ['bot_ended_at', 'is_contained'])
    await store.run(raw(statementOf(cases!)))
    return []
  },
}

function statementOf(cases: ReadonlySet<string>): string {
  const moments = ['closed_at', 'solved_at', 'updated_at'].filter((name) => cases.has(name))
  // Events of the few cases with a bot only: a log has many times more rows than cases.
  return `UPDATE cx.cases AS c SET bot_ended_at = told.ended, is_contained = told.contained
FROM (SELECT k.rowid AS row, coalesce(${[...moments.map((name) => `k.${name}`), 'e.last'].join(', ')}) AS ended,
    CASE WHEN k.customer IS NOT NULL AND k.created_at IS NOT NULL AND k.status <> 'deleted'
      THEN e.agents = 0 AND k.status IN ('solved', 'closed') AND (k.next_case_at IS NULL OR k.next_case_at > ended + INTERVAL 7 DAY) END AS contained
  FROM cx.cases AS k JOIN (SELECT "case", max("at") AS last, count(*) FILTER (WHERE actor_kind = 'agent') AS agents
    FROM cx.case_events WHERE "case" IN (SELECT "case" FROM cx.case_events WHERE actor_kind = 'bot') GROUP BY "case") AS e ON e."case" = k.id) AS told
WHERE told.row = c.rowid`
}
