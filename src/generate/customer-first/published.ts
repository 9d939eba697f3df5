import { raw, type Sql } from '../../sql/sql.ts'
import { type Draws, drawsOf, listOf } from '../draw.ts'
import type { Generation } from '../generator.ts'
import { description } from './planted.ts'
import { answers, domains, firstNames, lastNames, products, subjects } from './words.ts'

/** Counts of the published set (shared by everyone who has it): reproduced exactly at 8,469 rows, in proportion otherwise. */
export const published = {
  rows: 8469,
  channels: { Email: 2143, Phone: 2132, 'Social media': 2121, Chat: 2073 },
  types: {
    'Refund request': 1752,
    'Technical issue': 1747,
    'Cancellation request': 1695,
    'Product inquiry': 1641,
    'Billing inquiry': 1634,
  },
  priorities: { Medium: 2192, Critical: 2129, High: 2085, Low: 2063 },
  statuses: { Open: 2819, 'Pending Customer Response': 2881, Closed: 2769 },
  genders: { Male: 2896, Female: 2887, Other: 2686 },
  /** By first year of the band; the last band ends with 70. */
  ages: { 18: 2091, 31: 1541, 41: 1592, 51: 1675, 61: 1570 },
  subjects: [576, 574, 567, 561, 547, 542, 539, 530, 529, 526, 517, 509, 496, 491, 487, 478],
  products: [
    240, 228, 225, 221, 221, 219, 217, 216, 213, 213, 212, 210, 208, 208, 206, 204, 203, 203, 202, 202, 200, 200, 198,
    198, 198, 197, 196, 196, 194, 192, 191, 190, 190, 188, 187, 187, 186, 185, 183, 183, 181, 178,
  ],
  /** Of the closed tickets. */
  ratings: { '1.0': 553, '2.0': 549, '3.0': 580, '4.0': 543, '5.0': 544 },
  orders: { inverted: 1365, equal: 2, right: 1402 },
  /** E-mail addresses that two, three and four people share. */
  sharedEmails: { 2: 131, 3: 6, 4: 2 },
  /** Descriptions that span lines, and all line breaks in them. */
  multiline: 6150,
  lineBreaks: 21338,
  from: '2023-05-31 21:53:30',
  to: '2023-06-02 00:55:33',
} as const

/** Counts in proportion, with the largest remainders rounded up so that they add up to `total`. */
export function inProportion(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((all, count) => all + count, 0)
  const exact = counts.map((count) => (count * total) / sum)
  const floors = exact.map(Math.floor)
  const left = total - floors.reduce((all, count) => all + count, 0)
  const order = exact.map((value, index) => ({ index, rest: value - (floors[index] ?? 0) }))
  order.sort((a, b) => b.rest - a.rest || a.index - b.index)
  for (const { index } of order.slice(0, left)) floors[index] = (floors[index] ?? 0) + 1
  return floors
}

/** The word of a rank: the first `counts[0]` ranks get the first word, and so on. */
function byRank(rank: string, words: readonly string[], counts: readonly number[]): string {
  let upTo = 0
  const branches = words.map((word, index) => {
    upTo += counts[index] ?? 0
    return `WHEN ${rank} < ${upTo} THEN ${word}`
  })
  return `CASE ${branches.join(' ')} END`
}

function quoted(words: readonly string[]): string[] {
  return words.map((word) => `'${word}'`)
}

/** Tickets in the shape of the published set: its counts, its 27 hours, its inversions, and no effect of anything on anything. */
export function publishedTickets(generation: Generation): Sql {
  const draws = drawsOf(generation.seed)
  const closed = inProportion(Object.values(published.statuses), generation.rows)[2] ?? 0
  return raw(`WITH hashed AS (SELECT i, hash(i) AS h FROM numbers),
ranked AS (SELECT *, ${ranks(draws)} FROM hashed),
words AS (SELECT *, ${wordColumns(generation.rows)} FROM ranked),
ended AS (SELECT *, ${['rating', 'order'].map((name) => `row_number() OVER (PARTITION BY status ORDER BY ${draws.bits(name)}, i) - 1 AS by_${name}`).join(', ')} FROM words),
ordered AS (SELECT *, ${orderColumns(closed)} FROM ended),
timed AS (SELECT *, ${timeColumns(draws)} FROM ordered)
SELECT i, 'clean' AS kind, ${fields(draws, generation.rows, closed)} FROM timed ORDER BY i`)
}

const rankNames = [
  'channel',
  'type',
  'priority',
  'status',
  'gender',
  'age',
  'subject',
  'product',
  'owner',
  'lines',
] as const

function ranks(draws: Draws): string {
  return rankNames.map((name) => `row_number() OVER (ORDER BY ${draws.bits(name)}, i) - 1 AS by_${name}`).join(', ')
}

function wordColumns(rows: number): string {
  const column = (name: string, counts: Record<string, number>) =>
    `${byRank(`by_${name}`, quoted(Object.keys(counts)), inProportion(Object.values(counts), rows))} AS ${name}`
  const places = (name: string, counts: readonly number[]) =>
    `${byRank(
      `by_${name}`,
      counts.map((_, index) => String(index + 1)),
      inProportion(counts, rows),
    )} AS ${name}`
  return [
    column('channel', published.channels),
    column('type', published.types),
    column('priority', published.priorities),
    column('status', published.statuses),
    column('gender', published.genders),
    places('subject', published.subjects),
    places('product', published.products),
    ageColumn(rows),
    ownerColumn(rows),
  ].join(',\n  ')
}

/** Within a band every year of age is equally frequent. */
function ageColumn(rows: number): string {
  const starts = Object.keys(published.ages).map(Number)
  const years = starts.map((start, index) => `${start} + by_age % ${(starts[index + 1] ?? 71) - start}`)
  return `${byRank('by_age', years, inProportion(Object.values(published.ages), rows))} AS age`
}

