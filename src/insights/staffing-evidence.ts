import { addDays, lengthOf, localDay, weekdayOf } from '../calendar.ts'
import type { MetricContext, TargetSetting } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import { numberOf, textOf } from '../store/cell.ts'
import type { Row } from '../store/store.ts'
import { type AgentTime, readAgentTime } from './agent-time.ts'
import type { ServiceTarget } from './staffed-hour.ts'

export const handleParts = ['talk', 'hold', 'wrapup'] as const
export type HandlePart = (typeof handleParts)[number]

/** Contacts that stay in their channel whatever is moved: `priority=critical`. */
export interface Kept {
  dimension: 'priority' | 'reason'
  values: string[]
}

export interface StaffingScope {
  /** A queue for each market, in place of one for all. */
  byMarket: boolean
  market?: string
  /** What is to be promised, in place of what is. */
  target?: ServiceTarget
  keep: Kept[]
}

/** Days of one weekday on which as many contacts came within one hour, and what became of them. */
export interface ArrivalCell {
  weekday: number
  hour: number
  contacts: number
  days: number
  /** Different agents who took them, summed over the days. */
  agents: number
  /** Answered after a known wait, or given up. */
  judged: number
  within: number
  kept: number
}

/** All that is read of one queue: sums and counts, no contact. */
export interface QueueEvidence {
  channel: string
  /** Null for all markets together, empty for contacts whose market is not known. */
  market: string | null
  /** Contacts that came in. */
  contacts: number
  /** Of them without a moment. */
  untimed: number
  /** Different hours of the day at which they came: 1 where a source has days only. */
  hours: number
  /** First and last whole day. */
  from: string
  to: string
  /** Whole days by weekday, Monday first. */
  days: number[]
  target: ServiceTarget
  /** Who says so: the command, data and project, the data alone (the share is assumed), or nobody. */
  promised: 'asked' | 'promised' | 'share' | 'assumed'
  /** Answered contacts with a known time of talk, and the sum of each part; null where no contact has the part. */
  handled: number
  parts: Record<HandlePart, number | null>
  /** Seconds that all waited, and how many gave up: their quotient is how patient they are. */
  waited: number
  left: number
  knowsAgents: boolean
  cells: ArrivalCell[]
}

export interface StaffingEvidence {
  queues: QueueEvidence[]
  /** Of `keep`, what the data does not hold. */
  unknown: Kept['dimension'][]
  /** Of all agents, whatever they serve; null where no source has their states. */
  time: AgentTime | null
}

/** Where customers wait until someone answers; anything else is worked off in an order of its own. */
export const waitingChannels = ['call', 'chat']

type Context = Pick<MetricContext, 'store' | 'version' | 'targets'>

/** What the queues of a version need to be staffed by, in two passes over its contacts. */
export async function readStaffing(context: Context, scope: StaffingScope): Promise<StaffingEvidence> {
  const { present } = context.version
  if (!present.has('touchpoints.started_at') || !present.has('touchpoints.channel'))
    return { queues: [], unknown: [], time: null }
  const unknown = scope.keep.map(({ dimension }) => dimension).filter((each) => !isKnown(each, present))
  const kept = scope.keep.filter(({ dimension }) => !unknown.includes(dimension))
  const totals = await context.store.rows(totalsSql(context, scope))
  const queues = totals.map((row) => queueFrom(row, scope, context))
  const time = await readAgentTime(context)
  if (queues.length === 0) return { queues, unknown, time }
  for (const row of await context.store.rows(cellsSql(queues, context, scope, kept))) {
    const queue = queues.find((each) => each.channel === row.channel && each.market === (row.market ?? null))
    const number = (key: string) => Number(row[key] ?? 0)
    if (!queue || row.hour === null) continue
    queue.cells.push({
      weekday: number('weekday'),
      hour: number('hour'),
      contacts: number('contacts'),
      days: number('days'),
      agents: number('agents'),
      judged: number('judged'),
      within: number('within'),
      kept: number('kept'),
    })
  }
  return { queues, unknown, time }
}

function isKnown(dimension: Kept['dimension'], present: ReadonlySet<string>): boolean {
  if (dimension === 'reason') return present.has('touchpoints.reason')
  return present.has('touchpoints.case') && present.has('cases.priority')
}

/** Whose contacts are a queue of their own. */
export type QueueOf = 'market' | 'team'

