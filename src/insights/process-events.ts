import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import { holdSteps, type Tables } from '../store/steps.ts'
import type { Row } from '../store/store.ts'
import type { EdgeEvidence, ProcessEvidence, StepEvidence } from './process-evidence.ts'
import { type Chosen, type EndStep, endSteps, type ProcessStep, processSteps, undatedSql } from './process-steps.ts'

/** Sequences that are read. */
const mostVariants = 200

type Of = Tables<ProcessStep | EndStep>

/** The process as the events of the cases tell it; null where there are none. */
export function readEvents(chosen: Chosen, context: MetricContext): Promise<ProcessEvidence | null> {
  const steps = { ...processSteps(chosen, context), ...endSteps() }
  return holdSteps(steps, context.store, (of) => readHeld(of, chosen, context))
}

async function readHeld(of: Of, chosen: Chosen, context: MetricContext): Promise<ProcessEvidence | null> {
  const { store } = context
  const one = async (statement: Sql): Promise<Row> => (await store.rows(statement))[0] ?? {}
  const whole = await one(wholeSql(of, context))
  if (count(whole.traced) === 0) return null
  const undated = await one(undatedSql(chosen, context))
  const steps = await store.rows(stepsSql(of))
  const edges = await store.rows(edgesSql(of, context))
  const variants = await store.rows(variantsSql(of))
  const hands = await one(handsSql(of))
  const reopens = await store.rows(reopensSql(of))
  const apart = await store.rows(apartSql(of))
  return {
    inferred: false,
    cases: count(whole.cases),
    traced: count(whole.traced),
    events: count(whole.events),
    undated: count(undated.n),
    tied: count(whole.tied),
    reworked: count(whole.reworked),
    length: { mean: Number(whole.length_mean), median: Number(whole.length_median), max: Number(whole.length_max) },
    duration: { mean: Number(whole.lasted_mean), median: Number(whole.lasted_median), max: Number(whole.lasted_max) },
    steps: inOrder(steps).map(stepOf),
    edges: inOrder(edges).map(edgeOf),
    variants: inOrder(variants).map(({ path, n }) => ({
      path: JSON.parse(String(path)) as string[],
      cases: count(n),
    })),
    variant_count: count(variants[0]?.variants),
    handovers: count(hands.handovers),
    returned: count(hands.returned),
    returned_cases: count(hands.cases),
    closing: typeof whole.closing === 'string' ? whole.closing : null,
    reopens: inOrder(reopens.filter(({ step }) => step !== null)).map(({ step, n, cases }) => ({
      step: String(step),
      count: count(n),
      cases: count(cases),
    })),
    reopened_cases: count(reopens.find(({ step }) => step === null)?.cases),
    returnable: count(hands.returnable),
    same_agent: typeof hands.same_agent === 'number' ? hands.same_agent : null,
    reworked_apart: count(apart.find(({ step }) => step === null)?.n),
    repeated_apart: inOrder(apart.filter(({ step }) => step !== null)).map(({ step, n }) => ({
      step: String(step),
      cases: count(n),
    })),
    statuses: [],
  }
}

const count = (value: unknown): number => Number(value ?? 0)

/** The most frequent first, then by name. */
function inOrder(rows: Row[]): Row[] {
  const nameOf = ({ step, next, path }: Row): string => JSON.stringify([step, next, path])
  return rows.toSorted((a, b) => count(b.n) - count(a.n) || (nameOf(a) < nameOf(b) ? -1 : 1))
}

function wholeSql(of: Of, { store: { dialect } }: MetricContext): Sql {
  const spread = (name: string): string =>
    `avg(${name}) AS ${name}_mean, ${operate(dialect, 'quantile', name, '0.5')} AS ${name}_median, max(${name}) AS ${name}_max`
  return sql`SELECT count(*) AS traced, sum(length) AS events, count(*) FILTER (WHERE tied) AS tied, ${raw(spread('length'))}, ${raw(spread('lasted'))},
  (SELECT count(*) FROM ${of.chosen}) AS cases, (SELECT word FROM ${of.closing}) AS closing,
  (SELECT sum(n) FROM (SELECT DISTINCT variant, n FROM ${of.times} WHERE times > 1)) AS reworked
FROM ${of.lives}`
}

