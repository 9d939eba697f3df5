import { raw } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { type FilledColumns, filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/**
 * What a customer brought in over the last year, how many of their cases are not settled, and how satisfied they said they are: what money
 * and service are set beside each other by. Only where there are amounts.
 */
export const worth: DeriveStep = {
  name: 'worth of customers',
  async run({ store, newest }) {
    const filled = await filledColumns(store)
    const has = (table: string, ...columns: string[]) => columns.every((name) => filled.get(table)?.has(name))
    if (!has('revenues', 'customer', 'amount') || !filled.has('customers')) return []
    await markYear(store, has('revenues', 'on_date') ? await newest() : null)
    if (has('cases', 'customer')) await markUnsettled(store, filled)
    if (has('surveys', 'customer', 'score', 'scale_min', 'scale_max', 'kind')) await markSatisfaction(store)
    return []
  },
}

/** Amounts without dates are of no year: all of them are taken. */
async function markYear(store: Store, newest: string | null): Promise<void> {
  await makeColumns(store, 'customers', ['year_revenue'])
  const day = `DATE '${newest?.slice(0, 10)}'`
  const within = newest ? ` FILTER (WHERE on_date > ${day} - INTERVAL 1 YEAR AND on_date <= ${day})` : ''
  await store.run(
    raw(`UPDATE cx.customers AS c SET year_revenue = r.amount
FROM (SELECT customer, sum(amount)${within} AS amount FROM cx.revenues GROUP BY customer) AS r WHERE r.customer = c.id`),
  )
}

async function markUnsettled(store: Store, filled: FilledColumns): Promise<void> {
  const cases = filled.get('cases')!
  const open = cases.has('status')
    ? "status IN ('new', 'open', 'pending', 'hold')"
    : cases.has('solved_at')
      ? 'solved_at IS NULL'
      : null
  if (!open) return
  await makeColumns(store, 'customers', ['unsettled_cases'])
  await store.run(
    raw(`UPDATE cx.customers AS c SET unsettled_cases = k.n
FROM (SELECT customer, count(*) FILTER (WHERE ${open}) AS n FROM cx.cases GROUP BY customer) AS k WHERE k.customer = c.id`),
  )
}

/** On a scale of 1 to 5, low is below 3 and high from 4 on. */
async function markSatisfaction(store: Store): Promise<void> {
  await makeColumns(store, 'customers', ['satisfaction_band'])
  await store.run(
    raw(`UPDATE cx.customers AS c SET satisfaction_band = CASE WHEN s.mean < 0.5 THEN 'low' WHEN s.mean < 0.75 THEN 'middle' ELSE 'high' END
FROM (SELECT customer, avg((score - scale_min) / (scale_max - scale_min)) AS mean FROM cx.surveys
  WHERE kind = 'csat' AND score IS NOT NULL AND scale_max > scale_min GROUP BY customer) AS s WHERE s.customer = c.id`),
  )
}
