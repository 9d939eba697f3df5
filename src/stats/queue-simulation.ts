import type { Estimate } from './difference.ts'
import type { Demand } from './erlang-c.ts'
import { meanInterval } from './intervals.ts'
import { uniformDraws } from './uniform-draws.ts'

interface Simulation {
  /** Contacts that are counted, after those that only fill the queue. */
  contacts: number
  seed: number
  /** Mean patience; without one nobody gives up. */
  patienceSeconds?: number
}

/** Each with its 95 % interval. */
export interface SimulatedQueue {
  waits: Estimate
  /** Share of all contacts answered within the promise. */
  serviceLevel: Estimate
  /** Of all contacts, whether they were answered or gave up. */
  meanWait: Estimate
  abandons: Estimate
}

/** Contacts that follow each other are alike; means of long batches nearly are not. */
const batches = 30

/**
 * One queue served in order of arrival, contact by contact: exponential gaps, handle times and patience. It knows nothing of Erlang's
 * formulas, so that the two can check each other. The interval is Student's t over the means of 30 batches.
 *
 * Source of the interval: method of batch means, A. M. Law, Simulation Modeling and Analysis, 5th ed. (2015), 9.5.3.
 */
export function simulateQueue(demand: Demand, agents: number, simulation: Simulation): SimulatedQueue {
  const { contacts, seed, patienceSeconds } = simulation
  const size = Math.floor(contacts / batches)
  if (size < 1) throw new RangeError(`${contacts} contacts make no ${batches} batches; pass more.`)
  const uniform = uniformDraws(seed)
  const exponential = (mean: number) => -mean * Math.log(uniform())
  const freeAt = new Array<number>(agents).fill(0)
  const sums = Array.from({ length: batches }, () => ({ waits: 0, within: 0, wait: 0, abandons: 0 }))
  let now = 0
  for (let contact = -size; contact < size * batches; contact++) {
    now += exponential(3600 / demand.perHour)
    const agent = earliest(freeAt)
    const offered = Math.max(0, freeAt[agent]! - now)
    const patience = patienceSeconds === undefined ? Number.POSITIVE_INFINITY : exponential(patienceSeconds)
    const stays = offered <= patience
    if (stays) freeAt[agent] = now + offered + exponential(demand.handleSeconds)
    if (contact < 0) continue
    const sum = sums[Math.floor(contact / size)]!
    sum.wait += Math.min(offered, patience)
    if (offered > 0) sum.waits++
    if (!stays) sum.abandons++
    else if (offered <= demand.within) sum.within++
  }
  const estimate = (key: keyof (typeof sums)[number]) => estimateOf(sums.map((sum) => sum[key] / size))
  return {
    waits: estimate('waits'),
    serviceLevel: estimate('within'),
    meanWait: estimate('wait'),
    abandons: estimate('abandons'),
  }
}

function earliest(freeAt: number[]): number {
  let found = 0
  for (let agent = 1; agent < freeAt.length; agent++) if (freeAt[agent]! < freeAt[found]!) found = agent
  return found
}

function estimateOf(means: number[]): Estimate {
  const value = means.reduce((sum, each) => sum + each, 0) / means.length
  const variance = means.reduce((sum, each) => sum + (each - value) ** 2, 0) / (means.length - 1)
  return { value, ...meanInterval({ n: means.length, mean: value, variance })! }
}
