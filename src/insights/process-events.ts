import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
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
 * number of the record. `more`: columns of the events that are wanted beside these.
 */
export function toldSql({ ids, asOf }: Chosen, context: MetricContext, more: string[] = []): Sql {
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
    coalesce(${raw(column('seq', 'BIGINT'))}, e.record, 0) AS seq, coalesce(e.record, 0) AS record, e.id${raw(more.map((name) => `, ${column(name)} AS own_${name}`).join(''))}
  FROM cx.case_events e WHERE e."case" IN (SELECT id FROM chosen)${until}
), told AS MATERIALIZED (
  SELECT "case", "at", step, state, agent, row_number() OVER life AS place, lead(step) OVER life AS next,
    ${raw(operate(context.store.dialect, 'seconds_between', '"at"', 'lead("at") OVER life'))} AS wait,
    row_number() OVER (PARTITION BY "case", step ORDER BY "at", seq, record, id) AS nth${raw(more.map((name) => `, own_${name}`).join(''))}
  FROM listed WHERE "at" IS NOT NULL AND step IS NOT NULL
  WINDOW life AS (PARTITION BY "case" ORDER BY "at", seq, record, id)
)`
}

/** The process as the events of the cases tell it; null where there are none. */
export async function readEvents(chosen: Chosen, context: MetricContext): Promise<ProcessEvidence | null> {
  const parts = await readParts(chosen, context)
  const [whole = {}] = parts.whole
  const [hands = {}] = parts.hands
  if (count(whole.traced) === 0) return null
  const again = parts.reopens
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
    steps: parts.flows.filter((row) => count(row.rolled) === 1).map(stepOf),
    edges: parts.flows.filter((row) => count(row.rolled) === 0 && row.next !== null).map(edgeOf),
    variants: parts.paths.map((row) => ({ path: row.path as string[], cases: count(row.n) })),
    variant_count: count(parts.paths[0]?.variants),
    handovers: count(hands.handovers),
    returned: count(hands.returned),
    returned_cases: count(hands.cases),
    closing: parts.closing.length > 0 ? String(parts.closing[0]?.step) : null,
    reopens: again
      .filter((row) => row.step !== null)
      .map((row) => ({ step: String(row.step), count: count(row.n), cases: count(row.cases) })),
    reopened_cases: count(again.find((row) => row.step === null)?.cases),
    returnable: count(hands.returnable),
    same_agent: typeof hands.same_agent === 'number' ? hands.same_agent : null,
    reworked_apart: count(parts.apart.find((row) => row.step === null)?.n),
    repeated_apart: parts.apart
      .filter((row) => row.step !== null)
      .map((row) => ({ step: String(row.step), cases: count(row.n) })),
    statuses: [],
  }
}

const count = (value: unknown): number => Number(value ?? 0)

type Part = 'flows' | 'whole' | 'paths' | 'hands' | 'closing' | 'reopens' | 'apart'
type PartRow = Record<string, unknown>

/** All parts in one statement, so that the events are put in order once; each row of a part is a JSON object. */
async function readParts(chosen: Chosen, context: MetricContext): Promise<Record<Part, PartRow[]>> {
  const queries: Record<Part, string> = {
    flows: flowQuery(context),
    whole: wholeQuery(context),
    paths: pathQuery,
    hands: handQuery,
    closing: 'SELECT step FROM closing',
    reopens: reopenQuery,
    apart: apartQuery,
  }
  const selects = Object.entries(queries).map(
    ([part, query]) => `SELECT '${part}' AS part, CAST(to_json(t) AS VARCHAR) AS told FROM (${query}) AS t`,
  )
  const rows = await context.store.rows(
    sql`${toldSql(chosen, context)}${raw(closingPart)}\n${raw(selects.join('\nUNION ALL '))}`,
  )
  const parts: Record<Part, PartRow[]> = {
    flows: [],
    whole: [],
    paths: [],
    hands: [],
    closing: [],
    reopens: [],
    apart: [],
  }
  for (const { part, told } of rows) parts[part as Part].push(JSON.parse(String(told)) as PartRow)
  // A union has no order of its own.
  for (const list of Object.values(parts)) list.sort((a, b) => count(b.n) - count(a.n) || inText(nameOf(a), nameOf(b)))
  return parts
}

function nameOf({ step, next, path }: PartRow): string {
  return JSON.stringify([step, next, path])
}

function inText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The step of a log's own words with which more than half of the cases end; none where the model's statuses say when a case is done. */
export const closingPart = `, closing AS (
  SELECT step FROM told WHERE next IS NULL AND step NOT LIKE 'activity:%' AND NOT EXISTS (SELECT 1 FROM told WHERE state = 'done')
  GROUP BY step HAVING count(*) * 2 > (SELECT count(*) FROM told WHERE place = 1)
)`

/** Steps and what follows them in one pass: `rolled` is 1 where a row is the step as a whole. */
function flowQuery({ store: { dialect } }: MetricContext): string {
  const quantile = (p: string) => operate(dialect, 'quantile', 'wait', p)
  return `SELECT step, next, grouping(next) AS rolled, count(*) AS n, count(DISTINCT "case") AS cases,
  count(*) FILTER (WHERE place = 1) AS starts, count(*) FILTER (WHERE next IS NULL) AS ends, count(*) FILTER (WHERE nth = 2) AS repeated,
  avg(place) AS place, ${quantile('0.5')} AS median, ${quantile('0.9')} AS p90, sum(wait) AS total
