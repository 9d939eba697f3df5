import type { MetricContext } from '../metrics/context.ts'
import type { Query, RowsQuery } from '../metrics/query.ts'
import { planRows, whereSql } from '../metrics/rows.ts'
import { fromSql } from '../metrics/scope.ts'
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
  const parts = textColumns(of, context).map((name) => `coalesce("${table}"."${name}", '')`)
  const text = parts.join(` || '. ' || `)
  // Its length is known from those of its parts: to put it together, and to cut it by characters, costs many times as much.
  const length = parts.map((part) => `length(${part})`).join(' + 2 + ')
  const written = `CASE WHEN ${length} > ${longest} THEN substr(${text}, 1, ${longest}) ELSE ${text} END`
  const group = by && listing.columns.find(({ id }) => id === by)?.sql
  return sql`SELECT "id", "case", "customer", "text"${raw(group ? ', "group"' : '')} FROM (SELECT "${raw(table)}"."id" AS "id", ${raw(of === 'cases' ? '"cases"."id"' : column('case'))} AS "case", ${raw(column('customer'))} AS "customer",
  ${raw(written)} AS "text", ${raw(length)} AS "length"${raw(group ? `, ${operate(context.store.dialect, 'to_text', group)} AS "group"` : '')}
FROM ${raw(fromSql(listing.scope))}${whereSql(listing.where)}) AS "written" WHERE "length" > 4`
}
