import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import type { Row } from '../store/store.ts'
import type { EdgeEvidence, ProcessEvidence, StepEvidence } from './process-evidence.ts'

/** Ids of the cases in question, and the moment after which nothing is known. */
export interface Chosen {
  ids: Sql
  asOf: string | null
}

/** Sequences that are read. */
const mostVariants = 200

/** Statuses of the model in which a case is done, and in which it is worked on. */
const done = "('solved', 'closed')"
const running = "('new', 'open', 'pending', 'hold')"

/**
 * `told`: every dated event with its place in its case and the step after it. Of one moment the source's own order holds: `seq`, else the
 * number of the record.
 */
function toldSql({ ids, asOf }: Chosen, context: MetricContext): Sql {
  const { present } = context.version
  const column = (name: string, type = 'VARCHAR'): string =>
    present.has(`case_events.${name}`) ? `e."${name}"` : `CAST(NULL AS ${type})`
  const activity = `CASE
      WHEN ${column('activity')} = 'status' AND ${column('to_value')} IS NOT NULL THEN 'activity:status:' || lower(${column('to_value')})
      WHEN ${column('activity')} = 'replied' AND ${column('actor_kind')} IS NOT NULL THEN 'activity:replied:' || ${column('actor_kind')}
      ELSE 'activity:' || ${column('activity')} END`
  const state = `CASE
      WHEN ${column('activity')} IN ${done} OR (${column('activity')} = 'status' AND lower(${column('to_value')}) IN ${done}) THEN 'done'
      WHEN ${column('activity')} = 'reopened' OR (${column('activity')} = 'status' AND lower(${column('to_value')}) IN ${running}) THEN 'open' END`
  const until = asOf ? sql` AND (e."at" IS NULL OR e."at" <= CAST(${asOf} AS TIMESTAMP))` : raw('')
  return sql`WITH chosen AS (${ids}), listed AS (
  SELECT e."case", e."at", coalesce(${raw(column('step'))}, ${raw(activity)}) AS step, ${raw(state)} AS state,
    CASE WHEN coalesce(${raw(column('actor_kind'))}, 'agent') = 'agent' THEN ${raw(column('actor'))} END AS agent,
    coalesce(${raw(column('seq', 'BIGINT'))}, e.record, 0) AS seq, coalesce(e.record, 0) AS record, e.id
  FROM cx.case_events e WHERE e."case" IN (SELECT id FROM chosen)${until}
), told AS (
  SELECT "case", "at", step, state, agent, row_number() OVER life AS place, lead(step) OVER life AS next,
    ${raw(operate(context.store.dialect, 'seconds_between', '"at"', 'lead("at") OVER life'))} AS wait,
    row_number() OVER (PARTITION BY "case", step ORDER BY "at", seq, record, id) AS nth
  FROM listed WHERE "at" IS NOT NULL AND step IS NOT NULL
  WINDOW life AS (PARTITION BY "case" ORDER BY "at", seq, record, id)
)`
}

/** The process as the events of the cases tell it; null where there are none. */
export async function readEvents(chosen: Chosen, context: MetricContext): Promise<ProcessEvidence | null> {
  const told = toldSql(chosen, context)
  const rows = (statement: Sql): Promise<Row[]> => context.store.rows(sql`${told}\n${statement}`)
  const [flows, [whole = {}], paths, [hands = {}]] = await Promise.all([
    rows(flowStatement(context)),
    rows(wholeStatement(context)),
    rows(pathStatement),
    rows(handStatement),
  ])
  if (count(whole.traced) === 0) return null
  const steps = flows.filter((row) => count(row.rolled) === 1).map(stepOf)
  const closing = closingOf(steps, count(whole.traced))
  const again = await rows(reopenStatement(closing))
  return {
    inferred: false,
    cases: count(whole.cases),
    traced: count(whole.traced),
    events: count(whole.events),
    undated: count(whole.undated),
    tied: count(whole.tied),
    reworked: count(whole.reworked),
    length: { mean: Number(whole.length_mean), median: Number(whole.length_median), max: Number(whole.length_max) },
    duration: { mean: Number(whole.lasted_mean), median: Number(whole.lasted_median), max: Number(whole.lasted_max) },
    steps,
    edges: flows.filter((row) => count(row.rolled) === 0 && row.next !== null).map(edgeOf),
    variants: paths.map((row) => ({ path: JSON.parse(String(row.path)) as string[], cases: count(row.cases) })),
    variant_count: count(paths[0]?.variants),
    handovers: count(hands.handovers),
    returned: count(hands.returned),
    returned_cases: count(hands.cases),
    closing,
    reopens: again
      .filter((row) => row.step !== null)
      .map((row) => ({ step: String(row.step), count: count(row.n), cases: count(row.cases) })),
    reopened_cases: count(again.find((row) => row.step === null)?.cases),
  }
}

