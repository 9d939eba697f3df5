import { type Problem, RapportError } from '../../errors.ts'
import type { Column } from '../../model/model.ts'
import { columnNamed, tableNamed } from '../../model/tables.ts'
import { columnsIn, compileExpression, type Expression } from '../../sql/expression.ts'
import { type Dialect, operate } from '../../sql/ops.ts'
import { literal, quoteIdentifier } from '../../sql/sql.ts'
import { sqlTypes } from '../../sql/types.ts'
import type { Batch } from '../sources/batch.ts'
import type { DerivedFill, Fill, FillColumn, Helper, Lineage } from './fill.ts'
import { columnFinder } from './names.ts'
import type { Formula, Pack, PackFill, PackTable, Rule } from './pack.ts'
import { sourceNames } from './read-sql.ts'
import { textless } from './source-columns.ts'
import { constantSql, emptyWords, type Reading, typedSql } from './typed.ts'

export interface MapOptions {
  /** Id of the source in the project. */
  source: string
  /** Id of the load: file hash, with the sheet behind a `#`. */
  load: string
  dialect: Dialect
  /** Zone of moments written without one, where the pack names none. */
  zone: string
  /** Zone of the local days and hours. */
  reportingZone: string
}

/** A rule as SQL over source columns. */
interface Mapped {
  sql: string
  empty: string[] | null
  lineage: Lineage
}

/** What every rule of one batch is compiled with. */
interface Scope {
  options: MapOptions
  reading: Reading
  find: (name: string) => string | undefined
  /** The SQL of a column that was found; what is asked for counts as read. */
  column: (name: string) => string
  notes: Problem[]
  /** Source columns that something reads. */
  used: Set<string>
}

/** Batch + pack -> everything that SQL needs; pure. Throws when a column of the key is not in the batch. */
export function mapBatch(batch: Batch, pack: Pack, table: PackTable, options: MapOptions): Fill {
  const scope = scopeOf(batch, pack, table, options)
  const main = table.fills[0]!
  const key = keyOf(main, scope, pack)
  const columns = mainColumns(main, scope)
  const helpers: Helper[] = []
  const when = mainWhen(main, helpers, scope)
  const derived = table.fills.slice(1).flatMap((fill, index) => {
    const before = table.fills.slice(0, index + 1).filter((other) => other.table === fill.table && !other.each)
    const copies = before.filter((other) => other === main || (!other.key && !fill.key)).length
    const place = { key, space: main.space, columns, helpers, scope, copies }
    return fill.each ? deriveItems(fill, index, fill.each, place) : derive(fill, index, place)
  })
  const version = versionOf(table, columns, helpers, scope)
  const names = sourceNames(batch.columns)
  const ignored = new Set(table.ignore.map((column) => scope.find(column)))
  const fill: Fill = {
    source: options.source,
    space: main.space ?? options.source,
    load: options.load,
    table: main.table,
    key,
    when,
    columns,
    helpers,
    required: table.required.filter((column) => columns.some(({ name }) => name === column)),
    version,
    derived,
    unmapped: names.filter((name) => !scope.used.has(name) && !ignored.has(name)),
    sourceColumns: names.map((name) => ({ name, freeText: isFreeText(table, name, scope) })),
    reportingZone: options.reportingZone,
    notes: [...missingRequired(table, columns, batch), ...scope.notes],
  }
  fill.helpers.push(...textless(fill, scope.used).map(textHelper))
  return fill
}

/** A source column as it came. */
function textHelper(name: string): Helper {
  return { name: `_text_${name}`, type: 'VARCHAR', sql: quoteIdentifier(name), empty: null }
}

function scopeOf(batch: Batch, pack: Pack, table: PackTable, options: MapOptions): Scope {
  const dialect = batch.read.dialect ?? batch.dialect
  const reading = {
    dialect: options.dialect,
    zone: table.zone ?? pack.zone ?? options.zone,
    decimal: dialect?.decimal ?? '.',
  } as const
  const used = new Set<string>()
  const column = (name: string): string => {
    used.add(name)
    return quoteIdentifier(name)
  }
  return { options, reading, find: columnFinder(sourceNames(batch.columns)), column, notes: [], used }
}

/** Free text keeps its spaces: a source column that only fills free-text columns. */
function isFreeText(table: PackTable, name: string, scope: Scope): boolean {
  const readers = table.fills.flatMap((fill) =>
    Object.entries(fill.columns)
      .filter(([, rule]) => rule.kind === 'from' && scope.find(rule.from) === name)
      .map(([column]) => columnNamed(fill.table, column)),
  )
  return readers.length > 0 && readers.every((column) => column?.sensitivity === 'free_text' && !column.dimension)
}

