import { addDays, localDay } from '../calendar.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { MetricUnit } from '../metrics/frame.ts'
import { operate, operateOn } from '../sql/ops.ts'
import { dayLiteral, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'

/** Days that behaviour is read from: the first is in, the last is not, so nothing later can leak into it. */
export interface Window {
  from: string
  /** The moment of knowledge: what happened from this day on is not seen. */
  before: string
}

/** So many days up to and with the day of the newest event; null without one. */
export function windowBefore({ as_of, zone }: Context['version'], days: number): Window | null {
  if (!as_of) return null
  const before = addDays(localDay(as_of, zone), 1)
  return { from: addDays(before, -days), before }
}

/** One number about a customer. Its label is `features.<id>`. */
export interface CustomerFeature {
  id: string
  unit: MetricUnit
  /** What the customer did or met with: how often, how fast, how evenly, with what end, how they felt, what they are worth. */
  theme: 'contact' | 'speed' | 'consistency' | 'outcome' | 'trouble' | 'opinion' | 'use' | 'value' | 'profile'
  /** Of a flag: the measure that says the same by degrees, and is not to stand beside it in one model. */
  tells?: string
}

type Context = Pick<MetricContext, 'store' | 'version'>

/** A part of the features: one pass over one table. `coded` is a column that a feature reads by the codes of its values. */
interface Part {
  table: string
  /** Model columns without which the part says nothing. */
  needs: string[]
  /** Day of the row; what is later than the window is not read. */
  on: string
  features: (CustomerFeature & { sql: string; needs?: string[]; otherwise?: 0; coded?: string })[]
}

/** What is read of customers in a window: features that these data fill, and the statement of a row a customer. */
export interface CustomerFeatures {
  features: CustomerFeature[]
  /** `customer`, each feature by its id as a DOUBLE (NULL where nobody knows: no contact has no speed), and `profile` columns. */
  statement: Sql
  /** Columns of customers for groups that these data fill. */
  profile: ProfileColumn[]
}

/** Up to this share of the scale an answer is low: 2 of 1 to 5. */
const lowAnswer = 0.25

export const profileColumns = ['segment', 'market', 'gender', 'region'] as const
export type ProfileColumn = (typeof profileColumns)[number]

/**
 * Behaviour and experience of customers before a moment, one pass a table. Customers who had left before the window's end are left out
 * where leaving is known: what is read of the others could have been known on that day. Columns that hold the newest state (`balance`,
 * `left_on`, a reopen count of an open case) are never read for it.
 */
export function customerFeatures(context: Context, window: Window): CustomerFeatures | null {
  const { present } = context.version
  if (!present.has('customers.id')) return null
  const parts = partsOf(context, window)
    .filter(({ table, needs }) => needs.every((column) => present.has(`${table}.${column}`)))
    .map((part) => ({
      ...part,
      features: part.features.filter(({ needs = [] }) => needs.every((column) => present.has(column))),
    }))
    .filter(({ features }) => features.length > 0)
  if (parts.length === 0) return null
  const profile = profileColumns.filter((column) => present.has(`customers.${column}`))
  const own = ownFeatures(context, window)
  const selected = [
    ...parts.flatMap(({ table, features }) =>
      features.map(({ id, otherwise }) => {
        const value = `${quoteIdentifier(`of_${table}`)}.${quoteIdentifier(id)}`
        return `CAST(${otherwise === undefined ? value : `coalesce(${value}, 0)`} AS DOUBLE) AS ${quoteIdentifier(id)}`
      }),
    ),
    ...own.map(({ id, sql: value }) => `CAST(${value} AS DOUBLE) AS ${quoteIdentifier(id)}`),
    ...profile.map((column) => `"c".${quoteIdentifier(column)} AS ${quoteIdentifier(column)}`),
  ]
  const joins = parts.map(
    ({ table }) =>
      `LEFT JOIN ${quoteIdentifier(`of_${table}`)} ON ${quoteIdentifier(`of_${table}`)}."customer" = "c"."id"`,
  )
  const withs = parts.map(
    ({ table, on, features }) => sql`${raw(quoteIdentifier(`of_${table}`))} AS (
  SELECT "t"."customer" AS "customer", ${raw(features.map((each) => `${each.sql} AS ${quoteIdentifier(each.id)}`).join(', '))}
  FROM cx.${raw(quoteIdentifier(table))} AS "t"${raw(features.map(({ coded }) => (coded ? codesSql(table, coded) : '')).join(''))}
  WHERE "t"."customer" IS NOT NULL AND ${raw(on)} >= ${raw(dayLiteral(window.from))} AND ${raw(on)} < ${raw(dayLiteral(window.before))}
  GROUP BY "t"."customer")`,
  )
  const statement = sql`WITH ${withs.reduce((all, each) => sql`${all},\n${each}`)}
SELECT "c"."id" AS "customer", ${raw(selected.join(', '))}
FROM cx."customers" AS "c" ${raw(joins.join(' '))}
WHERE ${present.has('customers.joined_on') ? raw(`coalesce("c"."joined_on" < ${dayLiteral(window.before)}, TRUE)`) : raw('TRUE')}
  AND ${present.has('customers.left_on') ? raw(`coalesce("c"."left_on" >= ${dayLiteral(window.before)}, TRUE)`) : raw('TRUE')}`
  const features = [...parts.flatMap((part) => part.features), ...own].map(({ id, unit, theme, tells }) => ({
    id,
    unit,
    theme,
    ...(tells !== undefined && { tells }),
  }))
  return { features, statement, profile }
}

const codesOf = (column: string): string => quoteIdentifier(`${column}_codes`)

/** Values of a column by small numbers: how many differ within a customer is several times as fast to count as of texts. */
function codesSql(table: string, column: string): string {
  const [own, codes] = [quoteIdentifier(column), codesOf(column)]
  return `
  LEFT JOIN (SELECT ${own}, row_number() OVER () - 1 AS "code" FROM (SELECT DISTINCT ${own} FROM cx.${quoteIdentifier(table)} WHERE ${own} IS NOT NULL) AS "values") AS ${codes} ON ${codes}.${own} = "t".${own}`
}

function partsOf({ store, version }: Context, window: Window): Part[] {
  const op = operateOn(store.dialect)
  const when = (aggregated: string, condition: string) => `${aggregated} FILTER (WHERE ${condition})`
  const known = (column: string) => `(${column} < ${dayLiteral(window.before)})`
  // A customer with one answer has no variability that could be read.
  const spread = (value: string) => op('sqrt', op('variance', value))
  const reply = `CASE WHEN ${known('"t"."first_response_at"')} AND "t"."first_response_at" >= "t"."created_at" THEN ${op('seconds_between', '"t"."created_at"', '"t"."first_response_at"')} END`
  const solve = `CASE WHEN ${known('"t"."solved_at"')} AND "t"."solved_at" >= "t"."created_at" THEN ${op('seconds_between', '"t"."created_at"', '"t"."solved_at"')} END`
  const isSolved = `coalesce(${known('"t"."solved_at"')}, FALSE)`
  const logOf = (seconds: string) => op('ln', `1 + ${seconds}`)
  const score = '("t"."score" - "t"."scale_min") / NULLIF("t"."scale_max" - "t"."scale_min", 0)'
  const opinion = `CASE WHEN "t"."kind" = 'csat' THEN ${score} END`
  // Each further case that came another way, or to another agent: it does not grow with the number of cases alone.
  const perCase = (column: string) =>
    op('div', `(${op('count_codes', `${codesOf(column)}."code"`)} - 1)`, `(count("t"."${column}") - 1)`)
  const replied = ['cases.first_response_at']
  const solved = ['cases.solved_at']
  const answered = version.present.has('surveys.responded_on') ? '"t"."responded_on"' : '"t"."offered_on"'
  return [
    {
      table: 'cases',
      needs: ['customer', 'created_at'],
      on: '"t"."created_on"',
      features: [
        { id: 'cases', unit: 'count', theme: 'contact', sql: 'count(*)', otherwise: 0 },
        {
          id: 'channels',
          unit: 'ratio',
          theme: 'consistency',
          sql: perCase('channel'),
          coded: 'channel',
          needs: ['cases.channel'],
        },
        {
          id: 'agents',
          unit: 'ratio',
          theme: 'consistency',
          sql: perCase('agent'),
          coded: 'agent',
          needs: ['cases.agent'],
        },
        { id: 'reply_time', unit: 'seconds', theme: 'speed', sql: op('avg', reply), needs: replied },
        { id: 'reply_time_spread', unit: 'number', theme: 'consistency', sql: spread(logOf(reply)), needs: replied },
        { id: 'resolution_time', unit: 'seconds', theme: 'speed', sql: op('avg', solve), needs: solved },
        {
          id: 'any_unresolved',
          unit: 'ratio',
          theme: 'trouble',
          tells: 'unresolved_share',
          sql: `max(CASE WHEN ${isSolved} THEN 0 ELSE 1 END)`,
          needs: solved,
          otherwise: 0,
        },
        {
          id: 'unresolved_share',
          unit: 'ratio',
          theme: 'outcome',
          sql: `${when('count(*)', `NOT ${isSolved}`)} / CAST(count(*) AS DOUBLE)`,
          needs: solved,
        },
        {
          id: 'reopened_share',
          unit: 'ratio',
          theme: 'outcome',
          sql: `${when('count(*)', `"t"."reopens" > 0 AND ${known('"t"."solved_at"')}`)} / CAST(count(*) AS DOUBLE)`,
          needs: ['cases.reopens', ...solved],
        },
        {
          id: 'days_since_case',
          unit: 'number',
          theme: 'contact',
          sql: op('days_between', 'max("t"."created_on")', dayLiteral(window.before)),
        },
      ],
    },
    {
      table: 'touchpoints',
      needs: ['customer', 'started_at'],
      on: '"t"."started_on"',
      features: [
        { id: 'touchpoints', unit: 'count', theme: 'contact', sql: 'count(*)', otherwise: 0 },
        {
          id: 'wait_time',
          unit: 'seconds',
          theme: 'speed',
          sql: op('avg', '"t"."wait_seconds"'),
          needs: ['touchpoints.wait_seconds'],
        },
        {
          id: 'wait_time_spread',
          unit: 'number',
          theme: 'consistency',
          sql: spread(logOf('"t"."wait_seconds"')),
          needs: ['touchpoints.wait_seconds'],
        },
        {
          id: 'abandoned_share',
          unit: 'ratio',
          theme: 'outcome',
          sql: 'avg(CAST("t"."is_abandoned" AS INTEGER))',
          needs: ['touchpoints.is_abandoned'],
        },
      ],
    },
    {
      table: 'surveys',
      needs: ['customer', 'score', 'scale_min', 'scale_max', 'kind'],
      on: answered,
      features: [
        {
          id: 'any_low_answer',
          unit: 'ratio',
          theme: 'trouble',
          tells: 'lowest_satisfaction',
          sql: `max(CASE WHEN ${opinion} <= ${lowAnswer} THEN 1 ELSE 0 END)`,
          otherwise: 0,
        },
        { id: 'satisfaction', unit: 'ratio', theme: 'opinion', sql: op('avg', opinion) },
        { id: 'satisfaction_spread', unit: 'number', theme: 'consistency', sql: spread(opinion) },
        { id: 'lowest_satisfaction', unit: 'ratio', theme: 'opinion', sql: op('min', opinion) },
      ],
    },
    {
      table: 'sessions',
      needs: ['customer', 'started_at'],
      on: '"t"."started_on"',
      features: [
        { id: 'sessions', unit: 'count', theme: 'use', sql: 'count(*)', otherwise: 0 },
        {
          id: 'days_since_session',
          unit: 'number',
          theme: 'use',
          sql: op('days_between', 'max("t"."started_on")', dayLiteral(window.before)),
        },
      ],
    },
    {
      table: 'revenues',
      needs: ['customer', 'on_date', 'amount'],
      on: '"t"."on_date"',
      features: [{ id: 'revenue', unit: 'money', theme: 'value', sql: op('sum', '"t"."amount"') }],
    },
    {
      table: 'balances',
      needs: ['customer', 'on_date', 'balance_change'],
      on: '"t"."on_date"',
      features: [
        {
          id: 'paid_out',
          unit: 'money',
          theme: 'value',
          sql: op('sum', '"t"."withdrawals_change"'),
          needs: ['balances.withdrawals_change'],
        },
        {
          id: 'paid_in',
          unit: 'money',
          theme: 'value',
          sql: op('sum', '"t"."contributions_change"'),
          needs: ['balances.contributions_change'],
        },
      ],
    },
  ]
}

/** What the customer's own row tells of that day. */
function ownFeatures({ store, version }: Context, { before }: Window): (CustomerFeature & { sql: string })[] {
  const { present } = version
  const now = dayLiteral(before)
  const opened = present.has('customers.joined_on')
    ? '"c"."joined_on"'
    : present.has('customers.first_opened_on')
      ? '"c"."first_opened_on"'
      : null
  return [
    ...(opened
      ? [
          {
            id: 'tenure_days',
            unit: 'number',
            theme: 'profile',
            sql: operate(store.dialect, 'days_between', opened, now),
          } as const,
        ]
      : []),
    ...(present.has('customers.age')
      ? [{ id: 'age', unit: 'number', theme: 'profile', sql: '"c"."age"' } as const]
      : []),
  ]
}
