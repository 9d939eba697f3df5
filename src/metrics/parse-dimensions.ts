import { checked } from '../config/check.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import type { Column, ColumnType } from '../model/model.ts'
import { columnNamed, tables } from '../model/tables.ts'
import { type Expression, parseExpression, printExpression } from '../sql/expression.ts'
import type { Dimension } from './dimension.ts'
import { checkTable, type Place, placeAt, readExpression, type Terms } from './expressions.ts'
import { type DimensionSpec, dimensionSchema } from './metric-file.ts'
import { listOf } from './parse-metrics.ts'
import { columnsOnPath } from './reach.ts'

export interface ParsedDimension extends Dimension {
  replaces?: string
}

/** The `dimensions:` list of one file. */
export function parseDimensions(document: Document, terms: Terms, problems: Problem[]): ParsedDimension[] {
  return listOf(document, 'dimensions').flatMap((value, index) => {
    const path = ['dimensions', index]
    const spec = checked(dimensionSchema, value, document, problems, path)
    const dimension = spec && dimensionOf(spec, { document, path, problems, terms })
    return dimension ? [dimension] : []
  })
}

function dimensionOf(spec: DimensionSpec, place: Place): ParsedDimension | null {
  const table = spec.from === 'any' ? '*' : spec.from
  if (table !== '*' && !checkTable(table, placeAt(place, 'from'))) return null
  // An expression over the time basis of any metric reads no column of its own: any table will do to check it.
  const of = readExpression(spec.of, table === '*' ? 'cases' : table, placeAt(place, 'of'))
  if (!of) return null
  const expression = spec.bands ? bandsOf(of, spec.bands) : of
  const type = spec.bands ? 'text' : typeOf(of, table)
  return {
    id: spec.id,
    label: spec.label,
    table,
    expression,
    type,
    vocabulary: spec.vocabulary,
    ordered: spec.ordered ?? (spec.bands !== undefined || type === 'date' || type === 'number'),
    width: spec.bands ? of : undefined,
    bands: spec.bands,
    format: spec.format ?? (spec.bands ? 'band' : undefined),
    ofDays: spec.of_days,
    sensitivity: sensitivityOf(of, table),
    replaces: spec.replaces,
    defined_at: place.document.where(place.path),
  }
}

/** Bands that are written out: comparing a million values is far cheaper than making a text of each. */
const WRITTEN_BANDS = 15

/** `20-29` for 23: text, so that it reads well in a link. */
function bandsOf(of: Expression, width: number): Expression {
  const value = `(${printExpression(of)})`
  const low = `to_integer(floor(${value} / ${width}) * ${width})`
  const band = Array.from({ length: WRITTEN_BANDS }, (_, index) => index * width).map(
    (from) => `when ${value} < ${from + width} then '${from}-${from + width - 1}'`,
  )
  const other = `concat(to_text(${low}), '-', to_text(${low} + ${width - 1}))`
  return parseExpression(`case when ${value} < 0 then ${other} ${band.join(' ')} else ${other} end`)
}

const types: Record<ColumnType, Dimension['type']> = {
  text: 'text',
  json: 'text',
  integer: 'number',
  number: 'number',
  money: 'number',
  seconds: 'number',
  boolean: 'boolean',
  timestamp: 'date',
  date: 'date',
}
const dates = new Set(['day', 'week', 'month', 'quarter', 'year', 'date_of', 'to_date', 'add_days', 'add_months'])
const numbers = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'floor',
  'round',
  'abs',
  'hour_of',
  'weekday_of',
  'length',
  'to_integer',
  'to_number',
  'days_between',
  'seconds_between',
])
const truths = new Set([
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'and',
  'or',
  'not',
  'is_null',
  'is_not_null',
  'in_list',
  'between',
  'contains',
  'starts_with',
  'matches',
])

function typeOf(expression: Expression, table: string): Dimension['type'] {
  if (expression.kind === 'literal') return typeof expression.value === 'number' ? 'number' : 'text'
  if (expression.kind === 'case') return typeOf(expression.branches[0]!.result, table)
  if (expression.kind === 'column') {
    if (expression.path[0] === 'local_hour') return 'number'
    if (expression.path[0] === 'local_day') return 'date'
    return types[columnsOnPath(table, expression.path)?.at(-1)?.column.type ?? 'text']
  }
  if (dates.has(expression.op)) return 'date'
  if (numbers.has(expression.op)) return 'number'
  return truths.has(expression.op) ? 'boolean' : 'text'
}

function sensitivityOf(expression: Expression, table: string): Dimension['sensitivity'] {
  if (expression.kind === 'column') return columnsOnPath(table, expression.path)?.at(-1)?.column.sensitivity ?? 'none'
  const inner = expression.kind === 'call' ? expression.args.map((arg) => sensitivityOf(arg, table)) : []
  return inner.find((each) => each !== 'none') ?? 'none'
}

const inOrder = new Set(['priority', 'severity', 'risk_level', 'status'])

/** Every model column that a number can be split by, by its name; a name on several tables is one dimension, found on the nearest. */
export function modelDimensions(): Dimension[] {
  const found = new Map<string, Dimension>()
  const order = [...tables].sort((a, b) => Number(b.name === 'cases') - Number(a.name === 'cases'))
  // A name says nothing beside the link that holds it: `product` stands for products.name.
  for (const table of order)
    for (const column of table.columns)
      if (column.dimension && column.name !== 'name' && !found.has(column.name))
        found.set(column.name, columnDimension(table.name, column))
  return [...found.values()]
}

function columnDimension(table: string, column: Column): Dimension {
  const named = column.refers ? columnNamed(column.refers, 'name') : undefined
  return {
    id: column.name,
    label: sentenceCase(column.name.replace(/^is_/, '')),
    table,
    column: column.name,
    expression: { kind: 'column', path: [column.name], at: 0 },
    type: types[column.type],
    vocabulary: column.vocabulary,
    named:
      named && column.refers ? { table: column.refers, column: named.name, sensitivity: named.sensitivity } : undefined,
    ordered: inOrder.has(column.vocabulary ?? ''),
    sensitivity: column.sensitivity,
    defined_at: `src/model/tables.ts (${table}.${column.name})`,
  }
}

function sentenceCase(name: string): string {
  const text = name.replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
