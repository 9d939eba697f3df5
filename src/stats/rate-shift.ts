import { devianceAt, type Noise, noiseAround, type RatePoint } from './rate-points.ts'

/** The point from which on a rate was another one. */
export interface RateShift extends Noise {
  /** Place of the first point of the new level. */
  first: number
  /** Places of the first points that the data do not rule out at 95 %. */
  low: number
  high: number
  /** Rates on both sides, for one of exposure. */
  before: number
  after: number
  deviance: number
}

/** Points that a level takes on each side. */
const fewest = 4
/** Of twice the log-likelihood ratio of a place that is estimated: (1 - exp(-x / 2))² = 0.95. */
const reach = -2 * Math.log(1 - Math.sqrt(0.95))

/**
 * The one change of level that explains counts best, and all places that explain them nearly as well: those whose likelihood ratio, for
 * counts as uneven and as alike from one to the next as these are, is not beyond 7.35. Null where too few points are there.
 *
 * Source: B. E. Hansen, Econometrica 68 (2000), theorem 1 and its table, for the interval; D. V. Hinkley, Biometrika 57 (1970).
 */
export function rateShift(points: RatePoint[]): RateShift | null {
  const n = points.length
  if (n < 2 * fewest) return null
  const counts = running(points.map(({ count }) => count))
  const exposures = running(points.map(({ exposure }) => exposure))
  const gains = Array.from({ length: n - 2 * fewest + 1 }, (_, i) => {
    const at = fewest + i
    return {
      at,
      gain:
        explained(counts[at]!, exposures[at]!) +
        explained(counts[n]! - counts[at]!, exposures[n]! - exposures[at]!) -
        explained(counts[n]!, exposures[n]!),
    }
  })
  const best = gains.reduce((a, b) => (b.gain > a.gain ? b : a))
  const before = counts[best.at]! / exposures[best.at]!
  const after = (counts[n]! - counts[best.at]!) / (exposures[n]! - exposures[best.at]!)
  const expected = points.map(({ exposure }, i) => Math.max(1e-9, exposure * (i < best.at ? before : after)))
  const noise = noiseAround(points, expected, 2)
  const open = gains.filter(({ gain }) => (2 * (best.gain - gain)) / noise.widening <= reach).map(({ at }) => at)
  return {
    first: best.at,
    low: open[0]!,
    high: open.at(-1)!,
    before,
    after,
    deviance: points.reduce((sum, { count }, i) => sum + devianceAt(count, expected[i]!), 0),
    ...noise,
  }
}

function running(values: number[]): number[] {
  const sums = [0]
  for (const value of values) sums.push(sums.at(-1)! + value)
  return sums
}

const explained = (count: number, exposure: number): number => (count > 0 ? count * Math.log(count / exposure) : 0)
