import { endOf } from '../calendar.ts'
import { type Problem, RapportError } from '../errors.ts'
import type { Column, ColumnType, Sensitivity } from '../model/model.ts'
import { columnNamed, tableNamed, tables } from '../model/tables.ts'
import { type Expression, parseExpression } from '../sql/expression.ts'
import { type Dialect, operate } from '../sql/ops.ts'
import { join, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Cell, Row } from '../store/store.ts'
import { wholeDaysSql } from './compile.ts'
import type { MetricContext } from './context.ts'
import { readCutDays } from './coverage.ts'
import { capital } from './definition.ts'
import type { FrameRow, Period } from './frame.ts'
import type { Metric } from './metric.ts'
import { keptConditions, lastDay, openSql } from './moving.ts'
import { didYouMean } from './nearest.ts'
import { dimensionLabel, fieldLabel, missingOf, refuseMissing } from './needs.ts'
import { defaultTime } from './parse-metrics.ts'
import { asOfOf, checkRange, readConditions, refuseDimension, type Select, shapeOf } from './plan.ts'
import type { Condition, Query, RowsQuery } from './query.ts'
import { columnsOnPath, reachOf, timeField } from './reach.ts'
import { compileIn, daySql, fromSql, type Scope, scopeOf } from './scope.ts'
import { populationSql, predicateSql } from './select-parts.ts'

/** One column of a list of rows. */
export interface RowsColumn {
  id: string
  label: string
  type: ColumnType
  /** True where the viewer sees less than there is. */
  masked: boolean
}

/** One page of rows. `next` is null on the last page; `total` counts all of them. */
export interface RowsPage {
  columns: RowsColumn[]
  rows: Row[]
  next: string | null
  total: number
}

/**
 * The door to rows: what stands behind a cell, a page at a time, with personal data masked unless the viewer may see it. `among`: ids of the
 * rows, where `query.process` names a part of a process.
 */
export async function readRows(query: RowsQuery, context: MetricContext, among?: Sql): Promise<RowsPage> {
  const listing = await planRows(query, context, among)
  return readListing(listing, Math.min(Math.max(query.limit ?? 50, 1), 500), query.cursor, context)
}

/** Rows of a table whose id or link is a value: the survey of a case, the cases of a customer. */
export async function rowsBy(
  query: Pick<RowsQuery, 'table' | 'columns' | 'limit' | 'cursor'>,
  column: string,
  value: string,
  context: MetricContext,
): Promise<RowsPage> {
  const { table } = query
  const own = columnNamed(table, column)
  if (!own || (column !== 'id' && !own.refers))
    throw new RapportError(
      {
        code: 'column-unknown',
        message: `${table}.${column} is no id and no link.`,
        where: 'column',
        fix: 'docs/model.md lists the links of each table.',
      },
      2,
    )
  const listing = await planRows(query, context)
  listing.where.push(sql`${raw(`${quoteIdentifier(table)}.${quoteIdentifier(column)}`)} = ${value}`)
  return readListing(listing, Math.min(Math.max(query.limit ?? 500, 1), 500), query.cursor, context)
}

async function readListing(
  listing: Listing,
  limit: number,
  cursor: string | undefined,
  context: MetricContext,
): Promise<RowsPage> {
  const [page, [counted]] = await Promise.all([
    readPage(listing, limit, cursor, context),
    context.store.rows(sql`SELECT count(*) AS "n"\nFROM ${raw(fromSql(listing.scope))}${whereSql(listing.where)}`),
  ])
  return {
    columns: listing.columns.map(({ id, label, type, masked }) => ({ id, label, type, masked })),
    ...page,
    total: Number(counted?.n ?? 0),
  }
}

interface ListedColumn extends RowsColumn {
  sql: string
}

/** A checked list: what is read, which rows, in what order. */
export interface Listing {
  scope: Scope
  columns: ListedColumn[]
  where: Sql[]
  order: { sql: string; type: ColumnType; descending: boolean }
}

