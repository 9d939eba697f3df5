import type { MetricContext } from '../metrics/context.ts'
import { tableNamed } from '../model/tables.ts'
import { quoteIdentifier, raw, sql } from '../sql/sql.ts'
import type { Row } from '../store/store.ts'
import { stepLabel } from './process.ts'
import { type Chosen, toldSql } from './process-events.ts'
import { casesOf, type ProcessScope } from './read-process.ts'

/** One case with its events in order. */
export interface LoggedCase {
  id: string
  /** What splits cases, by column; nothing that says who somebody is. */
  attributes: [string, string][]
  events: LoggedEvent[]
}

export interface LoggedEvent {
  /** In the viewer's language. */
  step: string
  /** ISO, UTC. */
  at: string
  /** The person's own name, or a number in place of it where the viewer may not see personal data. */
  actor: string | null
  actor_kind: string | null
  team: string | null
}

/** Cases that are read at a time. */
const pageSize = 20_000

/** The log behind the process: every case with a dated event, some at a time, so that a million never stand in memory at once. */
export async function* readLog(scope: ProcessScope, context: MetricContext): AsyncGenerator<LoggedCase[]> {
  const chosen = await casesOf(scope, context)
  const actors = new Pseudonyms(context.viewer.personalData === 'show')
  for (let after = ''; ; ) {
    const ids = sql`SELECT id FROM (${chosen.ids}) AS all_cases WHERE id > ${after} ORDER BY id LIMIT ${raw(String(pageSize))}`
    const attributes = await readAttributes(ids, context)
    const last = attributes.at(-1)
    if (!last) return
    const events = await readPage({ ...chosen, ids }, context)
    yield attributes.flatMap(({ id, ...row }) => {
      const own = events.get(String(id))
      return own
        ? [{ id: String(id), attributes: filled(row), events: own.map((each) => eventOf(each, actors, context)) }]
        : []
    })
    after = String(last.id)
  }
}

/** How many events have a name and no moment: they have no place in a log. */
export async function countUndated(scope: ProcessScope, context: MetricContext): Promise<number> {
  const { ids } = await casesOf(scope, context)
  const [row] = await context.store.rows(
    sql`SELECT count(*) AS n FROM cx.case_events e WHERE e."at" IS NULL AND e."case" IN (${ids})`,
  )
  return Number(row?.n ?? 0)
}

async function readAttributes(ids: Chosen['ids'], { store, version }: MetricContext): Promise<Row[]> {
  const columns = (tableNamed('cases')?.columns ?? []).filter(
    ({ name, dimension, derived, sensitivity }) =>
      dimension && !derived && sensitivity === 'none' && version.present.has(`cases.${name}`),
  )
  const listed = columns.map(({ name }) => `, CAST(c.${quoteIdentifier(name)} AS VARCHAR) AS ${quoteIdentifier(name)}`)
  return store.rows(sql`SELECT c.id${raw(listed.join(''))} FROM cx.cases c WHERE c.id IN (${ids}) ORDER BY c.id`)
}

async function readPage(chosen: Chosen, context: MetricContext): Promise<Map<string, Row[]>> {
  const rows = await context.store.rows(
    sql`${toldSql(chosen, context, ['actor', 'actor_kind', 'team'])} SELECT "case", "at", step, own_actor, own_actor_kind, own_team FROM told ORDER BY "case", place`,
  )
  const byCase = new Map<string, Row[]>()
  for (const row of rows) {
    const id = String(row.case)
    const known = byCase.get(id)
    if (known) known.push(row)
    else byCase.set(id, [row])
  }
  return byCase
}

const filled = (row: Row): [string, string][] =>
  Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))

const textOf = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value)

function eventOf(row: Row, actors: Pseudonyms, { words }: MetricContext): LoggedEvent {
  const kind = textOf(row.own_actor_kind)
  return {
    step: stepLabel(String(row.step), words),
    at: isoOf(String(row.at)),
    actor: actors.of(textOf(row.own_actor), kind ?? 'agent'),
    actor_kind: kind,
    team: textOf(row.own_team),
  }
}

/** `2026-01-05 10:00:00.5` -> `2026-01-05T10:00:00.500+00:00`. */
function isoOf(text: string): string {
  const [whole = '', fraction = ''] = text.replace(' ', 'T').replace(/Z$/, '').split('.')
  return `${whole}.${fraction.padEnd(3, '0')}+00:00`
}

/** The same person has the same number within one log, in the order in which they come. */
class Pseudonyms {
  private readonly show: boolean
  private readonly known = new Map<string, string>()

  constructor(show: boolean) {
    this.show = show
  }

  of(actor: string | null, kind: string): string | null {
    if (actor === null || this.show) return actor
    const known = this.known.get(actor)
    if (known) return known
    const name = `${kind}_${this.known.size + 1}`
    this.known.set(actor, name)
    return name
  }
}
