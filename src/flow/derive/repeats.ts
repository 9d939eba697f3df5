import { raw } from '../../sql/sql.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/** When the same customer came again, and when with the same reason: what a solution at the first contact is held against. */
export const repeats: DeriveStep = {
  name: 'repeated contacts',
  async run({ store }) {
    const cases = (await filledColumns(store)).get('cases')
    if (!cases?.has('customer') || !cases.has('created_at')) return []
    const reason = ['reason', 'type', 'subject'].find((name) => cases.has(name))
    await makeColumns(store, 'cases', ['next_case_at', ...(reason ? ['repeated_at'] : [])])
    const repeated = reason
      ? `, CASE WHEN ${reason} IS NOT NULL THEN lead(created_at) OVER (PARTITION BY customer, ${reason} ORDER BY created_at, id) END AS repeated_at`
      : ''
    // One customer at a time of all cases: only those who came more than once are sorted.
    await store.run(
      raw(`UPDATE cx.cases AS c SET next_case_at = later.next_case_at${reason ? ', repeated_at = later.repeated_at' : ''}
FROM (SELECT rowid AS row, lead(created_at) OVER (PARTITION BY customer ORDER BY created_at, id) AS next_case_at${repeated}
  FROM cx.cases WHERE created_at IS NOT NULL AND customer IN (SELECT customer FROM cx.cases GROUP BY customer HAVING count(*) > 1)) AS later
WHERE later.row = c.rowid AND later.next_case_at IS NOT NULL`),
    )
    return []
  },
}
