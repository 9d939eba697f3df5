import { formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { shrinkageOf } from './agent-time.ts'
import { type ServiceTarget, type StaffedHour, staffHour } from './staffed-hour.ts'
import { concurrencyText, handleTimeOf, hoursOf, meanContacts, nameOfQueue, type StaffingQuestion } from './staffing.ts'
import { type Kept, type QueueEvidence, waitingChannels } from './staffing-evidence.ts'

/** A part of the contacts of one channel that would come by another. */
export interface Shift {
  from: string
  to: string
  /** 0.3 of all contacts of the first channel, or as many as may move. */
  share: number
}

export interface ShiftQuestion extends StaffingQuestion {
  shift: Shift
  keep: Kept[]
  /** Paid for an agent's hour, in whatever currency; without it no cost is told. */
  cost?: number
}

/** One of the two channels before or after, a week of it. */
export interface ShiftSide {
  channel: string
  contacts: number
  peak: number
  agent_hours: number
  rostered_hours: number
  cost: number | null
  service_level: number | null
}

export interface ChannelShift {
  market: string | null
  shift: Shift
  /** Contacts a week that move, and that may not. */
  moved: number
  kept: number
  before: ShiftSide[]
  after: ShiftSide[]
  concurrency: number
  /** Contacts at a time in the new channel from which on no more agents are needed than before; null where ten do not suffice. */
  break_even: number | null
  /** Seconds that a contact takes in the new channel, as measured or stated. */
  handle_seconds: number
  /** How long a contact may take in the new channel, by how many an agent holds at a time. */
  break_evens: BreakEven[]
  sentence: string
  assumptions: string[]
}

export interface NoShift {
  market: string | null
  refused: string
}

/** With so many at a time, contacts of the new channel may take up to so long before the move takes more agents than before. */
export interface BreakEven {
  concurrency: number
  /** 0 where no time is short enough. */
  handle_seconds: number
}

/** One hour of the week: contacts of both channels, and those of the first that stay. */
interface Hour {
  first: number
  second: number
  stays: number
}

interface Leg {
  channel: string
  handleSeconds: number
  target: ServiceTarget
}

/**
 * What if a part of one channel came by another, the promise kept in both? Hour by hour, so that a peak stays a peak. Nobody knows how
 * long a moved contact takes: as long as those of the channel that it moves to.
 */
export function findShift(
  queues: QueueEvidence[],
  market: string | null,
  unknown: Kept['dimension'][],
  question: ShiftQuestion,
): ChannelShift | NoShift {
  const { shift, words, keep } = question
  if (unknown[0]) return { market, refused: say(words, 'say.staffing.shift.no-keep', { dimension: unknown[0] }) }
  const strange = [shift.from, shift.to].find((each) => !waitingChannels.includes(each))
  if (strange !== undefined) {
    const name = nameOfQueue({ channel: strange, market: null }, words)
    return { market, refused: say(words, 'say.staffing.shift.channel', { name }) }
  }
  const found = [shift.from, shift.to].map((channel) =>
    queues.find((each) => each.channel === channel && each.market === market),
  )
  const [first, second] = found
  if (!first || first.cells.length === 0) return { market, refused: saidNothing(shift.from, market, words) }
  if (!second) return { market, refused: saidNothing(shift.to, market, words) }
  const handles = [first, second].map((each) => handleTimeOf(each, question))
  const refused = handles.find((each) => 'refused' in each)
  if (refused && 'refused' in refused) return { market, refused: refused.refused }
  const legs = [first, second].map(
    (queue, at): Leg => ({
      channel: queue.channel,
      handleSeconds: (handles[at] as { seconds: number }).seconds,
      target: queue.target,
    }),
  ) as [Leg, Leg]
  const hours = pair(first, second)
  const moved = hours.map((hour) => Math.min(shift.share * hour.first, hour.first - hour.stays))
  const concurrency = question.concurrency[shift.to] ?? 1
  const sides = (after: boolean, places: number) =>
    sidesOf(hours, after ? moved : moved.map(() => 0), legs, places, question)
  const [before, after] = [sides(false, concurrency), sides(true, concurrency)]
  const made = {
    market,
    shift,
    moved: total(moved),
    kept: total(hours.map((hour) => hour.stays)),
    before,
    after,
    concurrency,
    break_even: breakEven((places) => agentHours(sides(true, places)) <= agentHours(sides(false, places))),
    handle_seconds: legs[1].handleSeconds,
    break_evens: [...new Set([...heldAtATime, concurrency])]
      .toSorted((a, b) => a - b)
      .map((held) => ({ concurrency: held, handle_seconds: longestHandle(hours, moved, legs, held, question) })),
  }
  return {
    ...made,
    sentence: saidShift(made, question),
    assumptions: [
      say(words, 'say.staffing.shift.handle', {
        name: nameOfQueue({ channel: shift.to, market }, words),
        from: nameOfQueue({ channel: shift.from, market }, words),
      }),
      concurrencyText({ channel: shift.to, market }, question),
      ...(keep.length > 0 ? [say(words, 'say.staffing.shift.kept', { kept: formatNumber(made.kept, words) })] : []),
    ],
  }
}

function saidNothing(channel: string, market: string | null, words: Words): string {
  return say(words, 'say.staffing.shift.nothing', { name: nameOfQueue({ channel, market }, words) })
}

/** Hours of the week of both channels, those of one alone among them. */
function pair(first: QueueEvidence, second: QueueEvidence): Hour[] {
  const hours = new Map<number, Hour>()
  const at = (weekday: number, hour: number): Hour => {
    const key = weekday * 24 + hour
    const known = hours.get(key) ?? { first: 0, second: 0, stays: 0 }
    hours.set(key, known)
    return known
  }
  for (const each of hoursOf(first)) {
    const hour = at(each.weekday, each.hour)
    hour.first = meanContacts(each)
    hour.stays = each.cells.reduce((sum, cell) => sum + cell.kept, 0) / each.days
  }
  for (const each of hoursOf(second)) at(each.weekday, each.hour).second = meanContacts(each)
  return [...hours.values()]
}

function sidesOf(
  hours: Hour[],
  moved: number[],
  [from, to]: [Leg, Leg],
  places: number,
  { shrinkage: asked, time, cost, concurrency }: ShiftQuestion,
): ShiftSide[] {
  const shrinkage = shrinkageOf(asked, time).value
  const side = (leg: Leg, contacts: number[], held: number): ShiftSide => {
    const staffed = contacts.map((each) => staffHour(each, leg.handleSeconds, leg.target, held))
    const agents = total(staffed.map((each) => each?.agents ?? 0))
    const rostered = agents / (1 - shrinkage)
    const came = total(contacts)
    return {
      channel: leg.channel,
      contacts: came,
      peak: Math.max(0, ...staffed.map((each) => each?.agents ?? 0)),
      agent_hours: agents,
      rostered_hours: rostered,
      cost: cost === undefined ? null : rostered * cost,
      service_level: came > 0 ? total(staffed.map((each, at) => kept(each) * contacts[at]!)) / came : null,
    }
  }
  const stay = hours.map((hour, at) => hour.first - moved[at]!)
  const come = hours.map((hour, at) => hour.second + moved[at]!)
  return [side(from, stay, concurrency[from.channel] ?? 1), side(to, come, places)]
}

function kept(hour: StaffedHour | null): number {
  return hour?.serviceLevel ?? 0
}

function total(values: number[]): number {
  return values.reduce((sum, each) => sum + each, 0)
}

function agentHours(sides: ShiftSide[]): number {
  return total(sides.map((each) => each.agent_hours))
}

const mostPlaces = 10

/** From the smallest tenth on which, and on all above it, the move costs no agents. Whole agents make the curve ragged. */
function breakEven(isEven: (places: number) => boolean): number | null {
  let found: number | null = null
  for (let tenths = mostPlaces * 10; tenths >= 10 && isEven(tenths / 10); tenths--) found = tenths / 10
  return found
}

/** From one to the seven written contacts that are often claimed for one agent. */
const heldAtATime = [1, 2, 3, 5, 7]

/** Seconds by halving: all contacts of the new channel would take them, those that came by it before among them. */
function longestHandle(
  hours: Hour[],
  moved: number[],
  legs: [Leg, Leg],
  held: number,
  question: ShiftQuestion,
): number {
  const [from, to] = legs
  const none = moved.map(() => 0)
  const isEven = (handleSeconds: number) => {
    const changed: [Leg, Leg] = [from, { ...to, handleSeconds }]
    return (
      agentHours(sidesOf(hours, moved, changed, held, question)) <=
      agentHours(sidesOf(hours, none, changed, held, question))
    )
  }
  let [low, high] = [0, from.handleSeconds * held * 2]
  while (high - low > 1) {
    const middle = (low + high) / 2
    if (isEven(middle)) low = middle
    else high = middle
  }
  return Math.floor(low)
}

function saidShift(made: Omit<ChannelShift, 'sentence' | 'assumptions'>, { words, cost }: ShiftQuestion): string {
  const { before, after, shift, market, break_even } = made
  const name = (channel: string) => nameOfQueue({ channel, market }, words)
  const [was, is] = [agentHours(before), agentHours(after)]
  const money = (sides: ShiftSide[]) => formatValue(total(sides.map((each) => each.cost ?? 0)), 'money', words)
  return [
    say(words, 'say.staffing.shift.made', {
      from: name(shift.from),
      to: name(shift.to),
      moved: formatNumber(made.moved, words),
      share: formatValue(made.moved / before[0]!.contacts, 'ratio', words),
      was: formatNumber(was, words),
      is: formatNumber(is, words),
    }),
    ...(cost === undefined ? [] : [say(words, 'say.staffing.shift.cost', { was: money(before), is: money(after) })]),
    break_even === null
      ? say(words, 'say.staffing.shift.never', { to: name(shift.to), most: mostPlaces })
      : say(words, 'say.staffing.shift.even', { to: name(shift.to), number: formatNumber(break_even, words, 1) }),
    saidHandle(made, words),
  ].join(' ')
}

/** Up to which handle time the move is no loss, at the number at a time that the plan has. */
function saidHandle(made: Omit<ChannelShift, 'sentence' | 'assumptions'>, words: Words): string {
  const { break_evens, concurrency, handle_seconds, market, shift } = made
  const even = break_evens.find((each) => each.concurrency === concurrency)!.handle_seconds
  return say(words, 'say.staffing.shift.longest', {
    to: nameOfQueue({ channel: shift.to, market }, words),
    number: formatNumber(concurrency, words, concurrency % 1 ? 1 : 0),
    longest: formatDuration(even, words),
    takes: formatDuration(handle_seconds, words),
  })
}

/** The break-evens in one sentence, for where there is no table of them. */
export function saidBreakEvens({ break_evens }: ChannelShift, words: Words): string {
  const listed = break_evens.map((each) =>
    say(words, 'say.staffing.shift.even-at', {
      number: formatNumber(each.concurrency, words, each.concurrency % 1 ? 1 : 0),
      longest: formatDuration(each.handle_seconds, words),
    }),
  )
  return say(words, 'say.staffing.shift.evens', { listed: listed.join('; ') })
}
