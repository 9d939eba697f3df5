import { raw } from '../../sql/sql.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/** Ids that an event's actor is looked for among, in this order. */
const known = [
  { kind: 'agent', needs: ['agents.id'], from: 'cx.agents AS who', on: 'who.id' },
  { kind: 'customer', needs: ['customers.id'], from: 'cx.customers AS who', on: 'who.id' },
  { kind: 'customer', needs: ['cases.customer'], from: 'cx.cases AS who', on: 'who.customer', ofCase: true },
  { kind: 'agent', needs: ['cases.agent'], from: 'cx.cases AS who', on: 'who.agent', ofCase: true },
]

/**
 * Most systems write only the id of who changed a case or wrote a message; whether that is an agent or a customer stands in another
 * file. An event that says it itself is left alone, and one whose actor nobody knows stays without a kind.
 */
export const actors: DeriveStep = {
  name: 'actors',
  async run({ store }) {
    const filled = await filledColumns(store)
    const has = (path: string): boolean => {
      const [table = '', column = ''] = path.split('.')
      return filled.get(table)?.has(column) ?? false
    }
    if (!has('case_events.actor') || !has('case_events.case')) return []
    await makeColumns(store, 'case_events', ['actor_kind'])
    for (const { kind, needs, from, on, ofCase } of known) {
      if (!needs.every(has)) continue
      await store.run(
        raw(`UPDATE cx.case_events AS event SET actor_kind = '${kind}' FROM ${from}
WHERE event.actor_kind IS NULL AND ${on} = event.source || ':' || event.actor${ofCase ? ' AND who.id = event."case"' : ''}`),
      )
    }
    return []
  },
}
