import { tables } from '../model/tables.ts'
import { ident, join, raw, sql } from '../sql/sql.ts'
import { textOf } from '../store/cell.ts'
import type { MetricContext } from './context.ts'

/** The newest of a source, in milliseconds since 1970; null where nothing is known. */
export interface Newest {
  /** The last time that something came in. */
  arrival: number | null
  /** The newest moment in what came; what lies in the future has not happened. */
  event: number | null
}

const moment = (value: unknown): number | null => {
  const text = textOf(value as string | null)
  const time = text ? Date.parse(`${text.replace(' ', 'T')}Z`) : Number.NaN
  return Number.isNaN(time) ? null : time
}

/** What each source brought last, by its id. */
export async function readNewest({ store, version }: MetricContext, now: number): Promise<Map<string, Newest>> {
  const latest = new Date(now).toISOString().slice(0, 19).replace('T', ' ')
  const moments = tables.flatMap((table) =>
    table.kind !== 'record'
      ? []
      : table.columns
          .filter(({ name, type }) => type === 'timestamp' && version.present.has(`${table.name}.${name}`))
          .map(
            ({ name }) =>
              sql`SELECT source, max(${ident(name)}) FILTER (WHERE ${ident(name)} <= CAST(${latest} AS TIMESTAMP)) AS newest FROM ${ident('cx', table.name)} GROUP BY source`,
          ),
  )
  const loads = await store.rows(sql`SELECT source, max(landed_at) AS landed FROM cx.loads GROUP BY source`)
  const events =
    moments.length > 0
      ? await store.rows(
          sql`SELECT source, max(newest) AS newest FROM (${join(moments, ' UNION ALL ')}) ${raw('AS "moments"')} GROUP BY source`,
        )
      : []
  const found = new Map<string, Newest>()
  for (const row of loads) found.set(String(row.source), { arrival: moment(row.landed), event: null })
  for (const row of events) {
    const source = String(row.source)
    found.set(source, { arrival: found.get(source)?.arrival ?? null, event: moment(row.newest) })
  }
  return found
}
