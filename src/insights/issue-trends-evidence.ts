import { addDays, lengthOf } from '../calendar.ts'
import { say } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { labelsOf } from '../metrics/labels.ts'
import { dimensionLabel } from '../metrics/needs.ts'
import { operateOn } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import type { Row } from '../store/store.ts'
import { handledSql, satisfiedSql } from './case-measures.ts'
import { type IssueField, joinOf } from './issue-fields.ts'

/** Counts by week of one value of one field, for all cases and by market. */
export interface IssueCounts {
  field: string
  value: string
  label: string
  /** First and last day on which a case had it, in all the data. */
  first_day: string
  last_day: string
  cases: number
  /** One count a week. */
  weeks: number[]
  markets: Map<string, number[]>
}

/** What is read of the cases of one value once it moves. */
export interface IssueCases {
  /** Answered satisfaction surveys, and those on the two best steps. */
  answered: number
  satisfied: number
  /** Measured work on contacts, and the cases that had any. */
  worked_seconds: number
  worked_cases: number
}

export interface IssueEvidence {
  /** Mondays of the whole weeks, in order. */
  weeks: string[]
  /** Every field that was looked at, with its label, values left out as rare, and whether more values are there than were counted. */
  fields: { id: string; label: string; dimension: string | null; rare: number; more: boolean }[]
  issues: IssueCounts[]
  /** All cases by week, and those of each market that is tested. */
  cases: number[]
  marketCases: Map<string, number[]>
  /** What a count is held against: customers at the beginning of the week, or all cases. Markets by name; those too small are left out. */
  base: { of: 'customers' | 'cases'; all: number[]; markets: Map<string, number[]> }
  marketLabels: Readonly<Record<string, string>>
  /** Satisfaction and work of the cases of some values of a field. */
  casesOf(field: string, values: string[]): Promise<Map<string, IssueCases>>
}

/** A value with fewer cases than this cannot be told from chance. */
export const fewestCases = 40
const mostValues = 100
const mostMarkets = 12
/** Three years: what happened before them is no news. */
const mostWeeks = 156
/** A week with less of the usual number of cases is before the source was in use. */
const leastOfUsual = 0.1

/** Reads counts by week of each value of each field. Null where no whole week is there. */
export async function readIssues(context: MetricContext, fields: IssueField[]): Promise<IssueEvidence | null> {
  const totals = await readTotals(context)
  if (!totals) return null
  const { weeks } = totals
  const days = { from: weeks[0]!, before: addDays(weeks.at(-1)!, 7) }
  const place = new Map(weeks.map((week, at) => [week, at]))
  const markets = [...totals.markets.entries()]
    .map(([market, counts]) => ({ market, counts, cases: sumOf(counts) }))
    .filter(({ cases }) => cases >= fewestCases)
    .toSorted((a, b) => b.cases - a.cases)
    .slice(0, mostMarkets)
  const told = new Set(markets.map(({ market }) => market))
  const issues: IssueCounts[] = []
  const read: IssueEvidence['fields'] = []
  for (const field of fields) {
    const [counted, rest] = await readField(context, field, days)
    const labels = await labelsOfField(context, field, [...new Set(counted.map((row) => String(row.value)))])
    issues.push(...gathered(counted, { field: field.id, labels, place, told }))
    const dimension = field.dimension === null ? undefined : context.catalogue.dimensions.get(field.dimension)
    read.push({
      id: field.id,
      label: dimension ? dimensionLabel(dimension, context.words) : say(context.words, `say.trends.field.${field.id}`),
      dimension: dimension?.id ?? null,
      ...rest,
    })
  }
  const marketCases = new Map(markets.map(({ market, counts }) => [market, counts]))
  const byCustomers = await readCustomers(context, weeks, [...told])
  const marketDimension = context.catalogue.dimensions.get('market')
  return {
    weeks,
    fields: read,
    issues,
    cases: totals.all,
    marketCases,
    base: byCustomers ?? {
      of: 'cases',
      all: totals.all,
      markets: marketCases,
    },
    marketLabels: marketDimension ? await labelsOf(marketDimension, [...told], context) : {},
    casesOf: (id, values) => readCases(context, fields.find((each) => each.id === id)!, values, days),
  }
}

type Context = Pick<MetricContext, 'store' | 'version'>
interface Bounds {
  from: string
  before: string
}

const day = (text: string): Sql => sql`CAST(${text} AS DATE)`
const inDays = ({ from, before }: Bounds): Sql =>
  sql`"c"."created_on" >= ${day(from)} AND "c"."created_on" < ${day(before)}`
const marketOf = ({ version }: Context, of: string): Sql =>
  raw(version.present.has(`${of}.market`) ? '"c"."market"' : 'CAST(NULL AS VARCHAR)')

interface Totals {
  weeks: string[]
  all: number[]
  markets: Map<string, number[]>
}

