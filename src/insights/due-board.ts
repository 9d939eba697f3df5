import { secondsOf } from '../calendar.ts'
import type { MetricContext } from '../metrics/context.ts'
import { labelsOf } from '../metrics/labels.ts'
import { missingOf } from '../metrics/needs.ts'
import type { Query } from '../metrics/query.ts'
import { planRows, type RowsColumn, whereSql } from '../metrics/rows.ts'
import { compileIn, fromSql, momentSql } from '../metrics/scope.ts'
import { parseExpression } from '../sql/expression.ts'
import { operateOn } from '../sql/ops.ts'
import { quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Cell, Row } from '../store/store.ts'

/** How soon a promise is missed: it is already, within an hour, within four, or later. */
export const dueStates = ['over', 'hour', 'four', 'later'] as const
export type DueState = (typeof dueStates)[number]

export type CasePromise = 'first_reply' | 'resolution'

export type DueScope = Pick<Query, 'where' | 'as_of'>

/** An open case with the promise that runs out first, or ran out longest ago. */
export interface DueCase {
  /** Columns of the case by name, masked for the viewer. */
  values: Record<string, Cell>
  promise: CasePromise
  /** Seconds since 1970 at which it is due. */
  due: number
  /** Seconds until then; below zero where it is over. */
  left: number
  /** Calendar seconds from the beginning until then. */
  target: number
  /** Seconds as they were promised, by `clock`. */
  promised: number
  /** Who promised it; null where that cannot be told. */
  source: string | null
  clock: string | null
}

/** How many cases are in each state. */
export type DueCounts = Record<DueState, number>

export interface DueBoard {
  /** Seconds since 1970. */
  as_of: number
  columns: RowsColumn[]
  cases: DueCase[]
  counts: DueCounts
  /** Promises that no case here can be held to: the fields that are lacking, none where only a policy is. */
  unpromised: { promise: CasePromise; missing: string[] }[]
}

/** Columns without which nothing is open or due. */
export interface NoBoard {
  missing: string[]
}

export interface DueGroup {
  value: Cell
  label: string
  counts: DueCounts
}

export interface DueRisks {
  agent: DueGroup[] | null
  market: DueGroup[] | null
}

const hour = 3600
const shown = ['source_key', 'customer', 'channel', 'priority', 'market', 'agent'] as const
const needed = ['cases.created_at', 'cases.status or cases.solved_at or cases.closed_at']
/** Without it every case would look as if nobody had answered. */
const answered = 'cases.first_response_at'

/** The terms of catalog/metrics/service-level.yaml: what is counted there is listed here. */
const isOpen = parseExpression(`coalesce(status, 'open') not in ('deleted', 'solved', 'closed')
  and coalesce(first_response_at >= created_at, true) and coalesce(solved_at >= created_at, closed_at >= created_at, true)
  and (status is not null or (solved_at is null and closed_at is null))`)
const waitsForReply = parseExpression('first_response_at is null')
const began = parseExpression('created_at')
const targets: Record<CasePromise, ReturnType<typeof parseExpression>> = {
  first_reply: parseExpression('first_reply_target_seconds'),
  resolution: parseExpression('resolution_target_seconds'),
}

interface Planned {
  statement: Sql
  columns: RowsColumn[]
}

