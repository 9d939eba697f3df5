import { drawOnce } from '../draw.ts'
import { effects, hourWeights, weekdayWeights } from './plants.ts'

const day = 86_400
/** Day of the surge, counted from the first; there is none in a shorter span. */
export const surgeDay = 37

/**
 * Quantiles of the moment of contact, in seconds from the start: weekday and hour have their weights, each day is up to a tenth
 * busier or calmer than its kind, and one day has the surge. Whole numbers only.
 */
export function arrivalQuantiles(weeks: number, seed: number): number[] {
  const weights = hours(weeks, seed)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const steps = weeks * 84
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

function hours(weeks: number, seed: number): number[] {
  const days = Array.from({ length: weeks * 7 }, (_, index) => {
    // The surge has exactly its size: no noise of the day on top.
    const liveliness = index === surgeDay ? effects.surgeDay.value * 100 : 90 + drawOnce(seed, `day ${index}`, 21)
    return weekdayWeights[index % 7]! * liveliness
  })
  return days.flatMap((weight) => hourWeights.map((share) => weight * share))
}

/** The first Monday on or after a day, as epoch seconds: weeks are whole. */
export function startSeconds(start: string): number {
  const at = Date.parse(`${start}T00:00:00Z`) / 1000
  const weekday = (new Date(at * 1000).getUTCDay() + 6) % 7
  return at + ((7 - weekday) % 7) * day
}
