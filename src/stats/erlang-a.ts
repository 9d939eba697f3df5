import type { Demand } from './erlang-c.ts'

/** A queue in its steady state from which some go away before they are answered. */
export interface ImpatientQueue {
  /** Share of contacts that find all agents busy. */
  waits: number
  /** Share that give up. */
  abandons: number
  /** Mean seconds in the queue of all contacts, whether they were answered or gave up. */
  meanWait: number
  /** Share of their time that agents are busy. */
  occupancy: number
}

/**
 * M/M/n+M (Erlang A): each contact is patient for an exponential time of mean `patienceSeconds`, so there is a steady state for every
 * load. States of the birth-death process are weighed from n busy agents on, where the weights are largest or near it; those beyond
 * 1e-16 of the sum are left out. P(abandon) = theta E[Q] / lambda, mean wait E[Q] / lambda by Little's law.
 *
 * Source: C. Palm, Tele 1 (1957); A. Mandelbaum and S. Zeltyn, Service Engineering in Action: The Palm/Erlang-A Queue (2007), section 3.
 */
export function impatientQueueOf(
  { perHour, handleSeconds }: Omit<Demand, 'within'>,
  agents: number,
  patienceSeconds: number,
): ImpatientQueue {
  if (!(Number.isInteger(agents) && agents >= 1)) {
    throw new RangeError(`${agents} agents cannot be counted; pass a whole number from 1.`)
  }
  if (!(perHour > 0 && handleSeconds > 0 && patienceSeconds > 0)) {
    throw new RangeError(
      'Arrivals, handle time and patience are above 0; pass those of an hour in which contacts came.',
    )
  }
  const [arrive, serve, leave] = [perHour / 3600, 1 / handleSeconds, 1 / patienceSeconds]
  let [sum, busy] = [1, agents]
  for (let n = agents, weight = 1; n > 0 && weight > sum * 1e-18; n--) {
    weight *= (n * serve) / arrive
    sum += weight
    busy += (n - 1) * weight
  }
  let [full, queue] = [1, 0]
  for (let waiting = 1, weight = 1; ; waiting++) {
    const ratio = arrive / (agents * serve + waiting * leave)
    weight *= ratio
    sum += weight
    full += weight
    busy += agents * weight
    queue += waiting * weight
    if (ratio < 1 && (waiting * weight) / (1 - ratio) < sum * 1e-16) break
  }
  const meanWait = queue / sum / arrive
  return { waits: full / sum, abandons: meanWait * leave, meanWait, occupancy: busy / sum / agents }
}
