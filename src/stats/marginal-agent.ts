import { type Demand, queueOf } from './erlang-c.ts'

/** A queue over the hours of a week, and what is achieved in it. */
export interface StaffedQueue {
  /** Contacts that come in each hour of the week in which any come. */
  perHour: readonly number[]
  handleSeconds: number
  within: number
  /** Share of contacts answered within so many seconds. */
  attained: number
  /** Contacts that an agent holds at a time. */
  concurrency: number
}

/** Contacts a week that would be answered in time beside those that are: more or, below 0, fewer. */
export interface Margin {
  more: number
  less: number
}

/**
 * What one agent more, or one less, would make of a queue in its `hours` busiest hours of the week. How many agents there are is not
 * asked: each hour is taken to have its load a and a reserve of b * sqrt(a), with the one b that explains what is achieved (the rule of
 * the square root). Between whole agents the service level of Erlang C is drawn straight, down to none where there are as many agents as
 * work.
 *
 * Source: S. Halfin and W. Whitt, Operations Research 29 (1981), for the reserve; Kleinrock, Queueing Systems I (1975), 3.5, for the level.
 */
export function marginOf(queue: StaffedQueue, hours: number): Margin {
  const levels = queue.perHour.map((perHour) => levelsOf({ ...queue, perHour }))
  const reserve = reserveOf(levels, queue)
  const chosen = [...queue.perHour.keys()]
    .toSorted((a, b) => queue.perHour[b]! - queue.perHour[a]! || a - b)
    .slice(0, hours)
  const change = (places: number) =>
    chosen.reduce((sum, at) => {
      const held = staffedWith(levels[at]!, reserve)
      return sum + queue.perHour[at]! * (levelAt(levels[at]!, held + places) - levelAt(levels[at]!, held))
    }, 0)
  return { more: change(queue.concurrency), less: change(-queue.concurrency) }
}

/** Service levels of an hour: with the first whole number of agents above the load, and with each one more. */
interface Levels {
  load: number
  first: number
  whole: number[]
}

function levelsOf(demand: Demand): Levels {
  const load = (demand.perHour * demand.handleSeconds) / 3600
  const first = Math.floor(load) + 1
  const whole: number[] = []
  while ((whole.at(-1) ?? 0) < 1 - 1e-9) whole.push(queueOf(demand, first + whole.length)!.serviceLevel)
  return { load, first, whole }
}

function staffedWith({ load }: Levels, reserve: number): number {
  return load + reserve * Math.sqrt(load)
}

function levelAt({ load, first, whole }: Levels, agents: number): number {
  if (agents <= load) return 0
  if (agents <= first) return (whole[0]! * (agents - load)) / (first - load)
  const place = agents - first
  const below = Math.min(Math.floor(place), whole.length - 1)
  const above = Math.min(below + 1, whole.length - 1)
  return whole[below]! + (place - below) * (whole[above]! - whole[below]!)
}

/** So large a reserve answers everything at once. */
const most = 64

function reserveOf(levels: readonly Levels[], { perHour, attained }: StaffedQueue): number {
  const all = perHour.reduce((sum, each) => sum + each, 0)
  const reached = (reserve: number) =>
    levels.reduce((sum, each, at) => sum + perHour[at]! * levelAt(each, staffedWith(each, reserve)), 0) / all
  let [low, high] = [0, most]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (reached(middle) < attained) low = middle
    else high = middle
  }
  return (low + high) / 2
}
