import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, sql } from '../sql/sql.ts'

/** Seconds that agents spent in each state, as the source states them. */
export interface AgentTime {
  handling: number
  available: number
  /** Paid, and not for customers: breaks, meetings, training. */
  break: number
  agents: number
}

/** Below so many hours a week of one team says nothing about a year. */
const fewestHours = 100

/** What the states of agents add up to in one pass; null where no source has states, or too few of them. */
export async function readAgentTime({
  store,
  version,
}: Pick<MetricContext, 'store' | 'version'>): Promise<AgentTime | null> {
  const needed = ['state', 'started_at', 'ended_at'].map((each) => `agent_states.${each}`)
  if (!needed.every((each) => version.present.has(each))) return null
  const length = operate(store.dialect, 'seconds_between', '"started_at"', '"ended_at"')
  const [row] = await store.rows(sql`SELECT
  CAST(sum("seconds") FILTER (WHERE "state" = 'handling') AS DOUBLE) AS "handling",
  CAST(sum("seconds") FILTER (WHERE "state" = 'available') AS DOUBLE) AS "available",
  CAST(sum("seconds") FILTER (WHERE "state" = 'break') AS DOUBLE) AS "break", count(DISTINCT "agent") AS "agents"
FROM (SELECT "state", "agent", ${raw(length)} AS "seconds" FROM cx."agent_states") AS "states"
WHERE "seconds" >= 0`)
  const number = (key: string) => Number(row?.[key] ?? 0)
  const time = {
    handling: number('handling'),
    available: number('available'),
    break: number('break'),
    agents: number('agents'),
  }
  return paidSeconds(time) >= fewestHours * 3600 ? time : null
}

/** Logged in at all: time offline is not paid for. */
export function paidSeconds({ handling, available, break: away }: AgentTime): number {
  return handling + available + away
}

/** Busy with customers, of the time there for them; null where nobody was there for them. */
export function occupancyOf({ handling, available }: AgentTime): number | null {
  return handling + available > 0 ? handling / (handling + available) : null
}

/** Where the share of paid time that is not for customers comes from. */
export interface Shrinkage {
  value: number
  origin: 'asked' | 'measured' | 'assumed'
}

/** Where nobody measured or said it. */
const usual = 0.3

/** As asked, else as the states of agents show it, else the usual 30 %. */
export function shrinkageOf(asked: number | undefined, time: AgentTime | null | undefined): Shrinkage {
  if (asked !== undefined) return { value: asked, origin: 'asked' }
  // Without any break the source records none: nobody works without one.
  if (time && time.break > 0) return { value: time.break / paidSeconds(time), origin: 'measured' }
  return { value: usual, origin: 'assumed' }
}
