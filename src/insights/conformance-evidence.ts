import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import { stepLabel } from './process.ts'
import { type Chosen, toldSql } from './process-events.ts'
import { casesOf, hasEvents, type ProcessScope } from './read-process.ts'
import type { KnownStep, TargetProcess } from './target-process.ts'

/** Ways in which a case parts from a process. */
export type DeviationKind = 'missing' | 'extra' | 'again' | 'order' | 'late' | 'long'

export interface Sample {
  n: number
  mean: number | null
  variance: number | null
}

export interface DeviationEvidence {
  kind: DeviationKind
  /** The step in question; null of a whole case. */
  step: string | null
  /** Of a wrong order, the step that should have come before. */
  other: string | null
  /** Finished cases that have it, and how often. */
  cases: number
  count: number
  /** Median seconds from first to last event. */
  lasted: number
  csat: Sample
}

/** What the store says of cases beside a process: counts and moments, no rows. */
export interface ConformanceEvidence {
  /** Cases in question, those with a dated event, and those that are finished: only they are judged. */
  cases: number
  traced: number
  finished: number
  followed: number
  /** Of those that are not finished, how many have parted already. */
  running_parted: number
  lasted: { followed: number | null; parted: number | null }
  csat: { followed: Sample; parted: Sample }
  deviations: DeviationEvidence[]
  /** Finished cases that have each step of the process, in its order. */
  reached: number[]
  /** Is there satisfaction by case? */
  rated: boolean
}

/** Every step that events have, in any case, the most frequent first. */
export async function readSteps(context: MetricContext): Promise<KnownStep[]> {
  if (!hasEvents(context)) return []
  const rows = await context.store.rows(
    sql`${toldSql({ ids: raw('SELECT id FROM cx.cases'), asOf: null }, context)} SELECT step, count(*) AS n FROM told GROUP BY step ORDER BY n DESC, step`,
  )
  return rows.map(({ step }) => ({ step: String(step), label: stepLabel(String(step), context.words) }))
}

/** How the cases of a scope went beside a settled process; null where there are no events. */
export async function readConformance(
  target: TargetProcess,
  scope: ProcessScope,
  context: MetricContext,
): Promise<ConformanceEvidence | null> {
  if (!hasEvents(context)) return null
  const chosen = await casesOf(scope, context)
  const median = (name: string, where = ''): string =>
    `${operate(context.store.dialect, 'quantile', name, '0.5')}${where && ` FILTER (WHERE ${where})`}`
  const rated = (where = ''): string => {
    const of = where && ` FILTER (WHERE ${where})`
    return `count(score)${of} AS n, avg(score)${of} AS mean, var_samp(score)${of} AS variance`
  }
  const parts = {
    whole: `SELECT (SELECT count(*) FROM chosen) AS cases, count(*) AS traced, count(*) FILTER (WHERE finished) AS finished,
      count(*) FILTER (WHERE finished AND NOT parted) AS followed, count(*) FILTER (WHERE parted AND NOT finished) AS running_parted,
      ${median('lasted', 'finished AND NOT parted')} AS lasted_followed, ${median('lasted', 'finished AND parted')} AS lasted_parted FROM judged`,
    followed: `SELECT ${rated()} FROM judged WHERE finished AND NOT parted`,
    parted: `SELECT ${rated()} FROM judged WHERE finished AND parted`,
    deviations: `SELECT kind, step, other, count(*) AS cases, sum(times) AS count, ${median('lasted')} AS lasted, ${rated()}
      FROM (SELECT "case", kind, step, other, sum(times) AS times FROM marks GROUP BY "case", kind, step, other) AS m
      JOIN judged USING ("case") WHERE finished GROUP BY kind, step, other`,
    reached: `SELECT position, count(*) AS n FROM hits JOIN judged USING ("case") WHERE finished GROUP BY position`,
  }
  const selects = Object.entries(parts).map(
    ([part, query]) => `SELECT '${part}' AS part, CAST(to_json(t) AS VARCHAR) AS told FROM (${query}) AS t`,
  )
  const rows = await context.store.rows(sql`${marksSql(target, chosen, context)}\n${raw(selects.join('\nUNION ALL '))}`)
  const found = (part: keyof typeof parts): Record<string, unknown>[] =>
    rows.filter((row) => row.part === part).map((row) => JSON.parse(String(row.told)) as Record<string, unknown>)
  return evidenceOf(target, found, hasRatings(context))
}

const count = (value: unknown): number => Number(value ?? 0)
const numberOr = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value))
const textOr = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

function sampleOf(row: Record<string, unknown> | undefined): Sample {
  return { n: count(row?.n), mean: numberOr(row?.mean), variance: numberOr(row?.variance) }
}

function evidenceOf(
  target: TargetProcess,
  found: (part: 'whole' | 'followed' | 'parted' | 'deviations' | 'reached') => Record<string, unknown>[],
  rated: boolean,
): ConformanceEvidence | null {
  const [whole = {}] = found('whole')
  if (count(whole.traced) === 0) return null
  const reached = new Map(found('reached').map(({ position, n }) => [Number(position), count(n)]))
  const deviations = found('deviations').map(
    (row): DeviationEvidence => ({
      kind: String(row.kind) as DeviationKind,
      step: textOr(row.step),
      other: textOr(row.other),
      cases: count(row.cases),
      count: count(row.count),
      lasted: count(row.lasted),
      csat: sampleOf(row),
    }),
  )
  const nameOf = (each: DeviationEvidence): string => JSON.stringify([each.kind, each.step, each.other])
  return {
    cases: count(whole.cases),
    traced: count(whole.traced),
    finished: count(whole.finished),
    followed: count(whole.followed),
    running_parted: count(whole.running_parted),
    lasted: { followed: numberOr(whole.lasted_followed), parted: numberOr(whole.lasted_parted) },
    csat: { followed: sampleOf(found('followed')[0]), parted: sampleOf(found('parted')[0]) },
    deviations: deviations.toSorted((a, b) => b.cases - a.cases || (nameOf(a) < nameOf(b) ? -1 : 1)),
    reached: target.steps.map((_, index) => reached.get(index) ?? 0),
    rated,
  }
}