export async function planRows(query: RowsQuery, context: MetricContext, among?: Sql): Promise<Listing> {
  const problems: Problem[] = []
  if (tableNamed(query.table)?.kind !== 'record') throw unknownTable(query.table)
  checkRange(query.range, problems)
  if (query.process && (!among || query.table !== 'cases')) problems.push(noProcess(query.table))
  const asOf = asOfOf(query.as_of, context, problems)
  const metric = query.metric && metricOf(query, context, problems)
  const read = readConditions(query.where ?? [], context, problems)
  for (const { dimension } of read) checkReach(query.table, dimension.id, metric, context, problems)
  const time = metric?.time ?? defaultTime(query.table)
  const scope = scopeOf({ dialect: context.store.dialect, from: query.table, time, asOf, zone: context.version.zone })
  const columns = columnsOf(query, scope, context, problems)
  const order = orderOf(query, scope, context, problems)
  checkTime(query, time, context, problems)
  if (problems.length > 0) throw new RapportError(problems, 2)
  const shape = shapeOf(query.table, [], read, context)
  const where = [
    ...shape.where.map((each) => predicateSql(each, scope)),
    ...rangeOf(query, scope, metric, asOf),
    ...(metric ? partSql(metric, query, scope) : []),
    ...(metric?.measure.kind === 'daily' ? await daysOfSql(scope, context) : []),
    ...(query.search?.trim() ? [searchSql(query.table, query.search.trim(), scope, context)] : []),
    ...(query.check ? [await checkSql(query, scope, context)] : []),
    ...(among ? [sql`${raw(`${quoteIdentifier(query.table)}."id"`)} IN (${among})`] : []),
  ]
  return { scope, columns, where, order }
}

function noProcess(table: string): Problem {
  return {
    code: 'process-unread',
    message: `Rows of ${table} cannot be asked for by a part of the process here.`,
    where: 'process',
    fix: 'Ask for the table cases, on a page or by the API.',
  }
}

function unknownTable(name: string): RapportError {
  const known = tables.filter(({ kind }) => kind === 'record').map((table) => table.name)
  return new RapportError(
    {
      code: 'table-unknown',
      message: `There is no table "${name}".`,
      where: 'table',
      fix: didYouMean(name, known, `Use one of: ${known.join(', ')}.`),
    },
    2,
  )
}

function metricOf(query: RowsQuery, context: MetricContext, problems: Problem[]): Metric | undefined {
  const id = query.metric?.id ?? ''
  const metric = context.catalogue.metrics.get(id)
  if (!metric)
    problems.push({
      code: 'metric-unknown',
      message: `There is no metric "${id}".`,
      where: 'metric',
      fix: didYouMean(id, context.catalogue.metrics.keys(), 'docs/metrics.md lists them all.'),
    })
  else if (metric.from !== query.table)
    problems.push({
      code: 'table-mismatch',
      message: `${id} is about ${metric.from}, not ${query.table}.`,
      where: 'table',
      fix: `Ask for the table ${metric.from}.`,
    })
  else {
    const missing = missingOf(metric.needs, context.version.present)
    if (missing.length === 0) return countedIn(metric, context)
    problems.push(refuseMissing(metric, missing, context))
  }
  return undefined
}

/** A number combined of others rests on the rows of the first of them: what was open at a day, not what was opened until then. */
function countedIn(metric: Metric, context: MetricContext): Metric {
  if (metric.measure.kind !== 'combined') return metric
  const first = context.catalogue.metrics.get(metric.measure.plus[0] ?? '')
  return first && first.from === metric.from ? countedIn(first, context) : metric
}

function checkReach(
  table: string,
  id: string,
  metric: Metric | undefined,
  context: MetricContext,
  problems: Problem[],
): void {
  const dimension = context.catalogue.dimensions.get(id)!
  const refusal = metric ? refuseDimension(metric, dimension, context) : null
  if (refusal) problems.push(refusal)
  if (metric || reachOf(table, dimension, context.version.present)) return
  problems.push({
    code: 'no-link',
    message: `A row of ${table} has no ${dimension.label.toLowerCase()}.`,
    where: id,
    fix: `Filter ${table} by a dimension that it has or links to.`,
  })
}

function checkTime(query: RowsQuery, time: string | undefined, context: MetricContext, problems: Problem[]): void {
  if (!query.range?.from && !query.range?.to) return
  const field = timeField(query.table, time ?? '')
  if (time && context.version.present.has(field)) return
  problems.push({
    code: 'time-missing',
    message: `The rows of ${query.table} have no moment in time here${time ? `: ${fieldLabel(field, context.words)} is missing` : ''}.`,
    where: 'range',
    fix: 'Leave the range out, or add the field to the source and build again.',
  })
}