/** A row an open case with a promise to be kept: columns of the list, `promise`, `target`, `due` and `left` in seconds, and `state`. */
async function dueSql(columns: readonly string[], scope: DueScope, context: MetricContext): Promise<Planned> {
  const { present } = context.version
  const kept = columns.filter((each) => present.has(`cases.${each}`) || each === 'source_key')
  const listing = await planRows({ table: 'cases', columns: ['id', ...kept], ...scope }, context)
  const op = operateOn(context.store.dialect)
  const read = (expression: ReturnType<typeof parseExpression>) => compileIn(listing.scope, expression)
  const epoch = momentSql('1970-01-01 00:00:00')
  const beginning = op('seconds_between', epoch, read(began))
  const awaited = present.has(answered) ? read(waitsForReply) : 'FALSE'
  const reply = `CASE WHEN ${awaited} THEN ${beginning} + ${read(targets.first_reply)} END`
  const solution = `${beginning} + ${read(targets.resolution)}`
  const now = op('seconds_between', epoch, momentSql(listing.scope.asOf))
  const names = listing.columns.map((each) => `${each.sql} AS ${quoteIdentifier(each.id)}`)
  const open = sql`SELECT ${raw(names.join(', '))}, ${raw(reply)} AS "reply_due", ${raw(solution)} AS "resolution_due",
  ${raw(read(targets.first_reply))} AS "reply_target", ${raw(read(targets.resolution))} AS "resolution_target", ${raw(now)} AS "now"
FROM ${raw(fromSql(listing.scope))}${whereSql([...listing.where, raw(read(isOpen)), raw(`${read(began)} <= ${momentSql(listing.scope.asOf)}`)])}`
  const first = `("resolution_due" IS NULL OR "reply_due" <= "resolution_due")`
  const due = sql`SELECT *, CASE WHEN "reply_due" IS NOT NULL AND ${raw(first)} THEN 'first_reply' ELSE 'resolution' END AS "promise",
  CASE WHEN "reply_due" IS NOT NULL AND ${raw(first)} THEN "reply_due" ELSE "resolution_due" END AS "due" FROM (${open}) AS "open"
WHERE "reply_due" IS NOT NULL OR "resolution_due" IS NOT NULL`
  const statement = sql`SELECT *, "due" - "now" AS "left", CASE WHEN "promise" = 'first_reply' THEN "reply_target" ELSE "resolution_target" END AS "target",
  CASE WHEN "due" <= "now" THEN 'over' WHEN "due" - "now" <= ${raw(String(hour))} THEN 'hour' WHEN "due" - "now" <= ${raw(String(4 * hour))} THEN 'four' ELSE 'later' END AS "state"
FROM (${due}) AS "due"`
  return { statement, columns: listing.columns.map(({ id, label, type, masked }) => ({ id, label, type, masked })) }
}

const countsSql = dueStates.map((state) => `count(*) FILTER (WHERE "state" = '${state}') AS "n_${state}"`).join(', ')

const countsOf = (row: Row | undefined): DueCounts =>
  Object.fromEntries(dueStates.map((state) => [state, Number(row?.[`n_${state}`] ?? 0)])) as DueCounts

const lacking = ({ version }: MetricContext): string[] =>
  version.as_of === null ? needed : missingOf(needed, version.present)

/**
 * Open cases by the moment at which the next promise to them is missed, those over first and the longest first of all. Targets are calendar
 * seconds, also of promises in opening hours, so one sum serves both. One pass.
 */
export async function readDueBoard(
  scope: DueScope & { state?: DueState; limit: number; offset?: number },
  context: MetricContext,
): Promise<DueBoard | NoBoard> {
  const missing = lacking(context)
  if (missing.length > 0) return { missing }
  const { state, limit, offset = 0, ...rest } = scope
  const { statement, columns } = await dueSql(shown, rest, context)
  const only = state ? sql`WHERE "state" = ${state}` : raw('')
  const [rows, rules] = await Promise.all([
    context.store.rows(sql`WITH "board" AS MATERIALIZED (${statement}),
"counts" AS (SELECT ${raw(countsSql)} FROM "board"),
"page" AS (SELECT * FROM "board" ${only} ORDER BY "due", "id" LIMIT ${raw(String(limit))} OFFSET ${raw(String(offset))})
SELECT * FROM "counts" LEFT JOIN "page" ON TRUE ORDER BY "due", "id"`),
    readRules(context),
  ])
  const asOf = rest.as_of ?? context.version.as_of ?? ''
  const { present } = context.version
  return {
    as_of: secondsOf(asOf),
    columns,
    cases: rows.flatMap((row) => (row.id === null ? [] : [caseOf(row, columns, rules)])),
    counts: countsOf(rows[0]),
    unpromised: (['first_reply', 'resolution'] as const).flatMap((promise) => {
      const lacks = promise === 'first_reply' && !present.has(answered) ? [answered] : []
      return lacks.length > 0 || !present.has(`cases.${promise}_target_seconds`) ? [{ promise, missing: lacks }] : []
    }),
  }
}

