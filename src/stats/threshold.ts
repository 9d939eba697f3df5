import type { Estimate } from './difference.ts'
import { chiSquareSurvival, normalReach } from './distributions.ts'
import { invert } from './invert.ts'
import { normalDraws } from './normal-draws.ts'

/** Rows whose x is alike, added up. */
export interface Bin {
  /** Mean x of the rows. */
  x: number
  n: number
  sum: number
  squares: number
}

/** Where an outcome jumps as x grows. */
export interface Threshold {
  /** The jump lies between this bin and the next. */
  after: number
  /** First and last bin after which it could lie as well (95 %). */
  from: number
  to: number
  /** That there is no jump on top of a smooth curve, for all places that were looked at. */
  p: number
  /** Places that were looked at. */
  tried: number
  /** Change of the outcome at once, and by each unit of x before and after it. */
  jump: Estimate
  before: Estimate
  beyond: Estimate
}

/**
 * Looks for the place where an outcome jumps, on top of a parabola in x. p is the share of simulated smooth curves with as large a
 * largest statistic; what never came up is bounded by the sum over all places. Null where too few places have rows on both sides.
 *
 * Source: D. W. K. Andrews, Econometrica 61 (1993), largest F; B. E. Hansen, Econometrica 68 (2000), for the places.
 */
export function findThreshold(bins: Bin[], least: number, seed = 1): Threshold | null {
  const n = bins.reduce((sum, each) => sum + each.n, 0)
  const within = bins.reduce((sum, each) => sum + each.squares - (each.sum * each.sum) / each.n, 0) / (n - bins.length)
  if (bins.length < 6 || !(within > 0)) return null
  const weights = bins.map((each) => each.n)
  const means = bins.map((each) => each.sum / each.n)
  const middle = bins.reduce((sum, each) => sum + each.n * each.x, 0) / n
  const smooth = orthonormal(
    [bins.map(() => 1), bins.map((each) => each.x - middle), bins.map((each) => (each.x - middle) ** 2)],
    weights,
  )
  const steps = bins.slice(1).flatMap((_, after) => {
    const below = weights.slice(0, after + 1).reduce((sum, each) => sum + each, 0)
    if (below < least || n - below < least) return []
    const step = residual(
      bins.map((_each, at) => (at > after ? 1 : 0)),
      smooth,
      weights,
    )
    const length = Math.sqrt(product(step, step, weights))
    return length > 1e-6 * Math.sqrt(n) ? [{ after, step: step.map((each) => each / length) }] : []
  })
  if (steps.length < 3) return null
  const statistics = (values: number[]) => steps.map(({ step }) => product(step, values, weights) ** 2 / within)
  const found = statistics(means)
  const largest = Math.max(...found)
  const best = steps[found.indexOf(largest)]!.after
  const close = steps.filter((_, at) => found[at]! > largest - 3.84).map(({ after }) => after)
  const p = chanceOf(largest, statistics, bins, within, seed)
  const shape = piecewise(bins, means, best, within)
  if (!shape) return null
  return { after: best, from: Math.min(...close), to: Math.max(...close), p, tried: steps.length, ...shape }
}

/** A few hundred curves tell a p of one half; only where few are as large, thousands are drawn. */
function chanceOf(
  largest: number,
  statistics: (values: number[]) => number[],
  bins: Bin[],
  within: number,
  seed: number,
): number {
  const bound = Math.min(1, statistics(bins.map(() => 0)).length * chiSquareSurvival(largest, 1))
  const draw = normalDraws(seed)
  const spreads = bins.map(({ n }) => Math.sqrt(within / n))
  let [all, larger] = [0, 0]
  while (all < 4000 && larger < 20) {
    all++
    if (Math.max(...statistics(spreads.map((spread) => spread * draw()))) >= largest) larger++
  }
  return larger === 0 ? Math.min(bound, 1 / all) : (larger + 1) / (all + 1)
}

/** Straight lines before and after a jump, by least squares on the bins. */
function piecewise(
  bins: Bin[],
  means: number[],
  after: number,
  within: number,
): Pick<Threshold, 'jump' | 'before' | 'beyond'> | null {
  const at = (bins[after]!.x + bins[after + 1]!.x) / 2
  const rows = bins.map(({ x }, place) => [1, Math.min(x, at) - at, place > after ? 1 : 0, Math.max(x, at) - at])
  const information = [0, 1, 2, 3].map((i) =>
    [0, 1, 2, 3].map((j) => rows.reduce((sum, row, b) => sum + bins[b]!.n * row[i]! * row[j]!, 0)),
  )
  const found = invert(information)
  if ('dependent' in found) return null
  const side = [0, 1, 2, 3].map((i) => rows.reduce((sum, row, b) => sum + bins[b]!.n * row[i]! * means[b]!, 0))
  const estimate = (i: number): Estimate => {
    const value = found.inverse[i]!.reduce((sum, each, j) => sum + each * side[j]!, 0)
    const reach = normalReach * Math.sqrt(within * found.inverse[i]![i]!)
    return { value, low: value - reach, high: value + reach }
  }
  return { before: estimate(1), jump: estimate(2), beyond: estimate(3) }
}

function product(a: number[], b: number[], weights: number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += weights[i]! * a[i]! * b[i]!
  return sum
}

function residual(values: number[], basis: number[][], weights: number[]): number[] {
  return basis.reduce((left, each) => {
    const part = product(left, each, weights)
    return left.map((value, i) => value - part * each[i]!)
  }, values)
}

function orthonormal(columns: number[][], weights: number[]): number[][] {
  const basis: number[][] = []
  for (const column of columns) {
    const left = residual(column, basis, weights)
    const length = Math.sqrt(product(left, left, weights))
    if (length > 1e-9) basis.push(left.map((each) => each / length))
  }
  return basis
}
