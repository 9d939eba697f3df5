import type { SmoothingModel, SmoothingState } from './exponential-smoothing.ts'

/** Values that the first level and slope are read from. */
const head = 10

/**
 * The states before the first value: the season from a classical decomposition, level and slope from a line through the first
 * values without their season.
 *
 * Source: Hyndman et al., Forecasting with Exponential Smoothing (2008), 2.6.1.
 */
export function startSmoothing(values: readonly number[], model: SmoothingModel, length: number): SmoothingState {
  const season = model.season === 'none' ? [] : seasonOf(values, model.season, length)
  const flat = values.slice(0, Math.max(head, season.length)).map((value, at) => {
    if (model.season === 'none') return value
    const part = season[at % length]!
    return model.season === 'additive' ? value - part : value / part
  })
  if (model.trend === 'none') return { level: meanOf(flat), slope: 0, season }
  const middle = (flat.length - 1) / 2
  const mean = meanOf(flat)
  const spread = flat.reduce((sum, _, at) => sum + (at - middle) ** 2, 0)
  const slope = spread > 0 ? flat.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) / spread : 0
  return { level: mean - slope * (middle + 1), slope, season }
}

/**
 * How much each place in the season stands above or below the moving mean over one season, on average; additive parts sum to 0,
 * multiplicative ones have mean 1. Two whole seasons at least.
 *
 * Source: M. G. Kendall and A. Stuart, The Advanced Theory of Statistics, vol. 3 (1983), 46.
 */
function seasonOf(values: readonly number[], kind: 'additive' | 'multiplicative', length: number): number[] {
  const parts: number[][] = Array.from({ length }, () => [])
  const half = Math.floor(length / 2)
  for (let at = half; at + half < values.length; at++) {
    // Of an even season both ends count half, so that the window stands in the middle.
    const window = values.slice(at - half, at + half + 1)
    const ends = length % 2 === 0 ? (window[0]! + window.at(-1)!) / 2 : 0
    const trend = (window.reduce((sum, value) => sum + value, 0) - ends) / length
    parts[at % length]!.push(kind === 'additive' ? values[at]! - trend : values[at]! / trend)
  }
  const means = parts.map(meanOf)
  const mean = meanOf(means)
  return means.map((each) => (kind === 'additive' ? each - mean : each / mean))
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
