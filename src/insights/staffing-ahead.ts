import { formatNumber } from '../config/format.ts'
import { say } from '../config/words.ts'
import type { Condition, Query } from '../metrics/query.ts'
import type { Estimate } from '../stats/difference.ts'
import type { Forecast, NoForecast } from './forecast.ts'
import { staffHour } from './staffed-hour.ts'
import { nameOfQueue, type Staffing, type StaffingQuestion } from './staffing.ts'

/** Agents of a coming week, for as many contacts as are forecast, and for the ends of their interval. */
export interface WeekAhead {
  /** Its first day. */
  start: string
  contacts: Estimate
  /** Agents in the hour that takes the most. */
  peak: Estimate
  agent_hours: Estimate
  rostered_hours: Estimate
}

export interface StaffingAhead {
  channel: string
  market: string | null
  weeks: WeekAhead[]
  sentence: string
  /** How the contacts were forecast, and what such forecasts were worth so far. */
  forecast: string
}

export interface NoStaffingAhead {
  channel: string
  market: string | null
  refused: string
}

/** Contacts of one queue by week, as `findForecast` reads them; of one market where it is named, of those of none where it is empty. */
export function weeksQuery(
  { channel, market }: Pick<Staffing, 'channel' | 'market'>,
  present: ReadonlySet<string>,
): Query {
  return {
    metrics: ['touchpoints'],
    where: [
      { dimension: 'channel', op: 'in', values: [channel] },
      ...(present.has('touchpoints.direction')
        ? [{ dimension: 'direction', op: 'in' as const, values: ['inbound'] }]
        : []),
      ...conditionOf(market),
    ],
    grain: 'week',
  }
}

function conditionOf(market: string | null): Condition[] {
  if (market === null) return []
  return [
    market === ''
      ? { dimension: 'market', op: 'is_null', values: [] }
      : { dimension: 'market', op: 'in', values: [market] },
  ]
}

/**
 * Agents of the weeks that a forecast of the contacts tells, each week shaped like those that were seen. Where the forecast is refused, so
 * is this.
 */
export function staffAhead(
  plan: Staffing,
  forecast: Forecast | NoForecast,
  { words }: Pick<StaffingQuestion, 'words'>,
): StaffingAhead | NoStaffingAhead {
  const { channel, market } = plan
  if ('refused' in forecast) return { channel, market, refused: forecast.refused }
  const weeks = forecast.points.map((point) => weekOf(point, plan))
  const [first] = weeks
  const round = (value: number) => formatNumber(value, words)
  return {
    channel,
    market,
    weeks,
    forecast: forecast.sentence,
    sentence: say(words, 'say.staffing.ahead', {
      name: nameOfQueue(plan, words),
      weeks: weeks.length,
      contacts: round(first!.contacts.value),
      low: round(first!.contacts.low),
      high: round(first!.contacts.high),
      hours: round(first!.agent_hours.value),
      least: round(first!.agent_hours.low),
      most: round(first!.agent_hours.high),
    }),
  }
}

function weekOf({ start, value, low, high }: Forecast['points'][number], plan: Staffing): WeekAhead {
  const [middle, least, most] = [value, low, high].map((contacts) => agentsFor(contacts, plan)) as [Load, Load, Load]
  const each = (of: keyof Load): Estimate => ({ value: middle[of], low: least[of], high: most[of] })
  return {
    start,
    contacts: { value, low, high },
    peak: each('peak'),
    agent_hours: each('agents'),
    rostered_hours: each('rostered'),
  }
}

interface Load {
  peak: number
  agents: number
  rostered: number
}

function agentsFor(contacts: number, plan: Staffing): Load {
  const factor = Math.max(0, contacts) / plan.contacts_a_week
  const agents = plan.hours.map(
    (hour) => staffHour(hour.contacts * factor, plan.handle.seconds, plan.target, plan.concurrency)?.agents ?? 0,
  )
  const sum = agents.reduce((all, each) => all + each, 0)
  return { peak: Math.max(0, ...agents), agents: sum, rostered: sum / (1 - plan.shrinkage.value) }
}