function caseOf(row: Row, columns: RowsColumn[], rules: Rule[]): DueCase {
  const promise = row.promise as CasePromise
  const target = Number(row.target)
  const rule = ruleOf(rules, { promise, target, of: row })
  return {
    values: Object.fromEntries(columns.map(({ id }) => [id, row[id] ?? null])),
    promise,
    due: Number(row.due),
    left: Number(row.left),
    target,
    promised: rule?.seconds ?? target,
    source: rule?.source ?? null,
    clock: rule?.clock ?? null,
  }
}

/** A policy as the version keeps it. */
interface Rule {
  metric: string
  channel: Cell
  priority: Cell
  market: Cell
  seconds: number
  clock: string
  source: string
}

async function readRules({ store, version }: MetricContext): Promise<Rule[]> {
  if (!version.present.has('sla_targets.metric')) return []
  const column = (name: string) =>
    version.present.has(`sla_targets.${name}`)
      ? quoteIdentifier(name)
      : `CAST(NULL AS VARCHAR) AS ${quoteIdentifier(name)}`
  const rows = await store.rows(
    sql`SELECT "metric", ${raw(['channel', 'priority', 'market', 'clock', 'origin'].map(column).join(', '))}, "seconds" FROM cx."sla_targets" ORDER BY "record", "id"`,
  )
  return rows.map((row) => ({
    metric: String(row.metric),
    channel: row.channel ?? null,
    priority: row.priority ?? null,
    market: row.market ?? null,
    seconds: Number(row.seconds),
    clock: String(row.clock ?? 'calendar'),
    source: String(row.origin ?? ''),
  }))
}

/**
 * The policy from which a case has its target: the first that fits its channel and market and gives these seconds; in opening hours it gives
 * that many or more. The priority that counted was the first one, so the one of today decides only between policies that both fit.
 */
function ruleOf(
  rules: Rule[],
  { promise, target, of }: { promise: CasePromise; target: number; of: Row },
): Rule | undefined {
  const fits = rules.filter(
    (rule) =>
      rule.metric === promise &&
      (rule.channel === null || rule.channel === of.channel) &&
      (rule.market === null || rule.market === of.market) &&
      (rule.clock === 'business' ? rule.seconds <= target : rule.seconds === target),
  )
  return fits.find(({ priority }) => priority === null || priority === of.priority) ?? fits[0]
}

/** Open cases by state, for each agent and each market; null where cases have none. One pass over both. */
export async function readDueRisks(scope: DueScope, context: MetricContext): Promise<DueRisks | NoBoard> {
  const missing = lacking(context)
  if (missing.length > 0) return { missing }
  const { present } = context.version
  const kinds = (['agent', 'market'] as const).filter((each) => present.has(`cases.${each}`))
  if (kinds.length === 0) return { agent: null, market: null }
  const { statement } = await dueSql(kinds, scope, context)
  const keys = kinds.map(quoteIdentifier).join(', ')
  const rows = await context.store.rows(
    sql`SELECT ${raw(keys)}, ${raw(countsSql)} FROM (${statement}) AS "board" GROUP BY ${raw(keys)}`,
  )
  const groups = async (kind: 'agent' | 'market') =>
    kinds.includes(kind) ? named(addUp(rows, kind), kind, context) : null
  return { agent: await groups('agent'), market: await groups('market') }
}

/** With the names that the viewer may read. */
async function named(groups: DueGroup[], kind: string, context: MetricContext): Promise<DueGroup[]> {
  const dimension = context.catalogue.dimensions.get(kind)
  if (!dimension) return groups
  const values = groups.map(({ value }) => value)
  const labels = await labelsOf(dimension, values, context)
  return groups.map((each) => ({ ...each, label: labels[String(each.value)] ?? each.label }))
}

/** Worst first: most that are over, then most that soon will be. */
export function addUp(rows: Row[], kind: string): DueGroup[] {
  const groups = new Map<Cell, DueCounts>()
  for (const row of rows) {
    const value = row[kind] ?? null
    const before = groups.get(value)
    const counts = countsOf(row)
    if (before) for (const state of dueStates) before[state] += counts[state]
    else groups.set(value, counts)
  }
  return [...groups]
    .map(([value, counts]) => ({ value, label: String(value ?? ''), counts }))
    .toSorted(
      (a, b) =>
        b.counts.over - a.counts.over ||
        b.counts.hour - a.counts.hour ||
        b.counts.four - a.counts.four ||
        a.label.localeCompare(b.label),
    )
}
