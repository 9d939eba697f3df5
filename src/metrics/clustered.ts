import type { Expression } from '../sql/expression.ts'
import { operate } from '../sql/ops.ts'
import { quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Metric } from './metric.ts'
import { compileIn, momentSql, type Scope } from './scope.ts'

/** A metric whose rows hang together within a cluster (the contacts of one customer): then clusters are the sample, and not rows. */
export function isClustered({ measure, clusters }: Metric): boolean {
  return clusters !== undefined && (measure.kind === 'mean' || measure.kind === 'per')
}

/** Above the line stands what is added up or counted, below it what it is spread over; the names are those of the statistics. */
function ratioOf(
  { measure, clusters }: Metric,
  scope: Scope,
): { above: [string, string]; below: [string, string]; having: string | null } {
  const { dialect } = scope
  const of = 'of' in measure ? measure.of : undefined
  const whole = of ? compileIn(scope, of) : 'NULL'
  if (measure.kind === 'mean')
    return {
      above: ['sum', operate(dialect, 'sum', whole)],
      below: ['n', operate(dialect, 'count', whole)],
      having: null,
    }
  const rest = of ? restWithin(of, clusters!) : null
  // Rows without a cluster have no whole value either.
  const having = rest ? operate(dialect, 'is_not_null', compileIn(scope, clusters!)) : null
  const told = rest ? restSql(rest, scope) : whole
  return {
    above: ['n', operate(dialect, 'count', told)],
    below: ['groups', rest?.kind === 'literal' ? told : differentSql(rest, told, scope)],
    having,
  }
}

/** Months as whole numbers, back from the now: those are cheaper to tell apart than days. */
function restSql(rest: Expression, scope: Scope): string {
  const month = monthOf(rest, scope)
  return month
    ? operate(scope.dialect, 'months_between', compileIn(scope, month), momentSql(scope.asOf))
    : compileIn(scope, rest)
}

function monthOf(rest: Expression, { asOf }: Scope): Expression | null {
  return asOf !== null && rest.kind === 'call' && rest.op === 'month' ? rest.args[0]! : null
}

function differentSql(rest: Expression | null, value: string, scope: Scope): string {
  return operate(scope.dialect, rest && monthOf(rest, scope) ? 'count_codes' : 'count_distinct', value)
}

/** How many different values of `valueWithin` there are, as an aggregate of the column that holds it. */
export function differentWithin({ measure, clusters }: Metric, scope: Scope, column: string): string {
  return differentSql(measure.kind === 'per' ? restWithin(measure.of, clusters!) : null, column, scope)
}

/** What is counted within each cluster, as SQL that is NULL where the whole value would be. */
export function valueWithin({ measure, clusters }: Metric, scope: Scope): string {
  const of = 'of' in measure ? measure.of : undefined
  if (!of) return 'NULL'
  const rest = measure.kind === 'per' ? restWithin(of, clusters!) : null
  if (!rest) return compileIn(scope, of)
  return `CASE WHEN ${operate(scope.dialect, 'is_not_null', compileIn(scope, clusters!))} THEN ${restSql(rest, scope)} END`
}

/**
 * What tells values of one cluster apart: of `concat(customer, ' ', to_text(month))` among the rows of a customer the month, which is
 * cheaper to count than texts, and of the customer alone nothing, so 1. Null where the cluster is no part of the value, or more than
 * one other part varies.
 */
function restWithin(of: Expression, cluster: Expression): Expression | null {
  const parts = of.kind === 'call' && of.op === 'concat' ? of.args : [of]
  if (!parts.some((part) => isSame(part, cluster))) return null
  const varying = parts.filter((part) => !isSame(part, cluster) && (part.kind !== 'literal' || part.value === null))
  const [rest] = varying
  if (!rest) return { kind: 'literal', value: 1 }
  if (varying.length > 1 || rest.kind === 'literal') return null
  return rest.kind === 'call' && rest.op === 'to_text' ? rest.args[0]! : rest
}

function isSame(a: Expression, b: Expression): boolean {
  return a.kind === 'column' && b.kind === 'column' && a.path.join('.') === b.path.join('.')
}

/**
 * Sums of each cluster, then of each group. `spread` is the variance of the ratio between clusters, so that a mean over `clusters`
 * values with that variance has the same interval (the ratio estimator of W. G. Cochran, Sampling Techniques, 1977).
 */
export function clusteredSql(
  metric: Metric,
  keys: { name: string; sql: string; shown: string }[],
  body: () => Sql,
  scope: Scope,
  nameOf: (part: string) => string,
): Sql {
  const { above, below, having } = ratioOf(metric, scope)
  const cluster = compileIn(scope, metric.clusters!)
  const inner = [
    ...keys.map(({ shown, name }) => `${shown} AS ${name}`),
    `CAST(${above[1]} AS DOUBLE) AS "above"`,
    `CAST(${below[1]} AS DOUBLE) AS "below"`,
  ]
  const rate = '(sum("above") / sum("below"))'
  const squares = `(sum("above" * "above") - 2 * ${rate} * sum("above" * "below") + ${rate} * ${rate} * sum("below" * "below"))`
  const named = (part: string): string => quoteIdentifier(nameOf(part))
  const outer = [
    ...keys.map(({ name }) => name),
    `CAST(sum("above") AS DOUBLE) AS ${named(above[0])}`,
    `CAST(sum("below") AS DOUBLE) AS ${named(below[0])}`,
    `CAST(count(*) AS DOUBLE) AS ${named('clusters')}`,
    `${squares} * count(*) * count(*) / NULLIF(count(*) - 1, 0) / (sum("below") * sum("below")) AS ${named('spread')}`,
  ]
  const grouped = raw([...keys.map((key) => key.sql), cluster].join(', '))
  return sql`SELECT ${raw(outer.join(',\n  '))}
FROM (SELECT ${raw(inner.join(', '))}\n${body()}\nGROUP BY ${grouped}${raw(having ? `\nHAVING ${having}` : '')}) AS "clustered"
WHERE "below" > 0`
}
