import { raw } from '../../sql/sql.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/**
 * How long each customer had been away: from the beginning of one contact that the customer made to the beginning of the next, over all
 * systems, once it is known who is who. What we began ourselves is no return, and is left out on both sides.
 */
export const contactGaps: DeriveStep = {
  name: 'gaps between contacts',
  async run({ store }) {
    const contacts = (await filledColumns(store)).get('touchpoints')
    if (!contacts?.has('customer') || !contacts.has('started_at')) return []
    await makeColumns(store, 'touchpoints', ['since_last_seconds'])
    const theirs = contacts.has('direction') ? "AND coalesce(direction, 'inbound') = 'inbound'" : ''
    await store.run(
      raw(`UPDATE cx.touchpoints AS t SET since_last_seconds = CAST(epoch(t.started_at) - epoch(g.before) AS BIGINT)
FROM (SELECT rowid AS row, lag(started_at) OVER (PARTITION BY customer ORDER BY started_at, id) AS before
  FROM cx.touchpoints WHERE customer IS NOT NULL AND started_at IS NOT NULL ${theirs}) AS g
WHERE g.row = t.rowid AND g.before IS NOT NULL`),
    )
    return []
  },
}
