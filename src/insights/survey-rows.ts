import type { MetricContext } from '../metrics/context.ts'
import { operateOn } from '../sql/ops.ts'
import { literal, quoteIdentifier, raw, type Sql } from '../sql/sql.ts'

export type SurveyKind = 'csat' | 'nps' | 'ces'

/** A number about the service that a survey is about. Its label is `drivers.feature.<id>`. */
export interface SurveyFeature {
  id: 'wait' | 'reply' | 'resolution' | 'handling' | 'transfers' | 'reopens' | 'unresolved' | 'contacts' | 'spread'
  /** A delay in seconds, a number of times, yes or no, or how uneven. */
  kind: 'delay' | 'count' | 'flag' | 'spread'
}

/** A row a survey that was answered. */
export interface SurveyRows {
  /**
   * `customer_key`, `y` (0-1, the good end up), `top`, `bottom` (0 or 1), each feature by its id, each dimension by `of_<id>`; beside
   * `spread`, how many `replies` it is from.
   */
  statement: Sql
  features: SurveyFeature[]
  /** What rows can be split by; values are text. */
  dimensions: string[]
  /** Steps between the ends of the scale where all surveys have the same. */
  scale: { min: number; max: number }
}

type Context = Pick<MetricContext, 'store' | 'version'>

export const scales: Record<SurveyKind, { min: number; max: number }> = {
  csat: { min: 1, max: 5 },
  nps: { min: 0, max: 10 },
  ces: { min: 1, max: 7 },
}

/** Replies without which nobody can say how uneven they are. */
const fewestReplies = 4
/** Columns of a case, and of a customer, that rows are split by. */
const caseDimensions = ['channel', 'type', 'reason', 'sub_reason', 'priority', 'severity'] as const
const customerDimensions = ['segment', 'gender', 'region'] as const

/**
 * The answered surveys of a kind with what was known of their case, contacts and customer at the moment of the answer: what happened
 * later is not in a row. Where the data do not say when a survey was answered, what came of its case is taken to be known. Null
 * without scores.
 */
