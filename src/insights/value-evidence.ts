import { addDays } from '../calendar.ts'
import type { MetricContext } from '../metrics/context.ts'
import { operate, operateOn } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import { numberOf } from '../store/cell.ts'
import type { Row } from '../store/store.ts'
import { type CustomerFeatures, customerFeatures, windowBefore } from './customer-features.ts'
import { leavingsOf } from './leavings.ts'

/** How customers had been served: the worse and the better end of each are compared. */
export const exposures = ['satisfaction', 'discontent', 'unresolved', 'reopened'] as const
export type Exposure = (typeof exposures)[number]
export const levels: Record<Exposure, string[]> = {
  satisfaction: ['low', 'middle', 'high'],
  discontent: ['some', 'none'],
  unresolved: ['some', 'none'],
  reopened: ['some', 'none'],
}

/** Customers of one kind who had been served alike before a day, and what became of them after it. Sums only, no customer. */
export interface ServedGroup {
  exposure: Exposure
  level: string
  /** What they are alike in besides: their segment, and about as many cases. */
  stratum: string
  customers: number
  /** Of them, after the day. */
  left: number
  /** With money before the day: only of those can it change. */
  payers: number
  before: number | null
  after: number | null
  /** Of the change of each payer: mean, and variance of the sample. */
  change: number | null
  variance: number | null
}

export interface ValueEvidence {
  /** What is read of service lies before this day, what is read of its consequences from it on; both are `days` long. */
  day: string
  days: number
  /** Amounts, or net flows of balances where there are none; null where leaving alone is known. */
  money: 'revenue' | 'net_flows' | null
  leaving: boolean
  /** What customers of one stratum are alike in. */
  alike: 'both' | 'segment' | 'cases' | 'none'
  groups: ServedGroup[]
}

const days = 180

type Context = Pick<MetricContext, 'store' | 'version'>

/**
 * Two passes: customers with what was known of them before the day and what came after, held aside; then sums by how they had been served.
 * Null where nothing of the service, or nothing of what became of customers, is known.
 */
export async function readValue(context: Context): Promise<ValueEvidence | null> {
  const { store, version } = context
  const after = windowBefore(version, days)
  if (!after) return null
  const { from: day, before: newest } = after
  const money = moneyOf(context)
  const left = leavingsOf(version.present)
  const found = customerFeatures(context, { from: addDays(day, -days), before: day })
  const served = found ? servedOf(found) : []
  if (!found || served.length === 0 || (!money && !left)) return null
  const held = await store.hold(customersSql(context, { found, served, money, left, day, newest }))
  try {
    const groups: ServedGroup[] = []
    for (const { exposure } of served) groups.push(...(await readGroups(context, held.table, exposure)))
    return { day, days, money: money?.kind ?? null, leaving: left !== null, alike: alikeOf(found), groups }
  } finally {
    await held.release()
  }
}

function alikeOf({ features, profile }: CustomerFeatures): ValueEvidence['alike'] {
  const cases = features.some(({ id }) => id === 'cases')
  const segment = profile.includes('segment')
  if (cases && segment) return 'both'
  return cases ? 'cases' : segment ? 'segment' : 'none'
}

interface Served {
  exposure: Exposure
  level: string
}

/** A feature as a level; without a case or an answer there is none. */
function servedOf({ features }: CustomerFeatures): Served[] {
  const has = (id: string) => features.some((each) => each.id === id)
  const some = (column: string) => `CASE WHEN "${column}" > 0 THEN 'some' WHEN "${column}" = 0 THEN 'none' END`
  const bands = `CASE WHEN "satisfaction" < 0.5 THEN 'low' WHEN "satisfaction" < 0.75 THEN 'middle' WHEN "satisfaction" IS NOT NULL THEN 'high' END`
  return [
    ...(has('satisfaction') ? [{ exposure: 'satisfaction' as const, level: bands }] : []),
    ...(has('lowest_satisfaction')
      ? [
          {
            exposure: 'discontent' as const,
            level: `CASE WHEN "lowest_satisfaction" < 0.5 THEN 'some' WHEN "lowest_satisfaction" IS NOT NULL THEN 'none' END`,
          },
        ]
      : []),
    ...(has('unresolved_share') ? [{ exposure: 'unresolved' as const, level: some('unresolved_share') }] : []),
    ...(has('reopened_share') ? [{ exposure: 'reopened' as const, level: some('reopened_share') }] : []),
  ]
}

interface Money {
  kind: 'revenue' | 'net_flows'
  table: string
  amount: string
}

