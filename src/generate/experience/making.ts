import { startSeconds } from '../customer-first/arrivals.ts'
import { type Draws, drawOnce, drawsOf } from '../draw.ts'
import type { Generation } from '../generator.ts'
import { hourlyQuantiles } from '../quantiles.ts'
import { casesPerCustomer, hourWeights, outage, rising, weekdayWeights } from './plants.ts'

/** Everything that a file of the subscription service is made of. Days are counted from the first, months from its month. */
export interface Making {
  generation: Generation
  draws: Draws
  customers: number
  /** Epoch seconds of the first moment, and of the one after the last. */
  begin: number
  end: number
  days: number
  /** Day number of the first of each month; the first month began on day 0 or before. */
  months: number[]
  /** First day of the outage week, and of the topic that rises. */
  outageDay: number
  risingDay: number
}

const day = 86_400

export function makingOf(generation: Generation): Making {
  const begin = startSeconds(generation.start)
  const days = generation.weeks * 7
  const first = new Date(begin * 1000)
  const months: number[] = []
  for (let at = 0; ; at++) {
    const month = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + at, 1) / 1000
    if (month >= begin + days * day) break
    months.push((month - begin) / day)
  }
  return {
    generation,
    draws: drawsOf(generation.seed),
    customers: Math.max(1, Math.round(generation.rows / casesPerCustomer)),
    begin,
    end: begin + days * day,
    days,
    months,
    outageDay: Math.floor(generation.weeks * outage.at) * 7,
    risingDay: Math.floor(generation.weeks * rising.at) * 7,
  }
}

/** Quantiles of the moment of a contact in seconds from the first: weekday, hour, a tenth of noise a day, and the outage. */
export function arrivalQuantiles({ generation, days, outageDay }: Making): number[] {
  const weights = Array.from({ length: days }, (_, at) => {
    const times = at >= outageDay && at < outageDay + 7 ? outage.times : 1
    return weekdayWeights[at % 7]! * (90 + drawOnce(generation.seed, `experience day ${at}`, 21)) * times
  })
  return hourlyQuantiles(
    weights.flatMap((weight) => hourWeights.map((share) => weight * share)),
    days * 12,
  )
}

/** Month number of a day number, as SQL. */
export const monthOf = ({ begin }: Making, number: string): string =>
  `date_diff('month', make_timestamp(${begin * 1_000_000}), make_timestamp((${begin} + (${number}) * ${day}) * 1000000))`

/** The ISO date of a day number, as SQL. */
export const dateOf = ({ begin }: Making, number: string): string =>
  `CAST(CAST(make_timestamp((${begin} + (${number}) * ${day}) * 1000000) AS DATE) AS VARCHAR)`

/** Seconds from the first moment as text; nothing stays nothing. */
export const stampOf = ({ begin }: Making, seconds: string): string =>
  `CAST(make_timestamp((${begin} + (${seconds})) * 1000000) AS VARCHAR)`

export const text = (value: string): string => `CAST(${value} AS VARCHAR)`

export const customerId = (number = 'c'): string => `'C' || lpad(${text(`${number} + 1`)}, 7, '0')`
export const caseId = (number = 'i'): string => `'X' || lpad(${text(number)}, 8, '0')`
