import type { Estimate } from './difference.ts'
import { fSurvival, studentTQuantile } from './distributions.ts'
import { invert } from './invert.ts'
import { devianceAt, type Noise, noiseAround, type RatePoint } from './rate-points.ts'
import { type RateShift, rateShift } from './rate-shift.ts'
import { type Season, wavesAt } from './season-waves.ts'

/** How a rate moves over time. */
export interface RateTrend extends Noise {
  /** Of the logarithm of the rate, for one step. */
  slope: Estimate
  /** Standard error as of plain Poisson counts, before anything widened it. */
  poisson: number
  /** Two-sided, that the rate is level. */
  p: number
  deviance: { level: number; trend: number }
  /** What is expected at each point by its exposure and its season alone, up to one factor. */
  seasonal: number[]
  /** The one change of level, where it explains the counts better than the line does. */
  shift: RateShift | null
}

const mostSteps = 60
/** Of twice the log-likelihood that a change at once explains beyond a line: noise that goes on from week to week rarely reaches it. */
const plain = 9

/**
 * Log-linear regression of counts by Fisher scoring. Counts that vary more than Poisson counts do, and weeks that are like the week
 * before, widen every variance and leave fewer degrees of freedom. The test compares deviances, so that a value which was never seen at
 * first is judged too. Null where nothing varies or too few points are there.
 *
 * Source: P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd ed. (1989), ch. 6 and 9.
 */
export function rateTrend(points: RatePoint[], season: Season | null = null): RateTrend | null {
  const n = points.length
  const waves = points.map(({ at }) => (season ? wavesAt(at, season) : []))
  const middle = points.reduce((sum, { at }) => sum + at, 0) / Math.max(1, n)
  const span = Math.max(1, ...points.map(({ at }) => Math.abs(at - middle)))
  const level = solve(
    points,
    waves.map((each) => [1, ...each]),
  )
  const trend = solve(
    points,
    points.map(({ at }, i) => [1, ...waves[i]!, (at - middle) / span]),
  )
  const columns = 2 + (waves[0]?.length ?? 0)
  const free = n - columns
  if (!level || !trend || free < 6) return null
  const seasonal = points.map(({ exposure }, i) =>
    Math.exp(Math.log(exposure) + waves[i]!.reduce((sum, each, j) => sum + each * trend.beta[1 + j]!, 0)),
  )
  const line = noiseAround(points, trend.expected, columns)
  const shift = rateShift(points.map((point, i) => ({ ...point, exposure: seasonal[i]! })))
  // What a line leaves of a level that plainly changed at once is no noise, and would hide the change the more the larger it is.
  const beyond = shift ? (trend.deviance - shift.deviance) / shift.widening : 0
  const { dispersion, correlation, widening, df } = shift && beyond > plain ? shift : line
  const poisson = trend.errors.at(-1)! / span
  const slope = trend.beta.at(-1)! / span
  const reach = studentTQuantile(0.975, df) * poisson * Math.sqrt(widening)
  const gain = Math.max(0, level.deviance - trend.deviance)
  return {
    slope: { value: slope, low: slope - reach, high: slope + reach },
    poisson,
    p: fSurvival(gain / widening, 1, df),
    deviance: { level: level.deviance, trend: trend.deviance },
    dispersion,
    correlation,
    widening,
    df,
    seasonal,
    // A place that was looked for explains more by chance alone: it takes one more parameter to be told.
    shift: beyond > 2 ? shift : null,
  }
}

interface Fit {
  beta: number[]
  errors: number[]
  expected: number[]
  deviance: number
}

function solve(points: RatePoint[], rows: number[][]): Fit | null {
  const counted = points.reduce((sum, { count }) => sum + count, 0)
  const exposed = points.reduce((sum, { exposure }) => sum + exposure, 0)
  const width = rows[0]?.length ?? 0
  if (!(counted > 0 && exposed > 0)) return null
  const expectedOf = (beta: number[]) =>
    points.map(({ exposure }, i) => exposure * Math.exp(bounded(rows[i]!.reduce((sum, x, j) => sum + x * beta[j]!, 0))))
  let beta = [Math.log(counted / exposed), ...Array<number>(width - 1).fill(0)]
  let expected = expectedOf(beta)
  let deviance = devianceOf(points, expected)
  let inverse: number[][] | null = null
  for (let step = 0; step < mostSteps; step++) {
    inverse = inverseOf(rows, expected)
    if (!inverse) return null
    const score = columnsOf(rows, (i) => points[i]!.count - expected[i]!)
    const move = inverse.map((row) => row.reduce((sum, each, j) => sum + each * score[j]!, 0))
    let [size, next, fitted, left] = [1, beta, expected, deviance]
    do {
      next = beta.map((each, j) => each + size * move[j]!)
      fitted = expectedOf(next)
      left = devianceOf(points, fitted)
      size /= 2
    } while (!(left <= deviance + 1e-9) && size > 1e-4)
    const gain = deviance - left
    if (!(left <= deviance + 1e-9)) break
    ;[beta, expected, deviance] = [next, fitted, left]
    if (Math.abs(gain) < 1e-8 * (Math.abs(deviance) + 0.1)) break
  }
  inverse = inverseOf(rows, expected)
  return inverse && { beta, errors: inverse.map((row, i) => Math.sqrt(row[i]!)), expected, deviance }
}

/** An expected count is never 0, however steep the line. */
const bounded = (eta: number): number => Math.max(-40, Math.min(40, eta))

function inverseOf(rows: number[][], expected: number[]): number[][] | null {
  const width = rows[0]!.length
  const information = Array.from({ length: width }, (_, j) => columnsOf(rows, (i) => expected[i]! * rows[i]![j]!))
  const inverted = invert(information)
  return 'inverse' in inverted ? inverted.inverse : null
}

function columnsOf(rows: number[][], weight: (i: number) => number): number[] {
  const sums = Array<number>(rows[0]!.length).fill(0)
  for (const [i, row] of rows.entries()) {
    const w = weight(i)
    for (const [j, x] of row.entries()) sums[j]! += w * x
  }
  return sums
}

function devianceOf(points: RatePoint[], expected: number[]): number {
  return points.reduce((sum, { count }, i) => sum + devianceAt(count, expected[i]!), 0)
}
