import { normalQuantile, studentTQuantile } from './distributions.ts'

/** How much came on one day. `at` counts days; what is 7 apart is the same weekday. */
export interface DayCount {
  at: number
  count: number
}

/** A day beside what the weeks before it let expect. */
export interface JudgedDay extends DayCount {
  expected: number
  low: number
  high: number
  /** Outside the bounds, and far enough from what was expected. */
  odd: boolean
}

export interface VolumePlan {
  /** Chance that a day is odd where nothing has changed, both directions together. */
  falseAlarms: number
  /** Share of what was expected by which a day must miss it. */
  apart: number
}

/** Fewer weeks say too little of a weekday, fewer rows a day too little of anything. */
const fewestWeeks = 5
const fewestADay = 5
/** A miss by fewer rows is none. */
const fewestApart = 5
/** Of the median against the mean in large normal samples, and of the spread below against the standard deviation. */
const medianCost = Math.PI / 2
const spreadEfficiency = 0.5
/** Days stray by their share at least so much beside chance: what grows by a share a day then grows along a line. */
const leastStraying = 0.001

/**
 * Are days as full as the same weekdays of the weeks before? On a scale on which counts of any size vary alike, a day is the median of its
 * weekday, moved along a common slope; how far days stray is the median distance of two days of one weekday, and never less than chance
 * alone makes of counts. Days that were odd themselves therefore hide nothing. Null where there is too little to judge by.
 *
 * Source: F. J. Anscombe, Biometrika 35 (1948), for the scale of counts that vary more than by chance; P. K. Sen, JASA 63 (1968), for the
 * slope; P. J. Rousseeuw and C. Croux, JASA 88 (1993), for spread by pairs.
 */
export function judgeDays(
  before: readonly DayCount[],
  days: readonly DayCount[],
  { falseAlarms, apart }: VolumePlan,
): JudgedDay[] | null {
  const weeks = Math.floor(before.length / 7)
  const mean = before.reduce((sum, { count }) => sum + count, 0) / before.length
  if (weeks < fewestWeeks || !(mean >= fewestADay)) return null
  const straying = (fitDays(before, scaleOf(leastStraying)).spread ** 2 - 1) / mean
  const scale = scaleOf(Math.max(leastStraying, straying))
  const { expected: at, spread } = fitDays(before, scale)
  const middle = before.reduce((sum, each) => sum + each.at, 0) / before.length
  const leverage = before.reduce((sum, each) => sum + (each.at - middle) ** 2, 0)
  const reach = -studentTQuantile(falseAlarms / 2, spreadEfficiency * (before.length - 8)) * Math.max(1, spread)
  return days.map((day) => {
    const y = at(day.at)
    const wide = reach * Math.sqrt(1 + medianCost / weeks + (day.at - middle) ** 2 / leverage)
    const [low, expected, high] = [scale.from(y - wide), scale.from(y), scale.from(y + wide)]
    const miss = Math.abs(day.count - expected)
    const odd = (day.count < low || day.count > high) && miss >= apart * expected && miss >= fewestApart
    return { ...day, expected, low, high, odd }
  })
}

interface Scale {
  to(count: number): number
  from(y: number): number
}

/** For counts of variance m + straying m²: their variance on it is about 1. */
function scaleOf(straying: number): Scale {
  const root = Math.sqrt(straying)
  const shift = 3 / 8
  return {
    to: (count) => (2 / root) * Math.asinh(root * Math.sqrt(count + shift)),
    from: (y) => Math.max(0, (Math.sinh((Math.max(0, y) * root) / 2) / root) ** 2 - shift),
  }
}

/** What is expected of any day, and how far a day strays from it. */
function fitDays(days: readonly DayCount[], scale: Scale): { expected(at: number): number; spread: number } {
  const points = days.map(({ at, count }) => ({ at, y: scale.to(count) }))
  const pairs = points.flatMap((one, index) =>
    points.slice(index + 1).flatMap((other) => (weekdayAt(one.at) === weekdayAt(other.at) ? [{ one, other }] : [])),
  )
  // Neither a weekend nor an odd day bends it.
  const slope = median(pairs.map(({ one, other }) => (other.y - one.y) / (other.at - one.at)))
  const apart = pairs.map(({ one, other }) => Math.abs(other.y - one.y - slope * (other.at - one.at)))
  const levels = [0, 1, 2, 3, 4, 5, 6].map((weekday) =>
    median(points.filter(({ at }) => weekdayAt(at) === weekday).map(({ at, y }) => y - slope * at)),
  )
  return {
    expected: (at) => levels[weekdayAt(at)]! + slope * at,
    spread: median(apart) / (normalQuantile(0.75) * Math.SQRT2),
  }
}

const weekdayAt = (at: number): number => ((at % 7) + 7) % 7

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  if (sorted.length === 0) return 0
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
