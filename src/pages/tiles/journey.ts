import { formatDate, formatDuration, formatNumber } from '../../config/format.ts'
import { labelOf, say, type Words } from '../../config/words.ts'
import type { Journey, JourneyEntry } from '../../metrics/journey.ts'
import type { RowsQuery } from '../../metrics/query.ts'
import { columnNamed } from '../../model/tables.ts'
import type { TableView } from '../view.ts'
import { scalarText } from './rows.ts'
import { hasPage, type TileContext, type TileResolver } from './tile.ts'

/** One line of the timeline, ready to print. */
export interface JourneyLine {
  /** What happened: `Phone`, `Case 17 answered`. */
  text: string
  time: string
  /** `Inbound · waited 45 sec`. */
  about: string
  href: string | null
  dated: boolean
  /** A pause of a day or more before it. */
  gap: string
}

export interface JourneyContent {
  search: string
  /** Where the search leads. */
  path: string
  /** Said in place of a list: nobody found, nobody of that number. */
  nothing: string
  customer: { name: string; fields: { id: string; label: string; text: string }[]; records: string } | null
  lines: JourneyLine[]
  /** Customers to choose from. */
  found: TableView | null
}

const pause = 86_400

/** A customer's whole way through every channel, or a search for the customer. */
export const resolveJourney: TileResolver<'journey'> = async (tile, context) => {
  const { parameters, services, words } = context
  const { id = '', search = '' } = parameters.plain
  // A whole id may be one of a record that went into another: the list below knows only those that stayed.
  const journey = (await services.readJourney?.(id || search)) ?? null
  const content: JourneyContent = {
    search,
    path: `/${context.page.page}`,
    nothing: '',
    customer: null,
    lines: [],
    found: null,
  }
  if (journey) {
    content.customer = personOf(journey, words)
    content.lines = journey.entries.map((entry) => lineOf(entry, words, hasPage(context, 'case')))
    if (content.lines.length === 0) content.nothing = say(words, 'pages.journey.empty')
  } else {
    content.found = await customersFound(search, tile.limit ?? 20, context)
    if (id) content.nothing = say(words, 'pages.journey.unknown', { id })
    else if (!content.found) content.nothing = say(words, 'pages.journey.none', { search })
  }
  return {
    id: tile.id,
    kind: 'journey',
    title: say(words, journey ? 'pages.journey.timeline' : 'pages.journey.customers'),
    width: tile.width,
    state: 'ok',
    content,
    ...(journey && content.lines.length > 0 && { reading: journeySentence(journey, words) }),
  }
}

