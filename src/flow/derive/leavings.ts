import { raw } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { type FilledColumns, filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/** When a customer left, and came: by their holdings where the source has some, else by what it says of leavings. */
export const leavings: DeriveStep = {
  name: 'leavings',
  async run({ store }) {
    const filled = await filledColumns(store)
    const churns = filled.get('churns')
    if (!churns?.has('customer') || !churns.has('churned_on') || !filled.has('customers')) return []
    await markFirst(store, churns.has('is_recovered'))
    await markMembers(store, filled)
    return []
  },
}

async function markFirst(store: Store, told: boolean): Promise<void> {
  await makeColumns(store, 'customers', ['first_churned_on', 'first_lost_on'])
  const lost = told ? ' FILTER (WHERE NOT coalesce(is_recovered, FALSE))' : ''
  await store.run(
    raw(`UPDATE cx.customers AS c SET first_churned_on = gone.churned, first_lost_on = gone.lost
FROM (SELECT customer, min(churned_on) AS churned, min(churned_on)${lost} AS lost FROM cx.churns GROUP BY customer) AS gone
WHERE gone.customer = c.id`),
  )
}

/**
 * Customers of a source that knows leavings and no holdings. The last leaving decides: who came back after it is there, as is who
 * joined anew since. Of a source that names no leaving nothing follows: its customers are not known to have stayed.
 */
async function markMembers(store: Store, filled: FilledColumns): Promise<void> {
  await makeColumns(store, 'customers', ['began_on', 'left_on'])
  const sourcesIn = (table: string) =>
    `SELECT c.source FROM cx.customers AS c JOIN cx.${table} AS t ON t.customer = c.id`
  const held = filled.get('holdings')?.has('customer') ? ` EXCEPT ${sourcesIn('holdings')}` : ''
  const recovered = filled.get('churns')?.has('is_recovered') ? 'coalesce(is_recovered, FALSE)' : 'FALSE'
  const joined = filled.get('customers')?.has('joined_on') ? 'joined_on' : 'CAST(NULL AS DATE)'
  await store.run(
    raw(`UPDATE cx.customers AS c SET began_on = m.joined, left_on = CASE WHEN m.is_gone AND coalesce(m.churned >= m.joined, TRUE) THEN m.churned END
FROM (SELECT id, ${joined} AS joined, churned, is_gone FROM cx.customers
  LEFT JOIN (SELECT customer, max(churned_on) AS churned, NOT arg_max(${recovered}, churned_on) AS is_gone FROM cx.churns GROUP BY customer) AS gone ON gone.customer = id
  WHERE source IN (SELECT source FROM (${sourcesIn('churns')}${held}))) AS m
WHERE m.id = c.id`),
  )
}
