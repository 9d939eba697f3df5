import { columnNamed } from '../../model/tables.ts'
import type { Dialect } from '../../sql/ops.ts'
import { literal, quoteIdentifier, raw } from '../../sql/sql.ts'
import type { Row, Store } from '../../store/store.ts'
import type { Batch } from '../sources/batch.ts'
import { type ColumnProfile, momentReading, type Shape, shapes } from './evidence.ts'
import { readSql, sourceNames } from './read-sql.ts'
import { cleanSql, nullWords, typedSql } from './typed.ts'

/** In how many records with both moments the first is not after the second. */
export interface Order {
  earlier: string
  later: string
  both: number
  share: number
}

export interface BatchProfile {
  records: number
  columns: ColumnProfile[]
  orders: Order[]
}

const few = 100

/** Columns beyond these are not looked at when a mapping is proposed; they stay in `attributes`. */
export const MOST_COLUMNS = 150

/** Columns looked at in one pass: every expression keeps a buffer, and hundreds of columns at once would need gigabytes. */
const AT_ONCE = 50

/** Looks at the whole of every column, then once more at what only a first look can name. */
export async function profileBatch(store: Store, batch: Batch): Promise<BatchProfile> {
  const names = sourceNames(batch.columns).slice(0, MOST_COLUMNS)
  const columns: ColumnProfile[] = []
  for (let at = 0; at < names.length; at += AT_ONCE) {
    columns.push(...(await firstLook(store, names.slice(at, at + AT_ONCE), batch)))
  }
  const [counted] = await store.rows(raw(`SELECT count(*) AS records FROM ${readSql(batch)}`))
  const records = Number(counted?.records ?? 0)
  const moments = columns.filter((column) => momentReading(column) !== null).slice(0, AT_ONCE)
  const unclear = columns
    .filter(({ present, distinct }) => present === records && distinct >= present * 0.8)
    .slice(0, AT_ONCE)
  const looked = [...new Set([...moments, ...unclear].map(({ name }) => name))]
  const from = wordlessFrom(looked.length > 0 ? looked : names.slice(0, 1), batch)
  const [second] = await store.rows(raw(secondLook({ unclear, moments, from, dialect: store.dialect })))
  return {
    records,
    columns: columns.map((column) => exactly(column, second![`distinct_${unclear.indexOf(column)}`], records)),
    orders: ordersOf(moments, second!),
  }
}

async function firstLook(store: Store, names: string[], batch: Batch): Promise<ColumnProfile[]> {
  const [row] = await store.rows(raw(`SELECT ${names.map(aggregates).join(',\n')} FROM ${wordlessFrom(names, batch)}`))
  return names.map((name, at) => profileOf(name, at, row!))
}

function wordlessFrom(names: string[], batch: Batch): string {
  return `(SELECT ${names.map((name) => `${wordless(name)} AS ${quoteIdentifier(name)}`).join(', ')} FROM ${readSql(batch)})`
}

/**
 * Blank and "no value" words are NULL here: they say nothing about the kind of a column. A list is looked into: of IN with more than a
 * few words the engine makes a join, and fifty columns were fifty joins that each carried all the others (8 s for one record).
 */
function wordless(name: string): string {
  const clean = cleanSql(quoteIdentifier(name), false)
  return `CASE WHEN strlen(${clean}) <= 7 AND list_contains([${nullWords.map(literal).join(', ')}], lower(${clean})) THEN NULL ELSE ${clean} END`
}

/** Only what begins like a number or date has a mask of its own; the longest date is shorter than 40 characters. */
function maskSql(value: string): string {
  const digits = `CASE WHEN strlen(${value}) <= 40 THEN translate(${value}, '0123456789', '9999999999') END`
  const email = `regexp_full_match(${value}, '[^@ ]+@[^@ ]+[.][A-Za-z]{2,}')`
  return `CASE WHEN ${value} < ':' THEN ${digits} WHEN contains(${value}, '@') AND ${email} THEN '@' END`
}

