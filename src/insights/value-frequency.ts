import { formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { operateOn } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import { numberOf } from '../store/cell.ts'
import { customerFeatures, windowBefore } from './customer-features.ts'
import type { NoFindings } from './finding.ts'

export const bands = ['low', 'middle', 'high'] as const
export type Band = (typeof bands)[number]
export const rhythms = ['none', 'few', 'many'] as const
export type Rhythm = (typeof rhythms)[number]

/** Customers of one band of value and one rhythm of contact. */
export interface ValueCell {
  value: Band
  contacts: Rhythm
  customers: number
  revenue: number
  /** Days since the last contact, on average: how recent; null without one. */
  recency: number | null
  /** 0-1; null where nobody answered. */
  satisfaction: number | null
}

/** Value against frequency of contact, recency told beside: an RFM table that a support lead can act on. */
export interface ValueFrequency {
  cells: ValueCell[]
  /** Ends of the low and the middle third of revenue, and the contacts from which on there are many. */
  cuts: { low: number; middle: number; many: number }
  customers: number
  revenue: number
  sentence: string
  foot: string
}

const windowDays = 365
const fewest = 30

type Context = Pick<MetricContext, 'store' | 'version' | 'words'>

/**
 * Customers of the year before the newest event by what they brought in and how often they came. Thirds of revenue among those who
 * brought any; whoever brought none is in the low one. Refused without amounts.
 */
export async function findValueFrequency(context: Context): Promise<ValueFrequency | NoFindings> {
  const { store, version, words } = context
  const window = windowBefore(version, windowDays)
  const found = window && customerFeatures(context, window)
  const has = (id: string) => found?.features.some((each) => each.id === id) ?? false
  const contacts = ['touchpoints', 'cases'].find(has)
  if (!found || !contacts || !has('revenue'))
    return {
      refused: say(words, 'say.segments.value.none'),
      missing: has('revenue') ? ['cases.customer'] : ['revenues.amount', 'revenues.customer'],
    }
  const held = await store.hold(
    sql`SELECT coalesce("revenue", 0) AS "revenue", "${raw(contacts)}" AS "contacts", ${raw(has('days_since_case') ? '"days_since_case"' : 'CAST(NULL AS DOUBLE)')} AS "recency",
      ${raw(has('satisfaction') ? '"satisfaction"' : 'CAST(NULL AS DOUBLE)')} AS "satisfaction" FROM (${found.statement})`,
  )
  try {
    return await tableOf(held.table, context, words)
  } finally {
    await held.release()
  }
}

async function tableOf(table: Sql, { store }: Context, words: Words): Promise<ValueFrequency | NoFindings> {
  const op = operateOn(store.dialect)
  const paying = `CASE WHEN "revenue" > 0 THEN "revenue" END`
  const coming = `CASE WHEN "contacts" > 0 THEN "contacts" END`
  const [cut = {}] = await store.rows(
    sql`SELECT count(*) AS "n", ${raw(`${op('count', paying)} AS "paying", ${op('quantile', paying, String(1 / 3))} AS "low", ${op('quantile', paying, String(2 / 3))} AS "middle", ${op('quantile', coming, '0.5')} AS "many"`)} FROM ${table}`,
  )
  if (Number(cut.paying) < fewest)
    return {
      refused: say(words, 'say.segments.value.few', { customers: Number(cut.paying), needed: fewest }),
      missing: [],
    }
  const cuts = { low: Number(cut.low), middle: Number(cut.middle), many: Math.floor(Number(cut.many ?? 0)) + 1 }
  const rows = await store.rows(
    sql`SELECT CASE WHEN "revenue" <= ${cuts.low} THEN 'low' WHEN "revenue" <= ${cuts.middle} THEN 'middle' ELSE 'high' END AS "value",
      CASE WHEN "contacts" = 0 THEN 'none' WHEN "contacts" < ${cuts.many} THEN 'few' ELSE 'many' END AS "contacts",
      count(*) AS "customers", ${raw(`${op('sum', '"revenue"')} AS "revenue", ${op('avg', '"recency"')} AS "recency", ${op('avg', '"satisfaction"')} AS "satisfaction"`)}
    FROM ${table} GROUP BY 1, 2`,
  )
  const cells = rows.map((row) => ({
    value: row.value as Band,
    contacts: row.contacts as Rhythm,
    customers: Number(row.customers),
    revenue: Number(row.revenue),
    recency: numberOf(row.recency),
    satisfaction: numberOf(row.satisfaction),
  }))
  // Groups come in any order; a reader has the most valuable first, the most frequent of each before the others, every time.
  cells.sort(
    (a, b) =>
      bands.indexOf(b.value) - bands.indexOf(a.value) || rhythms.indexOf(b.contacts) - rhythms.indexOf(a.contacts),
  )
  const revenue = cells.reduce((sum, each) => sum + each.revenue, 0)
  const best = cells.filter(({ value, contacts }) => value === 'high' && contacts === 'many')
  const costly = best.reduce((sum, each) => sum + each.revenue, 0)
  const customers = best.reduce((sum, each) => sum + each.customers, 0)
  return {
    cells,
    cuts,
    customers: Number(cut.n),
    revenue,
    sentence: say(words, 'say.segments.value.found', {
      customers,
      all: Number(cut.n),
      share: formatValue(costly / revenue, 'ratio', words),
    }),
    foot: say(words, 'say.segments.value.foot', { many: cuts.many }),
  }
}
