import { formatNumber, formatValue } from '../config/format.ts'
import { labelOf, say, type Words } from '../config/words.ts'
import type { Query } from '../metrics/query.ts'
import type { Estimate } from '../stats/difference.ts'
import { normalReach } from '../stats/distributions.ts'
import { benjaminiHochberg, isReal } from '../stats/false-discovery.ts'
import { marginOf, type StaffedQueue } from '../stats/marginal-agent.ts'
import { wald } from '../stats/wald.ts'
import type { Finding, NoFindings } from './finding.ts'
import type { MarginalEvidence, MarginalQueue, QueueDay } from './marginal-evidence.ts'
import { handleTimeOf, type StaffingQuestion } from './staffing.ts'
import { countDays, type QueueOf } from './staffing-evidence.ts'

export type MarginalQuestion = Pick<StaffingQuestion, 'concurrency' | 'handle' | 'words'> & {
  /** A week of an agent; they are the busiest hours of the queue. */
  agentHours?: number
}

/** One queue and what an agent would change in it. */
export interface MarginalPlace {
  channel: string
  by: QueueOf
  group: string
  name: string
  days: number
  contacts_a_week: number
  /** Share answered in time, and of how many. */
  attained: number
  n: number
  handle_seconds: number
  /** Hours of the week in which the agent would work. */
  agent_hours: number
  /** Contacts a week answered in time beside those that are, with one agent more and with one less; 95 % intervals. */
  more: Estimate
  less: Estimate
  /** Best and worst place that the data allow: one more brings more, one less costs less, than elsewhere beyond doubt. */
  rank: { more: Places; less: Places }
}

export interface Places {
  best: number
  worst: number
}

/** The queues of all markets, or of all teams, by how much an agent more brings. */
export interface MarginalTable {
  by: QueueOf
  places: MarginalPlace[]
  sentences: string[]
}

export interface MarginalAgent {
  tables: MarginalTable[]
  /** Queues of which it cannot be told, a sentence each. */
  left: string[]
  /** Pairs of queues that were compared. */
  tried: number
  assumptions: string[]
  findings: Finding[]
}

const fewestDays = 28
const fewestJudged = 200
/** What one agent works in a week, where nothing else is asked. */
const usualHours = 40

/**
 * Where one agent more, or one less, would change most how many contacts are answered in time. Arrivals, handle time and attainment are
 * those of the days; their errors are those between days, carried into the result by the delta method. Queues are told apart only where
 * their difference is real among all pairs that were compared.
 */
export function findMarginal(evidence: MarginalEvidence, question: MarginalQuestion): MarginalAgent | NoFindings {
  const { words } = question
  if (evidence.queues.length === 0) return { refused: say(words, 'say.marginal.none'), missing: evidence.missing }
  const measured = evidence.queues.map((queue) => measure(queue, question))
  const known = measured.flatMap((each) => ('left' in each ? [] : [each]))
  const left = [...new Set(measured.flatMap((each) => ('left' in each ? [each.left] : [])))]
  if (known.length === 0) return { refused: left[0]!, missing: [] }
  const kinds = (['market', 'team'] as const).filter((by) => known.some((each) => each.by === by))
  const pairs = kinds.flatMap((by) => pairsOf(known.filter((each) => each.by === by)))
  const qs = benjaminiHochberg(pairs.map((each) => each.p))
  const told = pairs.map((pair, at) => ({ ...pair, q: qs[at]! }))
  const tables = kinds.map((by) =>
    tableOf(
      by,
      known.filter((each) => each.by === by),
      told,
      question,
    ),
  )
  const assumptions = [
    say(words, 'say.marginal.model', { hours: question.agentHours ?? usualHours }),
    say(words, 'say.marginal.interval'),
    ...(kinds.includes('team') ? [say(words, 'say.marginal.team')] : []),
  ]
  return {
    tables,
    left,
    tried: pairs.length,
    assumptions,
    findings: tables.flatMap((table) => findingOf(table, told, assumptions, words)),
  }
}

type Measured = Omit<MarginalPlace, 'rank'> & { errors: { more: number; less: number } }

