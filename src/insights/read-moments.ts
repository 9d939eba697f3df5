import { operate } from '../sql/ops.ts'
import { quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Moments } from '../stats/moments.ts'
import type { Store } from '../store/store.ts'

/**
 * Moments of columns of a statement, in one pass: means and covariances over the rows in which every column has a value. All columns
 * are numbers. With fewer than two such rows the means are NaN.
 */
export async function readMoments(store: Store, statement: Sql, names: string[]): Promise<Moments> {
  const column = (name: string) => `CAST(${quoteIdentifier(name)} AS DOUBLE)`
  const means = names.map((name, i) => `${operate(store.dialect, 'avg', column(name))} AS "m${i}"`)
  const pairs = names.flatMap((a, i) =>
    names
      .slice(0, i + 1)
      .map((b, j) => `${operate(store.dialect, 'covariance', column(a), column(b))} AS "c${i}_${j}"`),
  )
  const whole = names.map((name) => `${quoteIdentifier(name)} IS NOT NULL`).join(' AND ')
  const [row = {}] = await store.rows(
    sql`SELECT count(*) AS "n", ${raw([...means, ...pairs].join(', '))} FROM (${statement}) AS "rows" WHERE ${raw(whole)}`,
  )
  const number = (key: string) => (row[key] === null || row[key] === undefined ? Number.NaN : Number(row[key]))
  return {
    names,
    n: Number(row.n ?? 0),
    mean: names.map((_, i) => number(`m${i}`)),
    covariance: names.map((_, i) => names.map((__, j) => number(i >= j ? `c${i}_${j}` : `c${j}_${i}`))),
  }
}