/** Contacts of the waiting channels that came in, with what is counted of them. A column that nobody fills is not there: NULL. */
export function contactsSql(
  context: Pick<MetricContext, 'store' | 'version'>,
  scope: Pick<StaffingScope, 'market'>,
  kept: Kept[],
  of: QueueOf | null,
): Sql {
  const { dialect } = context.store
  const column = (name: string, type: string) =>
    context.version.present.has(`touchpoints.${name}`) ? `"t"."${name}"` : `CAST(NULL AS ${type})`
  const between = (to: string) => operate(dialect, 'seconds_between', '"t"."started_at"', to)
  const [answeredAt, endedAt] = [column('responded_at', 'TIMESTAMP'), column('ended_at', 'TIMESTAMP')]
  const left = `coalesce(${column('is_abandoned', 'BOOLEAN')}, FALSE)`
  const answered = `(coalesce(${column('is_answered', 'BOOLEAN')}, ${answeredAt} IS NOT NULL) AND NOT ${left})`
  const since = `CASE WHEN ${left} THEN ${between(endedAt)} ELSE ${between(answeredAt)} END`
  const needsCase = kept.some(({ dimension }) => dimension === 'priority')
  return sql`SELECT "t"."channel" AS "channel", ${raw(of ? `coalesce(${column(of, 'VARCHAR')}, '')` : 'CAST(NULL AS VARCHAR)')} AS "market",
    "t"."started_at" AS "started_at", "t"."started_on" AS "started_on", "t"."started_hour" AS "hour",
    ${raw(column('agent', 'VARCHAR'))} AS "agent", ${raw(answered)} AS "answered", ${raw(left)} AS "left",
    coalesce(${raw(column('wait_seconds', 'BIGINT'))}, ${raw(since)}) AS "wait",
    ${raw(column('talk_seconds', 'BIGINT'))} AS "talk", ${raw(column('hold_seconds', 'BIGINT'))} AS "hold",
    ${raw(column('wrapup_seconds', 'BIGINT'))} AS "wrapup", ${raw(column('target_seconds', 'BIGINT'))} AS "promise",
    ${keptSql(kept)} AS "kept",
    ${scope.market === undefined ? raw('TRUE') : sql`${raw(column('market', 'VARCHAR'))} = ${scope.market}`} AS "wanted"
  FROM cx."touchpoints" AS "t"${raw(needsCase ? ' LEFT JOIN cx."cases" AS "c" ON "c"."id" = "t"."case"' : '')}
  WHERE coalesce(${raw(column('direction', 'VARCHAR'))}, 'inbound') = 'inbound' AND "t"."channel" IN (${parameters(waitingChannels)})`
}

function parameters(values: readonly string[]): Sql {
  return join(values.map((each) => sql`${each}`))
}

function keptSql(kept: Kept[]): Sql {
  if (kept.length === 0) return raw('FALSE')
  const column = { priority: '"c"."priority"', reason: '"t"."reason"' }
  const any = kept.map(({ dimension, values }) => sql`${raw(column[dimension])} IN (${parameters(values)})`)
  return sql`coalesce(${join(any, ' OR ')}, FALSE)`
}

/** The days that a channel covers are those of all its markets: one without a contact on the first day is not shorter. */
function totalsSql(context: Context, scope: StaffingScope): Sql {
  const day = (which: 'min' | 'max') => operate(context.store.dialect, 'to_text', `${which}("started_on")`)
  const sum = (column: string, where: string) => raw(`CAST(sum("${column}") FILTER (WHERE ${where}) AS DOUBLE)`)
  const handled = '"answered" AND "talk" >= 0'
  return sql`WITH "contacts" AS (${contactsSql(context, scope, [], scope.byMarket ? 'market' : null)}),
"spans" AS (SELECT "channel" AS "of", ${raw(day('min'))} AS "first", ${raw(day('max'))} AS "last" FROM "contacts" GROUP BY "channel")
SELECT "channel", "market", count(*) AS "contacts", count(*) FILTER (WHERE "started_at" IS NULL) AS "untimed",
  count(DISTINCT "hour") AS "hours", min("first") AS "first", max("last") AS "last",
  min("promise") AS "least", max("promise") AS "most", count(*) FILTER (WHERE ${raw(handled)}) AS "handled",
  ${sum('talk', handled)} AS "talk", ${sum('hold', `${handled} AND "hold" >= 0`)} AS "hold",
  ${sum('wrapup', `${handled} AND "wrapup" >= 0`)} AS "wrapup", ${sum('wait', '"wait" >= 0')} AS "waited",
  count(*) FILTER (WHERE "left" AND "wait" >= 0) AS "left"
FROM "contacts" JOIN "spans" ON "of" = "channel"
WHERE "wanted"
GROUP BY "channel", "market"
ORDER BY "channel", count(*) DESC, "market"`
}