const stepsSql = (of: Of): Sql => sql`SELECT w.step, sum(t.n * times) AS n, sum(t.n) AS cases,
  sum(t.n) FILTER (WHERE starts) AS starts, sum(t.n) FILTER (WHERE ends) AS ends, sum(t.n) FILTER (WHERE times > 1) AS repeated,
  CAST(sum(t.n * places) AS DOUBLE) / sum(t.n * times) AS place
FROM ${of.times} AS t JOIN ${of.words} AS w ON w.number = t.step GROUP BY w.step`

function edgesSql(of: Of, { store: { dialect } }: MetricContext): Sql {
  const quantile = (p: string): Sql => raw(operate(dialect, 'quantile', 'wait', p))
  return sql`SELECT w.step, f.step AS next, e.n, c.cases, e.median, e.p90, e.total FROM (
  SELECT step, next, count(*) AS n, ${quantile('0.5')} AS median, ${quantile('0.9')} AS p90, sum(wait) AS total
  FROM (SELECT step, next, ${raw(operate(dialect, 'seconds_between', '"at"', 'until'))} AS wait FROM ${of.told} WHERE next IS NOT NULL) GROUP BY step, next
) AS e JOIN (
  SELECT step, next, sum(n) AS cases FROM (SELECT DISTINCT variant, n, step, next FROM ${of.places} WHERE next IS NOT NULL) GROUP BY step, next
) AS c ON c.step = e.step AND c.next = e.next JOIN ${of.words} AS w ON w.number = e.step JOIN ${of.words} AS f ON f.number = e.next`
}

/** By their steps alone: two sequences may differ in what their events say of the case. */
const variantsSql = (of: Of): Sql => sql`SELECT n, variants, list(w.step ORDER BY each) AS path FROM (
  SELECT n, variants, rank, unnest(path) AS each FROM (
    SELECT path, sum(n) AS n, count(*) OVER () AS variants, row_number() OVER (ORDER BY sum(n) DESC, path) AS rank
    FROM (SELECT min(n) AS n, list_sort(list(place * 4294967296 + step)) AS path FROM ${of.places} GROUP BY variant)
    GROUP BY path ORDER BY rank LIMIT ${mostVariants}
  )
) JOIN ${of.words} AS w ON w.number = each & 4294967295 GROUP BY rank, n, variants`

/** Events of one agent in a row are one turn of work. */
const turnsSql = (
  told: Sql,
): Sql => sql`SELECT life, agent, before, lag(before) OVER (PARTITION BY life ORDER BY place) AS earlier
FROM (SELECT life, place, agent, lag(agent) OVER (PARTITION BY life ORDER BY place) AS before FROM ${told} WHERE agent IS NOT NULL)
WHERE before IS NULL OR before <> agent`

const handsSql = (of: Of): Sql => sql`WITH turns AS MATERIALIZED (${turnsSql(of.told)})
SELECT count(before) AS handovers, count(*) FILTER (WHERE earlier = agent) AS returned,
  count(DISTINCT life) FILTER (WHERE earlier = agent) AS cases, count(earlier) AS returnable,
  (SELECT sum(n * n) / (sum(n) * sum(n)) FROM (SELECT CAST(count(*) AS DOUBLE) AS n FROM turns GROUP BY agent)) AS same_agent FROM turns`

/** Cases whose work came straight back. */
export const returnedLives = (told: Sql): Sql => sql`SELECT life FROM (${turnsSql(told)}) WHERE earlier = agent`

/** The row without a step is all of them. */
const reopensSql = (of: Of): Sql => sql`SELECT w.step, sum(t.n * times) AS n, sum(t.n) AS cases
FROM (SELECT variant, step, min(n) AS n, count(*) AS times FROM ${of.reopens} GROUP BY variant, step) AS t JOIN ${of.words} AS w ON w.number = t.step GROUP BY w.step
UNION ALL SELECT NULL, NULL, sum(n) FROM (SELECT DISTINCT variant, n FROM ${of.reopens})`

/** Sequences with a step more than once that do not go on after the end: what a reopened case does again belongs to its reopening. */
export const apartFrom = (of: Of): Sql =>
  sql`${of.times} AS t WHERE times > 1 AND variant NOT IN (SELECT variant FROM ${of.reopens})`

const apartSql = (
  of: Of,
): Sql => sql`SELECT w.step, sum(a.n) AS n FROM (SELECT * FROM ${apartFrom(of)}) AS a JOIN ${of.words} AS w ON w.number = a.step GROUP BY w.step
UNION ALL SELECT NULL, sum(n) FROM (SELECT DISTINCT variant, n FROM ${apartFrom(of)})`

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