/** Cases of every whole week, from the first in which the source was in use. */
async function readTotals(context: Context): Promise<Totals | null> {
  const op = operateOn(context.store.dialect)
  const rows = await context.store.rows(
    sql`SELECT ${raw(op('to_text', op('week', '"c"."created_on"')))} AS "week", ${marketOf(context, 'cases')} AS "market", count(*) AS "n",
  ${raw(op('to_text', 'min("c"."created_on")'))} AS "first", ${raw(op('to_text', 'max("c"."created_on")'))} AS "last"
FROM cx."cases" AS "c" WHERE "c"."created_on" IS NOT NULL GROUP BY 1, 2`,
  )
  if (rows.length === 0) return null
  const first = rows.map((row) => String(row.first)).toSorted()[0]!
  const last = rows
    .map((row) => String(row.last))
    .toSorted()
    .at(-1)!
  const starts = rows
    .map((row) => String(row.week))
    .filter((week) => week >= first && addDays(week, 6) <= last)
    .toSorted()
  const [from, to] = [starts[0], starts.at(-1)]
  if (from === undefined || to === undefined) return null
  const weeks = Array.from({ length: lengthOf({ from, to }) / 7 + 1 }, (_, at) => addDays(from, 7 * at)).filter(
    (week) => week <= to,
  )
  const place = new Map(weeks.map((week, at) => [week, at]))
  const all = weeks.map(() => 0)
  const markets = new Map<string, number[]>()
  for (const row of rows) {
    const at = place.get(String(row.week))
    if (at === undefined) continue
    all[at]! += Number(row.n)
    if (row.market !== null) countAt(markets, String(row.market), at, Number(row.n), weeks.length)
  }
  const usual = all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!
  const begins = Math.max(
    all.findIndex((n) => n >= leastOfUsual * usual),
    all.length - mostWeeks,
  )
  return {
    weeks: weeks.slice(begins),
    all: all.slice(begins),
    markets: new Map([...markets].map(([market, counts]) => [market, counts.slice(begins)])),
  }
}

/** Cases by week and market of the most frequent values, and how many cases the rare ones have. */
async function readField(
  context: Context,
  field: IssueField,
  days: Bounds,
): Promise<[Row[], { rare: number; more: boolean }]> {
  const op = operateOn(context.store.dialect)
  const { store } = context
  const held = await store.hold(
    sql`SELECT ${raw(field.value)} AS "value", ${marketOf(context, 'cases')} AS "market", ${raw(op('week', '"c"."created_on"'))} AS "week",
  count(*) AS "n", min("c"."created_on") AS "first", max("c"."created_on") AS "last"
FROM cx."cases" AS "c" ${joinOf(field)} WHERE "c"."created_on" IS NOT NULL GROUP BY 1, 2, 3`,
  )
  try {
    // Older weeks are read only for the first day on which a value was seen.
    const known = sql`"value" IS NOT NULL AND "week" >= ${day(days.from)} AND "week" < ${day(days.before)}`
    const values = await store.rows(
      sql`SELECT "value", CAST(sum("n") AS BIGINT) AS "n" FROM ${held.table} WHERE ${known} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${raw(String(mostValues + 1))}`,
    )
    const frequent = values.filter((row) => Number(row.n) >= fewestCases)
    const [all = {}] = await store.rows(sql`SELECT CAST(sum("n") AS BIGINT) AS "n" FROM ${held.table} WHERE ${known}`)
    const kept = frequent.slice(0, mostValues).map((row) => String(row.value))
    const rare = Number(all.n ?? 0) - sumOf(frequent.slice(0, mostValues).map((row) => Number(row.n)))
    const more = frequent.length > mostValues
    // One value says the same of every case.
    if (kept.length === 0 || (kept.length === 1 && rare === 0)) return [[], { rare, more }]
    const rows = await store.rows(
      sql`SELECT "value", "market", ${raw(op('to_text', '"week"'))} AS "week", "n", ${raw(op('to_text', '"first"'))} AS "first", ${raw(op('to_text', '"last"'))} AS "last"
FROM ${held.table} WHERE "value" IN (${join(kept.map((value) => sql`${value}`))})`,
    )
    return [rows, { rare, more }]
  } finally {
    await held.release()
  }
}

async function labelsOfField(
  context: MetricContext,
  field: IssueField,
  values: string[],
): Promise<Readonly<Record<string, string>>> {
  const dimension = field.dimension === null ? undefined : context.catalogue.dimensions.get(field.dimension)
  return dimension ? labelsOf(dimension, values, context) : (field.labels ?? {})
}

interface Places {
  field: string
  labels: Readonly<Record<string, string>>
  place: ReadonlyMap<string, number>
  told: ReadonlySet<string>
}

