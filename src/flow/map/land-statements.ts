import { tableNamed } from '../../model/tables.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import type { Dialect } from '../../sql/ops.ts'
import { literal, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import { tableStatements } from '../../sql/table.ts'
import type { Columns } from '../../store/store.ts'
import type { Batch } from '../sources/batch.ts'
import type { DerivedFill, Fill } from './fill.ts'
import { itemRejects, itemsSql } from './items-sql.ts'
import { bookkeeping, checksOf, loadSelect, localColumns } from './load-sql.ts'
import { readSql } from './read-sql.ts'

/** What one statement is for. They run in this order, inside one transaction. */
export type Step = 'helpers' | 'load' | 'number' | 'blank' | 'bad' | 'reject' | 'doubles' | 'values' | 'derive' | 'drop'

export interface LandStatement {
  step: Step
  /** What it touches, for a progress line: `customers`. */
  table: string
  sql: Sql
}

/** Questions to ask between and after the steps. */
export interface LandQueries {
  /** `{n}` right after `load`: must be `batch.readable`. */
  loaded: Sql
  /** `{n}` before `blank`: records without any value. */
  blank: Sql
  /** `{mapped, rejected}` after `doubles`. */
  counts: Sql
  /** `{load, fate, n}` after `doubles`: duplicate or superseded records, of this load and of earlier ones. */
  doubles: Sql
  /** `{table, column, value, n}`: words that the vocabulary of the column does not have. */
  unknownWords: Sql | null
}

const main = (fill: Fill): string => `cx.${quoteIdentifier(fill.table)}`

/** Everything that brings a batch into the model: named statements, and the queries that account for each record. */
export function landStatements(
  fill: Fill,
  batch: Batch,
  options: { dialect: Dialect; there: Columns },
): { statements: LandStatement[]; queries: LandQueries } {
  const step = (name: Step, statements: (Sql | string)[], table = fill.table): LandStatement[] =>
    statements.map((text) => ({ step: name, table, sql: typeof text === 'string' ? raw(text) : text }))
  return {
    statements: [
      ...step('helpers', helperStatements(fill, options.there)),
      ...step('load', [loadStatement(fill, batch, options.dialect)]),
      ...step('number', numberStatements(fill, batch)),
      ...step('blank', [`DELETE FROM ${main(fill)} WHERE ${isBlank(fill)}`]),
      ...step('bad', badStatements(fill, batch)),
      ...step('reject', rejectStatements(fill)),
      ...step('doubles', doubleStatements(fill)),
      ...step('values', valueStatements(fill)),
      ...step(
        'values',
        fill.derived.flatMap((derived) => itemRejects(fill, derived, main(fill))),
      ),
      ...step('derive', apartStatements(fill)),
      ...fill.derived.flatMap((derived) =>
        step('derive', deriveStatements(fill, derived, options.dialect), derived.table),
      ),
      ...step('derive', unkeptStatements(fill)),
      ...step('drop', dropStatements(fill)),
    ],
    queries: landQueries(fill),
  }
}

function allHelpers(fill: Fill): { name: string; type: string }[] {
  return [...fill.helpers, ...bookkeeping]
}

/** Helpers that outlive a load: by them a record or a row of a later one is known to be older. They go before anything is derived. */
export const clockColumns = ['_version', '_clock']

function helperStatements(fill: Fill, there: Columns): string[] {
  const clocked = fill.version ? fill.derived.filter(({ distinct }) => distinct) : []
  const filled = new Map<string, Set<string>>()
  for (const { table, columns } of [fill, ...fill.derived]) {
    const names = filled.get(table) ?? new Set()
    filled.set(table, names)
    for (const { name } of columns) names.add(name)
  }
  const helpers = [
    ...allHelpers(fill).map((helper) => ({ table: fill.table, ...helper })),
    ...clocked.map(({ table }) => ({ table, name: '_clock', type: 'DOUBLE' })),
  ]
  return [
    ...[...filled].flatMap(([table, names]) => tableStatements(tableNamed(table)!, names, there.get(table))),
    ...helpers
      .filter(({ table, name }) => !there.get(table)?.has(name))
      .map(
        ({ table, name, type }) =>
          `ALTER TABLE cx.${quoteIdentifier(table)} ADD COLUMN IF NOT EXISTS ${quoteIdentifier(name)} ${type}${storage(type)}`,
      ),
  ]
}

/** A helper does not live long enough to be worth compressing. */
function storage(type: string): string {
  return type === 'VARCHAR' ? ' USING COMPRESSION uncompressed' : ''
}

function dropStatements(fill: Fill): string[] {
  const gone = allHelpers(fill).filter(({ name }) => !clockColumns.includes(name))
  return [
    ...gone.map(({ name }) => `ALTER TABLE ${main(fill)} DROP COLUMN IF EXISTS ${quoteIdentifier(name)}`),
    'DROP TABLE IF EXISTS _doubles',
    ...(isApart(fill) ? ['DROP TABLE IF EXISTS _records'] : []),
  ]
}

function loadStatement(fill: Fill, batch: Batch, dialect: Dialect): string {
  const { columns, select } = loadSelect(fill, readSql(batch), dialect)
  return `INSERT INTO ${main(fill)} (${columns.map(quoteIdentifier).join(', ')})\n${select}`
}

/**
 * Record numbers from the order of rows: the pass itself must not count, it would no longer run in parallel. Records that
 * the reader set aside are not in what was read, so the ones behind them move up.
 */
function numberStatements(fill: Fill, batch: Batch): string[] {
  const mine = `load = ${literal(fill.load)}`
  const first = `(SELECT min(rowid) FROM ${main(fill)} WHERE ${mine})`
  const [hash = '', ...of] = fill.load.split('#')
  const id = `${literal(`${fill.source}:${[hash.slice(0, 12), ...of].join('#')}.`)} || record`
  return [
    `UPDATE ${main(fill)} SET record = rowid - ${first} + 1 WHERE ${mine}`,
    ...(batch.bad.length > 0 ? [shiftStatement(fill, batch)] : []),
    ...(fill.key === null
      ? [`UPDATE ${main(fill)} SET id = ${id}, source_key = CAST(record AS VARCHAR) WHERE ${mine}`]
      : []),
  ]
}

/** The k-th bad record (from 0), at record b, stood before every row that was numbered b - k or more. */
function shiftStatement(fill: Fill, batch: Batch): string {
  const shifts = new Map<number, number>()
  const bad = batch.bad.map(({ record }) => record).sort((a, b) => a - b)
  for (const [at, record] of bad.entries()) shifts.set(record - at, at + 1)
  const steps = [...shifts].map(([from, by]) => `(${from}, ${by})`).join(', ')
  return `UPDATE ${main(fill)} AS t SET record = t.record + step.places
FROM (SELECT "from", places, lead("from") OVER (ORDER BY "from") AS "to" FROM (VALUES ${steps}) AS steps("from", places)) AS step
WHERE t.load = ${literal(fill.load)} AND t.record >= step."from" AND (step."to" IS NULL OR t.record < step."to")`
}

const rejectColumns = '(load, record, line, scope, "column", reason, message, raw)'

function badStatements(fill: Fill, batch: Batch): Sql[] {
  const statements: Sql[] = []
  for (let at = 0; at < batch.bad.length; at += 200) {
    const rows = batch.bad
      .slice(at, at + 200)
      .map(
        (bad) =>
          sql`(${fill.load}, ${bad.record}, ${bad.line ?? null}, 'record', NULL, ${bad.reason}, ${bad.message}, ${bad.raw})`,
      )
    const values = rows.reduce((all, row) => sql`${all}, ${row}`)
    statements.push(sql`INSERT INTO cx.rejects ${raw(rejectColumns)} VALUES ${values}`)
  }
  return statements
}

/** A record of empty values only is no record: it was counted, and it goes before anything is said about its key. */
function isBlank(fill: Fill): string {
  return `load = ${literal(fill.load)} AND _raw = ''`
}

function rejectStatements(fill: Fill): string[] {
  const missing = [...(fill.key ? ['id'] : []), ...fill.required]
  if (missing.length === 0) return []
  const names = missing.map(
    (name) => `CASE WHEN ${quoteIdentifier(name)} IS NULL THEN ${literal(name === 'id' ? 'key' : name)} END`,
  )
  const list = `concat_ws(', ', ${names.join(', ')})`
  const reason = fill.key ? `CASE WHEN id IS NULL THEN 'key-missing' ELSE 'required-missing' END` : `'required-missing'`
  const where = `load = ${literal(fill.load)} AND _raw IS NOT NULL`
  return [
    `INSERT INTO cx.rejects ${rejectColumns}
SELECT load, record, NULL, 'record', NULL, ${reason}, 'The record has no readable ' || ${list} || '.', _raw FROM ${main(fill)} WHERE ${where}`,
    `DELETE FROM ${main(fill)} WHERE ${where}`,
  ]
}

/**
 * Only keys that occur more than once are looked at. Of one key the newest version stays, else the later record; another
 * record with the content of a newer one is a duplicate, else it is superseded. Rows of earlier loads take part where they stand
 * in the same key space: a key of another one is another row.
 */
function doubleStatements(fill: Fill): string[] {
  if (fill.key === null) return [`CREATE OR REPLACE TEMP TABLE _doubles (load VARCHAR, record BIGINT, fate VARCHAR)`]
  const order = [...(fill.version ? [`${fill.version} DESC NULLS LAST`] : []), '"row" DESC'].join(', ')
  const source = `source = ${literal(fill.source)}`
  return [
    `CREATE OR REPLACE TEMP TABLE _doubles AS
WITH repeated AS (SELECT source_key FROM ${main(fill)} WHERE ${source} GROUP BY source_key HAVING count(*) > 1),
same_key AS (SELECT ${contentSql(fill)} AS content, *, rowid AS "row" FROM ${main(fill)}
  WHERE ${source} AND source_key IN (SELECT source_key FROM repeated) AND starts_with(id, ${literal(`${fill.space}:`)})),
ranked AS (SELECT load, record, "row",
    row_number() OVER (PARTITION BY source_key ORDER BY ${order}) AS place,
    row_number() OVER (PARTITION BY source_key, content ORDER BY ${order}) AS copy
  FROM same_key)
SELECT load, record, "row", CASE WHEN copy > 1 THEN 'duplicate' ELSE 'superseded' END AS fate FROM ranked WHERE place > 1`,
    `DELETE FROM ${main(fill)} WHERE rowid IN (SELECT "row" FROM _doubles)`,
    ...fill.derived
      .filter(({ distinct }) => !distinct)
      .map(
        ({ table }) =>
          `DELETE FROM cx.${quoteIdentifier(table)} AS old USING _doubles AS gone WHERE old.load = gone.load AND old.record = gone.record AND gone.load <> ${literal(fill.load)}`,
      ),
  ]
}

/** Within a load every value that the record fills; against earlier loads, whose helpers are gone, those of the main table. */
function contentSql(fill: Fill): string {
  const kept = [...fill.columns.map(({ name }) => quoteIdentifier(name)), 'attributes'].join(', ')
  const gone = [...fill.helpers.map(({ name }) => quoteIdentifier(name)), '_failed'].join(', ')
  const within = `bool_and(load = ${literal(fill.load)}) OVER (PARTITION BY source_key)`
  return `CASE WHEN ${within} THEN hash(${kept}, ${gone}) ELSE hash(${kept}) END`
}

function valueStatements(fill: Fill): string[] {
  const checks = checksOf(fill)
  if (checks.length === 0) return []
  const rows = checks.map(({ table, column, from, empty }, at) => {
    const type = `${table}.${column}`
    return `(${at}, ${literal(from)}, ${literal(type)}, [${empty.map(literal).join(', ')}])`
  })
  const items = checks.map((_, at) => `{'at': ${at}, 'raw': json_extract_string(_failed, '$."${at}"')}`)
  return [
    `INSERT INTO cx.rejects ${rejectColumns}
SELECT load, record, NULL, 'value', checks.source_column, 'value-unreadable',
  'The value does not read as ' || checks.model_column || '; the row is kept without it.', item.raw
FROM (SELECT load, record, unnest([${items.join(', ')}]) AS item FROM ${main(fill)} WHERE load = ${literal(fill.load)} AND _failed IS NOT NULL)
JOIN (VALUES ${rows.join(', ')}) AS checks("at", source_column, model_column, empty) ON checks."at" = item."at"
WHERE item.raw IS NOT NULL AND NOT list_contains(checks.empty, lower(item.raw))`,
  ]
}

/** Rows that are derived into the main table itself must not be taken for records: the records are put aside first. */
const isApart = (fill: Fill): boolean => fill.derived.some(({ table }) => table === fill.table)

const recordsOf = (fill: Fill): string => (isApart(fill) ? '_records' : main(fill))

function apartStatements(fill: Fill): string[] {
  if (!isApart(fill)) return []
  return [
    `CREATE OR REPLACE TEMP TABLE _records AS SELECT * FROM ${main(fill)} WHERE load = ${literal(fill.load)} ORDER BY record`,
  ]
}

/** Records that are no row of the main table, but may have made rows of others. */
function unkeptStatements(fill: Fill): string[] {
  if (!fill.when) return []
  const records = isApart(fill) ? ` AND id IN (SELECT id FROM _records WHERE NOT coalesce(${fill.when}, FALSE))` : ''
  return [
    `DELETE FROM ${main(fill)} WHERE load = ${literal(fill.load)} AND NOT coalesce(${fill.when}, FALSE)${records}`,
  ]
}

function deriveStatements(fill: Fill, derived: DerivedFill, dialect: Dialect): string[] {
  const target = `cx.${quoteIdentifier(derived.table)}`
  const conditions = [
    `load = ${literal(fill.load)}`,
    `${derived.id} IS NOT NULL`,
    ...(derived.when ? [derived.when] : []),
  ]
  const where = conditions.join(' AND ')
  const clock = derived.distinct ? clockOf(fill) : null
  const value = new Map(derived.columns.map(({ name, sql: text }) => [name, text]))
  const columns = [
    { name: 'id', sql: derived.id },
    ...derived.columns.map(({ name, sql: text }) => ({ name, sql: text })),
    ...localColumns(derived.table, [...value.keys()], (name) => value.get(name)!, fill.reportingZone, dialect),
    { name: 'source', sql: 'source' },
    { name: 'source_key', sql: `substr(${derived.id}, ${derived.space.length + 2})` },
    { name: 'load', sql: 'load' },
    { name: 'record', sql: 'record' },
    ...(clock ? [{ name: '_clock', sql: clock }] : []),
  ]
  const from = derived.items ? `(${itemsSql(fill, derived.items, recordsOf(fill))})` : recordsOf(fill)
  const newest = fill.version
    ? `arg_max(rowid, {'known': ${fill.version} IS NOT NULL, 'version': ${fill.version}, 'row': rowid})`
    : 'max(rowid)'
  const one = !derived.distinct
    ? ''
    : derived.items
      ? ` QUALIFY row_number() OVER (PARTITION BY ${derived.id} ORDER BY ${fill.version ? `${fill.version} DESC NULLS LAST, ` : ''}"_row" DESC, "_position" DESC) = 1`
      : ` AND rowid IN (SELECT ${newest} FROM ${from} WHERE ${where} GROUP BY ${derived.id})`
  const before = derived.distinct ? [replacedStatement(fill, derived, { target, from, where, clock })] : []
  // What is left of the same ids has the newer clock.
  const older = clock
    ? ` AND ${derived.id} NOT IN (SELECT id FROM ${target} WHERE source = ${literal(fill.source)})`
    : ''
  const order = derived.items ? ' ORDER BY record, "_position"' : derived.distinct ? '' : ' ORDER BY record'
  // In an order of their own, the rows are cut into whole row groups on every core; in that of a table with holes they are
  // gathered by one (1M touchpoints of a table with deleted doubles: 0.85 s as they stand, 0.6 s sorted). One row a key comes out of a join,
  // which has cut them afresh.
  return [
    ...before,
    `INSERT INTO ${target} (${columns.map(({ name }) => quoteIdentifier(name)).join(', ')})
SELECT ${columns.map(({ sql: text }) => text).join(', ')} FROM ${from} WHERE ${where}${older}${one}${order}`,
  ]
}

/** The clock of a record as a number, whatever column tells it. */
function clockOf(fill: Fill): string | null {
  if (!fill.version) return null
  const type = fill.columns.find(({ name }) => quoteIdentifier(name) === fill.version)?.type
  return type === 'timestamp' || type === 'date' ? `epoch(${fill.version})` : `TRY_CAST(${fill.version} AS DOUBLE)`
}

/** One row a key: those of earlier loads go, except where their record was newer by the source's own clock. */
function replacedStatement(
  fill: Fill,
  derived: DerivedFill,
  { target, from, where, clock }: { target: string; from: string; where: string; clock: string | null },
): string {
  const source = `source = ${literal(fill.source)}`
  if (!clock)
    return `DELETE FROM ${target} WHERE ${source} AND id IN (SELECT ${derived.id} FROM ${from} WHERE ${where})`
  return `DELETE FROM ${target} AS old USING (SELECT ${derived.id} AS id, max(${clock}) AS clock FROM ${from} WHERE ${where} GROUP BY 1) AS fresh
WHERE old.${source} AND old.id = fresh.id AND NOT coalesce(old."_clock" > fresh.clock, old."_clock" IS NOT NULL)`
}

function landQueries(fill: Fill): LandQueries {
  const load = literal(fill.load)
  return {
    loaded: raw(`SELECT count(*) AS n FROM ${main(fill)} WHERE load = ${load}`),
    blank: raw(`SELECT count(*) AS n FROM ${main(fill)} WHERE ${isBlank(fill)}`),
    counts: raw(`SELECT (SELECT count(*) FROM ${main(fill)} WHERE load = ${load}) AS mapped,
  (SELECT count(*) FROM cx.rejects WHERE load = ${load} AND scope = 'record') AS rejected`),
    doubles: raw('SELECT load, fate, count(*) AS n FROM _doubles GROUP BY load, fate ORDER BY load, fate'),
    unknownWords: unknownWords(fill),
  }
}

function unknownWords(fill: Fill): Sql | null {
  const all = [{ table: fill.table, columns: fill.columns }, ...fill.derived].flatMap(({ table, columns }) =>
    columns.flatMap((column) =>
      column.vocabulary && column.lineage.columns.length > 0
        ? [{ table, name: column.name, words: wordsOf(column.vocabulary) }]
        : [],
    ),
  )
  if (all.length === 0) return null
  const parts = all.map(({ table, name, words }) => {
    const value = quoteIdentifier(name)
    return `(SELECT ${literal(table)} AS "table", ${literal(name)} AS "column", ${value} AS value, count(*) AS n FROM cx.${quoteIdentifier(table)}
WHERE load = ${literal(fill.load)} AND ${value} NOT IN (${words.map(literal).join(', ')}) GROUP BY ${value} ORDER BY n DESC, value LIMIT 50)`
  })
  return raw(parts.join('\nUNION ALL\n'))
}