/** Of what is measured at a moment, the range's end is one; of anything else the days are those of the time basis. */
function rangeOf(query: RowsQuery, scope: Scope, metric: Metric | undefined, asOf: string | null): Sql[] {
  const { kind } = metric?.measure ?? {}
  if (!scope.time || kind === 'stock' || kind === 'kept') return []
  const day = raw(daySql(scope, scope.time))
  const { from, to: asked } = query.range ?? {}
  const to = kind === 'level' ? lastDay({ days: { to: asked }, asOf, zone: scope.zone }) : asked
  return [
    ...(from && kind !== 'level' ? [sql`${day} >= CAST(${from} AS DATE)`] : []),
    ...(to ? [sql`${day} <= CAST(${to} AS DATE)`] : []),
  ]
}

/** The rows of a metric's part: as many as the cell says. A mean's numerator and denominator are the rows that have a value. */
function partSql(metric: Metric, query: RowsQuery, scope: Scope): Sql[] {
  const { measure } = metric
  const part = query.metric?.part ?? 'population'
  const population = populationSql(metric, scope)
  const conditions = population ? [population] : []
  if (measure.kind === 'stock') conditions.push(openSql(metric, { days: query.range ?? {} } as Select, scope))
  else if (part !== 'population' && measure.kind === 'kept') {
    const { start, stayed } = keptConditions(
      measure,
      { days: query.range ?? {}, asOf: scope.asOf, zone: scope.zone },
      scope,
    )
    const gone = `${start} AND NOT coalesce(${stayed}, FALSE)`
    conditions.push(part === 'denominator' ? start : measure.lost ? gone : stayed)
  } else if (part !== 'population' && measure.kind === 'ratio') {
    if (measure.denominator) conditions.push(compileIn(scope, measure.denominator))
    if (part === 'numerator') conditions.push(compileIn(scope, measure.numerator))
  } else if (part !== 'population' && 'of' in measure && measure.kind !== 'level')
    conditions.push(operate(scope.dialect, 'is_not_null', compileIn(scope, measure.of)))
  return conditions.map((each) => raw(`(${each})`))
}

/** Of a number a day, the rows of the days that it is a mean of. */
async function daysOfSql(scope: Scope, context: MetricContext): Promise<Sql[]> {
  if (!scope.time) return []
  return wholeDaysSql({ cut: await readCutDays(scope, context) }, daySql(scope, scope.time))
}

const listedTypes = new Set<ColumnType>([
  'text',
  'integer',
  'number',
  'money',
  'boolean',
  'timestamp',
  'date',
  'seconds',
])

/** Without a wish: the id, then every column of the table that holds something and is no bookkeeping. */
function columnsOf(query: RowsQuery, scope: Scope, context: MetricContext, problems: Problem[]): ListedColumn[] {
  const { present } = context.version
  const own = tableNamed(query.table)?.columns ?? []
  const usual = own.filter(
    (column) =>
      column.name === 'id' ||
      (!column.derived && listedTypes.has(column.type) && present.has(`${query.table}.${column.name}`)),
  )
  const wanted =
    query.columns && query.columns.length > 0
      ? ['id', ...query.columns.filter((id) => id !== 'id')]
      : usual.map(({ name }) => name)
  return wanted.flatMap((id) => listedColumn(id, scope, context) ?? unknownColumn(id, query.table, context, problems))
}

function unknownColumn(id: string, table: string, context: MetricContext, problems: Problem[]): ListedColumn[] {
  const known = [...(tableNamed(table)?.columns.map(({ name }) => name) ?? []), ...context.catalogue.dimensions.keys()]
  problems.push({
    code: 'column-unknown',
    message: `"${id}" is neither a column of ${table} nor a dimension of its rows.`,
    where: 'columns',
    fix: didYouMean(id, known, `docs/model.md lists the columns of ${table}.`),
  })
  return []
}

/** A column of the table, one behind links (`customer.name`), or a dimension. */
function listedColumn(id: string, scope: Scope, context: MetricContext): ListedColumn | null {
  const steps = columnsOnPath(scope.from, id.split('.'))
  const last = steps?.at(-1)
  if (last) {
    const expression: Expression = { kind: 'column', path: id.split('.'), at: 0 }
    return maskColumn(
      { id, label: columnLabel(last.table, last.column, context), type: last.column.type },
      sensitivityOf(last.column),
      compileIn(scope, expression),
      scope,
      context,
    )
  }
  const dimension = context.catalogue.dimensions.get(id)
  const reach = dimension && reachOf(scope.from, dimension, context.version.present)
  if (!dimension || !reach) return null
  const type: ColumnType = dimension.type
  return maskColumn(
    { id, label: dimensionLabel(dimension, context.words), type },
    dimension.sensitivity,
    compileIn(scope, reach.expression),
    scope,
    context,
  )
}

