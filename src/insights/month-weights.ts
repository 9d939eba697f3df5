import { endOf, lengthOf, shiftPeriod } from '../calendar.ts'

/** Days of an average month. */
const average = 365.2425 / 12

/**
 * How long each month is beside an average one, from `first` on: a count of 280 in February is one of 310 in March.
 *
 * Source: R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 2nd ed. (2018), 3.2, calendar adjustments.
 */
export function monthWeights(first: string, count: number): number[] {
  return Array.from({ length: count }, (_, at) => {
    const from = shiftPeriod(first, 'month', at)
    return lengthOf({ from, to: endOf(from, 'month') }) / average
  })
}
