import { sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

/**
 * Customers of files of amounts whom no other source knows. Where one source knows them, their row is that source's, so those that are
 * left are rows that a file of amounts made. Their amounts are in every sum. Nothing is said where there are no other customers.
 */
export async function findUnmatchedAmounts(store: Store, check: Check): Promise<CheckResult[]> {
  const loads = sql`(SELECT id FROM cx.loads WHERE fills = 'revenues')`
  const lost = sql`SELECT r.customer, sum(r.amount) AS amount, min(coalesce(c.email, c.phone, substr(c.id, strpos(c.id, ':') + 1))) AS key
    FROM cx.revenues AS r JOIN cx.customers AS c ON c.id = r.customer WHERE c.load IN ${loads} GROUP BY r.customer`
  const [row] = await store.rows(sql`SELECT (SELECT count(*) FROM cx.customers WHERE load NOT IN ${loads}) AS others,
    (SELECT count(*) FROM (${lost})) AS found, (SELECT sum(amount) FROM (${lost})) AS amount,
    (SELECT count(DISTINCT customer) FROM cx.revenues) AS checked, (SELECT sum(amount) FROM cx.revenues) AS total`)
  if (!row || Number(row.found) === 0 || Number(row.others) === 0) return []
  await store.run(sql`INSERT INTO cx.check_rows SELECT ${check.id}, r.id FROM cx.revenues AS r JOIN cx.customers AS c ON c.id = r.customer
    WHERE c.load IN ${loads}`)
  const examples = await store.rows(sql`SELECT key FROM (${lost}) ORDER BY amount DESC NULLS LAST, key LIMIT 3`)
  const total = Number(row.total)
  return [
    result(check, {
      table: 'revenues',
      found: Number(row.found),
      checked: Number(row.checked),
      facts: {
        part: total === 0 ? 0 : Number(row.amount) / total,
        examples: examples.map(({ key }) => masked(String(key))).join(', '),
      },
    }),
  ]
}

/** Enough to know it again in the file, and not to know the person: `a…@example.org`, `48…`. */
function masked(key: string): string {
  const at = key.indexOf('@')
  return at > 0 ? `${key.slice(0, 1)}…${key.slice(at)}` : `${key.slice(0, Math.min(2, key.length - 1))}…`
}
