import { vocabularies } from '../model/vocabularies.ts'
import { join, literal, raw, type Sql, sql } from '../sql/sql.ts'
import { type Reach, saidBy } from './reach.ts'
import type { Interval } from './schedule.ts'

/** Columns of a table that some load filled; null when there is no such table. */
export type Filled = ReadonlySet<string> | null

const statuses = vocabularies.status.map(literal).join(', ')
const solved = `('solved', 'closed')`

/** Statuses in which each clock of waiting runs. */
const waits = { requester_wait: ['new', 'open', 'hold'], agent_wait: ['pending'], on_hold: ['hold'] }

/** Statuses in which a case that has an agent is being worked on. */
const handled = ['new', 'open']

/** Whole seconds since 1970, as `secondsOf` reads a moment. */
const instant = (moment: string): string => `CAST(floor(epoch(${moment})) AS BIGINT)`

const columnsOf = (alias: string, types: Record<string, string>, filled: Filled): string =>
  Object.entries(types)
    .map(([name, type]) => (filled?.has(name) ? `${alias}."${name}"` : `CAST(NULL AS ${type}) AS "${name}"`))
    .join(', ')

const caseColumns = {
  status: 'VARCHAR',
  assigned_at: 'TIMESTAMP',
  first_response_at: 'TIMESTAMP',
  first_solved_at: 'TIMESTAMP',
  solved_at: 'TIMESTAMP',
  closed_at: 'TIMESTAMP',
}

const eventColumns = {
  seq: 'BIGINT',
  activity: 'VARCHAR',
  from_value: 'VARCHAR',
  to_value: 'VARCHAR',
  actor_kind: 'VARCHAR',
  is_public: 'BOOLEAN',
}

/**
 * `clock_intervals`: for each clock of each case, when it ran. The same rules as `case-clocks.ts` has for one case; a test holds the
 * two against each other.
 */
