import type { Interval } from './schedule.ts'

/** A schedule and the interval in which it is the one that counts for a case; null is a stretch of time without any. */
export interface Assignment extends Interval {
  schedule: string | null
}

/** What a clock of one case runs over. Instants in seconds since 1970. */
export interface Clock {
  /** When it runs by its definition: one interval for a first reply, one for each wait. In order, apart. */
  runs: Interval[]
  /** From start to stop; what of it lies between runs is paused. */
  span: Interval
  /** Why the clock is paused between its runs: `pending`, `solved`. */
  pausedBy?: { from: number; to: number; status: string }[]
  /** Opening hours; without them, calendar time is counted. */
  business?: {
    /** Which schedule holds when: in order, without gaps. */
    timeline: Assignment[]
    /** Open intervals of each schedule by name. */
    open: ReadonlyMap<string, Interval[]>
  }
}

/** Why an interval is counted or not. */
export type StripRule = 'calendar' | 'open' | 'closed' | 'no-schedule' | 'paused'

/** One interval of a strip, with its rule. */
export interface StripPart extends Interval {
  counted: boolean
  rule: StripRule
  /** The schedule that opens or closes, or the status that pauses. */
  by: string | null
}

export interface Strip {
  parts: StripPart[]
  /** Sum of the counted parts; null when opening hours were asked for and no schedule holds anywhere: nothing is known, not nothing. */
  seconds: number | null
}

/** Cuts the span of a clock into counted and paused intervals. They meet, cover the span, and those that count sum to the metric. */
export function stripOf(clock: Clock): Strip {
  const parts = cut(clock.span, edgesOf(clock)).map((each) => ({ ...each, ...ruleOf(clock, each) }))
  const known = !clock.business || clock.business.timeline.some(({ schedule }) => schedule !== null)
  const merged = merge(parts)
  const seconds = merged.reduce((sum, { counted, from, to }) => sum + (counted ? to - from : 0), 0)
  return { parts: merged, seconds: known ? seconds : null }
}

/** The same with the schedule that held last for the whole time, as tools count that keep one schedule for a case. */
export function withLastSchedule(clock: Clock): Clock {
  if (!clock.business) return clock
  const last = clock.business.timeline.findLast(({ from }) => from < clock.span.to)
  return {
    ...clock,
    business: { ...clock.business, timeline: [{ ...clock.span, schedule: last?.schedule ?? null }] },
  }
}

function edgesOf({ runs, pausedBy, business }: Clock): number[] {
  const names = new Set(business?.timeline.map(({ schedule }) => schedule))
  const open = [...names].flatMap((name) => (name === null ? [] : (business?.open.get(name) ?? [])))
  return [...runs, ...(pausedBy ?? []), ...(business?.timeline ?? []), ...open].flatMap(({ from, to }) => [from, to])
}

function cut({ from, to }: Interval, edges: number[]): Interval[] {
  const inner = [...new Set(edges)].filter((edge) => edge > from && edge < to).toSorted((a, b) => a - b)
  return [from, ...inner].map((start, index) => ({ from: start, to: inner[index] ?? to })).filter((e) => e.to > e.from)
}

function ruleOf({ runs, pausedBy, business }: Clock, part: Interval): Pick<StripPart, 'counted' | 'rule' | 'by'> {
  if (!runs.some((run) => within(part, run))) {
    const status = pausedBy?.find((each) => within(part, each))?.status ?? null
    return { counted: false, rule: 'paused', by: status }
  }
  if (!business) return { counted: true, rule: 'calendar', by: null }
  const by = business.timeline.find((each) => within(part, each))?.schedule ?? null
  if (by === null) return { counted: false, rule: 'no-schedule', by }
  const counted = (business.open.get(by) ?? []).some((each) => within(part, each))
  return { counted, rule: counted ? 'open' : 'closed', by }
}

function within(part: Interval, whole: Interval): boolean {
  return part.from >= whole.from && part.to <= whole.to
}

function merge(parts: StripPart[]): StripPart[] {
  const merged: StripPart[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (last && last.rule === part.rule && last.by === part.by) last.to = part.to
    else merged.push({ ...part })
  }
  return merged
}