export function surveyRows(context: Context, kind: SurveyKind): SurveyRows | null {
  const { present } = context.version
  if (!present.has('surveys.score') || !present.has('surveys.kind')) return null
  const op = operateOn(context.store.dialect)
  const has = (...columns: string[]) => columns.every((column) => present.has(column))
  const scale = scales[kind]
  const [low, high] = [`coalesce("s"."scale_min", ${scale.min})`, `coalesce("s"."scale_max", ${scale.max})`]
  const answered = has('surveys.responded_at') ? '"s"."responded_at"' : null
  const known = (at: string) =>
    answered ? `(${at} IS NOT NULL AND coalesce(${at} <= "s"."at", TRUE))` : `(${at} IS NOT NULL)`
  const seconds = (from: string, to: string) =>
    `CASE WHEN ${known(to)} AND ${to} >= ${from} THEN ${op('seconds_between', from, to)} END`
  const linked = has('surveys.case') && has('cases.id')
  const contacts = has('surveys.case', 'touchpoints.case', 'touchpoints.started_at')
  const withs: string[] = []
  const joins: string[] = []
  const features: (SurveyFeature & { sql: string })[] = []
  const good = `CASE WHEN "s"."polarity" = 'lower_is_better' THEN ${high} - "s"."score" ELSE "s"."score" - ${low} END`
  const steps =
    kind === 'ces'
      ? `CASE WHEN ${high} - ${low} >= 6 THEN 2 WHEN ${high} - ${low} >= 4 THEN 1 ELSE 0 END`
      : `CASE WHEN ${high} - ${low} >= 4 THEN 1 ELSE 0 END`
  const top =
    kind === 'nps' ? `"g" >= 0.9 * "range"` : `"g" >= "range" - (${steps.replaceAll(`${high} - ${low}`, '"range"')})`
  const bottom = kind === 'nps' ? `"g" <= 0.6 * "range"` : `"g" <= (${steps.replaceAll(`${high} - ${low}`, '"range"')})`
  const links = ['case', 'customer', 'touchpoint'].map((name) =>
    has(`surveys.${name}`) ? `"s".${quoteIdentifier(name)}` : `CAST(NULL AS VARCHAR) AS ${quoteIdentifier(name)}`,
  )
  // Rows by number: they are put together again from several tables, and ids take longer.
  withs.push(`"s" AS MATERIALIZED (SELECT *, "g" / "range" AS "y", CAST(${top} AS INTEGER) AS "top", CAST(${bottom} AS INTEGER) AS "bottom" FROM (
  SELECT row_number() OVER () AS "n", "s"."id", ${links.join(', ')}, ${answered ?? 'CAST(NULL AS TIMESTAMP)'} AS "at", CAST(${good} AS DOUBLE) AS "g", CAST(${high} - ${low} AS DOUBLE) AS "range"
  FROM cx."surveys" AS "s" WHERE "s"."kind" = ${literal(kind)} AND "s"."score" BETWEEN ${low} AND ${high} AND ${high} > ${low}) AS "g")`)
  if (linked) joins.push('LEFT JOIN cx."cases" AS "c" ON "c"."id" = "s"."case"')
  if (contacts) {
    const seen = answered ? 'coalesce("t"."started_at" <= "s"."at", TRUE)' : 'TRUE'
    const parts = [
      ...(has('touchpoints.wait_seconds') ? ['max("t"."wait_seconds") AS "wait"'] : ['NULL AS "wait"']),
      ...(has('touchpoints.agent')
        ? [`${op('greatest', `${op('count_distinct', '"t"."agent"')} - 1`, '0')} AS "passed"`]
        : []),
    ]
    withs.push(
      `"t" AS (SELECT "s"."n", ${parts.join(', ')} FROM "s" JOIN cx."touchpoints" AS "t" ON "t"."case" = "s"."case" WHERE ${seen} GROUP BY "s"."n")`,
    )
    joins.push('LEFT JOIN "t" ON "t"."n" = "s"."n"')
    if (has('touchpoints.wait_seconds')) features.push({ id: 'wait', kind: 'delay', sql: '"t"."wait"' })
  }
  if (linked && has('cases.created_at', 'cases.first_response_at'))
    features.push({ id: 'reply', kind: 'delay', sql: seconds('"c"."created_at"', '"c"."first_response_at"') })
  const solved = (has('cases.solved_at') ? ['"c"."solved_at"'] : []).concat(
    has('cases.first_solved_at') ? ['"c"."first_solved_at"'] : [],
  )
  if (linked && solved.length > 0) {
    const of = (from: string) =>
      solved.length > 1 ? `coalesce(${solved.map((at) => seconds(from, at)).join(', ')})` : seconds(from, solved[0]!)
    if (has('cases.created_at')) features.push({ id: 'resolution', kind: 'delay', sql: of('"c"."created_at"') })
    else if (has('cases.first_response_at'))
      features.push({ id: 'handling', kind: 'delay', sql: of('"c"."first_response_at"') })
  }
  if (linked && has('case_events.case', 'case_events.activity', 'case_events.from_value')) {
    const seen = answered ? 'coalesce("e"."at" <= "s"."at", TRUE)' : 'TRUE'
    withs.push(
      `"e" AS (SELECT "s"."n", count(*) AS "passed" FROM "s" JOIN cx."case_events" AS "e" ON "e"."case" = "s"."case" WHERE "e"."activity" IN ('team', 'agent') AND "e"."from_value" IS NOT NULL AND ${seen} GROUP BY "s"."n")`,
    )
    joins.push('LEFT JOIN "e" ON "e"."n" = "s"."n"')
    features.push({ id: 'transfers', kind: 'count', sql: 'coalesce("e"."passed", 0)' })
  } else if (contacts && has('touchpoints.agent'))
    features.push({ id: 'transfers', kind: 'count', sql: '"t"."passed"' })
  if (linked && has('cases.reopens') && solved.length > 0) {
    // The count is that of the end of the data: before a survey only if the last solution was.
    const never = solved.length > 1 ? ` WHEN NOT ${known(solved[1]!)} THEN 0` : ''
    features.push({
      id: 'reopens',
      kind: 'count',
      sql: `CASE WHEN ${known(solved[0]!)} THEN "c"."reopens"${never} END`,
    })
  }
  if (linked && solved.length > 0)
    features.push({
      id: 'unresolved',
      kind: 'flag',
      sql: `CASE WHEN "c"."id" IS NOT NULL THEN CAST(NOT (${solved.map(known).join(' OR ')}) AS INTEGER) END`,
    })
  const past = answered && pastOf(context)
  if (past) {
    withs.push(past.sql)
    joins.push('LEFT JOIN "past" ON "past"."n" = "s"."n"')
    features.push({ id: 'contacts', kind: 'count', sql: '"past"."contacts"' })
    if (past.spread)
      features.push({
        id: 'spread',
        kind: 'spread',
        sql: `CASE WHEN "past"."replies" >= ${fewestReplies} THEN ${op('sqrt', op('greatest', '("past"."squares" - "past"."sum" * "past"."sum" / "past"."replies") / ("past"."replies" - 1)', '0'))} END`,
      })
  }
  const dimensions = dimensionsOf(context, { linked, withs, joins })
  const selected = [
    'coalesce("s"."customer", "s"."case", "s"."id") AS "customer_key"',
    '"s"."y"',
    '"s"."top"',
    '"s"."bottom"',
    ...features.map(({ id, sql: value }) => `CAST(${value} AS DOUBLE) AS "${id}"`),
    ...(past?.spread ? ['CAST("past"."replies" AS DOUBLE) AS "replies"'] : []),
    ...dimensions.map(({ id, sql: value }) => `${op('to_text', value)} AS "of_${id}"`),
  ]
  return {
    statement: raw(`WITH ${withs.join(',\n')}
SELECT ${selected.join(', ')} FROM "s" ${joins.join(' ')}`),
    features: features.map(({ id, kind }) => ({ id, kind })),
    dimensions: dimensions.map(({ id }) => id),
    scale,
  }
}

