import { textOf } from '../store/cell.ts'
import type { Cell, Row } from '../store/store.ts'
import type { MetricContext } from './context.ts'
import { explainIdentity } from './identity.ts'
import { type RowsColumn, rowsBy } from './rows.ts'

/** What happened, in the order in which it may happen within one second. */
const happenings = ['created', 'contact', 'answered', 'solved', 'closed', 'offered', 'rated'] as const
export type Happening = (typeof happenings)[number]

/** One thing that happened between a customer and the company. */
export interface JourneyEntry {
  /** ISO, UTC; null where the source has no moment for it. */
  at: string | null
  /** Since the entry before it. */
  gap_seconds: number | null
  table: 'touchpoints' | 'cases' | 'surveys'
  what: Happening
  /** Id of the row. */
  id: string
  case: string | null
  channel: string | null
  /** The other columns that hold something, masked for the viewer. */
  facts: Row
}

/** Everything that is known of one customer in order of time, across channels and systems. */
export interface Journey {
  customer: { id: string; columns: RowsColumn[]; row: Row; records: string[] }
  entries: JourneyEntry[]
  /** Contacts by channel. */
  channels: Record<string, number>
  /** First and last moment. */
  from: string | null
  to: string | null
  longest_gap_seconds: number | null
  /** True where a table holds more rows than are read. */
  more: boolean
}

interface Told {
  table: JourneyEntry['table']
  /** The column of each happening; of several, the first that holds a moment. */
  moments: Partial<Record<Happening, string[]>>
  facts: string[]
}

const told: Told[] = [
  {
    table: 'cases',
    moments: { created: ['created_at'], answered: ['first_response_at'], solved: ['solved_at'], closed: ['closed_at'] },
    facts: ['source_key', 'subject', 'type', 'reason', 'priority', 'status'],
  },
  {
    table: 'touchpoints',
    moments: { contact: ['started_at', 'responded_at', 'ended_at'] },
    facts: ['direction', 'queue', 'reason', 'wait_seconds', 'talk_seconds', 'is_answered', 'is_abandoned', 'outcome'],
  },
  {
    table: 'surveys',
    moments: { offered: ['offered_at'], rated: ['responded_at'] },
    facts: ['kind', 'score', 'scale_min', 'scale_max', 'comment'],
  },
]

/** Rows of one table that are read: far more than a person has, far less than a switchboard. */
const mostRows = 2_000

/** The journey of a customer, by the id of any of its records; null where there is none. */
export async function readJourney(id: string, context: MetricContext): Promise<Journey | null> {
  const identity = await explainIdentity(id, context)
  if (!identity) return null
  const found = await rowsBy(
    { table: 'customers', columns: filled('customers', personColumns, context) },
    'id',
    identity.id,
    context,
  )
  const row = found.rows[0]
  if (!row) return null
  const parts = await Promise.all(told.map((each) => readPart(each, identity.id, context)))
  const entries = inOrder(parts.flatMap((part) => part.entries))
  const dated = entries.filter((entry) => entry.at !== null)
  const gaps = dated.flatMap((entry) => (entry.gap_seconds === null ? [] : [entry.gap_seconds]))
  return {
    customer: { id: identity.id, columns: found.columns, row, records: identity.members },
    entries,
    channels: countChannels(entries),
    from: dated[0]?.at ?? null,
    to: dated.at(-1)?.at ?? null,
    longest_gap_seconds: gaps.length > 0 ? Math.max(...gaps) : null,
    more: parts.some((part) => part.more),
  }
}

const personColumns = ['name', 'email', 'phone', 'segment', 'market', 'region', 'city', 'age', 'gender', 'joined_on']

function filled(table: string, columns: string[], { version }: MetricContext): string[] {
  return ['id', 'source_key', ...columns.filter((column) => version.present.has(`${table}.${column}`))]
}

async function readPart(part: Told, customer: string, context: MetricContext) {
  const { table, moments, facts } = part
  if (!context.version.present.has(`${table}.customer`)) return { entries: [], more: false }
  const columns = filled(table, [...Object.values(moments).flat(), 'channel', 'case', ...facts], context)
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const page = await rowsBy(
      { table, columns: [...new Set(columns)], limit: 500, cursor },
      'customer',
      customer,
      context,
    )
    rows.push(...page.rows)
    cursor = page.next ?? undefined
  } while (cursor !== undefined && rows.length < mostRows)
  return { entries: rows.flatMap((row) => entriesOf(row, part)), more: cursor !== undefined }
}

/** A row of one moment is told even where the moment is missing: it happened, only nobody knows when. */
function entriesOf(row: Row, { table, moments, facts }: Told): JourneyEntry[] {
  const entries = Object.entries(moments).flatMap(([what, columns]) => {
    const at = columns.map((column) => row[column]).find((value) => value !== null && value !== undefined)
    return at === undefined ? [] : [entryOf(row, table, facts, what as Happening, instant(at))]
  })
  return entries.length > 0 ? entries : [entryOf(row, table, facts, happeningOf(table, row), null)]
}

function happeningOf(table: JourneyEntry['table'], row: Row): Happening {
  if (table === 'surveys') return row.score === null || row.score === undefined ? 'offered' : 'rated'
  return table === 'cases' ? 'created' : 'contact'
}

function entryOf(
  row: Row,
  table: JourneyEntry['table'],
  names: string[],
  what: Happening,
  at: string | null,
): JourneyEntry {
  const kept = names.filter((name) => row[name] !== null && row[name] !== undefined)
  return {
    at,
    gap_seconds: null,
    table,
    what,
    id: String(row.id),
    case: table === 'cases' ? String(row.id) : textOf(row.case),
    channel: textOf(row.channel),
    facts: Object.fromEntries(kept.map((name) => [name, row[name] ?? null])),
  }
}

function instant(value: Cell | undefined): string {
  return `${String(value).replace(' ', 'T').replace(/\.0+$/, '')}Z`
}

/** By time; what has none comes last, in the order of its table. */
function inOrder(entries: JourneyEntry[]): JourneyEntry[] {
  const rank = (entry: JourneyEntry): number => happenings.indexOf(entry.what)
  const sorted = entries.toSorted(
    (a, b) =>
      Number(a.at === null) - Number(b.at === null) ||
      (a.at ?? '').localeCompare(b.at ?? '') ||
      rank(a) - rank(b) ||
      a.id.localeCompare(b.id),
  )
  return sorted.map((entry, index) => {
    const before = sorted[index - 1]?.at
    if (!before || !entry.at) return entry
    return { ...entry, gap_seconds: Math.round((Date.parse(entry.at) - Date.parse(before)) / 1000) }
  })
}

function countChannels(entries: JourneyEntry[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { table, channel } of entries)
    if (table === 'touchpoints' && channel !== null) counts[channel] = (counts[channel] ?? 0) + 1
  return counts
}
