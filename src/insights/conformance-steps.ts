import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import type { Steps } from '../store/steps.ts'
import { type Chosen, type ProcessStep, processSteps } from './process-steps.ts'
import type { TargetProcess } from './target-process.ts'

export type ConformanceStep = ProcessStep | 'target' | 'hits' | 'ends' | 'marks' | 'times' | 'judged'

/**
 * `marks`: every way in which a sequence parts from the process; `times`: every way in which the moments of a case do. `judged`: every case
 * with what it lasted, whether it is finished and whether it has a mark. A case is finished when its last known status is done; where the
 * log has no statuses, when it has the last step that every case needs.
 */
export function conformanceSteps(
  target: TargetProcess,
  chosen: Chosen,
  context: MetricContext,
): Steps<ConformanceStep> {
  const listed = target.steps.map(
    ({ step, optional, again, within, after }, index) =>
      sql`(CAST(${index} AS INTEGER), CAST(${step} AS VARCHAR), CAST(${optional} AS BOOLEAN), CAST(${again} AS BOOLEAN), CAST(${within} AS DOUBLE), CAST(${after} AS INTEGER))`,
  )
  const last = target.steps.findLast(({ optional }) => !optional)!.step
  const extra: Steps<ConformanceStep>['marks'] = (of) =>
    target.others === 'part'
      ? sql`UNION ALL SELECT p.variant, 'extra', w.step, NULL, count(*) FROM ${of.places} AS p JOIN ${of.words} AS w ON w.number = p.step
  WHERE w.step NOT IN (SELECT step FROM ${of.target}) GROUP BY p.variant, w.step`
      : raw('')
  return {
    ...processSteps(chosen, context),
    target: (
      of,
    ) => sql`SELECT t.*, w.number FROM (VALUES ${join(listed)}) AS t(position, step, optional, again, within, after)
LEFT JOIN ${of.words} AS w ON w.step = t.step`,
    hits: (of) => sql`SELECT p.variant, p.n, t.position, min(p.place) AS place, count(*) AS times
FROM ${of.places} AS p JOIN ${of.target} AS t ON t.number = p.step GROUP BY p.variant, p.n, t.position`,
    ends: (of) => sql`SELECT variant, CASE WHEN (SELECT bool_or(state = 1) FROM ${of.places})
  THEN coalesce(arg_max(state, place) FILTER (WHERE state IS NOT NULL) = 1, FALSE)
  ELSE coalesce(bool_or(step = (SELECT number FROM ${of.words} WHERE step = ${last})), FALSE) END AS finished FROM ${of.places} GROUP BY variant`,
    marks: (of) => sql`SELECT l.variant, 'missing' AS kind, t.step, CAST(NULL AS VARCHAR) AS other, 1 AS times
FROM (
  SELECT e.variant, e.finished, max(h.position) AS furthest FROM ${of.ends} AS e LEFT JOIN ${of.hits} AS h ON h.variant = e.variant GROUP BY e.variant, e.finished
) AS l CROSS JOIN ${of.target} AS t LEFT JOIN ${of.hits} AS h ON h.variant = l.variant AND h.position = t.position
WHERE NOT t.optional AND h.place IS NULL AND (l.finished OR t.position < l.furthest)
UNION ALL SELECT o.variant, 'order', t.step, s.step, 1 FROM (
  SELECT variant, position, place, max(place) OVER early AS latest, arg_max(position, place) OVER early AS other
  FROM ${of.hits} WINDOW early AS (PARTITION BY variant ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
) AS o JOIN ${of.target} AS t ON t.position = o.position JOIN ${of.target} AS s ON s.position = o.other WHERE o.place < o.latest
UNION ALL SELECT h.variant, 'again', t.step, NULL, h.times - 1 FROM ${of.hits} AS h JOIN ${of.target} AS t ON t.position = h.position WHERE h.times > 1 AND NOT t.again
${extra(of)}`,
    times: timesOf(target, context),
    judged: (
      of,
    ) => sql`SELECT l.life, v.variant, l.lasted, e.finished, m.variant IS NOT NULL OR t.life IS NOT NULL AS parted, s.score
FROM ${of.lives} AS l JOIN ${of.variants} AS v ON v.path = l.path JOIN ${of.ends} AS e ON e.variant = v.variant
LEFT JOIN (SELECT DISTINCT variant FROM ${of.marks}) AS m ON m.variant = v.variant LEFT JOIN (SELECT DISTINCT life FROM ${of.times}) AS t ON t.life = l.life
LEFT JOIN (${scoresSql(of.chosen, context)}) AS s ON s.life = l.life`,
  }
}

/** Limits that nobody set are not looked for. */
function timesOf(
  { steps, within }: TargetProcess,
  { store: { dialect } }: MetricContext,
): Steps<ConformanceStep>['times'] {
  const late: Steps<ConformanceStep>['times'] = (
    of,
  ) => sql`UNION ALL SELECT h.life, 'late', t.step FROM (SELECT *, lag("at") OVER (PARTITION BY life ORDER BY position) AS before FROM firsts) AS h
JOIN ${of.target} AS t ON t.position = h.position LEFT JOIN firsts AS a ON a.life = h.life AND a.position = t.after
WHERE t.within IS NOT NULL AND ${raw(operate(dialect, 'seconds_between', 'CASE WHEN t.after IS NULL THEN h.before ELSE a."at" END', 'h."at"'))} > t.within`
  const limited = steps.some((step) => step.within !== null)
  return (of) => sql`WITH firsts AS MATERIALIZED (
  SELECT e.life, t.position, min(e."at") AS "at" FROM ${of.told} AS e JOIN ${of.target} AS t ON t.number = e.step GROUP BY e.life, t.position
) SELECT life, 'long' AS kind, CAST(NULL AS VARCHAR) AS step FROM ${of.lives} WHERE lasted > CAST(${within} AS DOUBLE)
${limited ? late(of) : raw('')}`
}

/** Is there satisfaction by case? */
export function hasRatings({ version: { present } }: MetricContext): boolean {
  return present.has('surveys.score') && present.has('surveys.case')
}

/** Satisfaction of each rated case, as `csat_mean` counts it. */
function scoresSql(chosen: Sql, context: MetricContext): Sql {
  if (!hasRatings(context))
    return raw('SELECT CAST(NULL AS INTEGER) AS life, CAST(NULL AS DOUBLE) AS score WHERE FALSE')
  const has = (name: string): boolean => context.version.present.has(`surveys.${name}`)
  const low = has('scale_min') ? 'coalesce(scale_min, 1)' : '1'
  const high = has('scale_max') ? 'coalesce(scale_max, 5)' : '5'
  const score = has('polarity')
    ? `CASE WHEN polarity = 'lower_is_better' THEN ${high} + ${low} - score ELSE score END`
    : 'score'
  const kind = has('kind') ? `kind = 'csat' AND ` : ''
  return sql`SELECT c.life, avg(${raw(score)}) AS score FROM cx.surveys AS s JOIN ${chosen} AS c ON c.id = s."case"
WHERE ${raw(`${kind}score BETWEEN ${low} AND ${high}`)} GROUP BY c.life`
}
