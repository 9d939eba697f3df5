import type { Estimate } from './difference.ts'
import { normalReach } from './distributions.ts'
import { wilsonInterval } from './intervals.ts'
import { fitLogistic, logisticPass } from './logistic.ts'

/** A stated probability and what happened; `weight` is how many rows this one stands for, 1 where it is left out. */
export interface Stated {
  p: number
  y: 0 | 1
  weight?: number
}

/** Rows of similar stated probability: what was stated, and what happened, with its 95 % interval. */
export interface CalibrationBin extends Estimate {
  stated: number
  /** Rows that the bin stands for, and how many of them had the outcome. */
  n: number
  outcomes: number
}

/**
 * Bins of about equal size in ascending order of the stated probability; equal ones are never parted. With weights the interval is
 * for Kish's effective number of rows.
 *
 * Source: reliability diagram, A. H. Murphy and R. L. Winkler, Applied Statistics 26 (1977); L. Kish, Survey Sampling (1965), 11.7.
 */
export function calibrationBins(rows: readonly Stated[], bins = 10): CalibrationBin[] {
  const sorted = rows.toSorted((a, b) => a.p - b.p)
  const total = sum(sorted.map(({ weight = 1 }) => weight))
  const made: CalibrationBin[] = []
  let [at, seen] = [0, 0]
  while (at < sorted.length) {
    const held: Stated[] = []
    const until = (total * (made.length + 1)) / bins
    while (at < sorted.length && (held.length === 0 || seen < until - 1e-9 || sorted[at]!.p === held.at(-1)!.p)) {
      seen += sorted[at]!.weight ?? 1
      held.push(sorted[at++]!)
    }
    made.push(binOf(held))
  }
  return made
}

function binOf(rows: Stated[]): CalibrationBin {
  const weights = rows.map(({ weight = 1 }) => weight)
  const n = sum(weights)
  const outcomes = sum(rows.map(({ y, weight = 1 }) => y * weight))
  const value = outcomes / n
  const effective = n ** 2 / sum(weights.map((each) => each ** 2))
  const interval = wilsonInterval(Math.min(effective, value * effective), effective)
  return {
    stated: sum(rows.map(({ p, weight = 1 }) => p * weight)) / n,
    value,
    low: interval?.low ?? 0,
    high: interval?.high ?? 1,
    n,
    outcomes,
  }
}

/** Mean squared error of probabilities and what it is made of: `score = reliability - resolution + uncertainty + within`. */
export interface Brier {
  score: number
  /** How far the stated lie from what happened; 0 is best. */
  reliability: number
  /** How far what happened in the bins lies from the overall share; more is better. */
  resolution: number
  /** Of stating the overall share for everybody. */
  uncertainty: number
  /** What is left because rows of one bin were not stated the same. */
  within: number
  /** Share of `uncertainty` that is taken away; 0 is no better than the overall share. */
  skill: number
}

/**
 * Source: G. W. Brier, Monthly Weather Review 78 (1950); decomposition: A. H. Murphy, Journal of Applied Meteorology 12 (1973);
 * `within`: D. B. Stephenson et al., Weather and Forecasting 23 (2008).
 */
export function brier(rows: readonly Stated[], bins = 10): Brier {
  const n = sum(rows.map(({ weight = 1 }) => weight))
  const score = sum(rows.map(({ p, y, weight = 1 }) => weight * (p - y) ** 2)) / n
  const share = sum(rows.map(({ y, weight = 1 }) => weight * y)) / n
  const held = calibrationBins(rows, bins)
  const reliability = sum(held.map((each) => each.n * (each.stated - each.value) ** 2)) / n
  const resolution = sum(held.map((each) => each.n * (each.value - share) ** 2)) / n
  const uncertainty = share * (1 - share)
  return {
    score,
    reliability,
    resolution,
    uncertainty,
    within: score - reliability + resolution - uncertainty,
    skill: 1 - score / uncertainty,
  }
}

/** The line on which log-odds would be right: slope 1 and intercept 0; a slope below 1 is a model that is too sure of itself. */
export interface CalibrationLine {
  slope: Estimate
  intercept: Estimate
}

/**
 * What happened on the stated log-odds, by logistic regression. Null where there is no fit.
 *
 * Source: D. R. Cox, Biometrika 45 (1958); as a correction: J. Platt, Advances in Large Margin Classifiers (1999).
 */
export async function calibrationLine(rows: readonly { logOdds: number; y: 0 | 1 }[]): Promise<CalibrationLine | null> {
  const middle = sum(rows.map(({ logOdds }) => logOdds)) / rows.length
  const spread = Math.sqrt(sum(rows.map(({ logOdds }) => (logOdds - middle) ** 2)) / rows.length)
  if (!(spread > 1e-9)) return null
  const fit = await fitLogistic(
    ['log_odds'],
    logisticPass(rows.map(({ logOdds, y }) => ({ x: [(logOdds - middle) / spread], y }))),
  )
  if ('lacks' in fit) return null
  const [own] = fit.coefficients
  const scaled = (value: number) => value / spread
  const slope = { value: scaled(own!.value), low: scaled(own!.low), high: scaled(own!.high) }
  const shift = middle / spread
  const [[aa, ab], [, bb]] = fit.covariance as [[number, number], [number, number]]
  const value = fit.intercept.value - shift * own!.value
  const reach = normalReach * Math.sqrt(Math.max(0, aa - 2 * shift * ab + shift ** 2 * bb))
  return { slope, intercept: { value, low: value - reach, high: value + reach } }
}

const sum = (values: number[]): number => values.reduce((all, each) => all + each, 0)
