/** What the level of a series is made to follow. `multiplicative` has relative errors too, and needs values above 0. */
export interface SmoothingModel {
  trend: 'none' | 'linear' | 'damped'
  season: 'none' | 'additive' | 'multiplicative'
}

/** How fast each state forgets: `alpha` the level, `beta` the slope, `gamma` the season; `phi` is what a step leaves of the slope. */
export interface SmoothingRates {
  alpha: number
  beta: number
  gamma: number
  phi: number
}

/** The states before a value: the season of that value stands first. */
export interface SmoothingState {
  level: number
  slope: number
  season: number[]
}

/** A series run through a model. */
export interface SmoothingRun {
  /** After the last value. */
  state: SmoothingState
  /** One step ahead: of the value, or of the relative error where errors are multiplicative. */
  squares: number
  /** Sum of the logarithms of what was expected; 0 with additive errors. */
  logs: number
}

/**
 * The innovations state space form of exponential smoothing. Without trend and season it is simple exponential smoothing, with a
 * trend Holt's method, with a season Holt-Winters'. A season is additive with additive errors or multiplicative with relative ones;
 * the other pairs are unstable.
 *
 * Source: R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, Forecasting with Exponential Smoothing (2008), tables 2.2, 2.3.
 */
export function runSmoothing(
  values: readonly number[],
  model: SmoothingModel,
  { alpha, beta, gamma, phi }: SmoothingRates,
  start: SmoothingState,
): SmoothingRun {
  // Everything in local variables: this loop is what a fit spends its time in. Without a trend slope and beta are 0.
  const relative = model.season === 'multiplicative'
  const season = [...start.season]
  const length = season.length
  let { level, slope } = start
  let place = 0
  let squares = 0
  let logs = 0
  for (const value of values) {
    const grown = level + phi * slope
    const part = length > 0 ? season[place]! : 0
    const expected = relative ? grown * part : grown + part
    const error = relative ? value / expected - 1 : value - expected
    squares += error * error
    // What is not above 0 has no relative error: its logarithm is not a number and rules the rates out.
    if (relative) logs += Math.log(expected)
    const moved = relative ? grown * error : error
    level = grown + alpha * moved
    slope = phi * slope + beta * moved
    if (length > 0) {
      season[place] = part + gamma * (relative ? part * error : error)
      place = place + 1 < length ? place + 1 : 0
    }
  }
  return { state: { level, slope, season: [...season.slice(place), ...season.slice(0, place)] }, squares, logs }
}

/** The values that come when each misses what was expected by the error given for it: of the value, or relative. */
export function walkSmoothing(
  state: SmoothingState,
  model: SmoothingModel,
  { alpha, beta, gamma, phi }: SmoothingRates,
  errors: readonly number[],
): number[] {
  const relative = model.season === 'multiplicative'
  const season = [...state.season]
  let { level, slope } = state
  return errors.map((error, at) => {
    const grown = level + phi * slope
    const place = season.length > 0 ? at % season.length : 0
    const part = season[place] ?? 0
    const expected = relative ? grown * part : grown + part
    const moved = relative ? grown * error : error
    level = grown + alpha * moved
    slope = phi * slope + beta * moved
    if (season.length > 0) season[place] = part + gamma * (relative ? part * error : error)
    return relative ? expected * (1 + error) : expected + error
  })
}
