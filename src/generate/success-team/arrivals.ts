import { drawOnce } from '../draw.ts'
import type { Generation } from '../generator.ts'
import { hourlyQuantiles } from '../quantiles.ts'
import { hourWeights, weekdayWeights } from './plants.ts'
import { published } from './published.ts'

const minutesOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 60_000

/** The first Monday on or after the start, as minutes since the epoch, and how many days follow. */
function spanOf({ likePublished, start, weeks }: Generation): { first: number; days: number } {
  const first = minutesOf(likePublished ? published.start : start)
  const weekday = (new Date(first * 60_000).getUTCDay() + 6) % 7
  return { first: first + ((7 - weekday) % 7) * 1440, days: likePublished ? published.days : weeks * 7 }
}

/** The export begins and ends inside a day: its first and last days are covered in part. */
export function periodOf(generation: Generation): { from: number; to: number } {
  const { first, days } = spanOf(generation)
  return { from: first + 13 * 60, to: first + (days - 1) * 1440 + 12 * 60 }
}

/** Slightly fewer from week to week, and most around the middle of the span. */
function trend(day: number, days: number): number {
  const at = day / Math.max(1, days - 1)
  return 1.05 - 0.12 * at + (at > 0.42 && at < 0.68 ? 0.12 : 0)
}

/** Quantiles of the moment at which a case is solved, in seconds from the start of the period; whole numbers only. */
export function solvedQuantiles(generation: Generation): number[] {
  const { days } = spanOf(generation)
  const weights = Array.from({ length: days }, (_, day) => {
    const noise = 94 + drawOnce(generation.seed, `success day ${day}`, 13)
    return Math.round(weekdayWeights[day % 7]! * noise * trend(day, days))
  })
    .flatMap((weight) => hourWeights.map((share) => weight * share))
    .slice(13, -12)
  return hourlyQuantiles(weights, days * 12)
}