function missingRequired(table: PackTable, columns: FillColumn[], batch: Batch): Problem[] {
  return table.required
    .filter((column) => !columns.some(({ name }) => name === column))
    .map((column) => missing(column, batch.name, table.place))
}

function missing(column: string, what: string, where: string): Problem {
  return {
    code: 'column-missing',
    message: `"${column}" is not in ${what}.`,
    where,
    fix: 'Export the column too, or change the pack.',
  }
}

function keyOf(fill: PackFill, scope: Scope, pack: Pack): string | null {
  if (!fill.key) return null
  const sql = keySql(fill.key.columns, fill.key.digest, scope)
  if (sql) return sql
  throw new RapportError(
    {
      code: 'key-missing',
      message: `The file has no ${fill.key.columns.map((column) => `"${column}"`).join(', ')}, the key of ${fill.table} in the pack "${pack.id}".`,
      where: fill.place,
      fix: 'Export the column too, or name another pack for the source in rapport.yaml.',
    },
    3,
  )
}

/** The key of a record, or `null` when the batch lacks a part. Parts are digested so that no personal data is in an id. */
function keySql(names: string[], digest: boolean, scope: Scope): string | null {
  const columns = names.map(scope.find)
  if (columns.some((column) => column === undefined)) return null
  const parts = (columns as string[]).map(scope.column)
  if (!digest) return parts[0]!
  const joined = `concat(${parts.map((part) => `lower(${part})`).join(', chr(31), ')})`
  const any = parts.map((part) => `${part} IS NOT NULL`).join(' OR ')
  return `CASE WHEN ${any} THEN ${operate(scope.options.dialect, 'digest', joined)} END`
}

function idOf(key: string, space: string | undefined, scope: Scope): string {
  return `${literal(`${space ?? scope.options.source}:`)} || ${key}`
}

function mainColumns(fill: PackFill, scope: Scope): FillColumn[] {
  return columnsOf(fill, scope).map(({ column, mapped }) => ({
    name: column.name,
    type: column.type,
    sql: mapped.sql,
    empty: mapped.empty,
    vocabulary: column.vocabulary,
    lineage: mapped.lineage,
  }))
}

/** Every rule of a fill that the batch can serve, in the model's order. */
function columnsOf(fill: PackFill, scope: Scope): { column: Column; mapped: Mapped }[] {
  const table = tableNamed(fill.table)!
  const rules = withIdentified(fill)
  return table.columns.flatMap((column) => {
    const rule = rules[column.name]
    const mapped = rule ? mapRule(rule, column, scope) : null
    return mapped ? [{ column, mapped }] : []
  })
}

function withIdentified(fill: PackFill): Record<string, Rule> {
  if (fill.table !== 'customers' || fill.columns.is_identified) return fill.columns
  return { ...fill.columns, is_identified: { kind: 'value', value: !fill.unidentified, place: fill.place } }
}

function mapRule(rule: Rule, column: Column, scope: Scope): Mapped | null {
  switch (rule.kind) {
    case 'value':
      return {
        sql: constantSql(rule.value, column),
        empty: null,
        lineage: { columns: [], expression: literal(rule.value), place: rule.place },
      }
    case 'expression':
      return mapExpression(rule, column, rule.place, scope)
    case 'key':
      return mapKey(rule, true, scope)
    case 'from':
      return mapFrom(rule, column, scope)
  }
}

function mapFrom(rule: Extract<Rule, { kind: 'from' }>, column: Column, scope: Scope): Mapped | null {
  if (column.refers) return mapKey({ ...rule, key: [rule.from] }, false, scope)
  const name = scope.find(rule.from)
  if (name === undefined) return skip(rule.from, rule.place, scope)
  const text = scope.column(name)
  const sql = typedSql(text, column, rule, scope.reading)
  return {
    sql,
    empty: emptyWords(column, rule),
    lineage: { columns: [name], expression: expressionOf(rule, name), place: rule.place },
  }
}

function expressionOf(rule: Extract<Rule, { kind: 'from' }>, name: string): string {
  const details = [
    Object.keys(rule.words).length > 0 ? 'words' : '',
    rule.read ? `read ${rule.read}` : '',
    rule.unit ?? '',
    rule.decimal ? `decimal ${rule.decimal}` : '',
  ].filter((detail) => detail !== '')
  return `\`${name}\`${details.length > 0 ? ` (${details.join(', ')})` : ''}`
}