/**
 * Contacts and replies of a customer up to each answer: each is counted at the first answer after it, and answers add up what stands at
 * those before them.
 */
function pastOf({ store, version: { present } }: Context): { sql: string; spread: boolean } | null {
  const has = (...columns: string[]) => columns.every((column) => present.has(column))
  const op = operateOn(store.dialect)
  if (!has('surveys.customer')) return null
  /** A row a contact, with the moment of its reply and how long that took, as its logarithm; NULL where nobody knows. */
  const events = (table: string, from: string, to: string, length: string) =>
    `SELECT "customer", ${from} AS "at", ${to} AS "until", CASE WHEN ${length} >= 0 THEN ${op('ln', `1 + CAST(${length} AS DOUBLE)`)} END AS "l" FROM cx."${table}" WHERE "customer" IS NOT NULL AND ${from} IS NOT NULL`
  const cases = has('cases.customer', 'cases.created_at')
  const touchpoints = has('touchpoints.customer', 'touchpoints.started_at')
  const replied = cases && has('cases.first_response_at')
  const waited = touchpoints && has('touchpoints.wait_seconds')
  const unknown = ['CAST(NULL AS TIMESTAMP)', 'CAST(NULL AS DOUBLE)'] as const
  const took = op('seconds_between', '"created_at"', '"first_response_at"')
  const told = replied
    ? events('cases', '"created_at"', '"first_response_at"', took)
    : waited
      ? events('touchpoints', '"started_at"', '"started_at"', '"wait_seconds"')
      : cases
        ? events('cases', '"created_at"', ...unknown)
        : touchpoints
          ? events('touchpoints', '"started_at"', ...unknown)
          : null
  if (!told) return null
  const sum = (value: string) => `sum("${value}") OVER "before"`
  return {
    spread: replied || waited,
    // Customers by number: moments are sorted by them, and texts take longer.
    sql: `"who" AS MATERIALIZED (SELECT "customer", CAST(row_number() OVER () AS INTEGER) AS "who" FROM (SELECT DISTINCT "customer" FROM "s" WHERE "customer" IS NOT NULL AND "at" IS NOT NULL) AS "each"),
"asked" AS MATERIALIZED (SELECT "s"."n", "who"."who", "s"."at" FROM "s" JOIN "who" ON "who"."customer" = "s"."customer" WHERE "s"."at" IS NOT NULL),
"begun" AS MATERIALIZED (SELECT "asked"."n", "asked"."who", "asked"."at", "told"."until", "told"."l"
  FROM (SELECT "who"."who", "told"."at", "told"."until", "told"."l" FROM (${told}) AS "told" JOIN "who" ON "who"."customer" = "told"."customer") AS "told"
  ASOF JOIN "asked" ON "asked"."who" = "told"."who" AND "asked"."at" >= "told"."at"),
"since" AS (SELECT "n", CAST(sum("contact") AS DOUBLE) AS "contacts", CAST(count("l") AS DOUBLE) AS "replies", sum("l") AS "sum", sum("l" * "l") AS "squares" FROM (
  SELECT "n", 1 AS "contact", CASE WHEN "until" <= "at" THEN "l" END AS "l" FROM "begun"
  UNION ALL SELECT "asked"."n", 0, "late"."l" FROM (SELECT "who", "until", "l" FROM "begun" WHERE "until" > "at" AND "l" IS NOT NULL) AS "late"
    ASOF JOIN "asked" ON "asked"."who" = "late"."who" AND "asked"."at" >= "late"."until") AS "each" GROUP BY 1),
"past" AS (SELECT "asked"."n", coalesce(${sum('contacts')}, 0) AS "contacts", coalesce(${sum('replies')}, 0) AS "replies", ${sum('sum')} AS "sum", ${sum('squares')} AS "squares"
  FROM "asked" LEFT JOIN "since" ON "since"."n" = "asked"."n" WINDOW "before" AS (PARTITION BY "asked"."who" ORDER BY "asked"."at"))`,
  }
}

