import { addDays } from '../calendar.ts'
import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { dayLiteral, literal, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Estimate } from '../stats/difference.ts'
import { normalReach } from '../stats/distributions.ts'
import { numberOf, textOf } from '../store/cell.ts'
import type { Row } from '../store/store.ts'
import { designSql, exact } from './churn-columns.ts'
import { type ChurnPlan, featuresOn, hereSql } from './churn-evidence.ts'
import type { ChurnModel } from './churn-model.ts'
import type { ProfileColumn } from './customer-features.ts'
import { leavingsOf } from './leavings.ts'

/** One customer who is here now. */
export interface CustomerAtRisk {
  customer: string
  /** Number of the source and, where the viewer may read it, the name. */
  source_key: string | null
  name: string | null
  risk: number
  /** What they bring in within the horizon, or hold. */
  worth: number | null
  /** By column of the model. */
  design: number[]
  values: (number | null)[]
  levels: (string | null)[]
}

export interface RiskGroup {
  /** Null where the customer is of none. */
  value: string | null
  customers: number
  expected: number
  worth_at_risk: number | null
}

/** Everybody who is here now. */
export interface Risks {
  customers: number
  /** Leavings to expect within the horizon, with a 95 % prediction interval. */
  expected: Estimate
  /** Mean of each column of the model. */
  averages: number[]
  worth: { of: 'revenue' | 'balance'; total: number; at_risk: Estimate } | null
  /** The highest first. */
  list: CustomerAtRisk[]
  groups: { by: ProfileColumn; rows: RiskGroup[] }[]
}

/** Risks of all who are here at the end of the data, computed where the data are: only sums and the highest come here. */
export async function readRisks(
  context: MetricContext,
  plan: ChurnPlan,
  model: ChurnModel,
  limit: number,
): Promise<Risks | null> {
  const read = featuresOn(plan.now, plan.window, context)
  const leavings = leavingsOf(context.version.present)
  if (!read || !leavings) return null
  const worth = worthOf(context, plan)
  const z = model.columns.map((_, at) => `z${at}`)
  const designs = model.columns.map((column, at) => `${designSql(column, literal)} AS "z${at}"`)
  const logOdds = [
    exact(model.coefficients[0]!),
    ...z.map((name, at) => `${exact(model.coefficients[at + 1]!)} * "${name}"`),
  ]
  const known = sql`SELECT "f".*, ${worth ? raw('CAST("w"."worth" AS DOUBLE)') : raw('CAST(NULL AS DOUBLE)')} AS "worth"
FROM (${read.statement}) AS "f" LEFT JOIN (${leavings}) AS "l" ON "l"."customer" = "f"."customer"${worth ? sql` LEFT JOIN (${worth.statement}) AS "w" ON "w"."customer" = "f"."customer"` : raw('')}
WHERE coalesce("l"."left_on" >= ${raw(dayLiteral(plan.now))}, TRUE) AND ${hereSql(read.features)}`
  const scored = (from: Sql) =>
    sql`(SELECT *, 1 / (1 + exp(-(${raw(logOdds.join(' + '))}))) AS "risk" FROM (SELECT *, ${raw(designs.join(', '))} FROM ${from} AS "f") AS "d") AS "s"`
  const by = read.profile.filter((each) => each !== 'gender')
  const { all, list } = await readScored(context, { known, scored, z, by, limit })
  const sums = all.find((row) => by.every((_, at) => Number(row[`apart${at}`]) === 1)) ?? {}
  const customers = Number(sums.n ?? 0)
  if (customers === 0) return null
  const worthTotal = Number(sums.worth ?? 0)
  return {
    customers,
    expected: predicted(sums, '', z, model, customers),
    averages: z.map((name) => Number(sums[`a_${name}`] ?? 0)),
    worth:
      worth && worthTotal > 0
        ? { of: worth.of, total: worthTotal, at_risk: predicted(sums, 'w', z, model, worthTotal) }
        : null,
    list: list.map((row) => ({
      customer: String(row.customer),
      source_key: textOf(row.source_key_of),
      name: textOf(row.name_of),
      risk: Number(row.risk),
      worth: numberOf(row.worth),
      design: z.map((name) => Number(row[name] ?? 0)),
      values: read.features.map(({ id }) => numberOf(row[id])),
      levels: read.profile.map((each) => textOf(row[each])),
    })),
    groups: groupsOf(all, by, worth !== null && worthTotal > 0),
  }
}

function seesNames({ viewer, version }: MetricContext): boolean {
  return viewer.personalData === 'show' && version.present.has('customers.name')
}

