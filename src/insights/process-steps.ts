import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import type { Steps } from '../store/steps.ts'

/** Ids of the cases in question, and the moment after which nothing is known. */
export interface Chosen {
  ids: Sql
  asOf: string | null
}

/** Statuses of the model in which a case is done, and in which it is worked on. */
const done = "('solved', 'closed')"
const running = "('new', 'open', 'pending', 'hold')"

/** Columns of an event beside its step; what the source does not have is NULL. */
const columnOf =
  ({ version: { present } }: MetricContext) =>
  (name: string, type = 'VARCHAR'): string =>
    present.has(`case_events.${name}`) ? `e."${name}"` : `CAST(NULL AS ${type})`

/** The step of an event: the source's own word, else `activity:...`. */
function stepSql(context: MetricContext): string {
  const column = columnOf(context)
  return `coalesce(${column('step')}, CASE
      WHEN ${column('activity')} = 'status' AND ${column('to_value')} IS NOT NULL THEN 'activity:status:' || lower(${column('to_value')})
      WHEN ${column('activity')} = 'replied' AND ${column('actor_kind')} IS NOT NULL THEN 'activity:replied:' || ${column('actor_kind')}
      ELSE 'activity:' || ${column('activity')} END)`
}

/** What an event says of its case by the model's statuses: 1 it is done, 2 it is worked on. */
function stateSql(context: MetricContext): string {
  const column = columnOf(context)
  const says = (activities: string, statuses: string): string =>
    `${column('activity')} ${activities} OR (${column('activity')} = 'status' AND lower(${column('to_value')}) IN ${statuses})`
  return `CASE WHEN ${says(`IN ${done}`, done)} THEN 1 WHEN ${says(`= 'reopened'`, running)} THEN 2 END`
}

/** Of one moment the source's own order holds: `seq`, else the number of the record. Of two files with the same numbers any order does that stays: `tie`. */
export const eventOrder = '"at", seq, record, tie'

/** Events that have a moment, with the step (NULL where it has no name), the agent as a number, and its order; `more` are columns of theirs that are wanted beside. */
export function eventsSql(context: MetricContext, more: string[] = []): Sql {
  const column = columnOf(context)
  const hash = (of: string): string => operate(context.store.dialect, 'row_hash', of)
  const wanted = more.map((name) => `, ${column(name)} AS ${name}`).join('')
  return raw(`SELECT e."case", e."at", ${stepSql(context)} AS step, ${stateSql(context)} AS state,
    CASE WHEN ${column('actor')} IS NOT NULL AND coalesce(${column('actor_kind')}, 'agent') = 'agent' THEN ${hash(column('actor'))} END AS agent,
    coalesce(${column('seq', 'BIGINT')}, e.record, 0) AS seq, coalesce(e.record, 0) AS record,
    ${hash('e.id')} AS tie${wanted}
  FROM cx.case_events e WHERE e."at" IS NOT NULL`)
}

/**
 * The cases by number, and the moment after which nothing is known of them. It stands with the cases, not as a condition on events: an engine
 * takes that for few events, and builds its table of those instead of the cases.
 */
export function chosenSql({ ids, asOf }: Chosen): Sql {
  return sql`SELECT id, CAST(row_number() OVER (ORDER BY id) AS INTEGER) AS life, coalesce(CAST(${asOf} AS TIMESTAMP), TIMESTAMP 'infinity') AS known FROM (${ids})`
}

/** Events that have a step and no moment: they have no place in a case. */
export function undatedSql({ ids }: Chosen, context: MetricContext): Sql {
  return sql`SELECT count(*) AS n FROM cx.case_events e WHERE e."at" IS NULL AND ${raw(stepSql(context))} IS NOT NULL AND e."case" IN (${ids})`
}

/** Names of the steps of a process: its cases, its words, its events in order, its cases by their sequence, its sequences. */
export type ProcessStep = 'chosen' | 'words' | 'told' | 'lives' | 'variants' | 'places'

/** A place and what stands there as one number: a list of them sorts fast and is the sequence. Steps are numbered in the order of their names. */
const packed = 'CAST(place AS BIGINT) * 4294967296 + step * 4 + coalesce(state, 0)'