function moneyOf({ version: { present } }: Context): Money | null {
  const has = (...columns: string[]) => columns.every((column) => present.has(column))
  if (has('revenues.customer', 'revenues.amount', 'revenues.on_date'))
    return { kind: 'revenue', table: 'revenues', amount: '"amount"' }
  if (has('balances.customer', 'balances.on_date', 'balances.contributions_change', 'balances.withdrawals_change'))
    return {
      kind: 'net_flows',
      table: 'balances',
      amount: 'coalesce("contributions_change", 0) - coalesce("withdrawals_change", 0)',
    }
  return null
}

interface CustomersQuestion {
  found: CustomerFeatures
  served: Served[]
  money: Money | null
  left: Sql | null
  day: string
  newest: string
}

/** A customer a row: how they had been served, what they brought in before and after, whether they left after. */
function customersSql({ store }: Context, { found, served, money, left, day, newest }: CustomersQuestion): Sql {
  const on = (date: string) => sql`CAST(${date} AS DATE)`
  const sum = (when: string) => operate(store.dialect, 'sum', `CASE WHEN ${when} THEN "amount" ELSE 0 END`)
  const amounts = money
    ? sql`SELECT "customer", ${raw(`${sum('"earlier"')} AS "before", ${sum('NOT "earlier"')} AS "after"`)}
    FROM (SELECT "customer", ${raw(money.amount)} AS "amount", "on_date" < ${on(day)} AS "earlier" FROM cx.${raw(`"${money.table}"`)}
      WHERE "on_date" >= ${on(addDays(day, -days))} AND "on_date" < ${on(newest)}) AS "dated" GROUP BY "customer"`
    : sql`SELECT CAST(NULL AS VARCHAR) AS "customer", CAST(NULL AS DOUBLE) AS "before", CAST(NULL AS DOUBLE) AS "after" WHERE FALSE`
  const leavers = left ?? sql`SELECT CAST(NULL AS VARCHAR) AS "customer", CAST(NULL AS DATE) AS "left_on" WHERE FALSE`
  // Whoever came less than a window ago has less money before it for that reason alone.
  const settled = found.features.some(({ id }) => id === 'tenure_days')
    ? sql`coalesce("f"."tenure_days" >= ${days}, TRUE)`
    : sql`TRUE`
  // Net flows may be negative, so every holder counts; of amounts only those who brought some in.
  const paid = money?.kind === 'revenue' ? sql`"m"."before" > 0` : sql`"m"."customer" IS NOT NULL`
  const told = served.map(({ exposure, level }) => `${level} AS "level_${exposure}"`).join(', ')
  const many = found.features.some(({ id }) => id === 'cases')
    ? `CASE WHEN "cases" <= 1 THEN '1' WHEN "cases" <= 2 THEN '2' WHEN "cases" <= 5 THEN '5' ELSE 'more' END`
    : "''"
  const stratum = found.profile.includes('segment') ? `${many} || ' ' || coalesce("segment", '')` : many
  return sql`WITH "amounts" AS (${amounts}), "leavers" AS (${leavers})
SELECT ${raw(told)}, ${raw(stratum)} AS "stratum", coalesce("l"."left_on" >= ${on(day)}, FALSE) AS "left",
  CASE WHEN ${settled} AND ${paid} THEN "m"."before" END AS "before", CASE WHEN ${settled} AND ${paid} THEN "m"."after" END AS "after"
FROM (${found.statement}) AS "f" LEFT JOIN "amounts" AS "m" ON "m"."customer" = "f"."customer"
LEFT JOIN "leavers" AS "l" ON "l"."customer" = "f"."customer" WHERE coalesce("l"."left_on" >= ${on(day)}, TRUE)`
}

async function readGroups({ store }: Context, table: Sql, exposure: Exposure): Promise<ServedGroup[]> {
  const op = operateOn(store.dialect)
  const rows = await store.rows(
    sql`SELECT ${raw(`"level_${exposure}"`)} AS "level", "stratum", count(*) AS "customers", count(*) FILTER (WHERE "left") AS "left", count("before") AS "payers",
      ${raw(`${op('avg', '"before"')} AS "before", ${op('avg', '"after"')} AS "after", ${op('avg', '"after" - "before"')} AS "change", ${op('variance', '"after" - "before"')} AS "variance"`)}
    FROM ${table} WHERE ${raw(`"level_${exposure}"`)} IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
  )
  return rows.map((row) => groupOf(row, exposure))
}

function groupOf(row: Row, exposure: Exposure): ServedGroup {
  return {
    exposure,
    level: String(row.level),
    stratum: String(row.stratum),
    customers: Number(row.customers),
    left: Number(row.left),
    payers: Number(row.payers),
    before: numberOf(row.before),
    after: numberOf(row.after),
    change: numberOf(row.change),
    variance: numberOf(row.variance),
  }
}
