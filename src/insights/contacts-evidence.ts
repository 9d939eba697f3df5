import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'

/** What customers are grouped by: what they are, and what they bought. */
export const customerKinds = ['age_band', 'gender', 'segment', 'market', 'product'] as const
export type CustomerKind = (typeof customerKinds)[number]

/** Customers of one group: how many, and sums over them of their cases and of the squares. */
export interface CustomerGroup {
  kind: CustomerKind
  /** The first year of an age band; an id of a product. */
  value: string
  customers: number
  cases: number
  squares: number
  /** Customers with a case at all. */
  contacted: number
}

export interface ContactsEvidence {
  groups: CustomerGroup[]
  /** Customers with a client id, and those of them with a case. */
  customers: number
  contacted: number
  /** A file with a row for each customer or sale was loaded: those who never came are known. */
  hasFile: boolean
  names: Record<string, string>
  /** Columns that would let a kind be told. */
  missing: Partial<Record<CustomerKind, string[]>>
  /** Columns without which nothing is told. */
  lacking: string[]
}

type Context = Pick<MetricContext, 'store' | 'version'>

const needed: Record<CustomerKind, string[]> = {
  age_band: ['customers.age'],
  gender: ['customers.gender'],
  segment: ['customers.segment'],
  market: ['customers.market'],
  product: ['holdings.customer', 'holdings.product', 'cases.product'],
}

/** Files with a row for each customer or each sale. */
const customerFiles = ['customers', 'holdings', 'revenues']

/** Cases counted for each customer, then added up by group, in one pass; no customer leaves the engine. */
export async function readContacts(context: Context): Promise<ContactsEvidence> {
  const { store, version } = context
  const lacking = ['cases.customer', 'customers.is_identified'].filter((each) => !version.present.has(each))
  const missing: ContactsEvidence['missing'] = {}
  for (const kind of customerKinds) {
    const columns = needed[kind].filter((each) => !version.present.has(each))
    if (columns.length > 0) missing[kind] = columns
  }
  const empty = { groups: [], customers: 0, contacted: 0, hasFile: false, names: {}, missing, lacking }
  if (lacking.length > 0) return empty
  const kinds = customerKinds.filter((kind) => !missing[kind])
  const rows = await store.rows(groupsSql(context, kinds))
  const number = (value: unknown) => Number(value ?? 0)
  const whole = rows.find((row) => row.kind === 'all')
  const groups = rows
    .filter((row) => row.kind !== 'all' && row.value !== null)
    .map((row) => ({
      kind: row.kind as CustomerKind,
      value: String(row.value),
      customers: number(row.customers),
      cases: number(row.cases),
      squares: number(row.squares),
      contacted: number(row.contacted),
    }))
  const names = await namesOf(context, groups)
  const counts = { customers: number(whole?.customers), contacted: number(whole?.contacted) }
  return { ...empty, groups, ...counts, hasFile: await knowsAll(context), names }
}

function groupsSql({ store, version }: Context, kinds: CustomerKind[]): Sql {
  const text = (column: string) => operate(store.dialect, 'to_text', column)
  const status = version.present.has('cases.status') ? `("status" IS NULL OR "status" <> 'deleted')` : 'TRUE'
  const column = (name: string) => (version.present.has(`customers.${name}`) ? `"c"."${name}"` : 'NULL')
  const values: Record<Exclude<CustomerKind, 'product'>, string> = {
    age_band: `CASE WHEN "age" BETWEEN 0 AND 120 THEN ${text(operate(store.dialect, 'floor', '"age" / 10.0'))} END`,
    gender: '"gender"',
    segment: '"segment"',
    market: '"market"',
  }
  const sums = `count(*) AS "customers", CAST(sum("cases") AS DOUBLE) AS "cases", CAST(sum("cases" * "cases") AS DOUBLE) AS "squares",
    count(*) FILTER (WHERE "cases" > 0) AS "contacted"`
  const selects = kinds.flatMap((kind) =>
    kind === 'product'
      ? []
      : [raw(`SELECT '${kind}' AS "kind", ${values[kind]} AS "value", ${sums} FROM "people" GROUP BY ${values[kind]}`)],
  )
  const product = raw(`SELECT 'product' AS "kind", "value", ${sums} FROM (
    SELECT "h"."customer", "h"."product" AS "value", coalesce("own"."cases", 0) AS "cases"
    FROM (SELECT DISTINCT "customer", "product" FROM cx."holdings" WHERE "product" IS NOT NULL) AS "h"
    JOIN "people" ON "people"."id" = "h"."customer"
    LEFT JOIN (SELECT "customer", "product", count(*) AS "cases" FROM cx."cases" WHERE ${status} GROUP BY "customer", "product") AS "own"
      ON "own"."customer" = "h"."customer" AND "own"."product" = "h"."product") AS "bought" GROUP BY "value"`)
  const all = raw(`SELECT 'all' AS "kind", CAST(NULL AS VARCHAR) AS "value", ${sums} FROM "people"`)
  return sql`WITH "people" AS (
  SELECT "c"."id", ${raw(['age', 'gender', 'segment', 'market'].map((name) => `${column(name)} AS "${name}"`).join(', '))},
    coalesce("n"."cases", 0) AS "cases"
  FROM cx."customers" AS "c"
  LEFT JOIN (SELECT "customer", count(*) AS "cases" FROM cx."cases" WHERE ${raw(status)} GROUP BY "customer") AS "n" ON "n"."customer" = "c"."id"
  WHERE "c"."is_identified")
${join([all, ...selects, ...(kinds.includes('product') ? [product] : [])], ' UNION ALL ')}`
}

/** A row for each customer or sale came in: by what was loaded. Without it, customers are known because they came. */
async function knowsAll({ store }: Context): Promise<boolean> {
  const files = join(
    customerFiles.map((each) => sql`${each}`),
    ', ',
  )
  const [row] = await store.rows(sql`SELECT count(*) AS "files" FROM cx."loads" WHERE "fills" IN (${files})`)
  return Number(row?.files ?? 0) > 0
}

async function namesOf({ store, version }: Context, groups: CustomerGroup[]): Promise<Record<string, string>> {
  if (!version.present.has('products.name') || !groups.some((each) => each.kind === 'product')) return {}
  const rows = await store.rows(sql`SELECT "id", "name" FROM cx."products" WHERE "name" IS NOT NULL`)
  return Object.fromEntries(rows.map((row) => [String(row.id), String(row.name)]))
}
