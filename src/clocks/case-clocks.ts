import { vocabularies } from '../model/vocabularies.ts'
import type { Interval } from './schedule.ts'
import type { Assignment, Clock } from './strip.ts'

/** Moments of a case, in seconds since 1970; null where the source has none. */
export interface CaseMoments {
  created: number
  status: string | null
  assigned: number | null
  firstResponse: number | null
  firstSolved: number | null
  solved: number | null
  closed: number | null
}

export interface CaseEvent {
  at: number
  seq: number
  activity: string
  from: string | null
  to: string | null
  actor: string | null
  isPublic: boolean | null
  team: string | null
}

export const clockMetrics = [
  'first_reply',
  'next_reply',
  'first_resolution',
  'full_resolution',
  'assignment',
  'requester_wait',
  'agent_wait',
  'on_hold',
  'handling',
] as const

export type ClockMetric = (typeof clockMetrics)[number]

const waits: Partial<Record<ClockMetric, string[]>> = {
  requester_wait: ['new', 'open', 'hold'],
  agent_wait: ['pending'],
  on_hold: ['hold'],
}

/** Statuses in which a case that has an agent is being worked on. */
const handled = ['new', 'open']

const statuses: readonly string[] = vocabularies.status
const isSolved = (status: string | undefined): boolean => status === 'solved' || status === 'closed'

/**
 * The clocks of one case: several for next replies, none for what has not ended. The same rules as `intervalStatement` has for all
 * cases; a test holds the two against each other.
 */
export function clocksOf(
  moments: CaseMoments,
  events: CaseEvent[],
): { metric: ClockMetric; n: number; clock: Omit<Clock, 'business'> }[] {
  const { created } = moments
  const ordered = events
    .map((each) => ({ ...each, isBefore: each.at < created, at: Math.max(each.at, created) }))
    .toSorted((a, b) => a.at - b.at || a.seq - b.seq)
  const spans = statusSpans(created, ordered)
  const single = (metric: ClockMetric, end: number | null | undefined) => {
    if (end === null || end === undefined || end < created) return []
    const span = { from: created, to: end }
    return [{ metric, n: 0, clock: { runs: [span], span } }]
  }
  const talk = talkOf(created, ordered)
  const spoken = ordered.some(({ activity }) => activity === 'replied')
  const entered = spans.filter(({ status }, index) => isSolved(status) && !isSolved(spans[index - 1]?.status))
  const isDone = isSolved(spans.at(-1)?.status)
  const assigned = ordered.find(
    ({ activity, to, isBefore }) => !isBefore && (activity === 'assigned' || (activity === 'agent' && to !== null)),
  )
  const known = spans.length > 0
  return [
    ...single('first_reply', spoken ? talk.slice(1).find(({ kind }) => kind === 'agent')?.at : moments.firstResponse),
    ...nextReplies(talk),
    ...single('first_resolution', known ? entered[0]?.from : (moments.firstSolved ?? moments.solved ?? moments.closed)),
    ...single(
      'full_resolution',
      known
        ? isDone
          ? entered.at(-1)?.from
          : null
        : isSolved(moments.status ?? undefined)
          ? (moments.solved ?? moments.closed)
          : null,
    ),
    ...single('assignment', assigned?.at ?? moments.assigned),
    ...waitClocks(spans),
    ...(isDone ? handlingClock(spans, heldFrom(moments, ordered)) : []),
  ]
}

interface Span {
  from: number
  /** Null while it lasts. */
  to: number | null
  status: string
}

/** The statuses of a case one after another; empty when no change of status is known. */
function statusSpans(created: number, events: (CaseEvent & { isBefore: boolean })[]): Span[] {
  const changes = events.flatMap((event) => {
    const status = statusAfter(event)
    return status === null ? [] : [{ at: event.at, status, before: event.from?.toLowerCase() ?? '' }]
  })
  const [first] = changes
  if (!first) return []
  const begun = { at: created, status: statuses.includes(first.before) ? first.before : 'new' }
  const all = [begun, ...changes]
  return all.map(({ at, status }, index) => ({ from: at, to: all[index + 1]?.at ?? null, status }))
}

function statusAfter({ activity, to }: CaseEvent): string | null {
  const word = to?.toLowerCase() ?? ''
  if (['status', 'created', 'reopened'].includes(activity) && statuses.includes(word)) return word
  if (activity === 'solved' || activity === 'closed') return activity
  return activity === 'reopened' ? 'open' : null
}