function aggregates(name: string, at: number): string {
  const value = quoteIdentifier(name)
  const part = (index: number): string =>
    `CASE WHEN ${value} < ':' AND strlen(${value}) <= 40 THEN TRY_CAST(regexp_extract(${value}, '^([0-9]{1,2})[-./]([0-9]{1,2})[-./]', ${index}) AS INTEGER) END`
  return [
    `count(${value}) AS present_${at}`,
    `approx_count_distinct(${value}) AS about_${at}`,
    `CAST(to_json(histogram(${maskSql(value)})) AS VARCHAR) AS masks_${at}`,
    `count(*) FILTER (WHERE ${part(1)} > 12) AS first_${at}`,
    `count(*) FILTER (WHERE ${part(2)} > 12) AS second_${at}`,
    `min(TRY_CAST(${value} AS DOUBLE)) AS lowest_${at}`,
    `max(TRY_CAST(${value} AS DOUBLE)) AS highest_${at}`,
    `avg(strlen(${value})) AS length_${at}`,
    `count(*) FILTER (WHERE strlen(${value}) <= 16 AND regexp_full_match(${value}, '[A-Za-z]{1,6}[-_#]?[0-9]+')) AS codes_${at}`,
    `CAST(to_json(approx_top_k(CASE WHEN strlen(${value}) <= 80 THEN ${value} ELSE left(${value}, 80) END, ${few + 1})) AS VARCHAR) AS top_${at}`,
  ].join(', ')
}

/** How many values have each shape. */
function countShapes(masks: Record<string, number>): Record<Shape, number> {
  const counts = Object.fromEntries(Object.keys(shapes).map((shape) => [shape, 0])) as Record<Shape, number>
  for (const [mask, count] of Object.entries(masks)) {
    for (const [shape, pattern] of Object.entries(shapes)) if (pattern.test(mask)) counts[shape as Shape] += count
  }
  return counts
}

function profileOf(name: string, at: number, row: Row): ColumnProfile {
  const number = (key: string): number => Number(row[`${key}_${at}`] ?? 0)
  const edge = (key: string): number | null => (row[`${key}_${at}`] === null ? null : number(key))
  const json = <T>(key: string, empty: T): T => (JSON.parse(String(row[`${key}_${at}`] ?? 'null')) as T | null) ?? empty
  const values = json<(string | null)[]>('top', []).filter((value): value is string => value !== null)
  return {
    name,
    present: number('present'),
    distinct: number('about'),
    unique: false,
    shapes: countShapes(json<Record<string, number>>('masks', {})),
    firstOver12: number('first'),
    secondOver12: number('second'),
    lowest: edge('lowest'),
    highest: edge('highest'),
    meanLength: number('length'),
    codes: number('codes'),
    values: values.length <= few ? values.sort() : [],
  }
}

interface Look {
  /** Columns that may be unique: an estimate cannot say. */
  unclear: ColumnProfile[]
  moments: ColumnProfile[]
  from: string
  dialect: Dialect
}

/** Exact counts where the estimate leaves the question open, and which moment comes before which. */
function secondLook({ unclear, moments, from, dialect }: Look): string {
  const counts = unclear.map(({ name }, at) => `count(DISTINCT hash(${quoteIdentifier(name)})) AS distinct_${at}`)
  const pairs = moments.flatMap((_, i) =>
    moments.flatMap((_, j) =>
      i < j
        ? [
            `count(*) FILTER (WHERE m_${i} IS NOT NULL AND m_${j} IS NOT NULL) AS both_${i}_${j}`,
            `count(*) FILTER (WHERE m_${i} < m_${j}) AS less_${i}_${j}`,
            `count(*) FILTER (WHERE m_${i} = m_${j}) AS same_${i}_${j}`,
          ]
        : [],
    ),
  )
  const typed = moments.map((column, at) => `, epoch(${momentSql(column, dialect)}) AS m_${at}`).join('')
  return `SELECT count(*) AS records${[...counts, ...pairs].map((part) => `, ${part}`).join('')} FROM (SELECT *${typed} FROM ${from})`
}

function momentSql(column: ColumnProfile, dialect: Dialect): string {
  const rule = { kind: 'from', from: column.name, words: {}, read: momentReading(column) || undefined } as const
  return typedSql(quoteIdentifier(column.name), columnNamed('cases', 'updated_at')!, rule, {
    dialect,
    zone: 'UTC',
    decimal: '.',
  })
}

function exactly(column: ColumnProfile, counted: Row[string] | undefined, records: number): ColumnProfile {
  if (counted !== undefined)
    return { ...column, distinct: Number(counted), unique: records > 0 && Number(counted) === records }
  return column.values.length > 0 ? { ...column, distinct: column.values.length } : column
}

function ordersOf(moments: ColumnProfile[], row: Row): Order[] {
  return moments.flatMap((one, i) =>
    moments.flatMap((other, j) => {
      const both = Number(row[`both_${i}_${j}`] ?? 0)
      if (i >= j || both === 0) return []
      const less = Number(row[`less_${i}_${j}`])
      const same = Number(row[`same_${i}_${j}`])
      return [
        { earlier: one.name, later: other.name, both, share: (less + same) / both },
        { earlier: other.name, later: one.name, both, share: (both - less) / both },
      ]
    }),
  )
}
