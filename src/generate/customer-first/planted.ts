import { literal, raw, type Sql } from '../../sql/sql.ts'
import { alongQuantiles, type Draws, drawsOf, listOf } from '../draw.ts'
import type { Generation } from '../generator.ts'
import { arrivalQuantiles, startSeconds } from './arrivals.ts'
import { kindRows } from './dirt.ts'
import {
  baseRating,
  channels,
  effects,
  genders,
  outcomes,
  polarPercent,
  priorities,
  ratedPercent,
  repeatPercent,
  replyDeciles,
  resolutionDeciles,
  types,
} from './plants.ts'
import {
  answers,
  breaks,
  channelSources,
  closings,
  details,
  domains,
  firstNames,
  lastNames,
  products,
  states,
  subjects,
} from './words.ts'

const ages = [18, 22, 26, 30, 34, 38, 43, 48, 54, 61, 71] as const
const badAges = ['-1', '0', '199', '999', 'unknown', 'n/a', '4O'] as const
const badDates = ['2023-02-30', '13/25/2022', 'not known', '0000-00-00', '2023-1x-04'] as const

/**
 * The tickets with their planted effects, one column a field of the file, plus `kind`. Read from the bottom up: records get a
 * kind of dirt, a record becomes a ticket (two records of one pair become one), a ticket its person, moments and rating.
 */
