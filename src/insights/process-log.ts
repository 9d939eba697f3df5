import type { Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { tableNamed } from '../model/tables.ts'
import { quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { Row } from '../store/store.ts'
import { stepLabel } from './process.ts'
import { type Chosen, chosenSql, eventOrder, eventsSql, undatedSql } from './process-steps.ts'
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

/** The log behind the process: every case with a dated event, some at a time, so that a million never stand in memory at once. */
export async function* readLog(scope: ProcessScope, context: MetricContext): AsyncGenerator<LoggedCase[]> {
  const actors = new Pseudonyms(context.viewer.personalData === 'show')
  const labels = new StepLabels(context.words)
  let open: LoggedCase | undefined
  for await (const rows of context.store.stream(logSql(await casesOf(scope, context), context))) {
    const whole: LoggedCase[] = []
    for (const row of rows) {
      if (row.attributes === null) open?.events.push(eventOf(row, actors, labels))
      else {
        if (open && open.events.length > 0) whole.push(open)
        open = { id: String(row.id), attributes: filled(JSON.parse(String(row.attributes)) as Row), events: [] }
      }
    }
    if (whole.length > 0) yield whole
  }
  if (open && open.events.length > 0) yield [open]
}

/** How many events have a name and no moment: they have no place in a log. */
export async function countUndated(scope: ProcessScope, context: MetricContext): Promise<number> {
  const [row] = await context.store.rows(undatedSql(await casesOf(scope, context), context))
  return Number(row?.n ?? 0)
}

/** Each case as a row with its attributes, and behind it its events in order. */
function logSql(chosen: Chosen, context: MetricContext): Sql {
  const own = ['actor', 'actor_kind', 'team']
  return sql`WITH chosen AS MATERIALIZED (${chosenSql(chosen)})
SELECT id, attributes, CAST("at" AS VARCHAR) AS moment, step, ${raw(own.join(', '))} FROM (
  SELECT h.life, h.id, CAST(${attributesSql(context)} AS VARCHAR) AS attributes, CAST(NULL AS TIMESTAMP) AS "at", 0 AS seq, 0 AS record, 0 AS tie,
    NULL AS step${raw(own.map((name) => `, NULL AS ${name}`).join(''))}
  FROM chosen AS h JOIN cx.cases AS c ON c.id = h.id
  UNION ALL
  SELECT h.life, NULL, NULL, e."at", e.seq, e.record, e.tie, e.step${raw(own.map((name) => `, e.${name}`).join(''))}
  FROM (${eventsSql(context, own)}) AS e JOIN chosen AS h ON h.id = e."case" AND e."at" <= h.known WHERE e.step IS NOT NULL
) ORDER BY life, attributes IS NULL, ${raw(eventOrder)}`
}

function attributesSql({ version }: MetricContext): Sql {
  const names = (tableNamed('cases')?.columns ?? []).flatMap(({ name, dimension, derived, sensitivity }) =>
    dimension && !derived && sensitivity === 'none' && version.present.has(`cases.${name}`) ? [name] : [],
  )
  return raw(`json_object(${names.map((name) => `'${name}', CAST(c.${quoteIdentifier(name)} AS VARCHAR)`).join(', ')})`)
}

const filled = (row: Row): [string, string][] =>
  Object.entries(row).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))

const textOf = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value)

function eventOf(row: Row, actors: Pseudonyms, labels: StepLabels): LoggedEvent {
  const kind = textOf(row.actor_kind)
  return {
    step: labels.of(String(row.step)),
    at: isoOf(String(row.moment)),
    actor: actors.of(textOf(row.actor), kind ?? 'agent'),
    actor_kind: kind,
    team: textOf(row.team),
  }
}

/** `2026-01-05 10:00:00.5` -> `2026-01-05T10:00:00.500+00:00`. */
function isoOf(text: string): string {
  const [whole = '', fraction = ''] = text.replace(' ', 'T').replace(/Z$/, '').split('.')
  return `${whole}.${fraction.padEnd(3, '0')}+00:00`
}

/** Few steps stand in millions of events. */
class StepLabels {
  private readonly words: Words
  private readonly known = new Map<string, string>()

  constructor(words: Words) {
    this.words = words
  }

  of(step: string): string {
    const label = this.known.get(step) ?? stepLabel(step, this.words)
    this.known.set(step, label)
    return label
  }
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
