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
      sensitivity: isList(name, fill)
        ? 'direct_id'
        : sensitivityOf(
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
  const text = fill.helpers.find(({ sql }) => sql === quoted)
  if (text) return { values: quoteIdentifier(text.name), type: 'text' }
  const digest = fill.columns.find(
    ({ lineage }) =>
      lineage.expression.startsWith('digest(') && lineage.columns.length === 1 && lineage.columns[0] === name,
  )
  // Its text stands nowhere; how many values are missing and how many differ, the digest knows.
  if (digest) return { values: quoteIdentifier(digest.name), type: 'text' }
  return { values: operate(dialect, 'json_field', 'attributes', literal(name)), type: 'text' }
}

/** A list of messages or changes may hold whatever people wrote, and who they are. */
function isList(name: string, fill: Fill): boolean {
  return fill.derived.some(({ items }) => items?.from === name)
}

/** Columns that are read but stand nowhere as they came, because an expression took them: they would look empty in the profile. */
export function textless(fill: Fill, used: Set<string>): string[] {
  const lost = (name: string): boolean => {
    const quoted = quoteIdentifier(name)
    if (fill.key === quoted || fill.helpers.some(({ sql }) => sql === quoted)) return false
    return !candidatesOf(fill).some(({ lineage }) => lineage?.columns.length === 1 && lineage.columns[0] === name)
  }
  // A digest is made so that its text stands nowhere.
  const lineages = [...fill.columns, ...fill.helpers, ...fill.derived.flatMap(({ columns }) => columns)].flatMap(
    ({ lineage }) => lineage ?? [],
  )
  const digested = (name: string): boolean => {
    const readers = lineages.filter(({ columns }) => columns.includes(name))
    return readers.length > 0 && readers.every(({ expression }) => expression.startsWith('digest('))
  }
  return fill.sourceColumns.flatMap(({ name }) => (used.has(name) && lost(name) && !digested(name) ? [name] : []))
}

function candidatesOf(fill: Fill): Candidate[] {
  const helpers = fill.helpers.flatMap(({ name, sql, lineage, fills }) => {
    const column = fills && columnNamed(fills.table, fills.column)
    // What an expression makes of a column is not the column: of an id it may be a flag.
    const isFlag = column?.type === 'boolean' && !isPlain(lineage)
    return column && !isFlag ? [{ name, sql, lineage, type: column.type }] : []
  })
  return [...fill.columns.filter(({ lineage }) => lineage.expression.startsWith('`')), ...helpers]
}

/** The column itself, perhaps by words or a unit: `Created at` (read d/m/y). */
const isPlain = (lineage?: Lineage): boolean => /^`(?:[^`]|``)+`(?: \([^)]*\))?$/.test(lineage?.expression ?? '')

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
