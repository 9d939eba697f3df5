import type { ColumnType, Sensitivity } from '../../model/model.ts'
import { ident, join, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Row, Store } from '../../store/store.ts'

/** A source column, and where its values are to be found after the load. */
export interface SourceColumn {
  name: string
  /** SQL over the load's main table. */
  values: string
  type: ColumnType
  sensitivity: Sensitivity
  /** Model columns that it fills: `{column: 'cases.channel', expression, place, failed}`. */
  fills: { column: string; expression: string; place: string; failed: number }[]
}

/** Above this many rows, different values are estimated and marked so; those of free text are not told apart at all. */
const COUNT_EXACTLY_UP_TO = 200_000
const TOP_VALUES = 8
const BINS = 20

const measured = (type: ColumnType): boolean => ['integer', 'number', 'money', 'seconds'].includes(type)
const timed = (type: ColumnType): boolean => type === 'timestamp' || type === 'date'

/** Of large files, pictures are drawn from every tenth stretch of records; shares hold, and the numbers beside them are exact. */
const STRETCH = 2048

/** Columns beyond these get counts, their different values estimated, but no picture: nobody looks at five hundred. */
const PICTURES = 300

/** Columns counted in one scan: each set of different values keeps a megabyte, and five thousand at once would need gigabytes. */
const AT_ONCE = 100

/** Fills `cx.columns` for one load: one scan for each hundred columns, then one small query for each column that is worth a picture. */
export async function profileColumns(
  store: Store,
  load: string,
  table: string,
  columns: SourceColumn[],
): Promise<void> {
  if (columns.length === 0) return
  const from = sql`FROM ${ident('cx', table)} WHERE load = ${load}`
  const [counted] = await store.rows(sql`SELECT count(*) AS n ${from}`)
  const rows = Number(counted?.n ?? 0)
  const exact = rows <= COUNT_EXACTLY_UP_TO
  const facts: Facts[] = []
  for (let at = 0; at < columns.length; at += AT_ONCE) {
    const some = columns.slice(at, at + AT_ONCE)
    const summary = (await store.rows(summaryOf(some, exact && at < PICTURES, from)))[0] ?? {}
    facts.push(...some.map((_, index) => factsOf(summary, index, rows)))
  }
  const pictures = columns.map(({ type }, index) => pictureOf(type, facts[index]!, index))
  const seen = exact
    ? { from, values: columns.map(({ values }) => values) }
    : await sample(store, columns, pictures, from)
  const profiles: Sql[] = []
  for (const [index, column] of columns.entries()) {
    const { missing, distinct, lowest, highest, mean } = facts[index]!
    const values = seen.values[index]!
    const top = pictures[index]!.top ? await topValues(store, values, seen.from) : []
    const shape = pictures[index]!.shape ? await shapeOf(store, column.type, values, seen.from) : null
    profiles.push(sql`(${load}, ${index + 1}, ${column.name}, ${column.type}, ${missing}, ${distinct}, ${exact && index < PICTURES}, ${lowest}, ${highest}, ${mean},
        ${JSON.stringify(top)}, ${shape && JSON.stringify(shape)}, ${column.sensitivity}, ${JSON.stringify(column.fills)})`)
  }
  for (let at = 0; at < profiles.length; at += 100) {
    await store.run(sql`INSERT INTO cx.columns (load, position, name, type, missing, distinct_values, distinct_exact, lowest, highest, mean, top, shape, sensitivity, fills)
      VALUES ${join(profiles.slice(at, at + 100))}`)
  }
}

interface Picture {
  /** Its most frequent values. */
  top: boolean
  /** Its distribution. */
  shape: boolean
}

function pictureOf(type: ColumnType, { distinct }: Facts, index: number): Picture {
  const drawn = index < PICTURES && distinct !== null
  return {
    top: drawn && distinct > 0 && distinct <= 1000,
    shape: drawn && distinct > 1 && (measured(type) || timed(type)),
  }
}