/** Whose address it is: in groups of two, three and four, then each their own. */
function ownerColumn(rows: number): string {
  let rank = 0
  let owner = 0
  const branches = Object.entries(published.sharedEmails).map(([people, groups]) => {
    const size = Number(people)
    const count = Math.floor((groups * rows) / published.rows)
    const branch = `WHEN by_owner < ${rank + count * size} THEN ${owner} + (by_owner - ${rank}) // ${size}`
    rank += count * size
    owner += count
    return branch
  })
  return `CASE ${branches.join(' ')} ELSE by_owner - ${rank - owner} END AS owner`
}

function orderColumns(closed: number): string {
  const words = quoted(Object.keys(published.orders))
  const counts = inProportion(Object.values(published.orders), closed)
  return `CASE WHEN status = 'Closed' THEN ${byRank('by_order', words, counts)} END AS in_order,
  CASE WHEN status <> 'Closed' THEN '' WHEN by_order = 0 THEN 'first' WHEN by_order = ${closed - 1} THEN 'last' ELSE '' END AS edge`
}

const first = Date.parse(`${published.from.replace(' ', 'T')}Z`) / 1000
const last = Date.parse(`${published.to.replace(' ', 'T')}Z`) / 1000
const dayOfMinutes = 1440

/**
 * Both moments are one base moment plus whole minutes, as in the source, whose two columns share their seconds. The two
 * edges are resolutions: the earliest is inverted, the latest is in the right order.
 */
function timeColumns(draws: Draws): string {
  const one = draws.whole('minute', dayOfMinutes)
  const two = draws.whole('other minute', dayOfMinutes)
  const widest = last - first - (dayOfMinutes - 1) * 60
  const inner = `3 + ${draws.whole('minute', dayOfMinutes - 6)}`
  const early = `CASE WHEN edge = 'first' THEN 0 WHEN edge = 'last' THEN ${inner} ELSE least(${one}, ${two} - CAST(${one} = ${two} AND ${two} > 0 AS BIGINT)) END`
  const late = `CASE WHEN edge = 'last' THEN ${dayOfMinutes - 1} WHEN edge = 'first' THEN ${inner} ELSE greatest(${one}, ${two} + CAST(${two} = 0 AND ${one} = 0 AS BIGINT)) END`
  return `${first} + CASE edge WHEN 'first' THEN 0 WHEN 'last' THEN ${widest} ELSE 129 + ${draws.whole('base', widest - 200)} END AS base,
  ${early} AS early, ${late} AS late, ${one} AS lone`
}

/** Three breaks in each description that spans lines, and a fourth in as many as it takes to reach the sum. */
function lineBreaks(rows: number): [string, string] {
  const scaled = (count: number) => Math.round((count * rows) / published.rows)
  const several = scaled(published.multiline)
  const four = scaled(published.lineBreaks) - 3 * several
  const when = (first: number, text: string, then: string) =>
    `CASE WHEN by_lines < ${first} THEN ${text} ELSE ${then} END`
  const newline = (count: number) => `repeat(chr(10), ${count})`
  return [when(several, newline(2), "' '"), when(four, newline(2), when(several, newline(1), "' '"))]
}

function moment(minutes: string): string {
  return `CAST(make_timestamp((base + 60 * (${minutes})) * 1000000) AS VARCHAR)`
}

function fields(draws: Draws, rows: number, closed: number): string {
  const rate = byRank(
    'by_rating',
    quoted(Object.keys(published.ratings)),
    inProportion(Object.values(published.ratings), closed),
  )
  const owner = 'hash(owner)'
  const lastName = `(${draws.whole('last', lastNames.length, owner)} + by_owner) % ${lastNames.length}`
  const columns: Record<string, string> = {
    'Ticket ID': 'CAST(i + 1 AS VARCHAR)',
    'Customer Name': `${draws.oneOf('first', firstNames)} || ' ' || ${listOf(lastNames)}[${lastName} + 1]`,
    'Customer Email': `lower(${draws.oneOf('mail', lastNames, owner)}) || lower(${draws.oneOf('mail first', firstNames, owner)}) || owner || '@' || ${draws.oneOf('domain', domains, owner)}`,
    'Customer Age': 'CAST(age AS VARCHAR)',
    'Customer Gender': 'gender',
    'Product Purchased': `${listOf(products.map(({ name }) => name))}[product]`,
    'Date of Purchase': `CAST(DATE '2020-01-01' + CAST(${draws.whole('purchased', 730)} AS INTEGER) AS VARCHAR)`,
    'Ticket Type': 'type',
    'Ticket Subject': `${listOf(subjects.map(({ word }) => word))}[subject]`,
    'Ticket Description': description(
      draws,
      `${draws.whole('opening subject', subjects.length)} + 1`,
      lineBreaks(rows),
    ),
    'Ticket Status': 'status',
    Resolution: `CASE WHEN status = 'Closed' THEN ${draws.oneOf('answer', answers)} END`,
    'Ticket Priority': 'priority',
    'Ticket Channel': 'channel',
    'First Response Time': `CASE WHEN status <> 'Open' THEN ${moment("CASE WHEN status <> 'Closed' THEN lone WHEN in_order = 'inverted' THEN late ELSE early END")} END`,
    'Time to Resolution': `CASE WHEN status = 'Closed' THEN ${moment("CASE WHEN in_order = 'right' THEN late ELSE early END")} END`,
    'Customer Satisfaction Rating': `CASE WHEN status = 'Closed' THEN ${rate} END`,
  }
  return Object.entries(columns)
    .map(([name, value]) => `${value} AS "${name}"`)
    .join(',\n  ')
}