export function intervalStatement(cases: Filled, events: Filled): Sql {
  const own = events?.has('case') && events.has('at')
  const source = own
    ? `SELECT e."case", e."at", ${columnsOf('e', eventColumns, events)}, e.record FROM cx.case_events e WHERE e."at" IS NOT NULL AND e."case" IS NOT NULL`
    : `SELECT CAST(NULL AS VARCHAR) AS "case", CAST(NULL AS TIMESTAMP) AS "at", ${columnsOf('e', eventColumns, null)}, CAST(NULL AS BIGINT) AS record WHERE FALSE`
  return raw(`CREATE OR REPLACE TEMP TABLE clock_intervals AS
WITH begun AS (
  SELECT c.id AS "case", ${instant('c.created_at')} AS created, ${columnsOf('c', caseColumns, cases)} FROM cx.cases c
  WHERE c.created_at IS NOT NULL
), events AS (
  SELECT e."case", b.created, greatest(${instant('e."at"')}, b.created) AS "at", ${instant('e."at"')} < b.created AS is_before,
    coalesce(e.seq, e.record, 0) AS seq, e.activity, e.from_value, e.to_value, coalesce(e.actor_kind, 'agent') AS kind, e.actor_kind,
    coalesce(e.is_public, TRUE) AS is_public
  FROM (${source}) e JOIN begun b ON b."case" = e."case"
), changes AS (
  SELECT "case", created, "at", seq, lower(from_value) AS before, CASE
    WHEN activity IN ('status', 'created', 'reopened') AND lower(to_value) IN (${statuses}) THEN lower(to_value)
    WHEN activity IN ('solved', 'closed') THEN activity WHEN activity = 'reopened' THEN 'open' END AS status
  FROM events WHERE activity IN ('status', 'created', 'solved', 'reopened', 'closed')
), history AS (
  SELECT "case", created AS "at", -9223372036854775807 AS seq,
    CASE WHEN arg_min(coalesce(before, ''), ("at", seq)) IN (${statuses}) THEN arg_min(before, ("at", seq)) ELSE 'new' END AS status
  FROM changes WHERE status IS NOT NULL GROUP BY "case", created
  UNION ALL SELECT "case", "at", seq, status FROM changes WHERE status IS NOT NULL
), spans AS (
  SELECT "case", "at" AS starts, status, lead("at") OVER life AS ends, lag(status) OVER life AS before, lead(status) OVER life IS NULL AS is_last
  FROM history WINDOW life AS (PARTITION BY "case" ORDER BY "at", seq)
), solutions AS (
  SELECT "case", min(starts) FILTER (status IN ${solved} AND coalesce(before, '') NOT IN ${solved}) AS first_solved,
    max(starts) FILTER (status IN ${solved} AND coalesce(before, '') NOT IN ${solved}) AS last_solved,
    bool_or(is_last AND status IN ${solved}) AS is_solved
  FROM spans GROUP BY "case"
), creators AS (
  SELECT "case", bool_or(actor_kind = 'agent') AS by_agent FROM events WHERE activity = 'created' GROUP BY "case"
), messages AS (
  SELECT e."case", e."at", e.seq, e.kind, coalesce(k.by_agent, FALSE) AS by_agent, e.created
  FROM events e LEFT JOIN creators k ON k."case" = e."case"
  WHERE e.activity = 'replied' AND e.is_public AND e.kind IN ('customer', 'agent') AND NOT e.is_before
    AND NOT (e."at" = e.created AND (e.kind = 'customer' OR coalesce(k.by_agent, FALSE)))
), talk AS (
  SELECT "case", "at", seq, kind FROM messages
  UNION ALL SELECT "case", min(created), -9223372036854775807, CASE WHEN bool_or(by_agent) THEN 'agent' ELSE 'customer' END FROM messages GROUP BY "case"
), turns AS (
  SELECT "case", "at", seq, kind, lag(kind) OVER life AS before,
    min("at") FILTER (kind = 'agent') OVER (PARTITION BY "case" ORDER BY "at", seq ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS answered
  FROM talk WINDOW life AS (PARTITION BY "case" ORDER BY "at", seq)
), replies AS (
  SELECT "case", min("at") FILTER (kind = 'agent') AS first_reply FROM messages GROUP BY "case"
), spoken AS (
  SELECT DISTINCT "case" FROM events WHERE activity = 'replied'
), assignments AS (
  SELECT "case", min("at") FILTER (NOT is_before) AS assigned FROM events
  WHERE activity = 'assigned' OR (activity = 'agent' AND to_value IS NOT NULL) GROUP BY "case"
), hands AS (
  SELECT "case", "at", seq, activity = 'assigned' OR to_value IS NOT NULL AS held FROM events WHERE activity IN ('assigned', 'agent')
), holders AS (
  SELECT "case", "at", seq, held FROM hands
  UNION ALL SELECT "case", min(created), -9223372036854775807, arg_min(activity = 'agent' AND from_value IS NOT NULL, ("at", seq))
    FROM events WHERE activity IN ('assigned', 'agent') GROUP BY "case"
  UNION ALL SELECT b."case", greatest(${instant('b.assigned_at')}, b.created), 0, TRUE FROM begun b WHERE b.assigned_at IS NOT NULL AND b."case" NOT IN (SELECT "case" FROM hands)
), handled AS (
  SELECT "case", "at" AS starts, lead("at") OVER life AS ends, last_value(status IGNORE NULLS) OVER life AS status, last_value(held IGNORE NULLS) OVER life AS held
  FROM (
    SELECT "case", "at", seq, status, CAST(NULL AS BOOLEAN) AS held FROM history
    UNION ALL SELECT "case", "at", seq, CAST(NULL AS VARCHAR), held FROM holders
  ) WHERE "case" IN (SELECT "case" FROM solutions WHERE is_solved) AND "case" IN (SELECT "case" FROM holders)
  WINDOW life AS (PARTITION BY "case" ORDER BY "at", seq)
), ends AS (
  SELECT b."case", b.created,
    CASE WHEN p."case" IS NOT NULL THEN r.first_reply ELSE ${instant('b.first_response_at')} END AS first_reply,
    CASE WHEN s."case" IS NOT NULL THEN s.first_solved ELSE ${instant('coalesce(b.first_solved_at, b.solved_at, b.closed_at)')} END AS first_resolution,
    CASE WHEN s."case" IS NOT NULL THEN CASE WHEN s.is_solved THEN s.last_solved END
      WHEN b.status IN ${solved} THEN ${instant('coalesce(b.solved_at, b.closed_at)')} END AS full_resolution,
    coalesce(a.assigned, ${instant('b.assigned_at')}) AS assignment
  FROM begun b LEFT JOIN spoken p ON p."case" = b."case" LEFT JOIN replies r ON r."case" = b."case"
    LEFT JOIN solutions s ON s."case" = b."case" LEFT JOIN assignments a ON a."case" = b."case"
)
${['first_reply', 'first_resolution', 'full_resolution', 'assignment']
  .map(
    (metric) =>
      `SELECT "case", '${metric}' AS metric, 0 AS n, created AS starts, ${metric} AS ends FROM ends WHERE ${metric} >= created`,
  )
  .join('\nUNION ALL ')}
UNION ALL SELECT "case", 'next_reply', row_number() OVER (PARTITION BY "case" ORDER BY "at", seq), "at", answered FROM turns
  WHERE kind = 'customer' AND before = 'agent' AND answered IS NOT NULL
${Object.entries(waits)
  .map(
    ([metric, running]) =>
      `UNION ALL SELECT "case", '${metric}', 0, starts, CASE WHEN status IN (${running.map(literal).join(', ')}) THEN ends ELSE starts END FROM spans WHERE ends IS NOT NULL`,
  )
  .join('\n')}
UNION ALL SELECT "case", 'handling', 0, starts, CASE WHEN held AND status IN (${handled.map(literal).join(', ')}) THEN ends ELSE starts END FROM handled WHERE ends IS NOT NULL`)
}

