import { agentsNeeded, queueOf } from '../stats/erlang-c.ts'

/** `share` of contacts shall be answered `within` so many seconds: 80/20 is 0.8 and 20. */
export interface ServiceTarget {
  share: number
  within: number
}

/** One hour with as many agents as the target takes. */
export interface StaffedHour {
  agents: number
  /** What they can hold at a time: agents times concurrency, in whole contacts. */
  places: number
  occupancy: number
  serviceLevel: number
  meanWait: number
}

/**
 * The fewest agents for an hour, each of whom holds `concurrency` contacts at a time (2.5 is fine: some hold two, some three). The handle
 * time is then the one of a contact among so many, which is longer than alone. Null where nothing comes.
 */
export function staffHour(
  perHour: number,
  handleSeconds: number,
  target: ServiceTarget,
  concurrency: number,
): StaffedHour | null {
  if (perHour === 0) return null
  const demand = { perHour, handleSeconds, within: target.within }
  const needed = agentsNeeded(demand, target.share)
  // 3 / 1.2 must not become 2.5000000000000004 and so one agent more.
  const agents = Math.ceil(needed / concurrency - 1e-9)
  const places = Math.max(needed, Math.floor(agents * concurrency + 1e-9))
  const { occupancy, serviceLevel, meanWait } = queueOf(demand, places)!
  return { agents, places, occupancy, serviceLevel, meanWait }
}