function gathered(rows: Row[], { field, labels, place, told }: Places): IssueCounts[] {
  const found = new Map<string, IssueCounts>()
  for (const row of rows) {
    const value = String(row.value)
    const [first, last, n] = [String(row.first), String(row.last), Number(row.n)]
    const issue = found.get(value) ?? {
      field,
      value,
      label: labels[value] ?? value,
      first_day: first,
      last_day: last,
      cases: 0,
      weeks: Array<number>(place.size).fill(0),
      markets: new Map(),
    }
    found.set(value, issue)
    if (first < issue.first_day) issue.first_day = first
    if (last > issue.last_day) issue.last_day = last
    const at = place.get(String(row.week))
    if (at === undefined) continue
    issue.cases += n
    issue.weeks[at]! += n
    if (row.market !== null && told.has(String(row.market)))
      countAt(issue.markets, String(row.market), at, n, place.size)
  }
  return [...found.values()].toSorted((a, b) => b.cases - a.cases || (a.value < b.value ? -1 : 1))
}

/** Customers at the beginning of each week: joined before it and not left. Null where joining or leaving is not known. */
async function readCustomers(
  context: Context,
  weeks: string[],
  markets: string[],
): Promise<IssueEvidence['base'] | null> {
  const { present } = context.version
  const leaving = ['customers.left_on', 'churns.churned_on'].some((column) => present.has(column))
  if (!present.has('customers.joined_on') || !leaving) return null
  if (markets.length > 0 && !present.has('customers.market')) return null
  const op = operateOn(context.store.dialect)
  const rows = await context.store.rows(
    sql`WITH "spans" AS (SELECT ${marketOf(context, 'customers')} AS "market", "c"."joined_on" AS "joined", "c"."left_on" AS "gone" FROM cx."customers" AS "c")
SELECT "market", ${raw(op('to_text', op('week', '"on"')))} AS "week", CAST(sum("more") AS BIGINT) AS "more" FROM (
  SELECT "market", "joined" AS "on", 1 AS "more" FROM "spans"
  UNION ALL SELECT "market", "gone" AS "on", -1 AS "more" FROM "spans" WHERE "gone" IS NOT NULL) AS "moves" GROUP BY 1, 2`,
  )
  return { of: 'customers', ...countedAt(rows, weeks, markets) }
}

function countedAt(rows: Row[], weeks: string[], markets: string[]): { all: number[]; markets: Map<string, number[]> } {
  const at = (moves: Map<string, number>, start: number) => {
    let standing = start
    return weeks.map((week) => {
      standing += moves.get(week) ?? 0
      return standing
    })
  }
  const counted = (own: Row[]) => {
    let start = 0
    const moves = new Map<string, number>()
    for (const { week, more } of own) {
      // Who joined in a week counts from the next one on, and who left in it no longer. Who joined nobody knows when was there before.
      const counts = week === null ? null : addDays(String(week), 7)
      if (counts === null || counts < weeks[0]!) start += Number(more)
      else moves.set(counts, (moves.get(counts) ?? 0) + Number(more))
    }
    return at(moves, start)
  }
  return {
    all: counted(rows),
    markets: new Map(markets.map((market) => [market, counted(rows.filter((row) => row.market === market))])),
  }
}

async function readCases(
  context: MetricContext,
  field: IssueField,
  values: string[],
  days: Bounds,
): Promise<Map<string, IssueCases>> {
  const nothing: IssueCases = { answered: 0, satisfied: 0, worked_seconds: 0, worked_cases: 0 }
  const found = new Map(values.map((value) => [value, { ...nothing }]))
  const of = sql`(SELECT "c"."id" AS "id", ${raw(field.value)} AS "value" FROM cx."cases" AS "c" ${joinOf(field)}
  WHERE ${inDays(days)} AND ${raw(field.value)} IN (${join(values.map((value) => sql`${value}`))})) AS "of"`
  const add = async (measured: Sql | null, sums: Sql, told: (row: Row) => Partial<IssueCases>) => {
    if (!measured) return
    const rows = await context.store.rows(
      sql`SELECT "of"."value" AS "value", ${sums} FROM ${of} JOIN (${measured}) AS "measured" ON "measured"."case" = "of"."id" GROUP BY 1`,
    )
    for (const row of rows) Object.assign(found.get(String(row.value)) ?? {}, told(row))
  }
  await add(
    satisfiedSql(context),
    raw('CAST(sum("answered") AS BIGINT) AS "answered", CAST(sum("satisfied") AS BIGINT) AS "satisfied"'),
    (row) => ({ answered: Number(row.answered), satisfied: Number(row.satisfied) }),
  )
  await add(handledSql(context), raw('count(*) AS "cases", CAST(sum("seconds") AS DOUBLE) AS "seconds"'), (row) => ({
    worked_seconds: Number(row.seconds),
    worked_cases: Number(row.cases),
  }))
  return found
}

function countAt(counts: Map<string, number[]>, key: string, at: number, n: number, length: number): void {
  const known = counts.get(key) ?? Array<number>(length).fill(0)
  known[at]! += n
  counts.set(key, known)
}

const sumOf = (values: number[]): number => values.reduce((sum, each) => sum + each, 0)
