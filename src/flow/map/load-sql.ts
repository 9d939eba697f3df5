import { tableNamed } from '../../model/tables.ts'
import { type Dialect, operate } from '../../sql/ops.ts'
import { literal, quoteIdentifier } from '../../sql/sql.ts'
import type { Fill } from './fill.ts'
import { cleanSql, cleanWideSql } from './typed.ts'

/** Helper columns that every load has beside those of its fill. */
export const bookkeeping = [
  /** The record as it came, where it is set aside. */
  { name: '_raw', type: 'VARCHAR' },
  /** Texts without a value of the type, as a JSON object by number of the check. */
  { name: '_failed', type: 'VARCHAR' },
]

/** One column that can fail to be read. */
export interface Check {
  table: string
  column: string
  /** Source column whose text is kept. */
  from: string
  /** Where its value stands in the select: `=age`. */
  typed: string
  /** Words that are no fault. */
  empty: string[]
}

/** Every value of a fill that can be unreadable, in the order in which `_failed` numbers them. */
export function checksOf(fill: Fill): Check[] {
  const main = fill.columns.map((each) => ({ ...each, table: fill.table, column: each.name }))
  const helpers = fill.helpers.map((each) => ({
    ...each,
    table: each.fills?.table ?? '',
    column: each.fills?.column ?? '',
  }))
  return [...main, ...helpers].flatMap(({ table, column, name, empty, lineage }) =>
    empty && lineage ? [{ table, column, from: lineage.columns[0]!, typed: quoteIdentifier(`=${name}`), empty }] : [],
  )
}

/**
 * The select that types a batch: cleaned source columns, then typed values under `=name`, then what the table takes. Three
 * levels, so that each expression is computed once; the engine streams them in one parallel pass over the file.
 */
export function loadSelect(fill: Fill, read: string, dialect: Dialect): { columns: string[]; select: string } {
  const outer = outerColumns(fill, dialect)
  return {
    columns: outer.map(({ name }) => name),
    select: [
      `SELECT ${outer.map(({ name, sql }) => `${sql} AS ${quoteIdentifier(name)}`).join(',\n  ')}`,
      `FROM (SELECT *, ${typedColumns(fill).join(',\n  ')}`,
      `FROM (SELECT ${cleanColumns(fill).join(',\n  ')}`,
      `FROM ${read}))`,
    ].join('\n'),
  }
}

/** The engine plans each branch of a CASE against all others: 1,000 columns 8 s, 5,000 minutes. */
const WIDE = 300

function cleanColumns(fill: Fill): string[] {
  const clean = fill.sourceColumns.length > WIDE ? cleanWideSql : cleanSql
  return fill.sourceColumns.map(({ name, freeText }) => {
    const quoted = quoteIdentifier(name)
    return `${clean(quoted, freeText)} AS ${quoted}`
  })
}

function typedColumns(fill: Fill): string[] {
  const key = fill.key ?? 'CAST(NULL AS VARCHAR)'
  const values = [...fill.columns, ...fill.helpers].map(({ name, sql }) => `${sql} AS ${quoteIdentifier(`=${name}`)}`)
  return [`${key} AS ${quoteIdentifier('=key')}`, ...values]
}

interface Out {
  name: string
  sql: string
}

function outerColumns(fill: Fill, dialect: Dialect): Out[] {
  const typed = (name: string): string => quoteIdentifier(`=${name}`)
  const key = typed('key')
  return [
    ...(fill.key ? [{ name: 'id', sql: `${literal(`${fill.space}:`)} || ${key}` }] : []),
    ...[...fill.columns, ...fill.helpers].map(({ name }) => ({ name, sql: typed(name) })),
    ...localColumns(
      fill.table,
      fill.columns.map(({ name }) => name),
      typed,
      fill.reportingZone,
      dialect,
    ),
    { name: 'source', sql: literal(fill.source) },
    ...(fill.key ? [{ name: 'source_key', sql: key }] : []),
    ...(fill.unmapped.length > 0 ? [{ name: 'attributes', sql: attributesSql(fill.unmapped) }] : []),
    { name: 'load', sql: literal(fill.load) },
    { name: '_raw', sql: rawSql(fill) },
    { name: '_failed', sql: failedSql(fill) },
  ]
}

/** Local day and hour of every moment that is filled. */
export function localColumns(
  table: string,
  filled: string[],
  value: (name: string) => string,
  zone: string,
  dialect: Dialect,
): Out[] {
  const moments = tableNamed(table)!.columns.filter((column) => column.local && filled.includes(column.name))
  return moments.flatMap(({ name }) => {
    const stem = name.replace(/_at$/, '')
    const local = zone === 'UTC' ? value(name) : operate(dialect, 'to_local', value(name), literal(zone))
    return [
      { name: `${stem}_on`, sql: operate(dialect, 'date_of', local) },
      { name: `${stem}_hour`, sql: operate(dialect, 'hour_of', local) },
    ]
  })
}

/** An object of the columns that have a value; NULL when none has. */
function attributesSql(columns: string[]): string {
  const fields = columns.map((name) => {
    const quoted = quoteIdentifier(name)
    return `CASE WHEN ${quoted} IS NOT NULL THEN ${literal(`${JSON.stringify(name)}:`)} || to_json(${quoted}) END`
  })
  return `'{' || nullif(concat_ws(',', ${fields.join(', ')}), '') || '}'`
}

/** The record as JSON where its key or a required value is missing; empty where every value is. */
function rawSql(fill: Fill): string {
  const needed = [...(fill.key ? ['key'] : []), ...fill.required].map(
    (name) => `${quoteIdentifier(`=${name}`)} IS NULL`,
  )
  const names = fill.sourceColumns.map(({ name }) => quoteIdentifier(name))
  const blank = `coalesce(${names.join(', ')}) IS NULL`
  if (needed.length === 0) return `CASE WHEN ${blank} THEN '' END`
  const fields = fill.sourceColumns.map(({ name }) => `${literal(name)}: ${quoteIdentifier(name)}`)
  const text = `left(CAST(to_json({${fields.join(', ')}}) AS VARCHAR), 2000)`
  return `CASE WHEN ${needed.join(' OR ')} THEN CASE WHEN ${blank} THEN '' ELSE ${text} END END`
}

/**
 * Which texts have no value. Only the comparison runs for every record; words that mean "no value" are told from faults
 * afterwards, among the few that are left. A list or a lambda here costs 8 % of the pass even when it is never reached.
 */
function failedSql(fill: Fill): string {
  const checks = checksOf(fill)
  if (checks.length === 0) return 'NULL'
  const any = checks.map(({ from, typed }) => `(${typed} IS NULL) <> (${quoteIdentifier(from)} IS NULL)`)
  const fields = checks.map(
    ({ from, typed }, at) => `'${at}': CASE WHEN ${typed} IS NULL THEN left(${quoteIdentifier(from)}, 2000) END`,
  )
  return `CASE WHEN ${any.join(' OR ')} THEN CAST(to_json({${fields.join(', ')}}) AS VARCHAR) END`
}
