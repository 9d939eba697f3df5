import type { Estimate } from './difference.ts'
import { normalQuantile, studentTQuantile } from './distributions.ts'
import { walkSmoothing } from './exponential-smoothing.ts'
import type { SmoothingFit } from './fit-smoothing.ts'
import { normalDraws } from './normal-draws.ts'

const paths = 2000
const tail = 0.025

/**
 * The next values with their 95 % prediction intervals. Student's t stands in for the normal, since the spread of the errors was
 * estimated as well; that the rates were estimated is not in the interval, which is why a back-test states its coverage.
 */
export function forecastSmoothing(fit: SmoothingFit, horizon: number): Estimate[] {
  const values = walkSmoothing(fit.state, fit.model, fit.rates, Array(horizon).fill(0))
  const reach = -studentTQuantile(tail, fit.df)
  if (fit.model.season === 'multiplicative') return simulated(fit, values, reach / -normalQuantile(tail))
  return deviations(fit, horizon).map((deviation, at) => {
    const value = values[at]!
    return { value, low: value - reach * deviation, high: value + reach * deviation }
  })
}

/**
 * Standard deviation of the error so many steps ahead, with additive errors: each error along the way moves the states that the
 * later values are read from.
 *
 * Source: Hyndman et al., Forecasting with Exponential Smoothing (2008), table 6.1.
 */
function deviations({ model, rates, state, sigma }: SmoothingFit, horizon: number): number[] {
  const { alpha, beta, gamma, phi } = rates
  let variance = 1
  let damped = 0
  return Array.from({ length: horizon }, (_, at) => {
    if (at > 0) {
      damped = damped * phi + phi
      const trend = model.trend === 'none' ? 0 : beta * damped
      const season = model.season === 'none' || at % state.season.length !== 0 ? 0 : gamma
      variance += (alpha + trend + season) ** 2
    }
    return sigma * Math.sqrt(variance)
  })
}

/** Relative errors have no closed form: quantiles of paths, in pairs of opposite errors. Source: the same, 6.4. */
function simulated(fit: SmoothingFit, values: number[], wider: number): Estimate[] {
  const draw = normalDraws(1)
  const ends: number[][] = values.map(() => [])
  for (let path = 0; path < paths / 2; path++) {
    const errors = values.map(() => draw() * fit.sigma)
    for (const each of [errors, errors.map((error) => -error)])
      for (const [at, value] of walkSmoothing(fit.state, fit.model, fit.rates, each).entries()) ends[at]!.push(value)
  }
  return values.map((value, at) => {
    const sorted = ends[at]!.toSorted((a, b) => a - b)
    const low = Math.min(value, sorted[Math.floor(paths * tail)]!)
    const high = Math.max(value, sorted[Math.ceil(paths * (1 - tail)) - 1]!)
    return { value, low: value - wider * (value - low), high: value + wider * (high - value) }
  })
}
