import { formatDate, formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { labelOf, say, type Words } from '../config/words.ts'
import { impatientQueueOf } from '../stats/erlang-a.ts'
import { queueOf } from '../stats/erlang-c.ts'
import { type AgentTime, occupancyOf, paidSeconds, type Shrinkage, shrinkageOf } from './agent-time.ts'
import { staffHour } from './staffed-hour.ts'
import { type ArrivalCell, type HandlePart, handleParts, type QueueEvidence } from './staffing-evidence.ts'

export interface StaffingQuestion {
  /** Paid time that is not for customers: breaks, meetings, training, leave. Where it is left out: as the states of agents show it, else 30 %. */
  shrinkage?: number | undefined
  time?: AgentTime | null
  /** Contacts that an agent holds at a time, by channel; 1 where none is given. */
  concurrency: Record<string, number>
  /** Seconds that stand in for what is not measured, by `chat` or `call.wrapup`. */
  handle: Record<string, number>
  /** What so many agents would make of each hour. */
  agents?: number
  words: Words
}

/** One hour of one weekday. */
export interface PlannedHour {
  /** 1 is Monday. */
  weekday: number
  hour: number
  /** Mean of the days, those without any contact among them. */
  contacts: number
  /** Exceeded on one day in ten; null with fewer than ten days. */
  p90: number | null
  agents: number
  /** For as many contacts as the 90th percentile. */
  agents_p90: number | null
  /** Paid for, with shrinkage. */
  rostered: number
  occupancy: number | null
  service_level: number | null
  mean_wait: number | null
  /** Share that would give up at that staffing, by how patient customers were so far; null where nobody gave up or all stayed. */
  abandons: number | null
  now: Achieved
  /** With the number of agents that was asked about; null where their load is as large as they are many. */
  given?: { service_level: number; occupancy: number } | null
}

/** What the data says of today. */
export interface Achieved {
  /** Mean number of different agents who took contacts: on hand were at least these. */
  agents: number | null
  service_level: number | null
  /** Contacts that it is known of. */
  n: number
}

export interface HandleTime {
  seconds: number
  /** Contacts measured; 0 where it is assumed whole. */
  n: number
  measured: HandlePart[]
  /** What a parameter stands in for; `whole` for all parts together. */
  assumed: (HandlePart | 'whole')[]
}

export interface Staffing {
  channel: string
  market: string | null
  from: string
  to: string
  /** Whole days. */
  days: number
  target: QueueEvidence['target']
  handle: HandleTime
  concurrency: number
  shrinkage: Shrinkage
  /** Share of their time for customers that agents were busy, by their states; null where no source has them. */
  measured_occupancy: number | null
  /** Hours in which anybody came, Monday's first. */
  hours: PlannedHour[]
  /** Agents in the hour that takes the most. */
  peak: number
  /** A week of hours with agents, and of hours paid for. */
  agent_hours: number
  rostered_hours: number
  contacts_a_week: number
  /** Of all contacts, with the agents of the plan. */
  service_level: number
  occupancy: number
  now: Achieved
  /** Everything that is not measured, a sentence each. */
  assumptions: string[]
  sentence: string
  /** What the given number of agents would come to. */
  given?: string
}

/** A queue that cannot be staffed by what is known, and what to ask for. */
export interface NoStaffing {
  channel: string
  market: string | null
  refused: string
}

const fewestDays = 14
const fewestForP90 = 10
/** Below these a share says little, and so does a mean patience. */
const fewestJudged = 20
const fewestLeft = 30

/**
 * Agents by hour of the week for the service level of one queue, or why that cannot be said. Each hour is taken as a queue in its
 * steady state, in which customers come at random and stay (Erlang C).
 */
export function findStaffing(queue: QueueEvidence, question: StaffingQuestion): Staffing | NoStaffing {
  const { channel, market, target } = queue
  const { words } = question
  const refused = lackOf(queue, words) ?? null
  if (refused !== null) return { channel, market, refused }
  const handle = handleTimeOf(queue, question)
  if ('refused' in handle) return { channel, market, refused: handle.refused }
  const concurrency = question.concurrency[channel] ?? 1
  const shrinkage = shrinkageOf(question.shrinkage, question.time)
  const hours = hoursOf(queue).map((each) =>
    planHour(each, queue, handle.seconds, concurrency, shrinkage.value, question),
  )
  const sum = (of: (hour: PlannedHour) => number) => hours.reduce((all, hour) => all + of(hour), 0)
  const contacts = sum((hour) => hour.contacts)
  const agentHours = sum((hour) => hour.agents)
  const busy = sum((hour) => (hour.occupancy ?? 0) * hour.agents)
  const made = {
    channel,
    market,
    from: queue.from,
    to: queue.to,
    days: queue.days.reduce((all, each) => all + each, 0),
    target,
    handle,
    concurrency,
    shrinkage,
    measured_occupancy: question.time ? occupancyOf(question.time) : null,
    hours,
    peak: Math.max(...hours.map((hour) => hour.agents)),
    agent_hours: agentHours,
    rostered_hours: agentHours / (1 - shrinkage.value),
    contacts_a_week: contacts,
    service_level: sum((hour) => (hour.service_level ?? 0) * hour.contacts) / contacts,
    occupancy: busy / agentHours,
    now: achieved(queue.cells, null, queue),
  }
  return {
    ...made,
    assumptions: assumptionsOf(made, queue, question),
    sentence: saidStaffing(made, question),
    ...(question.agents !== undefined && { given: saidGiven(made, question.agents, words) }),
  }
}

/** A queue as it is told: `Phone`, `Chat in FR`. */
export function nameOfQueue({ channel, market }: Pick<Staffing, 'channel' | 'market'>, words: Words): string {
  const name = labelOf(words, `values.channel.${channel}`, channel)
  if (market === '') return say(words, 'say.staffing.unset', { channel: name })
  return market === null ? name : say(words, 'say.staffing.queue', { channel: name, market })
}

/** `Monday 10:00`. */
export function nameOfHour({ weekday, hour }: Pick<PlannedHour, 'weekday' | 'hour'>, words: Words): string {
  return `${say(words, `values.weekday.${weekday}`)} ${String(hour).padStart(2, '0')}:00`
}

function lackOf(queue: QueueEvidence, words: Words): string | undefined {
  const name = nameOfQueue(queue, words)
  if (queue.untimed === queue.contacts) return say(words, 'say.staffing.no-moments', { name })
  if (queue.hours < 2) return say(words, 'say.staffing.no-hours', { name })
  const days = queue.days.reduce((all, each) => all + each, 0)
  if (days < fewestDays) return say(words, 'say.staffing.few-days', { name, days, needed: fewestDays })
  if (queue.cells.length === 0) return say(words, 'say.staffing.no-contacts', { name })
  return undefined
}

/**
 * Talk, hold and wrap-up of answered contacts. A part that one contact lacks is none, as in the metric `handle_time`; a part that no
 * contact of the channel has was not recorded, and is asked for.
 */
export function handleTimeOf(
  queue: Pick<QueueEvidence, 'channel' | 'market' | 'parts' | 'handled'>,
  { handle, words }: Pick<StaffingQuestion, 'handle' | 'words'>,
): HandleTime | { refused: string } {
  const { channel, parts, handled } = queue
  const whole = handle[channel]
  if (whole !== undefined && whole > 0) return { seconds: whole, n: 0, measured: [], assumed: ['whole'] }
  const measured = handleParts.filter((part) => parts[part] !== null)
  const missing = handleParts.filter((part) => parts[part] === null)
  const unknown = missing.filter((part) => handle[`${channel}.${part}`] === undefined)
  if (unknown.length > 0) {
    const named = unknown.map((part) => say(words, `say.staffing.part.${part}`)).join(', ')
    const flags = unknown.includes('talk')
      ? `--handle ${channel}=300`
      : unknown.map((part) => `--handle ${channel}.${part}=30`).join(' ')
    return { refused: say(words, 'say.staffing.no-handle', { name: nameOfQueue(queue, words), parts: named, flags }) }
  }
  const seconds = handleParts.reduce((sum, part) => {
    const total = parts[part]
    return sum + (total === null ? (handle[`${channel}.${part}`] ?? 0) : total / handled)
  }, 0)
  if (!(seconds > 0))
    return { refused: say(words, 'say.staffing.no-seconds', { name: nameOfQueue(queue, words), channel }) }
  return { seconds, n: handled, measured, assumed: missing }
}

/** Everything that is known of one hour of one weekday. */
export interface HourOfWeek {
  weekday: number
  hour: number
  days: number
  cells: ArrivalCell[]
}

/** Hours in which anybody came, in the order of the week. */
export function hoursOf({ cells, days }: Pick<QueueEvidence, 'cells' | 'days'>): HourOfWeek[] {
  const hours = new Map<number, HourOfWeek>()
  for (const cell of cells) {
    const key = cell.weekday * 24 + cell.hour
    const known = hours.get(key)
    if (known) known.cells.push(cell)
    else hours.set(key, { weekday: cell.weekday, hour: cell.hour, days: days[cell.weekday - 1] ?? 0, cells: [cell] })
  }
  return [...hours.entries()].toSorted(([a], [b]) => a - b).map(([, hour]) => hour)
}

/** Mean over all days of the weekday. */
export function meanContacts({ cells, days }: HourOfWeek): number {
  return cells.reduce((sum, each) => sum + each.contacts * each.days, 0) / days
}

/** Between the two ordered days next to it, days without contacts among them; null where there are too few to speak of one in ten. */
function p90Of({ cells, days }: HourOfWeek): number | null {
  if (days < fewestForP90) return null
  const counts = cells
    .toSorted((a, b) => a.contacts - b.contacts)
    .flatMap((each) => new Array<number>(each.days).fill(each.contacts))
  const all = [...new Array<number>(Math.max(0, days - counts.length)).fill(0), ...counts]
  const place = 0.9 * (all.length - 1)
  const below = all[Math.floor(place)]!
  return below + (place % 1) * (all[Math.ceil(place)]! - below)
}

function planHour(
  each: HourOfWeek,
  queue: QueueEvidence,
  handleSeconds: number,
  concurrency: number,
  shrinkage: number,
  { agents }: StaffingQuestion,
): PlannedHour {
  const contacts = meanContacts(each)
  const p90 = p90Of(each)
  const staffed = staffHour(contacts, handleSeconds, queue.target, concurrency)
  const high = p90 === null ? null : staffHour(p90, handleSeconds, queue.target, concurrency)
  const demand = { perHour: contacts, handleSeconds, within: queue.target.within }
  const patience = queue.left >= fewestLeft && queue.waited > 0 ? queue.waited / queue.left : null
  return {
    weekday: each.weekday,
    hour: each.hour,
    contacts,
    p90,
    agents: staffed?.agents ?? 0,
    agents_p90: p90 === null ? null : (high?.agents ?? 0),
    rostered: (staffed?.agents ?? 0) / (1 - shrinkage),
    occupancy: staffed?.occupancy ?? null,
    service_level: staffed?.serviceLevel ?? null,
    mean_wait: staffed?.meanWait ?? null,
    abandons: patience === null || !staffed ? null : impatientQueueOf(demand, staffed.places, patience).abandons,
    now: achieved(each.cells, each.days, queue),
    ...(agents !== undefined && { given: givenOf(demand, Math.floor(agents * concurrency + 1e-9)) }),
  }
}

function givenOf(demand: Parameters<typeof queueOf>[0], places: number): PlannedHour['given'] {
  const found = queueOf(demand, places)
  return found && { service_level: found.serviceLevel, occupancy: found.occupancy }
}

/** With the days of one hour; agents of a whole week would mean nothing, so `null` tells none. */
function achieved(cells: ArrivalCell[], days: number | null, { knowsAgents }: QueueEvidence): Achieved {
  const sum = (of: 'agents' | 'judged' | 'within') => cells.reduce((all, each) => all + each[of], 0)
  const [seen, judged] = [sum('agents'), sum('judged')]
  return {
    agents: days !== null && knowsAgents && seen > 0 ? seen / days : null,
    service_level: judged >= fewestJudged ? sum('within') / judged : null,
    n: judged,
  }
}

type Made = Omit<Staffing, 'assumptions' | 'sentence' | 'given'>

function assumptionsOf(made: Made, queue: QueueEvidence, question: StaffingQuestion): string[] {
  const { words } = question
  const { handle, concurrency, channel } = made
  const name = nameOfQueue(made, words)
  const parts = handle.assumed.map((part) => say(words, `say.staffing.part.${part}`)).join(', ')
  return [
    ...(handle.assumed.length > 0
      ? [say(words, 'say.staffing.assumed.handle', { name, parts, seconds: formatDuration(handle.seconds, words) })]
      : []),
    ...(queue.promised === 'assumed'
      ? [say(words, 'say.staffing.assumed.target', { target: targetText(made, words) })]
      : []),
    ...(queue.promised === 'share'
      ? [say(words, 'say.staffing.assumed.share', { share: percent(made.target.share, words) })]
      : []),
    ...(channel === 'call' && concurrency === 1 ? [] : [concurrencyText(made, question)]),
    ...shrinkageText(made, question),
    say(words, 'say.staffing.assumed.model'),
  ]
}

/** Who says how much paid time is not for customers, where nobody was asked. */
function shrinkageText({ shrinkage }: Made, { time, words }: StaffingQuestion): string[] {
  const share = percent(shrinkage.value, words)
  if (shrinkage.origin === 'assumed') return [say(words, 'say.staffing.assumed.shrinkage', { share })]
  if (shrinkage.origin === 'asked' || !time) return []
  const hours = formatNumber(paidSeconds(time) / 3600, words)
  return [say(words, 'say.staffing.measured.shrinkage', { share, hours, agents: time.agents })]
}

/** How many at a time, and whether anybody said so. */
export function concurrencyText(
  { channel, market }: Pick<Staffing, 'channel' | 'market'>,
  { concurrency, words }: StaffingQuestion,
): string {
  const held = concurrency[channel]
  return say(words, 'say.staffing.assumed.concurrency', {
    name: nameOfQueue({ channel, market }, words),
    number: formatNumber(held ?? 1, words, (held ?? 1) % 1 ? 1 : 0),
    stated: held === undefined ? 'no' : 'yes',
  })
}

/** `80% within 20 sec`. */
export function targetText({ target }: Pick<Staffing, 'target'>, words: Words): string {
  return say(words, 'say.staffing.target', {
    share: percent(target.share, words),
    within: formatDuration(target.within, words),
  })
}

/** Whole where it is. */
export function percent(value: number, words: Words): string {
  const digits = Math.abs(value * 100 - Math.round(value * 100)) < 1e-9 ? 0 : 1
  return say(words, 'say.staffing.percent', { value: formatNumber(value * 100, words, digits) })
}

function saidStaffing(made: Made, { time, words }: StaffingQuestion): string {
  const top = made.hours.toSorted((a, b) => b.agents - a.agents || b.contacts - a.contacts)[0]!
  const parts = [
    say(words, 'say.staffing.made', {
      name: nameOfQueue(made, words),
      target: targetText(made, words),
      peak: made.peak,
      when: nameOfHour(top, words),
      hours: formatNumber(made.agent_hours, words),
      rostered: formatNumber(made.rostered_hours, words),
      shrinkage: percent(made.shrinkage.value, words),
    }),
    say(words, 'say.staffing.from', {
      contacts: formatNumber(made.contacts_a_week, words),
      handle: formatDuration(made.handle.seconds, words),
      days: made.days,
      from: formatDate(made.from, words),
      to: formatDate(made.to, words),
    }),
    made.now.service_level === null
      ? say(words, 'say.staffing.now-unknown')
      : say(words, 'say.staffing.now', {
          share: formatValue(made.now.service_level, 'ratio', words),
          n: formatNumber(made.now.n, words),
          within: formatDuration(made.target.within, words),
        }),
    ...(made.measured_occupancy === null || !time
      ? []
      : [
          say(words, 'say.staffing.measured.occupancy', {
            share: formatValue(made.measured_occupancy, 'ratio', words),
            planned: formatValue(made.occupancy, 'ratio', words),
          }),
        ]),
  ]
  return parts.join(' ')
}

function saidGiven(made: Made, agents: number, words: Words): string {
  const stable = made.hours.filter((hour) => hour.given)
  const unstable = made.hours.filter((hour) => hour.given === null)
  const met = stable.filter((hour) => (hour.given?.service_level ?? 0) >= made.target.share).length
  const said = say(words, 'say.staffing.given', {
    agents,
    met,
    all: made.hours.length,
    target: targetText(made, words),
  })
  const worst = unstable.toSorted((a, b) => b.contacts - a.contacts)[0]
  if (!worst) return said
  const load = (worst.contacts * made.handle.seconds) / 3600 / made.concurrency
  return `${said} ${say(words, 'say.staffing.unstable', {
    count: unstable.length,
    when: nameOfHour(worst, words),
    load: formatNumber(load, words, 1),
    agents,
  })}`
}