const count = (value: unknown): number => Number(value ?? 0)

/** Steps and what follows them in one pass: `rolled` is 1 where a row is the step as a whole. */
function flowStatement({ store: { dialect } }: MetricContext): Sql {
  const quantile = (p: string) => operate(dialect, 'quantile', 'wait', p)
  return raw(`SELECT step, next, grouping(next) AS rolled, count(*) AS n, count(DISTINCT "case") AS cases,
  count(*) FILTER (WHERE place = 1) AS starts, count(*) FILTER (WHERE next IS NULL) AS ends, count(*) FILTER (WHERE nth = 2) AS repeated,
  avg(place) AS place, ${quantile('0.5')} AS median, ${quantile('0.9')} AS p90, sum(wait) AS total
FROM told GROUP BY GROUPING SETS ((step, next), (step)) ORDER BY n DESC, step, next`)
}

function wholeStatement({ store: { dialect } }: MetricContext): Sql {
  const spread = (name: string) =>
    `avg(${name}) AS ${name}_mean, ${operate(dialect, 'quantile', name, '0.5')} AS ${name}_median, max(${name}) AS ${name}_max`
  return raw(`, lives AS (
  SELECT "case", count(*) AS length, count(DISTINCT "at") AS moments, count(DISTINCT step) AS steps,
    ${operate(dialect, 'seconds_between', 'min("at")', 'max("at")')} AS lasted
  FROM told GROUP BY "case"
)
SELECT count(*) AS traced, sum(length) AS events, count(*) FILTER (WHERE moments < length) AS tied,
  count(*) FILTER (WHERE steps < length) AS reworked, ${spread('length')}, ${spread('lasted')},
  (SELECT count(*) FROM chosen) AS cases, (SELECT count(*) FROM listed WHERE "at" IS NULL AND step IS NOT NULL) AS undated
FROM lives`)
}

const pathStatement = raw(`, paths AS (
  SELECT "case", CAST(to_json(list(step ORDER BY place)) AS VARCHAR) AS path FROM told GROUP BY "case"
)
SELECT path, count(*) AS cases, count(*) OVER () AS variants FROM paths GROUP BY path ORDER BY cases DESC, path LIMIT ${mostVariants}`)

/** Events of one agent in a row are one turn of work. */
const handStatement = raw(`, acts AS (
  SELECT "case", place, agent, lag(agent) OVER (PARTITION BY "case" ORDER BY place) AS before FROM told WHERE agent IS NOT NULL
), turns AS (
  SELECT "case", agent, before, lag(agent, 2) OVER (PARTITION BY "case" ORDER BY place) AS earlier
  FROM acts WHERE before IS NULL OR before <> agent
)
SELECT count(*) FILTER (WHERE before IS NOT NULL) AS handovers, count(*) FILTER (WHERE earlier = agent) AS returned,
  count(DISTINCT "case") FILTER (WHERE earlier = agent) AS cases FROM turns`)

/** A step of a log's own after which it goes on: after `closing` the case was done. Row with no step: all of them. */
function reopenStatement(closing: string | null): Sql {
  const own =
    closing === null ? raw('state') : sql`coalesce(state, CASE WHEN step = ${closing} THEN 'done' ELSE 'open' END)`
  return sql`, states AS (
  SELECT "case", place, step, ${own} AS state FROM told
), moves AS (
  SELECT "case", step, state, lag(state) OVER (PARTITION BY "case" ORDER BY place) AS before FROM states WHERE state IS NOT NULL
)
SELECT step, count(*) AS n, count(DISTINCT "case") AS cases FROM moves WHERE state = 'open' AND before = 'done'
GROUP BY GROUPING SETS ((step), ()) ORDER BY n DESC, step`
}

function stepOf(row: Row): StepEvidence {
  return {
    step: String(row.step),
    count: count(row.n),
    cases: count(row.cases),
    starts: count(row.starts),
    ends: count(row.ends),
    repeated: count(row.repeated),
    place: Number(row.place),
  }
}

function edgeOf(row: Row): EdgeEvidence {
  return {
    from: String(row.step),
    to: String(row.next),
    count: count(row.n),
    cases: count(row.cases),
    median: Number(row.median),
    p90: Number(row.p90),
    total: Number(row.total),
  }
}

/** The step of a log's own words with which more than half of the cases end; none where the model's statuses say when a case is done. */
function closingOf(steps: StepEvidence[], cases: number): string | null {
  const solved = ['activity:solved', 'activity:closed', 'activity:status:solved', 'activity:status:closed']
  if (steps.some(({ step }) => solved.includes(step))) return null
  const last = steps.find(({ step, ends }) => !step.startsWith('activity:') && ends * 2 > cases)
  return last?.step ?? null
}
