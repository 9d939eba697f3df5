import { formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { momentSql } from '../metrics/scope.ts'
import { operate } from '../sql/ops.ts'
import { raw, sql } from '../sql/sql.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import type { NoFindings } from './finding.ts'

export interface ContainmentEvidence {
  /** Cases that a bot wrote in, those of them that ended seven days ago or earlier, and those that stayed with the bot. */
  conversations: number
  mature: number
  contained: number
}

export interface Containment extends ContainmentEvidence {
  rate: number
  low: number
  high: number
  sentence: string
}

const wait = 7 * 86_400
const needs = ['case_events.actor_kind', 'case_events.case', 'cases.status', 'cases.customer', 'cases.created_at']

/** Null where a field is missing that says who wrote, whether it ended, or whether the customer came again. */
export async function readContainment(context: MetricContext): Promise<ContainmentEvidence | null> {
  const { present, as_of: asOf } = context.version
  if (needs.some((need) => !present.has(need)) || !asOf) return null
  const { dialect } = context.store
  const moments = ['closed_at', 'solved_at', 'updated_at'].filter((name) => present.has(`cases.${name}`))
  const ended = raw(`coalesce(${[...moments.map((name) => `"cases"."${name}"`), '"told"."last"'].join(', ')})`)
  const now = momentSql(asOf.replace('T', ' ').replace('Z', ''))
  const since = (from: string, to: string) => raw(operate(dialect, 'seconds_between', from, to))
  const [row] =
    await context.store.rows(sql`WITH "told" AS (SELECT "case", max("at") AS "last", count(*) FILTER (WHERE "actor_kind" = 'agent') AS "agents"
  FROM cx."case_events" GROUP BY "case" HAVING count(*) FILTER (WHERE "actor_kind" = 'bot') > 0),
"spoken" AS (SELECT "told"."agents" AS "agents", "cases"."status" AS "status", ${ended} AS "ended", "cases"."next_case_at" AS "next"
  FROM "told" JOIN cx."cases" AS "cases" ON "cases"."id" = "told"."case" WHERE "cases"."customer" IS NOT NULL)
SELECT count(*) AS "conversations", count(*) FILTER (WHERE ${since('"ended"', now)} >= ${wait}) AS "mature",
  count(*) FILTER (WHERE ${since('"ended"', now)} >= ${wait} AND "agents" = 0 AND "status" IN ('solved', 'closed')
    AND ("next" IS NULL OR ${since('"ended"', '"next"')} > ${wait})) AS "contained"
FROM "spoken"`)
  const number = (key: string) => Number(row?.[key] ?? 0)
  return { conversations: number('conversations'), mature: number('mature'), contained: number('contained') }
}

/** Conversations that a bot ended alone and whose customer did not come back within seven days, over all that are old enough to tell. */
export function findContainment(evidence: ContainmentEvidence | null, words: Words): Containment | NoFindings {
  if (!evidence) return { refused: say(words, 'say.containment.unknown'), missing: needs }
  const { conversations, mature, contained } = evidence
  if (conversations === 0) return { refused: say(words, 'say.containment.no_bot'), missing: ['case_events.actor_kind'] }
  const interval = wilsonInterval(contained, mature)
  if (!interval) return { refused: say(words, 'say.containment.young', { conversations }), missing: [] }
  const ratio = (value: number) => formatValue(value, 'ratio', words)
  const rate = contained / mature
  const sentence = say(words, 'say.containment.here', {
    contained,
    mature,
    rate: ratio(rate),
    low: ratio(interval.low),
    high: ratio(interval.high),
    young: conversations - mature,
  })
  return { ...evidence, rate, ...interval, sentence }
}
