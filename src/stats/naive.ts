/**
 * The forecast that a model has to beat: every value is that of a season before; with a season of one value, the last one again.
 *
 * Source: R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 2nd ed. (2018), 3.1.
 */
export function naiveForecast(values: readonly number[], horizon: number, length = 1): number[] {
  if (values.length < length) {
    throw new RangeError(`${values.length} values hold no season of ${length}; pass more values or a shorter season.`)
  }
  const season = values.slice(-length)
  return Array.from({ length: horizon }, (_, at) => season[at % length]!)
}
