import { raw, type Sql } from '../sql/sql.ts'

/**
 * When each customer left for good, a row a leaver; null where nobody is known to have left. Who did is decided once, when a version is
 * made (`flow/derive/holdings.ts` and `leavings.ts`): a product given up, or a customer who came back, is no leaving.
 */
export function leavingsOf(present: ReadonlySet<string>): Sql | null {
  if (!present.has('customers.left_on')) return null
  return raw('SELECT "id" AS "customer", "left_on" FROM cx."customers" WHERE "left_on" IS NOT NULL')
}