/** After every moment. */
export const forever = '9223372036854775807'

/** The name of a team by its id, in lower case: what schedules call it. */
export function teamName(value: string, teams: Filled): string {
  const key = `regexp_replace(${value}, '^[^:]*:', '')`
  const named = `(SELECT any_value(t.name) FROM cx.teams t WHERE t.id = ${value})`
  return `lower(${teams?.has('name') ? `coalesce(${named}, ${key})` : key})`
}

/** The number of the schedule that holds where `team`, `market` and `channel` are these: the one that says most, then the first. */
export function chosenSchedule(reaches: Reach[]): Sql {
  const ranked = reaches
    .map((reach, index) => ({ said: saidBy(reach), index }))
    .toSorted((a, b) => b.said.length - a.said.length || a.index - b.index)
  const whens = ranked.map(({ said, index }) => {
    const fits = said.map(([name, value]) => sql`lower(${raw(name)}) = ${value.toLowerCase()}`)
    return sql`WHEN ${fits.length > 0 ? join(fits, ' AND ') : raw('TRUE')} THEN ${raw(String(index))}`
  })
  return whens.length > 0 ? sql`CASE ${join(whens, ' ')} END` : raw('CAST(NULL AS BIGINT)')
}

/** `clock_timeline`: which schedule (by its number) holds for a case, from when to when. A case without any has no row. */
export function timelineStatement(reaches: Reach[], cases: Filled, events: Filled, teams: Filled): Sql {
  const own = (name: string): string => (cases?.has(name) ? `c."${name}"` : 'CAST(NULL AS VARCHAR)')
  const place = raw(`${own('market')} AS market, ${own('channel')} AS channel`)
  const held = reaches.some(({ team: named }) => named !== undefined) && events?.has('at') && events.has('case')
  const after = [
    events?.has('team') ? 'e.team' : '',
    events?.has('to_value') ? `CASE WHEN e.activity = 'team' THEN e.to_value END` : '',
  ].filter(Boolean)
  const points =
    held && after.length > 0 && events?.has('activity')
      ? raw(`, moves AS (
  SELECT e."case", ${instant('e."at"')} AS "at", coalesce(${events.has('seq') ? 'e.seq' : 'NULL'}, e.record, 0) AS seq, coalesce(${after.join(', ')}) AS team,
    ${events.has('from_value') ? `CASE WHEN e.activity = 'team' THEN e.from_value END` : 'CAST(NULL AS VARCHAR)'} AS before
  FROM cx.case_events e WHERE e."at" IS NOT NULL AND e."case" IS NOT NULL AND coalesce(${after.join(', ')}) IS NOT NULL
), points AS (
  SELECT "case", "at", seq, team FROM moves
  UNION ALL SELECT "case", -${forever}, 0, arg_min(coalesce(before, team), ("at", seq)) FROM moves GROUP BY "case"
  UNION ALL SELECT c.id, -${forever}, 0, ${own('team')} FROM cx.cases c WHERE c.id NOT IN (SELECT "case" FROM moves)
)`)
      : raw(
          `, points AS (SELECT c.id AS "case", -${forever} AS "at", 0 AS seq, ${own('team')} AS team FROM cx.cases c)`,
        )
  return sql`CREATE OR REPLACE TEMP TABLE clock_timeline AS
WITH nothing AS (SELECT 1)${points}, placed AS (
  SELECT p."case", p."at", p.seq, ${raw(teamName('p.team', teams))} AS team, ${place} FROM points p JOIN cx.cases c ON c.id = p."case"
), chosen AS (
  SELECT "case", "at" AS starts, lead("at", 1, ${raw(forever)}) OVER (PARTITION BY "case" ORDER BY "at", seq) AS ends, ${chosenSchedule(reaches)} AS schedule FROM placed
)
SELECT "case", schedule, starts, ends FROM chosen WHERE schedule IS NOT NULL`
}

