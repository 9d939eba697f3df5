import { erlangB } from './erlang-b.ts'

/** What comes to one queue, and what was promised. */
export interface Demand {
  /** Contacts that come in an hour. */
  perHour: number
  /** Mean seconds that one contact keeps an agent. */
  handleSeconds: number
  /** Seconds within which a contact shall be answered. */
  within: number
}

/** A queue in its steady state, from which nobody goes away. */
export interface Queue {
  /** Share of contacts that wait at all. */
  waits: number
  /** Share answered within the promise. */
  serviceLevel: number
  /** Mean wait of all contacts in seconds, those that need not wait among them: average speed of answer. */
  meanWait: number
  /** Share of their time that agents are busy. */
  occupancy: number
}

/**
 * The share of arrivals that wait in M/M/n: C = n B / (n - a (1 - B)). Null where the load is not below the number of agents, since the
 * queue then grows without end.
 *
 * Source: A. K. Erlang (1917); L. Kleinrock, Queueing Systems I (1975), 3.5.
 */
export function erlangC(agents: number, load: number): number | null {
  const blocked = erlangB(agents, load)
  return load < agents ? (agents * blocked) / (agents - load * (1 - blocked)) : null
}

/**
 * What `agents` make of a demand, where handle times are exponential and nobody gives up; null where the load is not below them.
 * Service level 1 - C exp(-(n - a) T / h), mean wait C h / (n - a).
 *
 * Source: L. Kleinrock, Queueing Systems I (1975), 3.5; R. B. Cooper, Introduction to Queueing Theory, 2nd ed. (1981), 3.4.
 */
export function queueOf({ perHour, handleSeconds, within }: Demand, agents: number): Queue | null {
  const load = (perHour * handleSeconds) / 3600
  const waits = erlangC(agents, load)
  if (waits === null) return null
  const spare = agents - load
  return {
    waits,
    serviceLevel: 1 - waits * Math.exp((-spare * within) / handleSeconds),
    meanWait: (waits * handleSeconds) / spare,
    occupancy: load / agents,
  }
}

/**
 * The fewest agents that answer the share `target` of a demand within its promise: 0 where nothing comes. `target` is below 1, which no
 * number of agents reaches.
 */
export function agentsNeeded(demand: Demand, target: number): number {
  if (!(target > 0 && target < 1))
    throw new RangeError(`${target} cannot be promised; pass a share above 0 and below 1.`)
  if (demand.perHour === 0) return 0
  // More agents never lower the service level, so the first that reach it are the fewest.
  let agents = Math.floor((demand.perHour * demand.handleSeconds) / 3600) + 1
  while ((queueOf(demand, agents)?.serviceLevel ?? 0) < target) agents++
  return agents
}