function waitClocks(spans: Span[]): ReturnType<typeof clocksOf> {
  const ended = spans.flatMap(({ from, to, status }) => (to === null ? [] : [{ from, to, status }]))
  const [first, last] = [ended[0], ended.at(-1)]
  if (!first || !last) return []
  return (Object.keys(waits) as ClockMetric[]).map((metric) => {
    const running = (status: string): boolean => waits[metric]?.includes(status) ?? false
    return {
      metric,
      n: 0,
      clock: {
        span: { from: first.from, to: last.to },
        runs: ended.filter(({ status }) => running(status)).map(({ from, to }): Interval => ({ from, to })),
        pausedBy: ended.filter(({ status }) => !running(status)),
      },
    }
  })
}

interface Hand {
  at: number
  held: boolean
}

/** From when on somebody had the case and from when on nobody; empty where that is not known at all. */
function heldFrom({ created, assigned }: CaseMoments, events: CaseEvent[]): Hand[] {
  const changes = events.filter(({ activity }) => activity === 'assigned' || activity === 'agent')
  const [first] = changes
  if (first)
    return [
      { at: created, held: first.activity === 'agent' && first.from !== null },
      ...changes.map(({ at, activity, to }) => ({ at, held: activity === 'assigned' || to !== null })),
    ]
  if (assigned === null) return []
  return [
    { at: created, held: false },
    { at: Math.max(assigned, created), held: true },
  ]
}

/** Open with an agent on it, of a case that is solved: waiting for the customer, on hold and unassigned are not in it. */
function handlingClock(spans: Span[], hands: Hand[]): ReturnType<typeof clocksOf> {
  const [first, last] = [spans[0], spans.at(-1)]
  if (!first || !last || hands.length === 0) return []
  const pieces = spans.flatMap(({ from, to, status }) => {
    if (to === null) return []
    return hands.flatMap(({ at, held }, index) => {
      const piece = { from: Math.max(from, at), to: Math.min(to, hands[index + 1]?.at ?? to) }
      const isOpen = handled.includes(status)
      const paused = isOpen ? 'unassigned' : status
      return piece.to > piece.from ? [{ ...piece, status: paused, isRunning: held && isOpen }] : []
    })
  })
  return [
    {
      metric: 'handling',
      n: 0,
      clock: {
        span: { from: first.from, to: last.from },
        runs: pieces.filter(({ isRunning }) => isRunning).map(({ from, to }): Interval => ({ from, to })),
        pausedBy: pieces.filter(({ isRunning }) => !isRunning).map(({ from, to, status }) => ({ from, to, status })),
      },
    },
  ]
}

interface Message {
  at: number
  kind: 'customer' | 'agent'
}

/** What customer and agents said to each other, the opening of the case first. Notes, bots and the opening comment itself are not in it. */
function talkOf(created: number, events: (CaseEvent & { isBefore: boolean })[]): Message[] {
  const byAgent = events.some(({ activity, actor }) => activity === 'created' && actor === 'agent')
  const said = events.flatMap(({ activity, at, actor, isPublic, isBefore }): Message[] => {
    const kind = actor ?? 'agent'
    if (activity !== 'replied' || isPublic === false || isBefore) return []
    if (kind !== 'customer' && kind !== 'agent') return []
    if (at === created && (kind === 'customer' || byAgent)) return []
    return [{ at, kind }]
  })
  return [{ at: created, kind: byAgent ? 'agent' : 'customer' }, ...said]
}

function nextReplies(talk: Message[]): ReturnType<typeof clocksOf> {
  const starts = talk.flatMap(({ at, kind }, index) => {
    if (kind !== 'customer' || talk[index - 1]?.kind !== 'agent') return []
    const answer = talk.slice(index + 1).find((each) => each.kind === 'agent')
    return answer ? [{ from: at, to: answer.at }] : []
  })
  return starts.map((span, index) => ({ metric: 'next_reply', n: index + 1, clock: { runs: [span], span } }))
}

/** The teams of a case, from the first known to the last; `chosen` names the schedule of a team. */
export function timelineOf(
  team: string | null,
  events: CaseEvent[],
  chosen: (team: string | null) => string | null,
): Assignment[] {
  const moves = events
    .map((each) => ({ ...each, now: each.team ?? (each.activity === 'team' ? each.to : null) }))
    .filter(({ now }) => now !== null)
    .toSorted((a, b) => a.at - b.at || a.seq - b.seq)
  const [first] = moves
  const begun = first ? ((first.activity === 'team' ? first.from : null) ?? first.now) : team
  const points = [{ at: Number.MIN_SAFE_INTEGER, now: begun }, ...moves]
  return points.map(({ at, now }, index) => ({
    from: at,
    to: points[index + 1]?.at ?? Number.MAX_SAFE_INTEGER,
    schedule: chosen(now),
  }))
}
