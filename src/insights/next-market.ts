import { endOf } from '../calendar.ts'
import { formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { labelOf, say } from '../config/words.ts'
import type { Estimate } from '../stats/difference.ts'
import { queueOf } from '../stats/erlang-c.ts'
import { predictNewGroup } from '../stats/new-group.ts'
import { shrinkageOf } from './agent-time.ts'
import type { NoFindings } from './finding.ts'
import type { NextMarketEvidence } from './next-market-evidence.ts'
import { type ServiceTarget, staffHour } from './staffed-hour.ts'
import { handleTimeOf, hoursOf, meanContacts, type StaffingQuestion, targetText } from './staffing.ts'
import type { QueueEvidence } from './staffing-evidence.ts'

export interface Language {
  language: string
  /** Of the contacts; the shares add up to 1. */
  share: number
}

export interface NextMarketQuestion extends StaffingQuestion {
  /** Markets that it will be like. */
  like: string[]
  customers: number
  /** First hour that is open and first that is not, 8 and 18; left out: the hours at which contacts come elsewhere. */
  hours?: { from: number; to: number }
  /** A queue of its own for each. */
  languages?: Language[]
}

/** What one of the named markets says of one channel. */
export interface LikeMarket {
  market: string
  months: number
  /** In the last whole month. */
  customers: number
  /** Contacts a month for each 1,000 customers, mean of the months. */
  rate: number
  handle_seconds: number
}

export interface NextHour {
  weekday: number
  hour: number
  contacts: number
  agents: number
}

export interface NextQueue {
  channel: string
  like: LikeMarket[]
  /** Contacts a month for each 1,000 customers; 95 % prediction interval. */
  rate: Estimate
  contacts_a_week: Estimate
  handle_seconds: number
  target: ServiceTarget
  /** Of the contacts elsewhere, those outside the opening hours: they are expected within them. */
  outside: number
  hours: NextHour[]
  peak: Estimate
  agent_hours: Estimate
  rostered_hours: Estimate
  /** Share in time with the agents of the plan, where as many come as expected, and as at the high end. */
  service_level: number
  service_level_high: number
  sentence: string
}

export interface NextMarket {
  customers: number
  like: string[]
  queues: NextQueue[]
  /** Channels of which it cannot be told, a sentence each. */
  left: string[]
  assumptions: string[]
}

const fewestMarkets = 2
const fewestMonths = 3
const fewestCustomers = 50
/** A month of 30.4 days, so that February has no fewer contacts. */
const daysOfMonth = 365.25 / 12

/**
 * What a new market will take, as far as named ones tell: contacts by customer, the shape of their week and their handle times. The
 * interval holds how the named markets differ and how their months do; a market unlike all of them is not in it.
 */
export function findNextMarket(evidence: NextMarketEvidence, question: NextMarketQuestion): NextMarket | NoFindings {
  const { words, like } = question
  if (evidence.missing.length > 0)
    return {
      refused: say(words, 'say.next.missing', { columns: evidence.missing.join(', ') }),
      missing: evidence.missing,
    }
  const known = [...new Set(evidence.joined.map((each) => each.market))].toSorted()
  const unknown = like.filter((each) => !known.includes(each))
  if (unknown.length > 0)
    return {
      refused: say(words, 'say.next.unknown', { markets: unknown.join(', '), known: known.join(', ') }),
      missing: [],
    }
  if (new Set(like).size < fewestMarkets)
    return { refused: say(words, 'say.next.one', { needed: fewestMarkets }), missing: [] }
  const channels = [...new Set(evidence.queues.map((each) => each.channel))]
  const found = channels.map((channel) => queueFor(channel, evidence, question))
  const queues = found.flatMap((each) => ('left' in each ? [] : [each]))
  const left = found.flatMap((each) => ('left' in each ? [each.left] : []))
  if (queues.length === 0) return { refused: left.join(' ') || say(words, 'say.staffing.none'), missing: [] }
  return { customers: question.customers, like, queues, left, assumptions: assumptionsOf(evidence, question) }
}

function queueFor(
  channel: string,
  evidence: NextMarketEvidence,
  question: NextMarketQuestion,
): NextQueue | { left: string } {
  const { words, like, hours } = question
  const name = labelOf(words, `values.channel.${channel}`, channel)
  const told = like.map((market) => {
    const queue = evidence.queues.find((each) => each.channel === channel && each.market === market)
    return { market, queue, rates: queue ? ratesOf(market, queue, evidence) : [] }
  })
  const short = told.filter((each) => each.rates.length < fewestMonths)
  if (short.length > 0) {
    const lacks = short
      .map(({ market, rates }) => say(words, 'say.next.lack', { market, months: rates.length }))
      .join('; ')
    return {
      left: say(words, 'say.next.short', { name, lacks, months: fewestMonths, customers: fewestCustomers }),
    }
  }
  const rate = predictNewGroup(told.map((each) => each.rates.map(({ rate }) => rate)))!
  const handles = told.map(({ queue }) => handleTimeOf(queue!, question))
  const refused = handles.find((each) => 'refused' in each)
  if (refused && 'refused' in refused) return { left: refused.refused }
  const seconds = handles.map((each) => (each as { seconds: number }).seconds)
  const week = shapeOf(
    told.map((each) => each.queue!),
    hours,
  )
  if (week.hours.length === 0) return { left: say(words, 'say.next.no-hours', { name }) }
  const bounded: Estimate = { value: rate.value, low: Math.max(0, rate.low), high: rate.high }
  const weekly = (each: number) => (each * question.customers * 7) / (1000 * daysOfMonth)
  const contacts = { value: weekly(bounded.value), low: weekly(bounded.low), high: weekly(bounded.high) }
  const target = told[0]!.queue!.target
  const handleSeconds = mean(seconds)
  const staffed = (of: keyof Estimate) => staff(week.hours, contacts[of], handleSeconds, target, channel, question)
  const [plan, low, high] = [staffed('value'), staffed('low'), staffed('high')]
  const each = (of: 'peak' | 'agents' | 'rostered'): Estimate => ({ value: plan[of], low: low[of], high: high[of] })
  const made = {
    channel,
    like: told.map(({ market, rates }, at) => ({
      market,
      months: rates.length,
      customers: rates.at(-1)!.customers,
      rate: mean(rates.map((one) => one.rate)),
      handle_seconds: seconds[at]!,
    })),
    rate: bounded,
    contacts_a_week: contacts,
    handle_seconds: handleSeconds,
    target,
    outside: week.outside,
    hours: plan.hours,
    peak: each('peak'),
    agent_hours: each('agents'),
    rostered_hours: each('rostered'),
    service_level: levelOf(plan, 1),
    service_level_high: levelOf(plan, contacts.high / contacts.value),
  }
  return { ...made, sentence: saidQueue(made, name, question) }
}

/** Contacts a month for each 1,000 customers that there were by then, in whole months. */
function ratesOf(
  market: string,
  queue: QueueEvidence,
  { months, joined }: NextMarketEvidence,
): { rate: number; customers: number }[] {
  const own = joined.filter((each) => each.market === market)
  return months
    .filter((each) => each.market === market && each.channel === queue.channel)
    .filter(({ month }) => month >= queue.from && endOf(month, 'month') <= queue.to)
    .map(({ month, contacts }) => {
      const customers = own
        .filter((each) => each.month === null || each.month <= month)
        .reduce((sum, each) => sum + each.customers, 0)
      const days = Number(endOf(month, 'month').slice(8))
      return { rate: (contacts * 1000 * daysOfMonth) / (days * customers), customers }
    })
    .filter(({ customers }) => customers >= fewestCustomers)
}

interface Share {
  weekday: number
  hour: number
  share: number
}

/** Where in the week contacts come: each named market counts alike, however large it is. */
function shapeOf(queues: QueueEvidence[], open: NextMarketQuestion['hours']): { hours: Share[]; outside: number } {
  const shares = new Map<number, Share>()
  for (const queue of queues) {
    const hours = hoursOf(queue)
    const all = hours.reduce((sum, each) => sum + meanContacts(each), 0)
    for (const each of hours) {
      const key = each.weekday * 24 + each.hour
      const known = shares.get(key) ?? { weekday: each.weekday, hour: each.hour, share: 0 }
      known.share += meanContacts(each) / all / queues.length
      shares.set(key, known)
    }
  }
  const all = [...shares.entries()].toSorted(([a], [b]) => a - b).map(([, share]) => share)
  const inside = open ? all.filter(({ hour }) => hour >= open.from && hour < open.to) : all
  const total = inside.reduce((sum, each) => sum + each.share, 0)
  return { hours: inside.map((each) => ({ ...each, share: each.share / total })), outside: Math.max(0, 1 - total) }
}

interface Plan {
  hours: NextHour[]
  /** Each hour of each language, with what answers it. */
  queues: { demand: { perHour: number; handleSeconds: number; within: number }; places: number }[]
  peak: number
  agents: number
  rostered: number
}

function staff(
  week: Share[],
  contacts: number,
  handleSeconds: number,
  target: ServiceTarget,
  channel: string,
  { languages, concurrency, shrinkage, time }: NextMarketQuestion,
): Plan {
  const held = concurrency[channel] ?? 1
  const parts = languages?.map((each) => each.share) ?? [1]
  const queues: Plan['queues'] = []
  const hours = week.map(({ weekday, hour, share }) => {
    const agents = parts.map((part) => {
      const perHour = contacts * share * part
      const staffed = staffHour(perHour, handleSeconds, target, held)
      if (staffed) queues.push({ demand: { perHour, handleSeconds, within: target.within }, places: staffed.places })
      return staffed?.agents ?? 0
    })
    return { weekday, hour, contacts: contacts * share, agents: agents.reduce((sum, each) => sum + each, 0) }
  })
  const agents = hours.reduce((sum, each) => sum + each.agents, 0)
  return {
    hours,
    queues,
    peak: Math.max(0, ...hours.map((each) => each.agents)),
    agents,
    rostered: agents / (1 - shrinkageOf(shrinkage, time).value),
  }
}

/** Share in time where `factor` times as many come; where there is more work than agents, none is. */
function levelOf({ queues }: Plan, factor: number): number {
  const levels = queues.map(({ demand, places }) => {
    const perHour = demand.perHour * factor
    return { perHour, level: queueOf({ ...demand, perHour }, places)?.serviceLevel ?? 0 }
  })
  const all = levels.reduce((sum, each) => sum + each.perHour, 0)
  return all > 0 ? levels.reduce((sum, each) => sum + each.perHour * each.level, 0) / all : 0
}

function mean(values: number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length
}

function saidQueue(made: Omit<NextQueue, 'sentence'>, name: string, { words, customers, like }: NextMarketQuestion) {
  const number = (value: number, digits = 0) => formatNumber(value, words, digits)
  return say(words, 'say.next.made', {
    name,
    like: like.join(', '),
    customers: number(customers),
    rate: number(made.rate.value, 1),
    rate_low: number(made.rate.low, 1),
    rate_high: number(made.rate.high, 1),
    contacts: number(made.contacts_a_week.value),
    contacts_low: number(made.contacts_a_week.low),
    contacts_high: number(made.contacts_a_week.high),
    handle: formatDuration(made.handle_seconds, words),
    target: targetText(made, words),
    hours: number(made.agent_hours.value),
    hours_low: number(made.agent_hours.low),
    hours_high: number(made.agent_hours.high),
    peak: made.peak.value,
    level: formatValue(made.service_level, 'ratio', words),
    level_high: formatValue(made.service_level_high, 'ratio', words),
  })
}

function assumptionsOf({ joined }: NextMarketEvidence, question: NextMarketQuestion): string[] {
  const { words, languages, like, hours } = question
  const dated = joined.some((each) => like.includes(each.market) && each.month !== null)
  const shares = languages?.map(({ language, share }) => `${language} ${formatValue(share, 'ratio', words)}`).join(', ')
  return [
    say(words, 'say.next.analogy', { markets: new Set(like).size }),
    say(words, hours ? 'say.next.open' : 'say.next.always'),
    shares ? say(words, 'say.next.languages', { shares }) : say(words, 'say.next.one-language'),
    say(words, dated ? 'say.next.joined' : 'say.next.not-joined'),
    say(words, 'say.staffing.assumed.model'),
  ]
}
