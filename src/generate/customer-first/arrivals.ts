import { drawOnce } from '../draw.ts'
import { hourlyQuantiles } from '../quantiles.ts'
import { effects, hourWeights, weekdayWeights } from './plants.ts'

const day = 86_400
/** Day of the surge, counted from the first; there is none in a shorter span. */
export const surgeDay = 37

/**
 * Quantiles of the moment of contact, in seconds from the start: weekday and hour have their weights, each day is up to a tenth
 * busier or calmer than its kind, and one day has the surge. Whole numbers only.
 */
export function arrivalQuantiles(weeks: number, seed: number): number[] {
  return hourlyQuantiles(hours(weeks, seed), weeks * 84)
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
