/**
 * Mean absolute scaled error: 1 is what the (seasonal) naive forecast missed by, one step ahead, in the values that the model was
 * fitted to. Null where that never missed by more than rounding does.
 *
 * Source: R. J. Hyndman and A. B. Koehler, International Journal of Forecasting 22 (2006).
 */
export function mase(
  actual: readonly number[],
  forecast: readonly number[],
  fitted: readonly number[],
  length: number,
): number | null {
  const steps = fitted.slice(length).map((value, at) => Math.abs(value - fitted[at]!))
  const scale = steps.reduce((sum, step) => sum + step, 0) / steps.length
  const rounding = 1e-12 * Math.max(...fitted.map(Math.abs), 1e-200)
  return scale > rounding ? meanAbsoluteError(actual, forecast) / scale : null
}

/**
 * Symmetric mean absolute percentage error as a share, 0 to 2; 0 against 0 misses by nothing.
 *
 * Source: S. Makridakis and M. Hibon, International Journal of Forecasting 16 (2000), the M3 competition; with absolute values below
 * the line, so that it is defined for negative ones.
 */
export function smape(actual: readonly number[], forecast: readonly number[]): number {
  const shares = actual.map((value, at) => {
    const size = Math.abs(value) + Math.abs(forecast[at]!)
    return size > 0 ? (2 * Math.abs(value - forecast[at]!)) / size : 0
  })
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

export function meanAbsoluteError(actual: readonly number[], forecast: readonly number[]): number {
  return actual.reduce((sum, value, at) => sum + Math.abs(value - forecast[at]!), 0) / actual.length
}