/**
 * The process of the cases. Text becomes numbers at once, events are put in order once (`told`, by `life`: a case), and what only the
 * sequence decides is asked of the sequences (`places`, each for `n` cases), of which there are far fewer than events.
 */
export function processSteps(chosen: Chosen, context: MetricContext): Steps<ProcessStep> {
  const { dialect } = context.store
  const events = eventsSql(context)
  return {
    chosen: () => chosenSql(chosen),
    words: () =>
      sql`SELECT step, CAST(row_number() OVER (ORDER BY step) AS INTEGER) AS number FROM (SELECT DISTINCT step FROM (${events}) WHERE step IS NOT NULL)`,
    told: (
      of,
    ) => sql`SELECT life, step, state, agent, "at", CAST(row_number() OVER life AS INTEGER) AS place, lead(step) OVER life AS next, lead("at") OVER life AS until
FROM (
  SELECT c.life, w.number AS step, e.state, e.agent, e."at", e.seq, e.record, e.tie
  FROM (${events}) AS e JOIN ${of.chosen} AS c ON c.id = e."case" AND e."at" <= c.known JOIN ${of.words} AS w ON w.step = e.step
) WINDOW life AS (PARTITION BY life ORDER BY ${raw(eventOrder)})`,
    lives: (
      of,
    ) => sql`SELECT life, list_sort(list(${raw(packed)})) AS path, count(*) AS length, coalesce(bool_or(until = "at"), FALSE) AS tied,
  ${raw(operate(dialect, 'seconds_between', 'min("at")', 'max("at")'))} AS lasted FROM ${of.told} GROUP BY life`,
    variants: (of) => sql`SELECT path, n, CAST(row_number() OVER () AS INTEGER) AS variant
FROM (SELECT path, count(*) AS n FROM ${of.lives} GROUP BY path)`,
    places: (
      of,
    ) => sql`SELECT variant, n, place, step, state, lead(step) OVER (PARTITION BY variant ORDER BY place) AS next FROM (
  SELECT variant, n, each >> 32 AS place, CAST((each & 4294967295) >> 2 AS INTEGER) AS step, nullif(each & 3, 0) AS state
  FROM (SELECT variant, n, unnest(path) AS each FROM ${of.variants})
)`,
  }
}

/** How often steps come, where cases end, and how they go on after that. */
export type EndStep = 'times' | 'closing' | 'reopens'

/**
 * `times`: each step once for each sequence that has it. `closing`: the step of a log's own words with which more than half of the cases end; none where the model's statuses say when a case is
 * done. `reopens`: steps with which a case goes on after it was done.
 */
export function endSteps(): { [Name in EndStep]: Steps<ProcessStep | EndStep>[Name] } {
  return {
    times: (
      of,
    ) => sql`SELECT variant, step, n, count(*) AS times, sum(place) AS places, min(place) = 1 AS starts, bool_or(next IS NULL) AS ends
FROM ${of.places} GROUP BY variant, step, n`,
    closing: (of) => sql`SELECT p.step, w.step AS word FROM ${of.places} AS p JOIN ${of.words} AS w ON w.number = p.step
WHERE p.next IS NULL AND w.step NOT LIKE 'activity:%' AND NOT EXISTS (SELECT 1 FROM ${of.places} WHERE state = 1)
GROUP BY p.step, w.step HAVING sum(p.n) * 2 > (SELECT sum(n) FROM ${of.variants})`,
    reopens: (of) => sql`SELECT variant, n, step FROM (
  SELECT *, lag(state) OVER (PARTITION BY variant ORDER BY place) AS before FROM (
    SELECT p.variant, p.n, p.place, p.step, coalesce(p.state, CASE WHEN p.step = c.step THEN 1 WHEN c.step IS NOT NULL THEN 2 END) AS state
    FROM ${of.places} AS p LEFT JOIN ${of.closing} AS c ON TRUE
  ) WHERE state IS NOT NULL
) WHERE state = 2 AND before = 1`,
  }
}
