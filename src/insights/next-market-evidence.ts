import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, sql } from '../sql/sql.ts'
import { textOf } from '../store/cell.ts'
import { type AgentTime, readAgentTime } from './agent-time.ts'
import { contactsSql, type QueueEvidence, readStaffing, type StaffingScope } from './staffing-evidence.ts'

/** Contacts of one market by one channel in one month, by its first day. */
export interface MonthOfMarket {
  market: string
  channel: string
  month: string
  contacts: number
}

/** Customers of one market who joined in one month; null where it is not known when. */
export interface JoinedInMonth {
  market: string
  month: string | null
  customers: number
}

export interface NextMarketEvidence {
  queues: QueueEvidence[]
  months: MonthOfMarket[]
  joined: JoinedInMonth[]
  time: AgentTime | null
  /** Columns without which no market is like another. */
  missing: string[]
}

type Context = Pick<MetricContext, 'store' | 'version' | 'targets'>

const needed = [
  'touchpoints.channel',
  'touchpoints.started_at',
  'touchpoints.market',
  'customers.market',
  'customers.is_identified',
]

/** Calls and chats of all markets by month and by hour of the week, and how many customers each market had. */
export async function readNextMarket(
  context: Context,
  scope: Pick<StaffingScope, 'target'>,
): Promise<NextMarketEvidence> {
  const { store, version } = context
  const missing = needed.filter((each) => !version.present.has(each))
  if (missing.length > 0) return { queues: [], months: [], joined: [], time: null, missing }
  const { queues } = await readStaffing(context, { ...scope, byMarket: true, keep: [] })
  const text = (column: string) => operate(store.dialect, 'to_text', column)
  const monthOf = (column: string) => text(operate(store.dialect, 'month', column))
  const months =
    await store.rows(sql`SELECT "market", "channel", ${raw(monthOf('"started_on"'))} AS "month", count(*) AS "contacts"
FROM (${contactsSql(context, {}, [], 'market')}) AS "contacts"
WHERE "started_on" IS NOT NULL
GROUP BY "market", "channel", ${raw(monthOf('"started_on"'))}
ORDER BY "market", "channel", "month"`)
  const since = version.present.has('customers.joined_on') ? monthOf('"joined_on"') : 'CAST(NULL AS VARCHAR)'
  const joined = await store.rows(sql`SELECT "market", ${raw(since)} AS "month", count(*) AS "customers"
FROM cx."customers" WHERE "is_identified" AND "market" IS NOT NULL
GROUP BY "market", ${raw(since)}
ORDER BY "market", "month"`)
  return {
    queues,
    months: months.map((row) => ({
      market: String(row.market),
      channel: String(row.channel),
      month: String(row.month),
      contacts: Number(row.contacts),
    })),
    joined: joined.map((row) => ({
      market: String(row.market),
      month: textOf(row.month),
      customers: Number(row.customers),
    })),
    time: await readAgentTime(context),
    missing: [],
  }
}