/** What a customer brought in within the last horizon, or holds now. */
function worthOf(
  { store, version }: MetricContext,
  { now, horizon }: ChurnPlan,
): { of: 'revenue' | 'balance'; statement: Sql } | null {
  const { present } = version
  if (['customer', 'on_date', 'amount'].every((each) => present.has(`revenues.${each}`)))
    return {
      of: 'revenue',
      statement: raw(
        `SELECT "customer", ${operate(store.dialect, 'sum', '"amount"')} AS "worth" FROM cx."revenues" WHERE "customer" IS NOT NULL AND "on_date" >= ${dayLiteral(addDays(now, -horizon))} AND "on_date" < ${dayLiteral(now)} GROUP BY "customer"`,
      ),
    }
  // Of today's customers the newest balance is today's: nothing is learnt from it.
  if (present.has('customers.balance'))
    return {
      of: 'balance',
      statement: raw('SELECT "id" AS "customer", "balance" AS "worth" FROM cx."customers" WHERE "balance" IS NOT NULL'),
    }
  return null
}

interface Scored {
  /** What is known of each customer, and what becomes of it with the risk. */
  known: Sql
  scored: (from: Sql) => Sql
  z: string[]
  by: ProfileColumn[]
  limit: number
}

/** Sums over everybody and by group, and those of the highest risk: what is known of a customer is put together once for both. */
async function readScored(
  context: MetricContext,
  { known, scored, z, by, limit }: Scored,
): Promise<{ all: Row[]; list: Row[] }> {
  const { store } = context
  const people = ['source_key', ...(seesNames(context) ? ['name'] : [])].map((each) => `"c"."${each}" AS "${each}_of"`)
  const held = await store.hold(known)
  try {
    const all = await store.rows(sumsSql(scored(held.table), z, by))
    const list = await store.rows(
      sql`SELECT "m".*, ${raw(people.join(', '))}
FROM (SELECT * FROM ${scored(held.table)} ORDER BY "risk" DESC, "customer" LIMIT ${raw(String(Math.max(0, Math.floor(limit))))}) AS "m"
JOIN cx."customers" AS "c" ON "c"."id" = "m"."customer" ORDER BY "m"."risk" DESC, "m"."customer"`,
    )
    return { all, list }
  } finally {
    await held.release()
  }
}

/**
 * Sums of risks and of what they are worth, their variances, and how each would change with every coefficient, over all customers and
 * by group: one pass.
 */
function sumsSql(scored: Sql, z: string[], by: ProfileColumn[]): Sql {
  const worth = 'coalesce("worth", 0)'
  const lot = '"risk" * (1 - "risk")'
  const names = by.map(quoteIdentifier)
  const columns = [
    ...names,
    ...names.map((name, at) => `grouping(${name}) AS "apart${at}"`),
    'count(*) AS "n"',
    'sum("worth") AS "worth"',
    'sum("risk") AS "v"',
    `sum(${lot}) AS "var"`,
    `sum(${lot}) AS "g0"`,
    `sum(${worth} * "risk") AS "wv"`,
    `sum(${worth} * ${worth} * ${lot}) AS "wvar"`,
    `sum(${worth} * ${lot}) AS "wg0"`,
    ...z.flatMap((name, at) => [
      `avg("${name}") AS "a_${name}"`,
      `sum(${lot} * "${name}") AS "g${at + 1}"`,
      `sum(${worth} * ${lot} * "${name}") AS "wg${at + 1}"`,
    ]),
  ]
  const sets = ['()', ...names.map((name) => `(${name})`)].join(', ')
  return sql`SELECT ${raw(columns.join(', '))} FROM ${scored} GROUP BY GROUPING SETS (${raw(sets)})`
}

/** Both what is not known of the coefficients and the lot that each customer draws. */
function predicted(sums: Row, of: '' | 'w', z: string[], { covariance }: ChurnModel, most: number): Estimate {
  const value = Number(sums[`${of}v`] ?? 0)
  const gradient = ['0', ...z.map((_, at) => String(at + 1))].map((at) => Number(sums[`${of}g${at}`] ?? 0))
  const known = covariance.reduce(
    (sum, row, i) => sum + row.reduce((all, each, j) => all + each * gradient[i]! * gradient[j]!, 0),
    0,
  )
  const reach = normalReach * Math.sqrt(Math.max(0, known) + Number(sums[`${of}var`] ?? 0))
  return { value, low: Math.max(0, value - reach), high: Math.min(most, value + reach) }
}

const mostGroups = 12

/** Groups of each column, those with the most leavings to expect first; a column of one group or of very many says nothing. */
function groupsOf(sums: Row[], by: ProfileColumn[], hasWorth: boolean): Risks['groups'] {
  return by.flatMap((column, at) => {
    const rows = sums.filter((row) => Number(row[`apart${at}`]) === 0)
    if (rows.length < 2 || rows.length > mostGroups) return []
    const groups = rows.map((row) => ({
      value: textOf(row[column]),
      customers: Number(row.n),
      expected: Number(row.v),
      worth_at_risk: hasWorth ? Number(row.wv) : null,
    }))
    return [{ by: column, rows: groups.toSorted((a, b) => b.expected - a.expected) }]
  })
}