/** `clock_open`: the open intervals of each schedule, with the open seconds before each: what is open until a moment is one look-up. */
export function openStatement(schedules: Interval[][]): Sql {
  const numbers: Record<'schedule' | 'opens' | 'closes' | 'before', number[]> = {
    schedule: [],
    opens: [],
    closes: [],
    before: [],
  }
  schedules.forEach((open, index) => {
    let before = 0
    for (const { from, to } of open) {
      numbers.schedule.push(index)
      numbers.opens.push(from)
      numbers.closes.push(to)
      numbers.before.push(before)
      before += to - from
    }
  })
  const columns = Object.entries(numbers).map(
    ([name, list]) => sql`CAST(unnest(string_split(${list.join(',')}, ',')) AS BIGINT) AS ${raw(name)}`,
  )
  if (numbers.opens.length === 0)
    return sql`CREATE OR REPLACE TEMP TABLE clock_open (schedule BIGINT, opens BIGINT, closes BIGINT, before BIGINT)`
  return sql`CREATE OR REPLACE TEMP TABLE clock_open AS SELECT ${join(columns)}`
}

/** Open seconds of a schedule until a moment, from the row of `clock_open` that began before it. */
export const openUntil = (open: string, at: string): string =>
  `coalesce(${open}.before + least(${at}, ${open}.closes) - ${open}.opens, 0)`

/** Writes the durations. `names` are the schedules by their numbers; without any, calendar time alone. */
export function durationStatement(names: string[]): Sql {
  const business =
    names.length === 0
      ? raw('')
      : sql`
  UNION ALL SELECT "case", metric, n, 'business', CAST(sum(seconds) AS BIGINT), list_extract(string_split(${names.join('\n')}, chr(10)), CAST(arg_max(schedule, starts) + 1 AS BIGINT)) FROM (
    SELECT p."case", p.metric, p.n, p.starts, p.schedule,
      CASE WHEN p.ends > p.starts THEN ${raw(openUntil('y', 'p.ends'))} - ${raw(openUntil('x', 'p.starts'))} ELSE 0 END AS seconds
    FROM pieces p ASOF LEFT JOIN clock_open x ON x.schedule = p.schedule AND x.opens <= p.starts
      ASOF LEFT JOIN clock_open y ON y.schedule = p.schedule AND y.opens <= p.ends
  ) GROUP BY "case", metric, n`
  const pieces =
    names.length === 0
      ? raw('')
      : raw(`pieces AS (
  SELECT i."case", i.metric, i.n, t.schedule, greatest(i.starts, t.starts) AS starts, least(i.ends, t.ends) AS ends
  FROM clock_intervals i JOIN clock_timeline t ON t."case" = i."case"
), `)
  return sql`INSERT INTO cx.case_durations BY NAME
WITH ${pieces}durations AS (
  SELECT "case", metric, n, 'calendar' AS clock, CAST(sum(ends - starts) AS BIGINT) AS seconds, CAST(NULL AS VARCHAR) AS schedule
  FROM clock_intervals GROUP BY "case", metric, n${business}
)
SELECT d."case" || '/' || d.metric || '/' || d.clock || CASE WHEN d.n > 0 THEN '/' || d.n ELSE '' END AS id, d."case", d.metric, d.clock, d.seconds,
  'computed' AS origin, d.schedule, c.source, c.source_key, c.load, c.record
FROM durations d JOIN cx.cases c ON c.id = d."case"`
}

/** A duration that the source stored, where the same one could be computed: kept to compare, counted no more. */
export const supersedeStatement: Sql = sql`UPDATE cx.case_durations SET origin = 'superseded' WHERE origin = 'stored'
  AND ("case", metric, clock) IN (SELECT ("case", metric, clock) FROM cx.case_durations WHERE origin = 'computed')`
