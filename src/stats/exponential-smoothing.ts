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
  rates: SmoothingRates,
  start: SmoothingState,
): SmoothingRun {
  const state: SmoothingState = { ...start, season: [...start.season] }
  const relative = model.season === 'multiplicative'
  let squares = 0
  let logs = 0
  for (let at = 0; at < values.length; at++) {
    const expected = expectedOf(state, model, rates, at)
    const error = relative ? values[at]! / expected - 1 : values[at]! - expected
    squares += error * error
    // What is not above 0 has no relative error: its logarithm is not a number and rules the rates out.
    if (relative) logs += Math.log(expected)
    stepSmoothing(state, model, rates, error, at)
  }
  const turn = start.season.length > 0 ? values.length % start.season.length : 0
  state.season = [...state.season.slice(turn), ...state.season.slice(0, turn)]
  return { state, squares, logs }
}

/** What the states say of the value at position `at`. */
export function expectedOf(state: SmoothingState, model: SmoothingModel, { phi }: SmoothingRates, at: number): number {
  const level = model.trend === 'none' ? state.level : state.level + phi * state.slope
  if (model.season === 'none') return level
  const season = state.season[at % state.season.length]!
  return model.season === 'additive' ? level + season : level * season
}

/** Takes the states (in place, since this is the inner loop of every fit) past the value at `at`, which missed by `error`. */
export function stepSmoothing(
  state: SmoothingState,
  model: SmoothingModel,
  { alpha, beta, gamma, phi }: SmoothingRates,
  error: number,
  at: number,
): void {
  const slope = model.trend === 'none' ? 0 : phi * state.slope
  const level = state.level + slope
  const size = model.season === 'multiplicative' ? level : 1
  state.level = level + alpha * size * error
  if (model.trend !== 'none') state.slope = slope + beta * size * error
  if (model.season === 'none') return
  const place = at % state.season.length
  const season = state.season[place]!
  state.season[place] = season + gamma * (model.season === 'multiplicative' ? season : 1) * error
}

/** The next values when nothing unexpected happens. */
export function extendSmoothing(
  state: SmoothingState,
  model: SmoothingModel,
  rates: SmoothingRates,
  horizon: number,
): number[] {
  const moving: SmoothingState = { ...state, season: [...state.season] }
  return Array.from({ length: horizon }, (_, at) => {
    const value = expectedOf(moving, model, rates, at)
    stepSmoothing(moving, model, rates, 0, at)
    return value
  })
}
