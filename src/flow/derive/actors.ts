import { tableNamed } from '../../model/tables.ts'
import { raw, sql } from '../../sql/sql.ts'
import { tableStatements } from '../../sql/table.ts'
import type { Store } from '../../store/store.ts'
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
    if (!['case_events.actor', 'case_events.case'].every((column) => filled.has(column))) return []
    for (const statement of tableStatements(tableNamed('case_events')!, new Set(['actor_kind'])))
      await store.run(raw(statement))
    for (const { kind, needs, from, on, ofCase } of known) {
      if (!needs.every((column) => filled.has(column))) continue
      await store.run(
        raw(`UPDATE cx.case_events AS event SET actor_kind = '${kind}' FROM ${from}
WHERE event.actor_kind IS NULL AND ${on} = event.source || ':' || event.actor${ofCase ? ' AND who.id = event."case"' : ''}`),
      )
    }
    return []
  },
}

async function filledColumns(store: Store): Promise<Set<string>> {
  const rows = await store.rows(
    sql`SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'cx'`,
  )
  return new Set(rows.map((row) => `${String(row.table_name)}.${String(row.column_name)}`))
}
