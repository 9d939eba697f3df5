import type { MetricContext } from '../metrics/context.ts'
import { missingOf } from '../metrics/needs.ts'
import type { Query, RowsQuery } from '../metrics/query.ts'
import { planRows, whereSql } from '../metrics/rows.ts'
import { compileIn, fromSql, scopeOf } from '../metrics/scope.ts'
import { populationSql } from '../metrics/select-parts.ts'
import { operate } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'

/** What customers wrote: subject and description of a case, or the comment of a survey. */
export type TextField = 'cases' | 'comments'

/** Which texts. */
export interface TextScope extends Pick<Query, 'where' | 'range' | 'as_of'> {
  of: TextField
}

const columnsOf: Record<TextField, { table: string; columns: string[] }> = {
  cases: { table: 'cases', columns: ['subject', 'description'] },
  comments: { table: 'surveys', columns: ['comment'] },
}

/** Model columns of a field that hold text here. */
export function textColumns(of: TextField, { version }: Pick<MetricContext, 'version'>): string[] {
  const { table, columns } = columnsOf[of]
  return columns.filter((column) => version.present.has(`${table}.${column}`))
}

/** Model columns that would give a field its texts. */
export function missingTexts(of: TextField): string[] {
  return columnsOf[of].columns.map((column) => `${columnsOf[of].table}.${column}`)
}

/** What follows the first pages of a letter is quoted mail; and nobody can make a pass slow. */
const longest = 2000

/** A row a text: `id`, `case`, `customer`, `text`, and `group` where a dimension is asked for. */
export async function textsSql(scope: TextScope, context: MetricContext, by?: string): Promise<Sql> {
  const { of, ...rest } = scope
  const { table } = columnsOf[of]
  const { present } = context.version
  const counted: Pick<RowsQuery, 'metric'> =
    of === 'cases' && context.catalogue.metrics.has('cases') ? { metric: { id: 'cases', part: 'population' } } : {}
  const listing = await planRows({ table, columns: by ? [by] : ['id'], ...counted, ...rest }, context)
  const column = (name: string) => (present.has(`${table}.${name}`) ? `"${table}"."${name}"` : 'CAST(NULL AS VARCHAR)')
  const text = textColumns(of, context)
    .map((name) => `coalesce("${table}"."${name}", '')`)
    .join(` || '. ' || `)
  const written = `substr(${text}, 1, ${longest})`
  const group = by && listing.columns.find(({ id }) => id === by)?.sql
  return sql`SELECT * FROM (SELECT "${raw(table)}"."id" AS "id", ${raw(of === 'cases' ? '"cases"."id"' : column('case'))} AS "case", ${raw(column('customer'))} AS "customer",
  ${raw(written)} AS "text"${raw(group ? `, ${operate(context.store.dialect, 'to_text', group)} AS "group"` : '')}
FROM ${raw(fromSql(listing.scope))}${whereSql(listing.where)}) AS "written" WHERE length("text") > 4`
}

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
  const scope = scopeOf({
    dialect: context.store.dialect,
    from: 'surveys',
    asOf: context.version.as_of,
    zone: context.version.zone,
  })
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
  const scope = scopeOf({
    dialect: context.store.dialect,
    from: 'surveys',
    asOf: context.version.as_of,
    zone: context.version.zone,
  })
  const [isHigh, isLow] = [compileIn(scope, high.measure.numerator), compileIn(scope, low.measure.numerator)]
  const population = populationSql(high, scope) ?? 'TRUE'
  return sql`SELECT "case", min("side") AS "side" FROM (SELECT "surveys"."case" AS "case", CASE WHEN ${raw(isHigh)} THEN 'high' WHEN ${raw(isLow)} THEN 'low' END AS "side"
FROM ${raw(fromSql(scope))} WHERE ${raw(population)}) AS "rated"
WHERE "case" IS NOT NULL AND "side" IS NOT NULL GROUP BY "case" HAVING min("side") = max("side")`
}