FROM told GROUP BY GROUPING SETS ((step, next), (step))`
}

function wholeQuery({ store: { dialect } }: MetricContext): string {
  const spread = (name: string) =>
    `avg(${name}) AS ${name}_mean, ${operate(dialect, 'quantile', name, '0.5')} AS ${name}_median, max(${name}) AS ${name}_max`
  return `SELECT count(*) AS traced, sum(length) AS events, count(*) FILTER (WHERE moments < length) AS tied,
  count(*) FILTER (WHERE steps < length) AS reworked, ${spread('length')}, ${spread('lasted')},
  (SELECT count(*) FROM chosen) AS cases, (SELECT count(*) FROM listed WHERE "at" IS NULL AND step IS NOT NULL) AS undated
FROM (
  SELECT "case", count(*) AS length, count(DISTINCT "at") AS moments, count(*) FILTER (WHERE nth = 1) AS steps,
    ${operate(dialect, 'seconds_between', 'min("at")', 'max("at")')} AS lasted
  FROM told GROUP BY "case"
)`
}

const pathQuery = `SELECT path, count(*) AS n, count(*) OVER () AS variants
FROM (SELECT "case", list(step ORDER BY place) AS path FROM told GROUP BY "case") GROUP BY path ORDER BY n DESC, path LIMIT ${mostVariants}`

/** Events of one agent in a row are one turn of work. */
const turns = `FROM (
  SELECT "case", agent, before, lag(agent, 2) OVER (PARTITION BY "case" ORDER BY place) AS earlier
  FROM (SELECT "case", place, agent, lag(agent) OVER (PARTITION BY "case" ORDER BY place) AS before FROM told WHERE agent IS NOT NULL)
  WHERE before IS NULL OR before <> agent
)`

const handQuery = `SELECT count(*) FILTER (WHERE before IS NOT NULL) AS handovers, count(*) FILTER (WHERE earlier = agent) AS returned,
  count(DISTINCT "case") FILTER (WHERE earlier = agent) AS cases, count(*) FILTER (WHERE earlier IS NOT NULL) AS returnable,
  (SELECT sum(n * n) / (sum(n) * sum(n)) FROM (SELECT CAST(count(*) AS DOUBLE) AS n ${turns} GROUP BY agent)) AS same_agent ${turns}`

/** Ids of cases whose work came straight back, behind `toldSql`. */
export const returnedCases = `SELECT "case" ${turns} WHERE earlier = agent`

/** Steps with which a case goes on after it was done. */
const goesOn = `FROM (
  SELECT "case", step, state, lag(state) OVER (PARTITION BY "case" ORDER BY place) AS before
  FROM (
    SELECT "case", place, step, coalesce(state, (SELECT CASE WHEN told.step = closing.step THEN 'done' ELSE 'open' END FROM closing)) AS state
    FROM told WHERE state IS NOT NULL OR EXISTS (SELECT 1 FROM closing)
  )
)
WHERE state = 'open' AND before = 'done'`

/** The row without a step is all of them. */
const reopenQuery = `SELECT step, count(*) AS n, count(DISTINCT "case") AS cases ${goesOn} GROUP BY GROUPING SETS ((step), ())`

/** Cases with a step more than once that did not go on after they were done: what a reopened case does again belongs to its reopening. */
const apart = `FROM told WHERE nth = 2 AND "case" NOT IN (SELECT "case" ${goesOn})`
const apartQuery = `SELECT step, count(DISTINCT "case") AS n ${apart} GROUP BY GROUPING SETS ((step), ())`

/** Ids of those, behind `toldSql` and `closingPart`. */
export const reworkedCases = `SELECT "case" ${apart}`

/** Ids of cases that went on after they were done, behind `toldSql` and `closingPart`. */
export const reopenedCases = `SELECT "case" ${goesOn}`

function stepOf(row: PartRow): StepEvidence {
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

function edgeOf(row: PartRow): EdgeEvidence {
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