/** A link to another table: the id that its row has there. */
function mapKey(
  { key: names, space, place }: { key: string[]; space?: string; place: string },
  digest: boolean,
  scope: Scope,
): Mapped | null {
  const key = keySql(names, digest, scope)
  if (!key) return skip(names.find((name) => scope.find(name) === undefined)!, place, scope)
  const columns = names.map((name) => scope.find(name)!)
  const list = columns.map((name) => `\`${name}\``).join(', ')
  return {
    sql: idOf(key, space, scope),
    empty: null,
    lineage: { columns, expression: digest ? `digest(${list})` : list, place },
  }
}

function skip(name: string, place: string, scope: Scope): null {
  scope.notes.push(missing(name, 'the file', place))
  return null
}

function mapExpression(formula: Formula, column: Column, place: string, scope: Scope): Mapped | null {
  const compiled = compile(formula.expression, place, scope)
  if (!compiled) return null
  const value = `CAST(${compiled.sql} AS ${sqlTypes[column.type]})`
  return {
    sql: column.refers ? idOf(value, undefined, scope) : value,
    empty: null,
    lineage: { columns: compiled.columns, expression: formula.text, place },
  }
}

function compile(expression: Expression, place: string, scope: Scope): { sql: string; columns: string[] } | null {
  const wanted = columnsIn(expression).map((path) => path.join('.'))
  const absent = wanted.find((name) => scope.find(name) === undefined)
  if (absent !== undefined) return skip(absent, place, scope)
  const sql = compileExpression(expression, {
    dialect: forgiving(scope.options.dialect),
    column: (path) => scope.column(scope.find(path.join('.'))!),
  })
  return { sql, columns: [...new Set(wanted.map((name) => scope.find(name)!))] }
}

/** A source column may hold anything: what is no JSON has no fields, and must not stop a load. */
function forgiving(dialect: Dialect): Dialect {
  const field = (json: string, key: string) =>
    `CASE WHEN json_valid(${json}) THEN ${operate(dialect, 'json_field', json, key)} END`
  return { ...dialect, overrides: { ...dialect.overrides, json_field: { sql: field } } }
}

interface Main {
  key: string | null
  space: string | undefined
  columns: FillColumn[]
  helpers: Helper[]
  scope: Scope
  /** How many fills before it make rows of the same table from the same key: ids must differ. */
  copies: number
}

/** Which records stay rows of the main table, as a helper: none where the batch lacks a column of the condition. */
function mainWhen(fill: PackFill, helpers: Helper[], scope: Scope): string | null {
  if (!fill.when) return null
  const sql = compile(fill.when.expression, fill.place, scope)?.sql ?? 'FALSE'
  helpers.push({ name: '_kept', type: 'BOOLEAN', sql, empty: null })
  return quoteIdentifier('_kept')
}

/** The rows of a further table; none when the batch lacks its key or the columns of its condition. */
function derive(fill: PackFill, index: number, main: Main): DerivedFill[] {
  const prefix = `_${index + 1}_${fill.table}`
  const when = fill.when ? compile(fill.when.expression, fill.place, main.scope) : null
  if (fill.when && !when) return []
  const key = fill.key ? keySql(fill.key.columns, fill.key.digest, main.scope) : null
  if (fill.key && !key) return []
  const columns = columnsOf(fill, main.scope).map(({ column, mapped }) => ({
    name: column.name,
    type: column.type,
    sql: standing(mapped, `${prefix}_${column.name}`, sqlTypes[column.type], main, {
      table: fill.table,
      column: column.name,
    }),
    vocabulary: column.vocabulary,
    lineage: mapped.lineage,
  }))
  const id = key
    ? standing(bare(idOf(key, fill.space, main.scope)), `${prefix}_id`, 'VARCHAR', main)
    : ownId(main.copies)
  return [
    {
      table: fill.table,
      id,
      space: (key ? fill.space : main.space) ?? main.scope.options.source,
      when: when ? standing(bare(when.sql), `${prefix}_when`, 'BOOLEAN', main) : null,
      distinct: fill.distinct,
      columns,
    },
  ]
}

const isField = (name: string): boolean => name.startsWith('item.')

/**
 * Rows of the elements of a list. Rules read fields as `item.author.type`, and columns of the record by their names; an element of
 * an inner list has the fields of the ones around it too.
 */
