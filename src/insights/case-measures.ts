import type { MetricContext } from '../metrics/context.ts'
import { missingOf } from '../metrics/needs.ts'
import { compileIn, fromSql, type Scope, scopeOf } from '../metrics/scope.ts'
import { populationSql } from '../metrics/select-parts.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'

/** Measured seconds of work by case; null where the data have none. */
export function handledSql({ version }: Pick<MetricContext, 'version'>): Sql | null {
  const { present } = version
  if (!present.has('touchpoints.talk_seconds') || !present.has('touchpoints.case')) return null
  const part = (name: string) => (present.has(`touchpoints.${name}`) ? ` + coalesce("${name}", 0)` : '')
  return raw(
    `SELECT "case", CAST(sum("talk_seconds"${part('hold_seconds')}${part('wrapup_seconds')}) AS DOUBLE) AS "seconds" FROM cx."touchpoints" WHERE "talk_seconds" >= 0 AND "case" IS NOT NULL GROUP BY "case"`,
  )
}

/** Answers on satisfaction by case, as the metric "csat_mean" reads them: how many, their sum and sum of squares; null without any. */
export function scoresSql(context: MetricContext): Sql | null {
  const metric = context.catalogue.metrics.get('csat_mean')
  if (metric?.measure.kind !== 'mean' || !context.version.present.has('surveys.case')) return null
  if (missingOf(metric.needs, context.version.present).length > 0) return null
  const scope = surveysOf(context)
  const score = compileIn(scope, metric.measure.of)
  const population = populationSql(metric, scope) ?? 'TRUE'
  return sql`SELECT "case", count("score") AS "answers", CAST(sum("score") AS DOUBLE) AS "sum", CAST(sum("score" * "score") AS DOUBLE) AS "squares"
FROM (SELECT "surveys"."case" AS "case", CAST(${raw(score)} AS DOUBLE) AS "score" FROM ${raw(fromSql(scope))} WHERE ${raw(population)}) AS "answered"
WHERE "case" IS NOT NULL GROUP BY "case"`
}

/** Satisfied and dissatisfied by case, as the metrics "csat_percent" and its variant "bottom_two" say; a case that is both is neither. */
export function sidesSql(context: MetricContext): Sql | null {
  const [high, low] = ['csat_percent', 'csat_percent:bottom_two'].map((id) => context.catalogue.metrics.get(id))
  if (high?.measure.kind !== 'ratio' || low?.measure.kind !== 'ratio') return null
  if (!context.version.present.has('surveys.case') || missingOf(high.needs, context.version.present).length > 0)
    return null
  const scope = surveysOf(context)
  const [isHigh, isLow] = [compileIn(scope, high.measure.numerator), compileIn(scope, low.measure.numerator)]
  const population = populationSql(high, scope) ?? 'TRUE'
  return sql`SELECT "case", min("side") AS "side" FROM (SELECT "surveys"."case" AS "case", CASE WHEN ${raw(isHigh)} THEN 'high' WHEN ${raw(isLow)} THEN 'low' END AS "side"
FROM ${raw(fromSql(scope))} WHERE ${raw(population)}) AS "rated"
WHERE "case" IS NOT NULL AND "side" IS NOT NULL GROUP BY "case" HAVING min("side") = max("side")`
}

/** Answers on satisfaction by case, and how many of them the metric "csat_percent" counts as satisfied; null without any. */
export function satisfiedSql(context: MetricContext): Sql | null {
  const metric = context.catalogue.metrics.get('csat_percent')
  if (metric?.measure.kind !== 'ratio' || !context.version.present.has('surveys.case')) return null
  if (missingOf(metric.needs, context.version.present).length > 0) return null
  const scope = surveysOf(context)
  const satisfied = compileIn(scope, metric.measure.numerator)
  const population = populationSql(metric, scope) ?? 'TRUE'
  return sql`SELECT "surveys"."case" AS "case", count(*) AS "answered", count(*) FILTER (WHERE ${raw(satisfied)}) AS "satisfied"
FROM ${raw(fromSql(scope))} WHERE ${raw(population)} AND "surveys"."case" IS NOT NULL GROUP BY 1`
}

function surveysOf({ store, version }: MetricContext): Scope {
  return scopeOf({ dialect: store.dialect, from: 'surveys', asOf: version.as_of, zone: version.zone })
}