function hasRatings({ version: { present } }: MetricContext): boolean {
  return present.has('surveys.score') && present.has('surveys.case')
}

/** Satisfaction of each rated case, as `csat_mean` counts it. */
function scoresSql(context: MetricContext): string {
  if (!hasRatings(context)) return `SELECT CAST(NULL AS VARCHAR) AS "case", CAST(NULL AS DOUBLE) AS score WHERE FALSE`
  const has = (name: string): boolean => context.version.present.has(`surveys.${name}`)
  const low = has('scale_min') ? 'coalesce(scale_min, 1)' : '1'
  const high = has('scale_max') ? 'coalesce(scale_max, 5)' : '5'
  const score = has('polarity')
    ? `CASE WHEN polarity = 'lower_is_better' THEN ${high} + ${low} - score ELSE score END`
    : 'score'
  const kind = has('kind') ? `kind = 'csat' AND ` : ''
  return `SELECT "case", avg(${score}) AS score FROM cx.surveys WHERE ${kind}score BETWEEN ${low} AND ${high} GROUP BY "case"`
}

/**
 * `marks`: every way in which a case parts from the process. `judged`: every case with what it lasted, whether it is finished and whether it has
 * a mark. A case is finished when its last known status is done; where the log has no statuses, when it has the last step that every case needs.
 */
export function marksSql(target: TargetProcess, chosen: Chosen, context: MetricContext): Sql {
  const between = (a: string, b: string): string => operate(context.store.dialect, 'seconds_between', a, b)
  const listed = target.steps.map(
    ({ step, optional, again, within, after }, index) =>
      sql`(CAST(${index} AS INTEGER), CAST(${step} AS VARCHAR), CAST(${optional} AS BOOLEAN), CAST(${again} AS BOOLEAN), CAST(${within} AS DOUBLE), CAST(${after} AS INTEGER))`,
  )
  const last = target.steps.findLast(({ optional }) => !optional)!.step
  const extra =
    target.others === 'part'
      ? `UNION ALL SELECT "case", 'extra', step, NULL, count(*) FROM told WHERE step NOT IN (SELECT step FROM target) GROUP BY "case", step`
      : ''
  const long =
    target.within === null
      ? raw('')
      : sql`UNION ALL SELECT "case", 'long', NULL, NULL, 1 FROM lives WHERE lasted > CAST(${target.within} AS DOUBLE)`
  return sql`${toldSql(chosen, context)}, target(position, step, optional, again, within, after) AS (VALUES ${join(listed)}),
hits AS MATERIALIZED (
  SELECT m."case", t.position, min(m.place) AS place, min(m."at") AS "at", count(*) AS times
  FROM told m JOIN target t ON t.step = m.step GROUP BY m."case", t.position
), lives AS MATERIALIZED (
  SELECT "case", ${raw(between('min("at")', 'max("at")'))} AS lasted, CASE WHEN (SELECT bool_or(state = 'done') FROM told)
    THEN coalesce(arg_max(state, place) FILTER (WHERE state IS NOT NULL) = 'done', FALSE) ELSE bool_or(step = ${last}) END AS finished
  FROM told GROUP BY "case"
), marks AS MATERIALIZED (
  SELECT l."case", 'missing' AS kind, t.step, CAST(NULL AS VARCHAR) AS other, 1 AS times
  FROM (SELECT l."case", l.finished, max(h.position) AS furthest FROM lives l LEFT JOIN hits h ON h."case" = l."case" GROUP BY l."case", l.finished) AS l
  CROSS JOIN target t LEFT JOIN hits h ON h."case" = l."case" AND h.position = t.position
  WHERE NOT t.optional AND h.place IS NULL AND (l.finished OR t.position < l.furthest)
  UNION ALL
  SELECT o."case", 'order', t.step, s.step, 1 FROM (
    SELECT "case", position, place, max(place) OVER early AS latest, arg_max(position, place) OVER early AS other
    FROM hits WINDOW early AS (PARTITION BY "case" ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  ) AS o JOIN target t ON t.position = o.position JOIN target s ON s.position = o.other WHERE o.place < o.latest
  UNION ALL
  SELECT h."case", 'again', t.step, NULL, h.times - 1 FROM hits h JOIN target t USING (position) WHERE h.times > 1 AND NOT t.again
  UNION ALL
  SELECT h."case", 'late', t.step, NULL, 1 FROM (
    SELECT *, lag("at") OVER (PARTITION BY "case" ORDER BY position) AS before FROM hits
  ) AS h JOIN target t USING (position) LEFT JOIN hits a ON a."case" = h."case" AND a.position = t.after
  WHERE t.within IS NOT NULL AND ${raw(between(`CASE WHEN t.after IS NULL THEN h.before ELSE a."at" END`, 'h."at"'))} > t.within
  ${raw(extra)}
  ${long}
), scores AS (${raw(scoresSql(context))}), judged AS MATERIALIZED (
  SELECT l.*, m."case" IS NOT NULL AS parted, s.score
  FROM lives l LEFT JOIN (SELECT DISTINCT "case" FROM marks) AS m ON m."case" = l."case" LEFT JOIN scores s ON s."case" = l."case"
)`
}
