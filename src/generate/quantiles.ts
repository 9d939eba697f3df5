/**
 * Quantiles of a moment, in seconds from the first hour, `steps` of equal probability, from the weight of every hour. Whole numbers
 * only, so that every machine makes the same file.
 */
export function hourlyQuantiles(weights: readonly number[], steps: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const quantiles: number[] = []
  let hour = 0
  let before = 0
  for (let step = 0; step <= steps; step++) {
    const wanted = Math.floor((total * step) / steps)
    while (hour < weights.length - 1 && before + weights[hour]! <= wanted) before += weights[hour++]!
    quantiles.push(hour * 3600 + Math.min(3600, Math.floor(((wanted - before) * 3600) / weights[hour]!)))
  }
  return quantiles
}