/** Counted by hour of each day, then by how many came: the days without any are those that are not there. */
function cellsSql(queues: QueueEvidence[], context: Context, scope: StaffingScope, kept: Kept[]): Sql {
  const weekday = operate(context.store.dialect, 'weekday_of', '"started_on"')
  const day = operate(context.store.dialect, 'to_text', '"started_on"')
  const rows = queues.map(
    ({ channel, market, from, to, target }) =>
      sql`SELECT CAST(${channel} AS VARCHAR) AS "channel", CAST(${market} AS VARCHAR) AS "market", CAST(${from} AS VARCHAR) AS "from_on", CAST(${to} AS VARCHAR) AS "to_on", CAST(${target.within} AS DOUBLE) AS "promised"`,
  )
  return sql`WITH "contacts" AS (${contactsSql(context, scope, kept, scope.byMarket ? 'market' : null)}),
"queues" AS (${join(rows, ' UNION ALL ')}),
"hours" AS (
  SELECT "contacts"."channel", "contacts"."market", "started_on", "hour", count(*) AS "contacts", count(DISTINCT "agent") AS "agents",
    count(*) FILTER (WHERE "left" OR ("answered" AND "wait" >= 0)) AS "judged",
    count(*) FILTER (WHERE "answered" AND "wait" >= 0 AND "wait" <= "promised") AS "within",
    count(*) FILTER (WHERE "kept") AS "kept"
  FROM "contacts" JOIN "queues" ON "contacts"."channel" = "queues"."channel"
    AND coalesce("contacts"."market", '') = coalesce("queues"."market", '')
  WHERE "wanted" AND ${raw(day)} BETWEEN "from_on" AND "to_on"
  GROUP BY "contacts"."channel", "contacts"."market", "started_on", "hour")
SELECT "channel", "market", ${raw(weekday)} AS "weekday", "hour", "contacts", count(*) AS "days",
  CAST(sum("agents") AS DOUBLE) AS "agents", CAST(sum("judged") AS DOUBLE) AS "judged",
  CAST(sum("within") AS DOUBLE) AS "within", CAST(sum("kept") AS DOUBLE) AS "kept"
FROM "hours"
GROUP BY "channel", "market", ${raw(weekday)}, "hour", "contacts"`
}

function queueFrom(row: Row, scope: StaffingScope, context: Context): QueueEvidence {
  const number = (key: string) => Number(row[key] ?? 0)
  const channel = String(row.channel)
  const { from, to } = wholeDays(row, context)
  return {
    channel,
    market: textOf(row.market),
    contacts: number('contacts'),
    untimed: number('untimed'),
    hours: number('hours'),
    from,
    to,
    days: countDays(from, to),
    ...targetOf(channel, row, scope, context.targets),
    handled: number('handled'),
    parts: partsOf(row),
    waited: number('waited'),
    left: number('left'),
    knowsAgents: context.version.present.has('touchpoints.agent'),
    cells: [],
  }
}

/** Seconds of each part of handling; null where no contact has it. */
export function partsOf(row: Row): Record<HandlePart, number | null> {
  return { talk: numberOf(row.talk), hold: numberOf(row.hold), wrapup: numberOf(row.wrapup) }
}

/** The first and the last day may be cut, and what lies after the now is a slip of the pen. */
export function wholeDays(row: Row, { version }: Pick<MetricContext, 'version'>): { from: string; to: string } {
  const now = version.as_of ? localDay(version.as_of, version.zone) : '9999-12-31'
  const [first, last] = [String(row.first ?? now), String(row.last ?? now)]
  return { from: addDays(first, 1), to: addDays([last, now].toSorted()[0]!, -1) }
}

export function countDays(from: string, to: string): number[] {
  const days = [0, 0, 0, 0, 0, 0, 0]
  const whole = to < from ? 0 : lengthOf({ from, to })
  const first = weekdayOf(from) - 1
  return days.map((_, at) => Math.floor((whole + 6 - ((at - first + 7) % 7)) / 7))
}

/** Seconds: as asked, else as promised to all contacts alike. The share: as asked, else the target of the acceptance rate. */
export function targetOf(
  channel: string,
  row: Row,
  scope: Pick<StaffingScope, 'target'>,
  targets: TargetSetting[],
): Pick<QueueEvidence, 'target' | 'promised'> {
  if (scope.target) return { target: scope.target, promised: 'asked' }
  const one = row.least !== null && row.least === row.most ? Number(row.least) : undefined
  const share = targets.find(
    (each) => each.metric === `${channel}_acceptance_rate` && each.channel === undefined && each.priority === undefined,
  )?.value
  return {
    target: { share: share ?? usual.share, within: one ?? usual.within },
    promised: share !== undefined && one !== undefined ? 'promised' : one !== undefined ? 'share' : 'assumed',
  }
}

/** Where nobody promised anything: the 80/20 that most contact centres begin with. It is named as an assumption. */
const usual: ServiceTarget = { share: 0.8, within: 20 }
