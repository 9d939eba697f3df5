import { formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { momentSql } from '../metrics/scope.ts'
import { operate } from '../sql/ops.ts'
import { raw, sql } from '../sql/sql.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import type { NoFindings } from './finding.ts'

export interface ContainmentEvidence {
  /** Cases of known customers that a bot wrote in, those of them that ended seven days ago or earlier, and those that stayed with the bot. */
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

/**
 * The counts behind the metric `containment_rate`, from the same columns. Null where a field is missing that says who wrote, whether it
 * ended, or whether the customer came again.
 */
export async function readContainment({ store, version }: MetricContext): Promise<ContainmentEvidence | null> {
  const { present, as_of: asOf } = version
  if (needs.some((need) => !present.has(need)) || !asOf) return null
  if (!present.has('cases.is_contained')) return { conversations: 0, mature: 0, contained: 0 }
  const now = momentSql(asOf.replace('T', ' ').replace('Z', ''))
  const mature = raw(`${operate(store.dialect, 'seconds_between', '"bot_ended_at"', now)} >= ${wait}`)
  const [row] = await store.rows(sql`SELECT count(*) AS "conversations", count(*) FILTER (WHERE ${mature}) AS "mature",
  count(*) FILTER (WHERE ${mature} AND "is_contained") AS "contained"
FROM cx."cases" WHERE "is_contained" IS NOT NULL`)
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