function measure(queue: MarginalQueue, question: MarginalQuestion): Measured | { left: string } {
  const { words } = question
  const name = nameOf(queue, words)
  const sum = (of: (day: QueueDay) => number) => queue.days.reduce((total, day) => total + of(day), 0)
  const calendar = countDays(queue.from, queue.to)
  const days = calendar.reduce((total, each) => total + each, 0)
  const judged = sum((day) => day.judged)
  if (days < fewestDays || judged < fewestJudged)
    return {
      left: say(words, 'say.marginal.few', {
        name,
        days: formatNumber(days, words),
        judged: formatNumber(judged, words),
        needed: fewestDays,
        contacts: fewestJudged,
      }),
    }
  const handle = handleTimeOf({ ...queue, market: queue.group }, question)
  if ('refused' in handle) return { left: handle.refused }
  const perHour = queue.hours.map((each) => each.contacts / calendar[each.weekday - 1]!)
  const staffed: StaffedQueue = {
    perHour,
    handleSeconds: handle.seconds,
    within: queue.within,
    attained: sum((day) => day.within) / judged,
    concurrency: question.concurrency[queue.channel] ?? 1,
  }
  const hours = question.agentHours ?? usualHours
  const value = marginOf(staffed, hours)
  const errors = errorsOf(staffed, hours, queue, calendar, handle.n > 0)
  const estimate = (of: 'more' | 'less'): Estimate => ({
    value: value[of],
    low: value[of] - normalReach * errors[of],
    high: value[of] + normalReach * errors[of],
  })
  return {
    channel: queue.channel,
    by: queue.by,
    group: queue.group,
    name,
    days,
    contacts_a_week: perHour.reduce((total, each) => total + each, 0),
    attained: staffed.attained,
    n: judged,
    handle_seconds: handle.seconds,
    agent_hours: Math.min(hours, perHour.length),
    more: estimate('more'),
    less: estimate('less'),
    errors,
  }
}

/** What is estimated from the days: how much comes (1 is as much as came), how long it takes, and how much is answered in time. */
type Estimated = [arrivals: number, handle: number, attained: number]

/**
 * Standard errors of both changes: the covariance of what is estimated, from how the days differ (arrivals within their weekday), times
 * the slopes on it, each taken over one standard error.
 */
function errorsOf(
  staffed: StaffedQueue,
  hours: number,
  queue: MarginalQueue,
  calendar: number[],
  measuresHandle: boolean,
): { more: number; less: number } {
  const covariance = covarianceOf(staffed, queue, calendar, measuresHandle)
  const slopes = covariance.map((row, at) => {
    const step = Math.sqrt(row[at]!)
    if (!(step > 0)) return { more: 0, less: 0 }
    const moved = (sign: number) => marginOf(shiftedBy(staffed, at, sign * step), hours)
    const [up, down] = [moved(1), moved(-1)]
    return { more: (up.more - down.more) / (2 * step), less: (up.less - down.less) / (2 * step) }
  })
  const error = (of: 'more' | 'less') => {
    const variance = covariance.reduce(
      (sum, row, i) => sum + row.reduce((part, each, j) => part + each * slopes[i]![of] * slopes[j]![of], 0),
      0,
    )
    return Math.sqrt(Math.max(0, variance))
  }
  return { more: error('more'), less: error('less') }
}

function shiftedBy(staffed: StaffedQueue, at: number, by: number): StaffedQueue {
  if (at === 0) return { ...staffed, perHour: staffed.perHour.map((each) => each * Math.max(0.01, 1 + by)) }
  if (at === 1) return { ...staffed, handleSeconds: Math.max(1, staffed.handleSeconds + by) }
  return { ...staffed, attained: Math.min(1, Math.max(0, staffed.attained + by)) }
}

function covarianceOf(
  staffed: StaffedQueue,
  { days, handled }: MarginalQueue,
  calendar: number[],
  measuresHandle: boolean,
): number[][] {
  const sum = (of: (day: QueueDay) => number, some = days) => some.reduce((total, day) => total + of(day), 0)
  const [contacts, judged] = [sum((day) => day.contacts), sum((day) => day.judged)]
  const mean = calendar.map((count, at) =>
    count > 0
      ? sum(
          (day) => day.contacts,
          days.filter((day) => day.weekday === at + 1),
        ) / count
      : 0,
  )
  const seconds = handled > 0 ? sum((day) => day.seconds) / sum((day) => day.handled) : 0
  const rests = days.map(
    (day): Estimated => [
      (day.contacts - mean[day.weekday - 1]!) / contacts,
      measuresHandle ? (day.seconds - seconds * day.handled) / sum((each) => each.handled) : 0,
      (day.within - staffed.attained * day.judged) / judged,
    ],
  )
  // Days on which nothing came lie below the mean of their weekday, and say nothing else.
  for (const [at, count] of calendar.entries()) {
    const empty = count - days.filter((day) => day.weekday === at + 1).length
    for (let each = 0; each < empty; each++) rests.push([-mean[at]! / contacts, 0, 0])
  }
  const factor = rests.length / (rests.length - 7)
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => factor * rests.reduce((all, rest) => all + rest[i]! * rest[j]!, 0)))
}

interface Pair {
  of: 'more' | 'less'
  one: Measured
  other: Measured
  p: number | null
}