export function plantedTickets(generation: Generation): Sql {
  const draws = drawsOf(generation.seed)
  return raw(`WITH records AS (${kindRows(generation.dirt, generation.rows, draws.whole('offset', 1000, `hash(i // 1000)`))}),
numbered AS (${ticketNumbers()}),
persons AS (SELECT *, hash(c) AS hc FROM (SELECT *, ${customerNumber(draws)} AS c FROM numbered)),
tickets AS (SELECT *, ${words(draws)} FROM persons),
delays AS (SELECT *, ${moments(generation, draws)} FROM tickets),
timed AS (SELECT *, ${times(generation, draws)} FROM delays),
states AS (SELECT *, ${status(generation)} FROM timed)
SELECT i, kind, ${fields(generation, draws)} FROM states`)
}

/** `k`, the ticket: its own number, or that of the record whose ticket it repeats. `newer` is the later one of two states. */
function ticketNumbers(): string {
  return `SELECT *, hash(k) AS h FROM (SELECT i, kind, other,
  CASE WHEN kind = 'duplicate' THEN other WHEN kind IN ('superseded', 'supersededOf') THEN least(i, other) ELSE i END AS k,
  kind IN ('superseded', 'supersededOf') AS two_states, i > other AS newer FROM records)`
}

/** A third of the tickets come from someone who wrote before, and one person in five writes much oftener than the others. */
function customerNumber(draws: Draws): string {
  const earlier = `k - 1 - ${draws.whole('earlier', 'least(k, 20000)')}`
  return `CASE WHEN k > 4 AND kind NOT IN ('sharedEmail', 'sharedEmailOf') AND ${draws.whole('repeats', 100)} < ${repeatPercent}
  THEN (${earlier}) // 5 * 5 ELSE k END`
}

function words(draws: Draws): string {
  return `${draws.byShare('channel', channels)} AS channel, ${draws.byShare('type', types)} AS type,
  ${draws.byShare('priority', priorities)} AS priority, ${draws.whole('subject', subjects.length)} + 1 AS subject,
  ${draws.whole('product', products.length)} + 1 AS product,
  ${draws.byQuantiles('age', ages, 'hc')} AS age`
}

function moments(generation: Generation, draws: Draws): string {
  const { weeks, seed, rows, start } = generation
  const reply = Object.entries(replyDeciles).map(
    ([channel, deciles]) => `WHEN ${literal(channel)} THEN ${draws.byQuantiles('reply', deciles)}`,
  )
  const urgent = percent(
    "priority = 'Critical' AND channel IN ('Email', 'Social media')",
    effects.criticalAnsweredFaster,
  )
  const critical = percent("priority = 'Critical'", effects.criticalResolvedFaster)
  const refund = percent("type = 'Refund request'", effects.refundsResolvedSlower)
  return `${startSeconds(start)} + ${alongQuantiles(arrivalQuantiles(weeks, seed), 'k', rows)} + ${draws.whole('jitter', 1200)} AS created,
  CASE channel ${reply.join(' ')} END * ${urgent} // 100 AS reply,
  ${draws.byQuantiles('resolution', resolutionDeciles)} * ${critical} // 100 * ${refund} // 100 AS resolution,
  ${draws.byShare('outcome', outcomes)} AS outcome`
}

function percent(when: string, effect: { value: number }): string {
  return `CASE WHEN ${when} THEN ${Math.round(effect.value * 100)} ELSE 100 END`
}

function endOf(generation: Generation): number {
  return startSeconds(generation.start) + generation.weeks * 7 * 86_400
}

/** A record whose dirt needs both moments has them, before the end of the file; the others only if they came in time. */
function times(generation: Generation, draws: Draws): string {
  const end = endOf(generation)
  return `kind = 'inverted' OR two_states AS forced,
  CASE WHEN kind = 'inverted' OR two_states THEN least(created + reply, ${end - 7200}) ELSE created + reply END AS replied,
  CASE WHEN kind = 'inverted' THEN least(created + reply, ${end - 7200}) - 600 - ${draws.whole('inverted', 72_000)}
    WHEN two_states THEN least(created + reply + resolution, ${end}) ELSE created + reply + resolution END AS resolved,
  ${ratingMean()} AS mean, ${draws.bits('rating')} AS dice, ${draws.whole('polar', 100)} < ${polarPercent} AS is_polar,
  ${draws.whole('rated', 100)} < ${ratedPercent} AS is_rated`
}

/** In thousandths of a point. */
function ratingMean(): string {
  const points = (when: string, value: number) => `CASE WHEN ${when} THEN ${Math.round(value * 1000)} ELSE 0 END`
  return `${Math.round(baseRating * 1000)} + ${points("channel = 'Chat'", effects.chatRatesHigher.value)}
    + ${points('resolution > 86400', effects.slowRatesLower.value)}
    + ${points("channel = 'Phone' AND age > 60", effects.seniorsLikePhone.value)}`
}

function status(generation: Generation): string {
  return `CASE WHEN two_states AND NOT newer THEN 'Pending Customer Response' WHEN forced THEN 'Closed'
    WHEN outcome = 'Open' OR replied > ${endOf(generation)} THEN 'Open'
    WHEN outcome = 'Closed' AND resolved <= ${endOf(generation)} THEN 'Closed' ELSE 'Pending Customer Response' END AS status`
}

/** One to five with a mean of exactly `mean`: either end by one die, or one step for each of four. */
function rating(): string {
  const die = (index: number) => `CAST(dice // ${4000 ** index} % 4000 < mean - 1000 AS INTEGER)`
  return `CASE WHEN is_polar THEN 4 * ${die(0)} ELSE ${die(0)} + ${die(1)} + ${die(2)} + ${die(3)} END + 1`
}

function timestamp(seconds: string): string {
  return `CAST(make_timestamp((${seconds}) * 1000000) AS VARCHAR)`
}

/** Every field as text, in no order: the file picks its columns. `sharedEmail` keeps its own name and takes the other's address. */
function fields(generation: Generation, draws: Draws): string {
  const first = (row: string) => draws.whole('first', firstNames.length, row)
  const last = (row: string) => draws.whole('last', lastNames.length, row)
  const theirs = `CASE WHEN kind = 'sharedEmail' THEN other ELSE c END`
  const shift = `CASE WHEN kind = 'sharedEmail' THEN ${last('hash(other)')} + 1 + ${draws.whole('shift', lastNames.length - 1)} ELSE ${last('hc')} END`
  const isReplied = `CASE WHEN status <> 'Open' THEN`
  const isClosed = `CASE WHEN status = 'Closed' THEN`
  const purchased = `CAST(DATE ${literal(generation.start)} - 10 - CAST(${draws.whole('purchased', 730)} AS INTEGER) AS VARCHAR)`
  const columns: Record<string, string> = {
    'Ticket ID': 'CAST(k + 1 AS VARCHAR)',
    'Customer Name': `${listOf(firstNames)}[${first('hc')} + 1] || ' ' || ${listOf(lastNames)}[(${shift}) % ${lastNames.length} + 1]`,
    'Customer Email': email(draws, theirs, first, last),
    'Customer Age': `CASE WHEN kind = 'badAge' THEN ${draws.oneOf('bad age', badAges)} ELSE CAST(age AS VARCHAR) END`,
    'Customer Gender': draws.byShare('gender', genders, 'hc'),
    'Product Purchased': `${listOf(products.map(({ name }) => name))}[product]`,
    'Date of Purchase': `CASE WHEN kind = 'unreadableDate' THEN ${draws.oneOf('bad date', badDates)} ELSE ${purchased} END`,
    'Ticket Type': 'type',
    'Ticket Subject': `${listOf(subjects.map(({ word }) => word))}[subject]`,
    'Ticket Description': description(draws, 'subject'),
    'Ticket Status': 'status',
    Resolution: `${isClosed} ${draws.oneOf('answer', answers)} END`,
    'Ticket Priority': 'priority',
    'Ticket Channel': 'channel',
    'First Response Time': `${isReplied} ${timestamp('replied')} END`,
    'Time to Resolution': `${isClosed} ${timestamp('resolved')} END`,
    'Customer Satisfaction Rating': `CASE WHEN status = 'Closed' AND is_rated THEN CAST(${rating()} AS VARCHAR) || '.0' END`,
    'Creation Date': timestamp('created'),
    'Client ID': `'C' || lpad(CAST(c + 1 AS VARCHAR), 8, '0')`,
    'Agent ID': `${isReplied} 'AGT' || lpad(CAST(${draws.whole('agent', 60)} + 1 AS VARCHAR), 3, '0') END`,
    State: draws.oneOf('state', states, 'hc'),
    'Product Category': `${listOf(products.map(({ category }) => category))}[product]`,
    'Product Brand': `${listOf(products.map(({ brand }) => brand))}[product]`,
    'Channel Source': `CASE channel ${Object.entries(channelSources)
      .map(([channel, sources]) => `WHEN ${literal(channel)} THEN ${draws.oneOf('source', sources)}`)
      .join(' ')} END`,
  }
  return Object.entries(columns)
    .map(([name, value]) => `${value} AS "${name}"`)
    .join(',\n  ')
}

function email(draws: Draws, person: string, first: (row: string) => string, last: (row: string) => string): string {
  const row = `hash(${person})`
  return `lower(${listOf(firstNames)}[${first(row)} + 1]) || '.' || lower(${listOf(lastNames)}[${last(row)} + 1])
    || (${person} + 1) || '@' || ${draws.oneOf('domain', domains, row)}`
}

/** An opening that fits the subject, two or three details, a closing; broken into lines twice, where `broken` says so. */
export function description(draws: Draws, subject: string, broken?: [string, string]): string {
  const [first, second] = broken ?? [draws.oneOf('first break', breaks), draws.oneOf('second break', breaks)]
  const opening = `CASE WHEN ${draws.whole('opening', 2)} = 0 THEN ${listOf(subjects.map(({ openings }) => openings[0]))}[${subject}]
    ELSE ${listOf(subjects.map(({ openings }) => openings[1]))}[${subject}] END`
  const detail = (name: string, from: number) => draws.oneOf(name, details.slice(from, from + 5))
  return `${opening} || ${first} || ${detail('detail', 0)} || ' ' || ${detail('second detail', 5)}
    || CASE WHEN ${draws.whole('more', 2)} = 0 THEN ' ' || ${detail('third detail', 10)} ELSE '' END
    || ${second} || ${draws.oneOf('closing', closings)}`
}