/** What pictures are drawn from, copied once: twenty small questions to it cost less than two to the whole. */
async function sample(
  store: Store,
  columns: SourceColumn[],
  pictures: Picture[],
  from: Sql,
): Promise<{ from: Sql; values: string[] }> {
  const taken = columns.flatMap(({ values }, index) =>
    pictures[index]!.top || pictures[index]!.shape ? [`${values} AS "v${index}"`] : [],
  )
  await store.run(sql`CREATE OR REPLACE TEMP TABLE _pictured AS
    SELECT ${raw(['record', ...taken].join(', '))} ${from} AND (record // ${STRETCH}) % 10 = 0`)
  return { from: sql`FROM _pictured WHERE TRUE`, values: columns.map((_, index) => `"v${index}"`) }
}

function summaryOf(columns: SourceColumn[], exact: boolean, from: Sql): Sql {
  const parts = columns.map(({ values, type, sensitivity }, index) => {
    const estimate = sensitivity === 'free_text' ? 'NULL' : `approx_count_distinct(${values})`
    const distinct = exact ? `count(DISTINCT ${values})` : estimate
    const long = sensitivity === 'free_text' || sensitivity === 'direct_id'
    const text = (of: string): string => `CAST(${of} AS VARCHAR)`
    const mean = measured(type)
      ? `round(avg(${values}), 4)`
      : timed(type)
        ? `make_timestamp(CAST(avg(epoch_us(${values})) AS BIGINT))`
        : 'NULL'
    return [
      `count(${values}) AS present_${index}`,
      `${distinct} AS distinct_${index}`,
      `${long ? 'NULL' : text(`min(${values})`)} AS lowest_${index}`,
      `${long ? 'NULL' : text(`max(${values})`)} AS highest_${index}`,
      `${text(mean)} AS mean_${index}`,
    ].join(', ')
  })
  return sql`SELECT ${raw(parts.join(', '))} ${from}`
}

interface Facts {
  missing: number
  /** Null where it was not counted. */
  distinct: number | null
  lowest: string | null
  highest: string | null
  mean: string | null
}

function factsOf(summary: Row, index: number, rows: number): Facts {
  const text = (name: string): string | null => (summary[name] === null ? null : String(summary[name]))
  const distinct = summary[`distinct_${index}`]
  return {
    missing: rows - Number(summary[`present_${index}`] ?? 0),
    distinct: typeof distinct === 'number' ? Math.min(distinct, rows) : null,
    lowest: text(`lowest_${index}`),
    highest: text(`highest_${index}`),
    mean: text(`mean_${index}`),
  }
}

async function topValues(store: Store, values: string, from: Sql): Promise<{ value: string; count: number }[]> {
  const value = raw(`CAST(${values} AS VARCHAR)`)
  const rows = await store.rows(sql`SELECT ${value} AS value, count(*) AS count ${from} AND ${raw(values)} IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${TOP_VALUES}`)
  return rows.map((row) => ({ value: String(row.value), count: Number(row.count) }))
}

/** Twenty counts of equal width, of numbers or times. */
async function shapeOf(store: Store, type: ColumnType, values: string, from: Sql): Promise<number[]> {
  const number = raw(timed(type) ? `epoch(${values})` : `CAST(${values} AS DOUBLE)`)
  const rows =
    await store.rows(sql`WITH v AS (SELECT ${number} AS x ${from}), e AS (SELECT min(x) AS low, max(x) AS high FROM v)
    SELECT least(floor((x - low) / nullif(high - low, 0) * ${BINS}), ${BINS - 1}) AS bin, count(*) AS count
    FROM v, e WHERE x IS NOT NULL GROUP BY 1 ORDER BY 1`)
  const shape = new Array<number>(BINS).fill(0)
  for (const row of rows) if (row.bin !== null) shape[Number(row.bin)] = Number(row.count)
  return shape
}