type Told = Pair & { q: number | null }

function pairsOf(places: Measured[]): Pair[] {
  return places.flatMap((one, at) =>
    places.slice(at + 1).flatMap((other) =>
      (['more', 'less'] as const).map((of): Pair => {
        const gap = one[of].value - other[of].value
        const error = Math.hypot(one.errors[of], other.errors[of])
        return { of, one, other, p: error > 0 ? wald(gap, error).p : null }
      }),
    ),
  )
}

function tableOf(by: QueueOf, known: Measured[], told: Told[], question: MarginalQuestion): MarginalTable {
  const places = known
    .map((each) => {
      const { errors, ...place } = each
      return { ...place, rank: { more: ranked(each, 'more', known, told), less: ranked(each, 'less', known, told) } }
    })
    .toSorted((a, b) => b.more.value - a.more.value)
  return { by, places, sentences: sentencesOf(by, places, question) }
}

function ranked(place: Measured, of: 'more' | 'less', all: Measured[], told: Told[]): Places {
  const real = told.filter((each) => each.of === of && isReal(each.q))
  const against = real.flatMap((each) => (each.one === place ? [each.other] : each.other === place ? [each.one] : []))
  // Larger is better for both: a loss is below 0.
  const better = against.filter((each) => each[of].value > place[of].value).length
  return { best: 1 + better, worst: all.length - (against.length - better) }
}

function sentencesOf(by: QueueOf, places: MarginalPlace[], { words }: MarginalQuestion): string[] {
  if (places.length < 2) return places.map((place) => saidPlace(place, 'more', 'alone', words))
  return (['more', 'less'] as const).map((of) => {
    const first = places.filter((each) => each.rank[of].best === 1)
    if (first.length === 1) return saidPlace(first[0]!, of, 'first', words)
    if (first.length === places.length) return say(words, `say.marginal.same.${of}`, { count: places.length, by })
    const names = first.map((each) => each.name).join(' · ')
    return say(words, `say.marginal.tied.${of}`, { names, rest: places.length - first.length })
  })
}

/** `3`, or `3 to 5` where the data do not tell which. */
export function saidRank({ rank: { more } }: MarginalPlace, words: Words): string {
  return more.best === more.worst
    ? formatNumber(more.best, words)
    : say(words, 'say.marginal.rank', { best: more.best, worst: more.worst })
}

function saidPlace(place: MarginalPlace, of: 'more' | 'less', as: 'first' | 'alone', words: Words): string {
  const { value, low, high } = place[of]
  const number = (each: number) => formatNumber(each, words, 1)
  const [least, largest] = of === 'more' ? [low, high] : [-high, -low]
  return say(words, `say.marginal.${as}.${of}`, {
    name: place.name,
    contacts: number(Math.abs(value)),
    low: number(least),
    high: number(largest),
    now: formatValue(place.attained, 'ratio', words),
    after: formatValue(Math.max(0, place.attained + value / place.contacts_a_week), 'ratio', words),
  })
}

/** Only where one place is told from all others; the rest is a table to read. */
function findingOf({ by, places }: MarginalTable, told: Told[], limits: string[], words: Words): Finding[] {
  const first = places.filter((each) => each.rank.more.best === 1)
  const place = first[0]
  if (!place || first.length > 1 || places.length < 2) return []
  const own = told.filter(
    (each) =>
      each.of === 'more' &&
      [each.one, each.other].some((one) => one.by === by && one.group === place.group && one.channel === place.channel),
  )
  const worst = (of: 'p' | 'q') => Math.max(...own.map((each) => each[of] ?? 1))
  return [
    {
      id: `staffing.marginal.${by}.${place.channel}.${place.group}`,
      kind: 'staffing',
      claim: saidPlace(place, 'more', 'first', words),
      evidence: say(words, 'say.marginal.evidence', {
        n: formatNumber(place.n, words),
        days: place.days,
        others: places.length - 1,
      }),
      confidence: {
        n: place.n,
        effect: { ...place.more, unit: 'number' },
        p: worst('p'),
        q: worst('q'),
        tried: told.length,
      },
      check: checkOf(place),
      limits,
    },
  ]
}

function checkOf({ by, channel, group }: MarginalPlace): Query {
  return {
    metrics: [`${channel}_acceptance_rate`],
    by: [by],
    where: [{ dimension: by, op: 'in', values: [group] }],
  }
}

function nameOf({ channel, group, label }: MarginalQueue, words: Words): string {
  const name = labelOf(words, `values.channel.${channel}`, channel)
  if (group === '') return say(words, 'say.marginal.unset', { channel: name })
  return say(words, 'say.marginal.place', { channel: name, group: label })
}