function dimensionsOf(
  { store, version: { present } }: Context,
  { linked, withs, joins }: { linked: boolean; withs: string[]; joins: string[] },
): { id: string; sql: string }[] {
  const has = (column: string) => present.has(column)
  const op = operateOn(store.dialect)
  const found: { id: string; sql: string }[] = []
  const rated = has('surveys.touchpoint') && has('touchpoints.id')
  if (rated) {
    withs.push('"r" AS (SELECT "s"."n", "r".* FROM "s" JOIN cx."touchpoints" AS "r" ON "r"."id" = "s"."touchpoint")')
    joins.push('LEFT JOIN "r" ON "r"."n" = "s"."n"')
  }
  const customers = has('surveys.customer') && has('customers.id')
  if (customers) joins.push('LEFT JOIN cx."customers" AS "u" ON "u"."id" = "s"."customer"')
  /** The case's own word, else that of the contact that was rated. */
  const either = (column: string, more: string[] = []) => [
    ...(linked && has(`cases.${column}`) ? [`"c".${quoteIdentifier(column)}`] : []),
    ...(rated && has(`touchpoints.${column}`) ? [`"r".${quoteIdentifier(column)}`] : []),
    ...more,
  ]
  const add = (id: string, from: string[]) => {
    if (from.length > 0) found.push({ id, sql: from.length > 1 ? `coalesce(${from.join(', ')})` : from[0]! })
  }
  for (const column of caseDimensions) add(column, either(column))
  add('market', either('market', customers && has('customers.market') ? ['"u"."market"'] : []))
  for (const [column, table, alias] of [
    ['team', 'teams', 'm'],
    ['product', 'products', 'p'],
  ] as const) {
    const ids = either(column)
    if (ids.length === 0) continue
    const id = ids.length > 1 ? `coalesce(${ids.join(', ')})` : ids[0]!
    if (has(`${table}.name`)) {
      joins.push(`LEFT JOIN cx."${table}" AS "${alias}" ON "${alias}"."id" = ${id}`)
      add(column, [`"${alias}"."name"`, id])
    } else add(column, [id])
  }
  if (customers)
    for (const column of customerDimensions)
      if (has(`customers.${column}`)) add(column, [`"u".${quoteIdentifier(column)}`])
  if (customers && has('customers.age'))
    found.push({
      id: 'age_band',
      sql: `CASE WHEN "u"."age" BETWEEN 0 AND 120 THEN CAST(10 * ${op('floor', '"u"."age" / 10.0')} AS INTEGER) END`,
    })
  if (linked && has('cases.created_at')) {
    found.push({ id: 'weekday', sql: op('weekday_of', '"c"."created_on"') })
    found.push({ id: 'hour', sql: `CAST(6 * ${op('floor', '"c"."created_hour" / 6.0')} AS INTEGER)` })
  }
  return found
}
