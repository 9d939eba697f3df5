import { inProportion } from '../customer-first/published.ts'
import { alongQuantiles, type Draws, drawsOf, listOf } from '../draw.ts'
import type { Generation } from '../generator.ts'
import { periodOf, solvedQuantiles } from './arrivals.ts'
import {
  assignmentDeciles,
  categories,
  deleted,
  durationDeciles,
  priorities,
  repeatPercent,
  replyDeciles,
  replyPercent,
  unsolved,
  viaPercent,
} from './plants.ts'
import { type Group, published, type Via } from './published.ts'

const groups = Object.keys(published.groups) as Group[]
const vias = Object.keys(published.vias) as Via[]

/**
 * The cases, one column a field of the file, in the order of their creation. Read from the bottom up: a case gets its team and
 * medium, its state, its length in hours, its moments, its survey. Counts are exact by ranks, means by spreading a total.
 */
export function successCases(generation: Generation): string {
  const draws = drawsOf(generation.seed)
  const steps = [
    ['placed', places(draws)],
    ['worded', words(generation)],
    ['ended', ends(draws, generation)],
    ['stated', states(draws, generation)],
    ['weighed', weights(draws)],
    ['solved_hours', solvedHours()],
    ['all_hours', allHours()],
    ['timed', moments(draws, generation)],
    ['waited', waits(draws)],
    ['asked', surveys(draws)],
    ['numbered', 'SELECT *, row_number() OVER (ORDER BY created, i) - 1 AS k FROM asked'],
  ]
  const with_ = steps.map(([name, text]) => `${name} AS (${text})`).join(',\n')
  return `WITH ${with_}\nSELECT k, ${fields(draws, generation)} FROM numbered`
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

/** Published counts at another number of rows. */
function scaled(counts: readonly number[], rows: number): number[] {
  return inProportion(counts, Math.round((sum(counts) * rows) / published.rows))
}

/** The value of a rank: the first `counts[0]` ranks get the first value, and so on. */
function byRank(rank: string, values: readonly string[], counts: readonly number[]): string {
  let upTo = 0
  const branches = values.map((value, at) => {
    upTo += counts[at] ?? 0
    return `WHEN ${rank} < ${upTo} THEN ${value}`
  })
  return `CASE ${branches.join(' ')} ELSE ${values.at(-1)} END`
}

const quoted = (texts: readonly string[]): string[] => texts.map((text) => `'${text}'`)

function choose<Key extends string>(column: string, of: Record<Key, number>): string {
  const branches = Object.entries(of).map(([key, value]) => `WHEN '${key}' THEN ${value}`)
  return `CASE ${column} ${branches.join(' ')} END`
}

const rankBy = (draws: Draws, name: string, partition = ''): string =>
  `row_number() OVER (${partition && `PARTITION BY ${partition} `}ORDER BY ${draws.bits(name)}, i) - 1`

/** Each record's part of a total by its weight; the parts add up to the total exactly, in whole numbers. */
function spread(weight: string, total: string, partition = ''): string {
  const by = partition && `PARTITION BY ${partition}`
  const upTo = `sum(CAST(${weight} AS HUGEINT)) OVER (${by} ORDER BY i ROWS UNBOUNDED PRECEDING)`
  const all = `greatest(sum(CAST(${weight} AS HUGEINT)) OVER (${by}), 1)`
  return `CAST(${upTo} * (${total}) // ${all} - (${upTo} - (${weight})) * (${total}) // ${all} AS BIGINT)`
}

function places(draws: Draws): string {
  return `SELECT i, h, ${rankBy(draws, 'group')} AS by_group, ${rankBy(draws, 'via')} AS by_via
  FROM (SELECT i, hash(i) AS h FROM numbers)`
}

function words({ rows }: Generation): string {
  const team = inProportion(
    Object.values(published.groups).map(({ cases }) => cases),
    rows,
  )
  const via = inProportion(
    Object.values(published.vias).map(({ cases }) => cases),
    rows,
  )
  return `SELECT *, ${byRank('by_group', quoted(groups), team)} AS team, ${byRank('by_via', quoted(vias), via)} AS via FROM placed`
}

function ends(draws: Draws, { rows }: Generation): string {
  const solved = Object.fromEntries(
    groups.map((group) => [group, scaled([published.groups[group].solved], rows)[0] ?? 0]),
  )
  return `SELECT *, by_end < ${choose('team', solved)} AS is_solved FROM (SELECT *, ${rankBy(draws, 'end', 'team')} AS by_end FROM worded)`
}

function states(draws: Draws, { rows, likePublished }: Generation): string {
  const [asSolved = 0] = scaled([published.ended.Solved], rows)
  const open: Record<string, number> = likePublished ? unsolved : { ...unsolved, Deleted: deleted }
  const left = rows - sum(groups.map((group) => scaled([published.groups[group].solved], rows)[0] ?? 0))
  const counts = inProportion(Object.values(open), Math.max(0, left))
  return `SELECT *, ${rankBy(draws, 'reopen', "status = 'New'")} < ${scaled([published.reopened], rows)[0]} AND status <> 'New' AS is_reopened
  FROM (SELECT *, CASE WHEN is_solved THEN CASE WHEN by_state < ${asSolved} THEN 'Solved' ELSE 'Closed' END
    ELSE ${byRank('by_state', quoted(Object.keys(open)), counts)} END AS status
  FROM (SELECT *, ${rankBy(draws, 'state', 'is_solved')} AS by_state FROM ended))`
}

function weights(draws: Draws): string {
  return `SELECT *, ${draws.byQuantiles('length', durationDeciles)} * ${choose('via', viaPercent)} AS weight FROM stated`
}

/** The published means by medium are those of the cases with the status Solved. */
function solvedHours(): string {
  const means = Object.fromEntries(vias.map((via) => [via, published.vias[via].hours]))
  const total = `(count(*) OVER (PARTITION BY status, via) * ${choose('via', means)} + 50) // 100`
  return `SELECT *, CASE WHEN status = 'Solved' THEN ${spread('weight', total, 'status, via')} END AS solved_hours FROM weighed`
}

/** Those by team are of every solved case: what the cases with the status Solved leave is spread over the closed ones. */
function allHours(): string {
  const means = Object.fromEntries(groups.map((group) => [group, published.groups[group].hours]))
  const whole = `(count(*) FILTER (WHERE is_solved) OVER (PARTITION BY team) * ${choose('team', means)} + 50) // 100`
  const left = `greatest(${whole} - coalesce(sum(solved_hours) OVER (PARTITION BY team), 0), 0)`
  return `SELECT *, CASE status WHEN 'Solved' THEN solved_hours WHEN 'Closed' THEN ${spread('weight', 'closed_total', 'status, team')} END AS hours
  FROM (SELECT *, ${left} AS closed_total FROM solved_hours)`
}

/** Everything in minutes; the length in minutes rounds to its hours. */
function moments(draws: Draws, generation: Generation): string {
  const { from, to } = periodOf(generation)
  const anchor = `${from} + ${alongQuantiles(solvedQuantiles(generation), 'by_anchor', Math.max(1, generation.rows))} // 60`
  const inside = `CASE WHEN hours = 0 THEN 15 + ${draws.whole('minutes', 15)} ELSE hours * 60 - 29 + ${draws.whole('minutes', 59)} END`
  const assigned = spread(
    draws.byQuantiles('assignment', assignmentDeciles),
    `(${published.assignment} * count(*) OVER () + 50) // 100`,
  )
  return `SELECT *, CASE WHEN is_solved THEN anchor END AS solved, CASE WHEN is_solved THEN anchor - length ELSE anchor END AS created,
  CASE WHEN is_solved THEN CASE WHEN is_reopened THEN greatest(1, length * (20 + ${draws.whole('first', 60)}) // 100) ELSE length END END AS first_length,
  least(anchor + ${draws.whole('updated', 4320)}, ${to}) AS updated
  FROM (SELECT *, ${anchor} AS anchor, CASE WHEN is_solved THEN ${inside} END AS length, ${assigned} AS assignment
    FROM (SELECT *, ${rankBy(draws, 'anchor')} AS by_anchor FROM all_hours))`
}

/** Minutes since the epoch up to a moment that lie between 09:00 and 21:00, every day. */
const openMinutes = (moment: string): string =>
  `((${moment}) // 1440 * 720 + least(greatest((${moment}) % 1440 - 540, 0), 720))`
const openBetween = (from: string, to: string): string => `(${openMinutes(to)} - ${openMinutes(from)})`

function waits(draws: Draws): string {
  const means = Object.fromEntries(groups.map((group) => [group, published.groups[group].wait]))
  const total = `(count(*) FILTER (WHERE is_solved) OVER (PARTITION BY team) * ${choose('team', means)} + 50) // 100`
  const weight = `(CASE WHEN is_solved THEN length * (60 + ${draws.whole('wait', 81)}) ELSE 0 END)`
  const reply = `${draws.byQuantiles('reply', replyDeciles)} * ${choose('team', replyPercent)} // 100`
  return `SELECT *, CASE WHEN is_solved THEN ${spread(weight, total, 'team')} END AS wait,
  CASE WHEN status = 'New' THEN 0 WHEN is_solved THEN 1 + ${draws.whole('replies', 4)} + CAST(is_reopened AS BIGINT) ELSE ${draws.whole('replies', 3)} END AS replies,
  ${openBetween('created', 'created + first_length')} AS first_open, ${openBetween('created', 'solved')} AS full_open,
  ${reply} AS reply FROM timed`
}

function surveys(draws: Draws): string {
  return `SELECT *, ${rankBy(draws, 'survey', 'is_solved, via')} AS by_survey FROM waited`
}

/** By medium: so many answers of each score, then surveys without an answer, then none. */
function score(rows: number): string {
  const branches = vias.map((via) => {
    const { offered, scores } = published.vias[via]
    const answers = scaled(scores, rows)
    const silent = Math.max(0, (scaled([offered], rows)[0] ?? 0) - sum(answers))
    const values = ["'1'", "'2'", "'3'", "'4'", "'5'", "'Offered'", "'Not Offered'"]
    return `WHEN '${via}' THEN ${byRank('by_survey', values, [...answers, silent, 0])}`
  })
  return `CASE WHEN is_solved THEN CASE via ${branches.join(' ')} END ELSE 'Not Offered' END`
}

const moment = (minutes: string): string => `strftime(make_timestamp((${minutes}) * 60000000), '%d-%m-%Y %H:%M')`
const text = (value: string): string => `CAST(${value} AS VARCHAR)`

/** Numbers of fourteen digits, as a spreadsheet writes them back, or whole where no dirt was asked for. */
function requester(draws: Draws, { dirt, likePublished }: Generation): string {
  const person = `CASE WHEN i > 4 AND ${draws.whole('repeats', 100)} < ${repeatPercent} THEN i - 1 - ${draws.whole('earlier', 'least(i, 5000)')} ELSE i END`
  const id = `(10300000000000 + ${draws.whole('requester', 90_000_000_000, `hash(${person})`)})`
  return dirt === 'none' && !likePublished ? text(id) : `format('{:.5E}', CAST(${id} AS DOUBLE))`
}

/** Every field as text, by the name of its column. */
function fields(draws: Draws, generation: Generation): string {
  const columns: Record<string, string> = {
    Id: text('40001 + k * 3'),
    'Requester id': requester(draws, generation),
    Group: 'team',
    Status: 'status',
    Priority: draws.byShare('priority', priorities),
    Via: 'via',
    'Created at': moment('created'),
    'Updated at': moment('greatest(updated, created + assignment)'),
    'Assigned at': moment('created + assignment + CASE WHEN is_reopened AND is_solved THEN first_length ELSE 0 END'),
    'Initially assigned at': moment('created + assignment'),
    'Solved at': moment('solved'),
    'Resolution time': text('hours'),
    'Satisfaction Score': score(generation.rows),
    Reopens: text(
      `CASE WHEN is_reopened THEN ${listOf(['1', '1', '1', '1', '2', '3'])}[${draws.whole('reopens', 6)} + 1] ELSE '0' END`,
    ),
    Replies: text('replies'),
    'First reply time in minutes within business hours': text(
      'CASE WHEN replies > 0 THEN least(reply, coalesce(first_open, reply)) END',
    ),
    'First resolution time in minutes': text('first_length'),
    'First resolution time in minutes within business hours': text('first_open'),
    'Full resolution time in minutes': text('length'),
    'Full resolution time in minutes within business hours': text('full_open'),
    'Requester wait time in minutes': text('wait'),
    'Requester wait time in minutes within business hours': text('wait * full_open // length'),
    'Manual Tagging of Categories [list]': draws.byShare('category', categories),
  }
  return Object.entries(columns)
    .map(([name, value]) => `${value} AS "${name}"`)
    .join(',\n  ')
}
