import { addDays } from '../../calendar.ts'
import { daysAhead } from '../../clocks/due.ts'
import { dueStatement } from '../../clocks/due-statement.ts'
import type { Reach } from '../../clocks/reach.ts'
import { openIntervals } from '../../clocks/schedule.ts'
import { chosenSchedule, forever, openStatement, teamName, timelineStatement } from '../../clocks/statements.ts'
import type { PromiseRule } from '../../config/promise.ts'
import type { Settings } from '../../config/settings.ts'
import type { Problem } from '../../errors.ts'
import { quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { FilledColumns } from './filled.ts'
import { choicePerRow, type PromiseChoice } from './promise-choice.ts'
import { lastInstant, schedulesOf } from './schedules.ts'

/** The promises for one column of targets. */
export interface PromiseSet {
  table: 'touchpoints' | 'cases'
  /** Column that takes the target. */
  target: string
  /** Moment at which the rows begin. */
  begins: string
  choice: PromiseChoice
  /** After the table: joins that the choice reads, and which rows it is for. */
  joined: string
  where: string
}

/**
 * Gives the rows under a promise in opening hours their target: the calendar seconds from their beginning until so much opening time
 * has passed. Whatever holds a row against its target then works for both clocks. Sets without such a promise cost no statement.
 */
export async function measureHours(
  store: Store,
  settings: Settings,
  filled: FilledColumns,
  sets: PromiseSet[],
): Promise<Problem[]> {
  const counted = sets.filter(({ choice }) => choice.rules.some(countsHours))
  if (counted.length === 0) return []
  const days = await daysOf(store, filled, counted)
  const years = days && { from: Number(days.from.slice(0, 4)), to: Number(days.to.slice(0, 4)) }
  const schedules = days ? await schedulesOf(settings, years) : []
  const reaches = schedules.map(({ reach }) => reach)
  await store.run(openStatement(days ? schedules.map(({ schedule }) => openIntervals(schedule, days)) : []))
  if (counted.some(({ table }) => table === 'cases'))
    await store.run(
      timelineStatement(
        reaches,
        filled.get('cases') ?? null,
        filled.get('case_events') ?? null,
        filled.get('teams') ?? null,
      ),
    )
  const notes: Problem[] = []
  for (const set of counted) notes.push(...(await measureSet(store, set, filled, reaches)))
  for (const table of ['promise_due', 'clock_timeline', 'clock_open'])
    await store.run(raw(`DROP TABLE IF EXISTS ${table}`))
  return notes
}

const countsHours = ({ clock }: PromiseRule): boolean => clock === 'business'

/** The days in which the promises of these sets can begin and be due; null where nothing begins. */
async function daysOf(
  store: Store,
  filled: FilledColumns,
  sets: PromiseSet[],
): Promise<{ from: string; to: string } | null> {
  const begins = sets
    .filter(({ table, begins }) => filled.get(table)?.has(begins))
    .map(({ table, begins }) => `SELECT ${quoteIdentifier(begins)} FROM cx.${table}`)
  if (begins.length === 0) return null
  const all = [...new Set(begins)].join(' UNION ALL ')
  const [span = {}] = await store.rows(
    sql`SELECT CAST(make_timestamp(CAST(greatest(min(epoch(began)), 0) AS BIGINT) * 1000000) AS DATE) AS low,
      CAST(make_timestamp(CAST(least(max(epoch(began)), ${lastInstant}) AS BIGINT) * 1000000) AS DATE) AS high
      FROM (${raw(all)}) AS t(began)`,
  )
  if (typeof span.low !== 'string' || typeof span.high !== 'string') return null
  const promised = sets.flatMap(({ choice }) => choice.rules.filter(countsHours).map(({ value }) => value))
  return { from: addDays(span.low, -2), to: addDays(span.high, daysAhead(Math.max(...promised))) }
}

async function measureSet(store: Store, set: PromiseSet, filled: FilledColumns, reaches: Reach[]): Promise<Problem[]> {
  const { table, target, choice } = set
  await store.run(dueStatement(heldRows(set, filled), piecesOf(set, reaches)))
  await store.run(
    raw(`UPDATE cx.${table} SET ${target} = due.seconds FROM promise_due AS due
      WHERE due."row" = ${table}.rowid AND due.seconds IS NOT NULL`),
  )
  const rows = await store.rows(
    sql`SELECT rule, count(*) FILTER (NOT is_begun) AS unbegun, count(*) FILTER (is_begun AND NOT is_scheduled) AS unscheduled,
      count(*) FILTER (is_scheduled AND seconds IS NULL) AS undue FROM promise_due GROUP BY rule ORDER BY rule`,
  )
  return rows.flatMap((row) => {
    const rule = choice.rules[Number(row.rule)]
    return rule ? notesOn(rule, table, { ...row }) : []
  })
}

/** The rows for which a promise in opening hours is the first that fits, with where they are. */
function heldRows({ table, begins, choice, joined, where }: PromiseSet, filled: FilledColumns): Sql {
  const columns = filled.get(table)
  const own = (name: string): string =>
    columns?.has(name) ? `${table}.${quoteIdentifier(name)}` : 'CAST(NULL AS VARCHAR)'
  const starts = columns?.has(begins)
    ? `CAST(floor(epoch(${table}.${quoteIdentifier(begins)})) AS BIGINT)`
    : 'CAST(NULL AS BIGINT)'
  const rule = choicePerRow(choice, (each, index) => (countsHours(each) ? index : null))
  const budgets = choice.rules.map(({ value }, index) => `WHEN ${index} THEN ${value}`).join(' ')
  return raw(`SELECT *, CASE rule ${budgets} END AS budget FROM (
    SELECT ${table}.rowid AS "row", ${table}.id, ${starts} AS starts, ${teamName(own('team'), filled.get('teams') ?? null)} AS team,
      ${own('market')} AS market, ${own('channel')} AS channel, ${rule} AS rule
    FROM cx.${table}${joined} WHERE ${where}) WHERE rule IS NOT NULL`)
}

/** A contact has the schedule of its place; a case those of the teams that it goes through. */
function piecesOf({ table }: PromiseSet, reaches: Reach[]): Sql {
  if (table === 'cases')
    return sql`SELECT h."row", h.budget, t.schedule, greatest(t.starts, h.starts) AS starts, t.ends FROM held h
      JOIN clock_timeline t ON t."case" = h.id WHERE t.ends > h.starts AND t.ends > t.starts`
  return sql`SELECT * FROM (SELECT "row", budget, ${chosenSchedule(reaches)} AS schedule, starts, CAST(${raw(forever)} AS BIGINT) AS ends FROM held)
    WHERE schedule IS NOT NULL AND starts IS NOT NULL`
}

const rowWords = { touchpoints: 'contacts', cases: 'cases' }

/** What keeps rows under a promise from being judged: said, never guessed. */
function notesOn(rule: PromiseRule, table: PromiseSet['table'], counts: Record<string, unknown>): Problem[] {
  const promise = `The promise "${rule.source}" (${rule.metric}) counts opening hours`
  const without = (key: string, code: string, why: string, fix: string): Problem[] => {
    const count = Number(counts[key] ?? 0)
    if (count === 0) return []
    const message = `${promise}; ${count.toLocaleString('en')} ${rowWords[table]} ${why}, and so no target.`
    return [{ code, message, where: 'rapport.yaml', fix }]
  }
  return [
    ...without(
      'unscheduled',
      'promise-without-schedule',
      'that it holds for have no schedule',
      'Add a schedule to "schedules" that holds for them, or write "clock: calendar" for the promise.',
    ),
    ...without(
      'undue',
      'promise-never-due',
      'that it holds for have a schedule that does not open long enough',
      'Give the schedule opening hours, also after its last "valid_from", or write "clock: calendar" for the promise.',
    ),
    ...without(
      'unbegun',
      'promise-without-beginning',
      'that it holds for have no known beginning',
      `Map ${table}.${table === 'cases' ? 'created_at' : 'started_at'}, or write "clock: calendar" for the promise.`,
    ),
  ]
}
