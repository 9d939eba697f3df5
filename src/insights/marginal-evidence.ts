import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import type { Row } from '../store/store.ts'
import {
  contactsSql,
  type HandlePart,
  partsOf,
  type QueueOf,
  type StaffingScope,
  targetOf,
  wholeDays,
} from './staffing-evidence.ts'

/** A day of one queue: what came, what of it was answered in time, and how long those that were measured took. */
export interface QueueDay {
  day: string
  weekday: number
  contacts: number
  judged: number
  within: number
  handled: number
  seconds: number
}

/** A queue of one channel and one market, or one team. */
export interface MarginalQueue {
  channel: string
  by: QueueOf
  /** Empty where it is not known. */
  group: string
  /** The name of the group, its id where it has none. */
  label: string
  contacts: number
  from: string
  to: string
  within: number
  handled: number
  parts: Record<HandlePart, number | null>
  /** Contacts on whole days by hour of the week. */
  hours: { weekday: number; hour: number; contacts: number }[]
  days: QueueDay[]
}

export interface MarginalEvidence {
  queues: MarginalQueue[]
  /** Columns without which nothing is split by market or team. */
  missing: string[]
}

type Context = Pick<MetricContext, 'store' | 'version' | 'targets'>

/** The largest queues of each kind; of the others each is too small to be told from the next. */
const mostQueues = 60

/** Days and hours of each queue of a market and of a team: sums by day and by hour of the week, no contact. */
export async function readMarginal(
  context: Context,
  scope: Pick<StaffingScope, 'market' | 'target'>,
): Promise<MarginalEvidence> {
  const { present } = context.version
  const needed = ['started_at', 'channel'].map((each) => `touchpoints.${each}`)
  const lacking = needed.filter((each) => !present.has(each))
  if (lacking.length > 0) return { queues: [], missing: lacking }
  const kinds: QueueOf[] = ['market', 'team']
  const missing = kinds.map((of) => `touchpoints.${of}`).filter((each) => !present.has(each))
  const queues: MarginalQueue[] = []
  for (const of of kinds) if (present.has(`touchpoints.${of}`)) queues.push(...(await readQueues(context, scope, of)))
  return { queues, missing }
}

async function readQueues(
  context: Context,
  scope: Pick<StaffingScope, 'market' | 'target'>,
  by: QueueOf,
): Promise<MarginalQueue[]> {
  const contacts = contactsSql(context, scope, [], by)
  const queues = (await context.store.rows(totalsSql(contacts, by, context))).map((row) =>
    queueFrom(row, by, scope, context),
  )
  if (queues.length === 0) return []
  const found = new Map(queues.map((each) => [`${each.channel}\n${each.group}`, each]))
  const queueOf = (row: Row) => found.get(`${row.channel}\n${row.market}`)
  for (const row of await context.store.rows(daysSql(contacts, queues, context))) queueOf(row)?.days.push(dayFrom(row))
  for (const row of await context.store.rows(hoursSql(contacts, queues, context)))
    queueOf(row)?.hours.push({
      weekday: Number(row.weekday),
      hour: Number(row.hour),
      contacts: Number(row.contacts),
    })
  return queues
}

const handled = '"answered" AND "talk" >= 0'
const all = (column: string) => `CAST(sum("${column}") FILTER (WHERE ${handled} AND "${column}" >= 0) AS DOUBLE)`

