import { type Dialect, operate } from '../sql/ops.ts'

/** From what to what: creation to first answer, creation to last solution, joining to leaving. */
export const survivalKinds = ['reply', 'resolution', 'customers'] as const
export type SurvivalKind = (typeof survivalKinds)[number]

/** SQL of one row: what became of it, how long it was observed, and after how long that began. */
export interface LifeSql {
  /** `done`, `open` or `stopped`; anything else names why the row is left out, and its time is not read. */
  kind: string
  time: string
  /** Null where all are observed from their beginning. */
  entry: string | null
}

interface Ground {
  dialect: Dialect
  present: ReadonlySet<string>
  /** The now, and the first day of which anything is known. */
  now: string
  from: string | null
}

/** Columns that a question cannot do without and that nobody fills. */
export function lackOf(about: SurvivalKind, present: ReadonlySet<string>): string[] {
  const without = (...columns: string[]) => (columns.some((each) => present.has(each)) ? [] : [columns.join(' or ')])
  if (about === 'customers')
    return [
      ...without('customers.joined_on', 'customers.first_opened_on'),
      ...without('customers.left_on', 'churns.churned_on'),
    ]
  const end = about === 'reply' ? ['cases.first_response_at'] : ['cases.solved_at', 'cases.closed_at']
  return [...without('cases.created_at'), ...without(...end)]
}

/** A column of the table, or NULL where nobody fills it and it is not there. */
function reader(table: string, present: ReadonlySet<string>): (name: string, type: string) => string {
  return (name, type) => (present.has(`${table}.${name}`) ? `"${table}"."${name}"` : `CAST(NULL AS ${type})`)
}

/** Answered, or closed without an answer and so never to be answered, or still waiting. */
export function replyLives({ dialect, present, now }: Ground): LifeSql {
  const column = reader('cases', present)
  const [created, replied] = [column('created_at', 'TIMESTAMP'), column('first_response_at', 'TIMESTAMP')]
  const ended = `coalesce(${column('solved_at', 'TIMESTAMP')}, ${column('closed_at', 'TIMESTAMP')})`
  const closed = closedSql(column('status', 'VARCHAR'), ended)
  const kind = `CASE WHEN ${created} IS NULL THEN 'undated' WHEN ${created} > ${now} THEN 'later'
    WHEN ${replied} < ${created} THEN 'inverted' WHEN ${replied} <= ${now} THEN 'done'
    WHEN ${closed} AND ${ended} IS NULL THEN 'unended' WHEN ${closed} AND ${ended} < ${created} THEN 'inverted'
    WHEN ${closed} AND ${ended} <= ${now} THEN 'stopped' ELSE 'open' END`
  const end = `CASE WHEN ${replied} <= ${now} THEN ${replied} WHEN ${closed} AND ${ended} <= ${now} THEN ${ended} ELSE ${now} END`
  return { kind, time: operate(dialect, 'seconds_between', created, end), entry: null }
}

/** Solved, as it stands today: a case that was opened again is open. */
export function resolutionLives({ dialect, present, now }: Ground): LifeSql {
  const column = reader('cases', present)
  const created = column('created_at', 'TIMESTAMP')
  const ended = `coalesce(${column('solved_at', 'TIMESTAMP')}, ${column('closed_at', 'TIMESTAMP')})`
  const closed = closedSql(column('status', 'VARCHAR'), ended)
  const kind = `CASE WHEN ${created} IS NULL THEN 'undated' WHEN ${created} > ${now} THEN 'later'
    WHEN ${closed} AND ${ended} IS NULL THEN 'unended' WHEN ${closed} AND ${ended} < ${created} THEN 'inverted'
    WHEN ${closed} AND ${ended} <= ${now} THEN 'done' ELSE 'open' END`
  const end = `CASE WHEN ${closed} AND ${ended} <= ${now} THEN ${ended} ELSE ${now} END`
  return { kind, time: operate(dialect, 'seconds_between', created, end), entry: null }
}

/** Where there is no status, an end says it. */
function closedSql(status: string, ended: string): string {
  return `(coalesce(${status} IN ('solved', 'closed'), ${ended} IS NOT NULL))`
}

/**
 * From joining to leaving, in days. Who joined before the data begin is known because they were still there, so they count from that day
 * on only. Where holdings say who left, a customer without any could not be seen to leave.
 */
export function customerLives({ dialect, present, now, from }: Ground): LifeSql {
  const column = reader('customers', present)
  const [opened, left] = [column('first_opened_on', 'DATE'), column('left_on', 'DATE')]
  const began = `coalesce(${column('joined_on', 'DATE')}, ${opened})`
  const unheld = present.has('customers.first_opened_on')
    ? `WHEN ${opened} IS NULL AND ${left} IS NULL THEN 'unheld'`
    : ''
  const end = `CASE WHEN ${left} <= ${now} THEN ${left} ELSE ${now} END`
  const unseen = from === null ? '' : `WHEN ${began} < ${from} AND ${end} <= ${from} THEN 'unseen'`
  const kind = `CASE WHEN ${began} IS NULL THEN 'undated' WHEN ${began} > ${now} THEN 'later' ${unheld}
    WHEN ${left} < ${began} THEN 'inverted' ${unseen} WHEN ${left} <= ${now} THEN 'done' ELSE 'open' END`
  const entry = from && `CASE WHEN ${began} < ${from} THEN ${operate(dialect, 'days_between', began, from)} ELSE 0 END`
  return { kind, time: operate(dialect, 'days_between', began, end), entry }
}