/** `5 contacts in 3 channels over 12 days; the longest pause was 8 days.` */
export function journeySentence(journey: Journey, words: Words): string {
  const channels = Object.keys(journey.channels)
  const span = journey.from && journey.to ? (Date.parse(journey.to) - Date.parse(journey.from)) / 1000 : null
  const { longest_gap_seconds: longest } = journey
  return [
    say(words, 'pages.journey.reading', {
      contacts: Object.values(journey.channels).reduce((sum, count) => sum + count, 0),
      channels: channels.length,
      cases: new Set(journey.entries.flatMap((entry) => (entry.table === 'cases' ? [entry.id] : []))).size,
      span: span === null ? 'none' : formatDuration(span, words),
    }),
    longest !== null && longest >= pause
      ? say(words, 'pages.journey.pause', { pause: formatDuration(longest, words) })
      : '',
    journey.more ? say(words, 'pages.journey.more') : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function personOf({ customer }: Journey, words: Words): JourneyContent['customer'] {
  const shown = customer.columns.filter(
    (column) => !['id', 'source_key', 'name'].includes(column.id) && customer.row[column.id] != null,
  )
  const name = customer.columns.find((column) => column.id === 'name')
  return {
    name: name && customer.row.name != null ? scalarText(customer.row.name, name, { words }) : customer.id,
    fields: shown.map((column) => ({
      id: column.id,
      label: column.label,
      text: scalarText(customer.row[column.id] ?? null, column, { words }),
    })),
    records:
      customer.records.length > 1
        ? say(words, 'pages.journey.records', { count: customer.records.length, ids: customer.records.join(', ') })
        : '',
  }
}

/** One entry in words: what the page, the report and the command line print. */
export function lineOf(entry: JourneyEntry, words: Words, linked = false): JourneyLine {
  const { facts } = entry
  const number = entry.case === null ? '' : entry.case.slice(entry.case.indexOf(':') + 1)
  const channel =
    entry.channel === null
      ? say(words, 'pages.journey.contact')
      : labelOf(words, `values.channel.${entry.channel}`, entry.channel)
  const score =
    typeof facts.score === 'number'
      ? say(words, 'pages.journey.score', {
          score: formatNumber(facts.score, words),
          highest: facts.scale_max == null ? 'none' : formatNumber(Number(facts.scale_max), words),
        })
      : ''
  const kind = facts.kind == null ? '' : labelOf(words, `values.survey_kind.${facts.kind}`, String(facts.kind))
  return {
    text:
      entry.what === 'contact'
        ? channel
        : say(words, `pages.journey.${entry.what}`, {
            case: number || 'none',
            kind: kind || 'none',
            score: score || 'none',
          }),
    time:
      entry.at === null
        ? say(words, 'pages.journey.undated')
        : formatDate(entry.at, words, { dateStyle: 'medium', timeStyle: 'short' }),
    about: aboutOf(entry, words).join(' · '),
    href: linked && entry.case !== null ? `/case/${encodeURIComponent(entry.case)}` : null,
    dated: entry.at !== null,
    gap:
      entry.gap_seconds !== null && entry.gap_seconds >= pause
        ? say(words, 'pages.journey.gap', { pause: formatDuration(entry.gap_seconds, words) })
        : '',
  }
}

function aboutOf({ table, what, facts, case: number }: JourneyEntry, words: Words): string[] {
  const plain = (name: string): string => {
    const value = facts[name]
    if (value === null || value === undefined || value === '') return ''
    const vocabulary = columnNamed(table, name)?.vocabulary ?? name
    return labelOf(words, `values.${vocabulary}.${value}`, String(value))
  }
  const seconds = (name: 'wait' | 'talk'): string => {
    const value = facts[`${name}_seconds`]
    return typeof value === 'number' ? say(words, `pages.journey.${name}`, { time: formatDuration(value, words) }) : ''
  }
  if (table === 'surveys') return [plain('comment')].filter(Boolean)
  // Of a case the first line tells what it is about; the later ones only what became of it.
  if (table === 'cases')
    return (what === 'created' ? ['subject', 'type', 'reason', 'priority', 'status'] : ['subject'])
      .map(plain)
      .filter(Boolean)
  const lost = facts.is_abandoned === true ? say(words, 'pages.journey.abandoned') : ''
  const missed = !lost && facts.is_answered === false ? say(words, 'pages.journey.unanswered') : ''
  return [
    plain('direction'),
    plain('queue'),
    plain('reason'),
    seconds('wait'),
    seconds('talk'),
    lost,
    missed,
    plain('outcome'),
    number === null ? '' : say(words, 'pages.journey.of-case', { case: number.slice(number.indexOf(':') + 1) }),
  ].filter(Boolean)
}

const listed = ['name', 'email', 'segment', 'market', 'region', 'source']

async function customersFound(search: string, limit: number, context: TileContext): Promise<TableView | null> {
  const { services, words } = context
  const columns = ['source_key', ...listed.filter((each) => services.version.present.has(`customers.${each}`))]
  const query: RowsQuery = { table: 'customers', columns, limit, ...(search && { search }) }
  const result = await services.readRows(query)
  if (result.rows.length === 0) return null
  const shown = result.columns.filter((column) => column.id !== 'id')
  return {
    caption: say(words, 'pages.journey.customers'),
    columns: shown.map(({ id, label }) => ({ id, label, numeric: false })),
    rows: result.rows.map((row) =>
      shown.map((column) => ({
        text: scalarText(row[column.id] ?? null, column, context),
        value: row[column.id] ?? null,
        ...(column.id === 'source_key' && {
          href: `/${context.page.page}/${encodeURIComponent(String(row.id))}`,
        }),
      })),
    ),
    more: Math.max(0, result.total - result.rows.length),
  }
}
