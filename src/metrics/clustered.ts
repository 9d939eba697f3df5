import { operate } from '../sql/ops.ts'
import { quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Metric } from './metric.ts'
import { compileIn, type Scope } from './scope.ts'

/** A metric whose rows hang together within a cluster (the contacts of one customer): then clusters are the sample, and not rows. */
export function isClustered({ measure, clusters }: Metric): boolean {
  return clusters !== undefined && (measure.kind === 'mean' || measure.kind === 'per')
}

/** Above the line stands what is added up or counted, below it what it is spread over; the names are those of the statistics. */
function ratioOf({ measure }: Metric, scope: Scope): { above: [string, string]; below: [string, string] } {
  const { dialect } = scope
  const of = 'of' in measure && measure.of ? compileIn(scope, measure.of) : 'NULL'
  return measure.kind === 'mean'
    ? { above: ['sum', operate(dialect, 'sum', of)], below: ['n', operate(dialect, 'count', of)] }
    : { above: ['n', operate(dialect, 'count', of)], below: ['groups', operate(dialect, 'count_distinct', of)] }
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
  const { above, below } = ratioOf(metric, scope)
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
FROM (SELECT ${raw(inner.join(', '))}\n${body()}\nGROUP BY ${grouped}) AS "clustered"
WHERE "below" > 0`
}