/** Source columns that nobody described may hold anything about a person. */
function sensitivityOf(column: Column): Sensitivity {
  return column.name === 'attributes' ? 'direct_id' : column.sensitivity
}

function columnLabel(table: string, column: Column, context: MetricContext): string {
  const dimension = column.dimension ? context.catalogue.dimensions.get(column.name) : undefined
  return dimension
    ? dimensionLabel(dimension, context.words)
    : capital(fieldLabel(`${table}.${column.name}`, context.words))
}

function maskColumn(
  column: Omit<RowsColumn, 'masked'>,
  sensitivity: Sensitivity,
  compiled: string,
  scope: Scope,
  context: MetricContext,
): ListedColumn {
  if (context.viewer.personalData === 'show') return { ...column, masked: false, sql: compiled }
  const shown = maskedSql(sensitivity, compiled, scope.dialect)
  if (shown === null) return { ...column, masked: false, sql: compiled }
  return { ...column, type: sensitivity === 'direct_id' ? 'text' : column.type, masked: true, sql: shown }
}

/** What is left of a value for who may not see personal data; null where that is all of it. */
function maskedSql(sensitivity: Sensitivity, compiled: string, dialect: Dialect): string | null {
  if (sensitivity === 'direct_id') return `CASE WHEN ${compiled} IS NOT NULL THEN '•••' END`
  return sensitivity === 'free_text' ? operate(dialect, 'mask_contacts', compiled) : null
}

/** A column of the model as who may not see personal data reads it; unchanged where nothing is hidden. */
export function shownSql(column: Column, compiled: string, dialect: Dialect): string {
  return maskedSql(sensitivityOf(column), compiled, dialect) ?? compiled
}

/** The order of masked names would give them away, so it is refused. */
function orderOf(query: RowsQuery, scope: Scope, context: MetricContext, problems: Problem[]): Listing['order'] {
  const by = query.order?.by ?? 'id'
  const descending = query.order?.descending === true
  const column = listedColumn(by, scope, context)
  if (!column) {
    unknownColumn(by, query.table, context, problems)
    return { sql: 'NULL', type: 'text', descending }
  }
  if (column.masked && column.sql.startsWith('CASE'))
    problems.push({
      code: 'order-masked',
      message: `Rows cannot be ordered by ${by}: it is masked for you.`,
      where: 'order',
      fix: 'Order by another column, or show personal data where you may.',
    })
  return { sql: column.sql, type: column.type, descending }
}

/** In the id, in text columns, and in names where the viewer may read them; masked text is searched as it is shown. */
function searchSql(table: string, search: string, scope: Scope, context: MetricContext): Sql {
  const show = context.viewer.personalData === 'show'
  const { dialect } = scope
  const own = (tableNamed(table)?.columns ?? []).filter((column) => searched(column, table, show, context))
  const customer = show && columnNamed(table, 'customer') && context.version.present.has(`${table}.customer`)
  const paths = [
    ...own.map(({ name }) => [name]),
    ...(customer ? ['name', 'email'].map((name) => ['customer', name]) : []),
  ]
  const needle = search.toLowerCase()
  const hits = paths.map((path) => {
    const text = operate(dialect, 'to_text', compileIn(scope, { kind: 'column', path, at: 0 }))
    const hit = (inner: string): Sql => sql`contains(${raw(operate(dialect, 'lower', inner))}, ${needle})`
    const free = columnNamed(table, path[0] ?? '')?.sensitivity === 'free_text' && !show
    return free ? sql`(${hit(text)} AND ${hit(operate(dialect, 'mask_contacts', text))})` : hit(text)
  })
  return sql`(${join(hits, ' OR ')})`
}

function searched(column: Column, table: string, show: boolean, context: MetricContext): boolean {
  if (column.name === 'id' || column.name === 'source_key') return true
  if (!context.version.present.has(`${table}.${column.name}`) || column.type !== 'text') return false
  return column.sensitivity === 'free_text' || (show && column.sensitivity === 'direct_id')
}

/** What a check found: by its expression where it has one, else by the ids that it kept. */
async function checkSql(query: RowsQuery, scope: Scope, context: MetricContext): Promise<Sql> {
  const check = query.check ?? ''
  const [found] = await context.store.rows(
    sql`SELECT "rows", "table" FROM "cx"."check_results" WHERE "check" = ${check} AND "table" = ${query.table} LIMIT 1`,
  )
  if (!found)
    throw new RapportError(
      {
        code: 'check-unknown',
        message: `The check "${check}" lists no rows of ${query.table}.`,
        where: 'check',
        fix: 'Run "rapport check" for the checks and their tables.',
      },
      5,
    )
  if (typeof found.rows === 'string' && found.rows !== '')
    return raw(`(${compileIn(scope, parseExpression(found.rows))})`)
  return sql`${raw(`${quoteIdentifier(query.table)}."id"`)} IN (SELECT "id" FROM "cx"."check_rows" WHERE "check" = ${check})`
}

