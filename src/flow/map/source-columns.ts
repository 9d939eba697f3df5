import type { ColumnType, Sensitivity } from '../../model/model.ts'
import { columnNamed } from '../../model/tables.ts'
import { type Dialect, operate } from '../../sql/ops.ts'
import { literal, quoteIdentifier } from '../../sql/sql.ts'
import { type Fill, type Lineage, lineageOf } from './fill.ts'
import { normaliseName } from './names.ts'

/** One column of the source after the load: where its values stand until the helpers are dropped, and what they fill. */
export interface MappedSourceColumn {
  name: string
  /** SQL over the main table. */
  values: string
  type: ColumnType
  sensitivity: Sensitivity
  fills: { column: string; expression: string; place: string }[]
}

interface Candidate {
  name: string
  sql: string
  type: ColumnType
  lineage?: Lineage
}

/** Every source column in the file's order, for its profile and lineage. To be read before the `drop` step. */
export function sourceColumnsOf(fill: Fill, dialect: Dialect): MappedSourceColumn[] {
  const lineage = lineageOf(fill)
  return fill.sourceColumns.map(({ name }) => {
    const fills = (lineage.get(name) ?? []).map(({ table, column, expression, place }) => ({
      column: `${table}.${column}`,
      expression,
      place,
    }))
    return {
      name,
      ...valuesOf(name, fill, dialect),
      sensitivity: sensitivityOf(
        name,
        fills.map(({ column }) => column),
      ),
      fills,
    }
  })
}

function valuesOf(name: string, fill: Fill, dialect: Dialect): { values: string; type: ColumnType } {
  const quoted = quoteIdentifier(name)
  if (fill.key === quoted) return { values: 'source_key', type: 'text' }
  const candidates = candidatesOf(fill).filter(
    ({ lineage }) => lineage?.columns.length === 1 && lineage.columns[0] === name,
  )
  const best = candidates.find(({ type, sql }) => type !== 'text' || sql === quoted) ?? candidates[0]
  if (best) return { values: plainValue(best), type: best.type }
  return { values: operate(dialect, 'json_field', 'attributes', literal(name)), type: 'text' }
}

function candidatesOf(fill: Fill): Candidate[] {
  const helpers = fill.helpers.flatMap(({ name, sql, lineage, fills, profile }) => {
    const column = fills && columnNamed(fills.table, fills.column)
    if (profile) return [{ name, sql, lineage, type: 'text' as const }]
    return column ? [{ name, sql, lineage, type: column.type }] : []
  })
  return [...fill.columns.filter(({ lineage }) => lineage.expression.startsWith('`')), ...helpers]
}

/** A link without the source or key space before it. */
function plainValue({ name, sql }: Candidate): string {
  const prefix = /^'((?:[^']|'')+:)' \|\| /.exec(sql)?.[1]?.replaceAll("''", "'")
  return prefix ? `substr(${quoteIdentifier(name)}, ${prefix.length + 1})` : quoteIdentifier(name)
}

const order: Sensitivity[] = ['none', 'quasi_id', 'free_text', 'direct_id', 'special']
const personal =
  /\b(e ?mail|mail|phone|telefon|telephone|tel|mobile|address|adresse|direccion|name|nom|nombre|vorname|ip)\b/

/** The strictest of what it fills; of a column that fills nothing, by its name. */
function sensitivityOf(name: string, fills: string[]): Sensitivity {
  const found = fills.map((fill) => columnNamed(...(fill.split('.') as [string, string]))?.sensitivity ?? 'none')
  if (found.length === 0 && personal.test(normaliseName(name))) return 'direct_id'
  return found.reduce((worst, each) => (order.indexOf(each) > order.indexOf(worst) ? each : worst), 'none')
}
