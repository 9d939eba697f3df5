import type { MetricContext } from '../metrics/context.ts'
import type { Query } from '../metrics/query.ts'
import { planRows, whereSql } from '../metrics/rows.ts'
import { fromSql } from '../metrics/scope.ts'
import { raw, sql } from '../sql/sql.ts'
import { readEvents } from './process-events.ts'
import type { ProcessEvidence } from './process-evidence.ts'
import { readStates } from './process-states.ts'
import type { Chosen } from './process-steps.ts'

/** Which cases; all without a condition. */
export type ProcessScope = Pick<Query, 'where' | 'range' | 'as_of'>

/** What happened in the cases of a scope; null where nothing says anything about it. */
export async function readProcess(scope: ProcessScope, context: MetricContext): Promise<ProcessEvidence | null> {
  const chosen = await casesOf(scope, context)
  const mined = hasEvents(context) ? await readEvents(chosen, context) : null
  return mined ?? readStates(chosen.ids, context)
}

/** Does the model hold events with a moment and a name? */
export function hasEvents({ version: { present } }: MetricContext): boolean {
  return present.has('case_events.at') && (present.has('case_events.step') || present.has('case_events.activity'))
}

/** The cases that `cases` counts, so that both numbers agree. */
export async function casesOf(scope: ProcessScope, context: MetricContext): Promise<Chosen> {
  const counted = context.catalogue.metrics.has('cases') && { metric: { id: 'cases', part: 'population' as const } }
  const listing = await planRows({ table: 'cases', columns: ['id'], ...counted, ...scope }, context)
  const ids = sql`SELECT "cases"."id" FROM ${raw(fromSql(listing.scope))}${whereSql(listing.where)}`
  return { ids, asOf: listing.scope.asOf }
}