function totalsSql(contacts: Sql, by: QueueOf, { store, version }: Context): Sql {
  const named = by === 'team' && version.present.has('teams.name')
  const day = (which: 'min' | 'max') => operate(store.dialect, 'to_text', `${which}("started_on")`)
  return sql`WITH "contacts" AS (${contacts}),
"spans" AS (SELECT "channel" AS "of", ${raw(day('min'))} AS "first", ${raw(day('max'))} AS "last" FROM "contacts" GROUP BY "channel")
SELECT "channel", "market", ${raw(named ? 'min("teams"."name")' : 'CAST(NULL AS VARCHAR)')} AS "name", count(*) AS "contacts", min("first") AS "first", max("last") AS "last", min("promise") AS "least",
  max("promise") AS "most", count(*) FILTER (WHERE ${raw(handled)}) AS "handled", ${raw(all('talk'))} AS "talk",
  ${raw(all('hold'))} AS "hold", ${raw(all('wrapup'))} AS "wrapup"
FROM "contacts" JOIN "spans" ON "of" = "channel"${raw(named ? ' LEFT JOIN cx."teams" AS "teams" ON "teams"."id" = "market"' : '')}
WHERE "wanted" AND "hour" IS NOT NULL
GROUP BY "channel", "market"
ORDER BY count(*) DESC, "channel", "market"
LIMIT ${mostQueues}`
}

/** Contacts of the queues on their whole days, each with the promise of its queue. */
function wantedSql(contacts: Sql, queues: MarginalQueue[], { store }: Context): Sql {
  const day = operate(store.dialect, 'to_text', '"started_on"')
  const rows = queues.map(
    ({ channel, group, from, to, within }) =>
      sql`SELECT CAST(${channel} AS VARCHAR) AS "of_channel", CAST(${group} AS VARCHAR) AS "of_group", CAST(${from} AS VARCHAR) AS "from_on", CAST(${to} AS VARCHAR) AS "to_on", CAST(${within} AS DOUBLE) AS "promised"`,
  )
  return sql`SELECT * FROM (${contacts}) AS "contacts" JOIN (${join(rows, ' UNION ALL ')}) AS "queues"
  ON "channel" = "of_channel" AND "market" = "of_group"
  WHERE "wanted" AND "hour" IS NOT NULL AND ${raw(day)} BETWEEN "from_on" AND "to_on"`
}

function daysSql(contacts: Sql, queues: MarginalQueue[], context: Context): Sql {
  const { dialect } = context.store
  const seconds = ['talk', 'hold', 'wrapup'].map((part) => `coalesce(${all(part)}, 0)`).join(' + ')
  return sql`SELECT "channel", "market", ${raw(operate(dialect, 'to_text', '"started_on"'))} AS "day",
  ${raw(operate(dialect, 'weekday_of', '"started_on"'))} AS "weekday", count(*) AS "contacts",
  count(*) FILTER (WHERE "left" OR ("answered" AND "wait" >= 0)) AS "judged",
  count(*) FILTER (WHERE "answered" AND "wait" >= 0 AND "wait" <= "promised") AS "within",
  count(*) FILTER (WHERE ${raw(handled)}) AS "handled", ${raw(seconds)} AS "seconds"
FROM (${wantedSql(contacts, queues, context)}) AS "wanted"
GROUP BY "channel", "market", "started_on"`
}

function hoursSql(contacts: Sql, queues: MarginalQueue[], context: Context): Sql {
  const weekday = operate(context.store.dialect, 'weekday_of', '"started_on"')
  return sql`SELECT "channel", "market", ${raw(weekday)} AS "weekday", "hour", count(*) AS "contacts"
FROM (${wantedSql(contacts, queues, context)}) AS "wanted"
GROUP BY "channel", "market", ${raw(weekday)}, "hour"
ORDER BY "channel", "market", ${raw(weekday)}, "hour"`
}

function queueFrom(row: Row, by: QueueOf, scope: Pick<StaffingScope, 'target'>, context: Context): MarginalQueue {
  const channel = String(row.channel)
  return {
    channel,
    by,
    group: String(row.market),
    label: String(row.name ?? row.market),
    contacts: Number(row.contacts),
    ...wholeDays(row, context),
    within: targetOf(channel, row, scope, context.targets).target.within,
    handled: Number(row.handled),
    parts: partsOf(row),
    hours: [],
    days: [],
  }
}

function dayFrom(row: Row): QueueDay {
  const number = (key: string) => Number(row[key] ?? 0)
  return {
    day: String(row.day),
    weekday: number('weekday'),
    contacts: number('contacts'),
    judged: number('judged'),
    within: number('within'),
    handled: number('handled'),
    seconds: number('seconds'),
  }
}