function deriveItems(fill: PackFill, index: number, [list = '', ...inner]: string[], main: Main): DerivedFill[] {
  const from = main.scope.find(list)
  if (from === undefined) {
    skip(list, fill.place, main.scope)
    return []
  }
  const fields = new Set<string>()
  const ofRecord = (name: string): string => standing(bare(main.scope.column(name)), `_text_${name}`, 'VARCHAR', main)
  const scope: Scope = {
    ...main.scope,
    find: (name) => (isField(name) ? name : main.scope.find(name)),
    column: (name) => {
      if (!isField(name)) return ofRecord(name)
      fields.add(name)
      return quoteIdentifier(name)
    },
  }
  const when = fill.when ? compile(fill.when.expression, fill.place, scope) : null
  const key = fill.key ? keySql(fill.key.columns, fill.key.digest, scope) : null
  if ((fill.when && !when) || (fill.key && !key)) return []
  const columns = columnsOf(fill, scope).map(({ column, mapped }) => {
    const rule = fill.columns[column.name]
    const field = rule?.kind === 'from' && !column.refers && isField(rule.from) ? rule.from : null
    return {
      name: column.name,
      type: column.type,
      sql: mapped.sql,
      ...(field && mapped.empty ? { unread: { field, empty: mapped.empty } } : {}),
      vocabulary: column.vocabulary,
      lineage: {
        ...mapped.lineage,
        columns: [...new Set(mapped.lineage.columns.map((name) => (isField(name) ? from : name)))],
      },
    }
  })
  return [
    {
      table: fill.table,
      id: key ? idOf(key, fill.space, scope) : `"id" || ${literal(`.${index + 2}.`)} || "_position"`,
      space: (key ? fill.space : main.space) ?? main.scope.options.source,
      items: { list: ofRecord(from), from, inner, fields: [...fields] },
      when: when ? when.sql : null,
      distinct: fill.distinct,
      columns: fill.columns.seq || !columnNamed(fill.table, 'seq') ? columns : [...columns, positionOf(fill, from)],
    },
  ]
}

/** The order in the list is the order within the case. */
function positionOf(fill: PackFill, from: string): DerivedFill['columns'][number] {
  const lineage = { columns: [from], expression: 'position in the list', place: fill.place }
  return { name: 'seq', type: 'integer', sql: '"_position"', lineage }
}

const ownId = (copies: number): string => (copies === 0 ? quoteIdentifier('id') : `id || ${literal(`.${copies + 1}`)}`)

const bare = (sql: string): Mapped => ({ sql, empty: null, lineage: { columns: [], expression: '', place: '' } })

/** A value where it stands in the main table: a constant itself, a column that holds the same, else a helper. */
function standing(mapped: Mapped, name: string, type: string, main: Main, fills?: Helper['fills']): string {
  if (mapped.lineage.columns.length === 0 && mapped.lineage.place !== '') return mapped.sql
  if (main.key && mapped.sql === idOf(main.key, main.space, main.scope)) return quoteIdentifier('id')
  const same =
    main.columns.find((column) => column.sql === mapped.sql) ?? main.helpers.find((helper) => helper.sql === mapped.sql)
  if (same) return quoteIdentifier(same.name)
  main.helpers.push({ name, type, sql: mapped.sql, fills, empty: mapped.empty, lineage: mapped.lineage })
  return quoteIdentifier(name)
}

function versionOf(table: PackTable, columns: FillColumn[], helpers: Helper[], scope: Scope): string | null {
  const { version } = table
  if (!version) return null
  if ('expression' in version) {
    const compiled = compile(version.expression, table.place, scope)
    return compiled ? versionHelper(`TRY_CAST(${compiled.sql} AS DOUBLE)`, helpers) : null
  }
  if (columns.some(({ name }) => name === version.column)) return quoteIdentifier(version.column)
  const name = scope.find(version.column)
  if (name === undefined) return skip(version.column, table.place, scope)
  const rule = { kind: 'from', from: name, words: {} } as const
  const moment = typedSql(scope.column(name), columnNamed('cases', 'updated_at')!, rule, scope.reading)
  return versionHelper(`coalesce(epoch(${moment}), TRY_CAST(${quoteIdentifier(name)} AS DOUBLE))`, helpers)
}

function versionHelper(sql: string, helpers: Helper[]): string {
  helpers.push({ name: '_version', type: 'DOUBLE', sql, empty: null })
  return quoteIdentifier('_version')
}