export function whereSql(conditions: Sql[]): Sql {
  return conditions.length > 0 ? sql`\nWHERE ${join(conditions, '\n  AND ')}` : raw('')
}

const orderName = '"__order"'

/** One page by keyset: the last row's order value and id say where the next page begins, so pages neither skip nor repeat. */
export async function readPage(
  listing: Listing,
  limit: number,
  cursor: string | undefined,
  context: MetricContext,
): Promise<{ rows: Row[]; next: string | null }> {
  const { scope, order } = listing
  const id = `${quoteIdentifier(scope.from)}."id"`
  const names = listing.columns.map((column) => `${column.sql} AS ${quoteIdentifier(column.id)}`)
  const after = cursor === undefined ? [] : [afterSql(readCursor(cursor), listing, id)]
  const direction = order.descending ? 'DESC' : 'ASC'
  const rows = await context.store.rows(
    sql`SELECT ${raw([...names, `CAST(${order.sql} AS VARCHAR) AS ${orderName}`, `${id} AS "__id"`].join(', '))}\nFROM ${raw(fromSql(scope))}${whereSql([...listing.where, ...after])}\nORDER BY ${raw(`${order.sql} ${direction} NULLS LAST, ${id}`)}\nLIMIT ${raw(String(limit + 1))}`,
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next = rows.length > limit && last ? writeCursor([last.__order ?? null, String(last.__id)]) : null
  return { rows: page.map(({ __order, __id, ...row }) => row), next }
}

type Cursor = [Cell, string]

function writeCursor(at: Cursor): string {
  return Buffer.from(JSON.stringify(at)).toString('base64url')
}

function readCursor(text: string): Cursor {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (
      Array.isArray(value) &&
      value.length === 2 &&
      typeof value[1] === 'string' &&
      (value[0] === null || typeof value[0] === 'string')
    )
      return value as Cursor
  } catch {
    // Falls through to the sentence below: what stands in the cursor is nobody's business.
  }
  throw new RapportError(
    {
      code: 'cursor-unreadable',
      message: 'This cursor was not made by the page before.',
      where: 'cursor',
      fix: 'Start again without a cursor.',
    },
    2,
  )
}

const casts: Record<ColumnType, string> = {
  text: 'VARCHAR',
  json: 'VARCHAR',
  integer: 'BIGINT',
  seconds: 'BIGINT',
  number: 'DOUBLE',
  money: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
}

function afterSql([value, lastId]: Cursor, { order }: Listing, id: string): Sql {
  const key = raw(order.sql)
  if (value === null) return sql`(${key} IS NULL AND ${raw(id)} > ${lastId})`
  const at = sql`CAST(${value} AS ${raw(casts[order.type])})`
  return sql`(${key} ${raw(order.descending ? '<' : '>')} ${at} OR (${key} = ${at} AND ${raw(id)} > ${lastId}) OR ${key} IS NULL)`
}

/** The rows behind one cell of a frame: its own filters, narrowed to the row's group and period. */
export function rowsOf(
  query: Query,
  row: FrameRow | undefined,
  metric: string,
  part: NonNullable<RowsQuery['metric']>['part'],
  context: MetricContext,
): RowsQuery {
  const table = context.catalogue.metrics.get(metric)?.from ?? 'cases'
  const groups: Condition[] = (query.by ?? []).flatMap((id): Condition[] => {
    if (!row || !(id in row)) return []
    const value = row[id] as Cell
    return [
      value === null ? { dimension: id, op: 'is_null', values: [] } : { dimension: id, op: 'in', values: [value] },
    ]
  })
  return {
    table,
    where: [...(query.where ?? []), ...groups],
    range: rangeOfCell(query, row, context),
    metric: { id: metric, part },
    as_of: query.as_of,
  }
}

function rangeOfCell(query: Query, row: FrameRow | undefined, context: MetricContext): RowsQuery['range'] {
  const period = row?.period as Period | undefined
  if (!period || !query.grain) return query.range
  const end = endOf(period.start, query.grain, context.version.calendar)
  const { from, to } = query.range ?? {}
  return { from: from && from > period.start ? from : period.start, to: to && to < end ? to : end }
}
