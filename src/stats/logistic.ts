import type { Estimate } from './difference.ts'
import { chiSquareSurvival, normalCdf, normalQuantile } from './distributions.ts'
import { invert } from './invert.ts'

/** What one pass over the rows tells at some coefficients; the intercept is the first. */
export interface LogisticPass {
  /** Rows (or their weights added up), and how many of them have the outcome. */
  n: number
  outcomes: number
  logLikelihood: number
  /** Sum of x (y - p). */
  gradient: number[]
  /** Sum of x x' p (1 - p). */
  information: number[][]
}

/** A coefficient on the log-odds scale with its 95 % interval, and the odds ratio that it is. */
export interface LogOdds extends Estimate {
  name: string
  error: number
  /** Two-sided, by Wald. */
  p: number
  odds: Estimate
}

export interface LogisticFit {
  intercept: LogOdds
  coefficients: LogOdds[]
  n: number
  outcomes: number
  logLikelihood: number
  /** Share of the log-likelihood of no model that is explained. Source: D. McFadden, 1974. */
  pseudoR2: number
  /** That every coefficient is 0: likelihood ratio. */
  ratio: { statistic: number; df: number; p: number }
  /** Inverse of the information, the intercept first. */
  covariance: number[][]
  passes: number
}

/** Why there is no fit. `separated`: some columns tell the outcome without fault, so their odds ratio has no bound. */
export interface NoLogisticFit {
  lacks: 'outcomes' | 'separated' | 'dependent'
  /** The columns concerned. */
  names: string[]
}

const mostPasses = 25
const close = 1e-9
/** Beyond it the odds are over a million to one: no finite estimate is being approached. */
const boundless = 15

/**
 * Logistic regression by Newton's steps, halved where one would go too far. `pass` reads the rows, in an engine or in memory, so that
 * the number of rows costs passes and no memory here. Columns should be of size about 1 (standardised, or 0 and 1). `ridge` pulls
 * the coefficients (not the intercept) towards 0; intervals are for `ridge` 0 only.
 *
 * Source: P. McCullagh and J. A. Nelder, Generalized Linear Models, 2nd ed., 4.4; A. Albert and J. A. Anderson, Biometrika 71 (1984).
 */
export async function fitLogistic(
  names: string[],
  pass: (coefficients: number[]) => Promise<LogisticPass> | LogisticPass,
  ridge = 0,
): Promise<LogisticFit | NoLogisticFit> {
  const penalty = (beta: number[]) => beta.slice(1).reduce((sum, each) => sum + (ridge / 2) * each * each, 0)
  let beta: number[] = [0, ...names.map(() => 0)]
  let at = await pass(beta)
  let passes = 1
  if (at.outcomes === 0 || at.outcomes === at.n) return { lacks: 'outcomes', names: [] }
  const none = noModel(at)
  for (;;) {
    const around = invert(penalised(at.information, ridge))
    if ('dependent' in around) return dependent(around.dependent, names)
    const step = newtonStep(at, beta, around.inverse, ridge)
    let scale = 1
    let next = beta.map((each, i) => each + step[i]!)
    let there = await pass(next)
    passes++
    while (!(there.logLikelihood - penalty(next) >= at.logLikelihood - penalty(beta) - 1e-9 * at.n) && scale > 1e-3) {
      scale /= 2
      next = beta.map((each, i) => each + scale * step[i]!)
      there = await pass(next)
      passes++
    }
    const moved = Math.max(...step.map((each) => Math.abs(scale * each)))
    ;[beta, at] = [next, there]
    const wild = names.filter((_, i) => Math.abs(beta[i + 1]!) > boundless)
    if (wild.length > 0) return { lacks: 'separated', names: wild }
    if (moved < close) break
    if (passes >= mostPasses)
      return { lacks: 'separated', names: names.filter((_, i) => Math.abs(step[i + 1]!) > 1e-3) }
  }
  const around = invert(penalised(at.information, ridge))
  if ('dependent' in around) return dependent(around.dependent, names)
  const covariance = around.inverse
  const coefficients = beta.map((value, i) => logOdds(i === 0 ? 'intercept' : names[i - 1]!, value, covariance[i]![i]!))
  const statistic = Math.max(0, 2 * (at.logLikelihood - none))
  return {
    intercept: coefficients[0]!,
    coefficients: coefficients.slice(1),
    n: at.n,
    outcomes: at.outcomes,
    logLikelihood: at.logLikelihood,
    pseudoR2: 1 - at.logLikelihood / none,
    ratio: { statistic, df: names.length, p: names.length > 0 ? chiSquareSurvival(statistic, names.length) : 1 },
    covariance,
    passes,
  }
}

/** A pass over rows in memory; `x` without the intercept, `weight` 1 where it is left out. */
export function logisticPass(rows: { x: number[]; y: 0 | 1; weight?: number }[]): (beta: number[]) => LogisticPass {
  const size = (rows[0]?.x.length ?? 0) + 1
  // All rows side by side, with the intercept: passes are many, and so are products.
  const all = new Float64Array(rows.length * size)
  rows.forEach(({ x }, row) => {
    all[row * size] = 1
    all.set(x, row * size + 1)
  })
  return (beta) => {
    const gradient = new Array<number>(beta.length).fill(0)
    const products = new Float64Array(beta.length * beta.length)
    let [n, outcomes, logLikelihood] = [0, 0, 0]
    for (let row = 0; row < rows.length; row++) {
      const { y, weight = 1 } = rows[row]!
      const base = row * size
      let eta = 0
      for (let i = 0; i < size; i++) eta += all[base + i]! * beta[i]!
      const p = 1 / (1 + Math.exp(-eta))
      n += weight
      outcomes += weight * y
      logLikelihood -= weight * Math.log1p(Math.exp(-Math.abs(eta))) - weight * Math.min(0, y === 1 ? eta : -eta)
      const spread = weight * p * (1 - p)
      for (let i = 0; i < size; i++) {
        const xi = all[base + i]!
        if (xi === 0) continue
        gradient[i]! += weight * xi * (y - p)
        const times = xi * spread
        for (let j = 0; j <= i; j++) products[i * size + j]! += times * all[base + j]!
      }
    }
    const information = gradient.map((_, i) =>
      gradient.map((_, j) => products[Math.max(i, j) * size + Math.min(i, j)]!),
    )
    return { n, outcomes, logLikelihood, gradient, information }
  }
}

function noModel({ n, outcomes }: LogisticPass): number {
  return outcomes * Math.log(outcomes / n) + (n - outcomes) * Math.log(1 - outcomes / n)
}

function penalised(information: number[][], ridge: number): number[][] {
  return information.map((row, i) => row.map((each, j) => (i === j && i > 0 ? each + ridge : each)))
}

function newtonStep(at: LogisticPass, beta: number[], covariance: number[][], ridge: number): number[] {
  const slope = at.gradient.map((each, i) => (i === 0 ? each : each - ridge * beta[i]!))
  return covariance.map((row) => row.reduce((sum, each, j) => sum + each * slope[j]!, 0))
}

function dependent(places: number[], names: string[]): NoLogisticFit {
  return { lacks: 'dependent', names: places.map((place) => names[place - 1] ?? 'intercept') }
}

function logOdds(name: string, value: number, variance: number): LogOdds {
  const error = Math.sqrt(variance)
  const reach = -normalQuantile(0.025) * error
  const [low, high] = [value - reach, value + reach]
  return {
    name,
    value,
    low,
    high,
    error,
    p: 2 * normalCdf(-Math.abs(value / error)),
    odds: { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) },
  }
}
