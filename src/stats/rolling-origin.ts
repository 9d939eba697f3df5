import type { Estimate } from './difference.ts'
import { mase, meanAbsoluteError, smape } from './forecast-accuracy.ts'
import { naiveForecast } from './naive.ts'

/** By how much a method missed, over all origins. */
export interface Accuracy {
  /** Null where the naive forecast never missed in some fit: nothing to scale by. */
  mase: number | null
  /** 0 to 2. */
  smape: number
  mae: number
}

/** What forecasts made in the past would have been worth. */
export interface BackTest {
  /** Points in time from which the horizon was forecast. */
  origins: number
  horizon: number
  /** Values in the naive forecast's season; 1 is the last value again. */
  season: number
  model: Accuracy
  /** The season before; with a season of 1 the same as `naive`. */
  seasonal: Accuracy
  /** The last value again. */
  naive: Accuracy
  /** Share of the values that fell into their 95 % interval. */
  coverage: number
}

export interface BackTestPlan {
  horizon: number
  season: number
  /** Values that the earliest fit may have. */
  least: number
  /** At most so many origins, the latest ones. */
  most: number
}

/**
 * Forecasts the end of a series from several points, each time from the values before it alone, with the whole method repeated
 * (choice of the model and all). Null where there is no origin with `least` values before and the horizon behind it, or the method
 * has no answer at some origin.
 *
 * Source: L. J. Tashman, International Journal of Forecasting 16 (2000).
 */
export function backTest(
  values: readonly number[],
  method: (known: number[]) => Estimate[] | null,
  { horizon, season, least, most }: BackTestPlan,
): BackTest | null {
  const last = values.length - horizon
  const first = Math.max(least, last - most + 1)
  const trials: Trial[] = []
  for (let origin = first; origin <= last; origin++) {
    const known = values.slice(0, origin)
    const forecast = method(known)
    if (!forecast) return null
    trials.push({ known, forecast, actual: values.slice(origin, origin + horizon) })
  }
  if (trials.length === 0) return null
  const measure = (of: (trial: Trial) => number[]) => accuracyOf(trials, of, season)
  const hits = trials.flatMap(({ forecast, actual }) => actual.map((value, at) => isInside(value, forecast[at]!)))
  return {
    origins: trials.length,
    horizon,
    season,
    model: measure(({ forecast }) => forecast.map(({ value }) => value)),
    seasonal: measure(({ known }) => naiveForecast(known, horizon, season)),
    naive: measure(({ known }) => naiveForecast(known, horizon)),
    coverage: hits.filter(Boolean).length / hits.length,
  }
}

interface Trial {
  known: number[]
  forecast: Estimate[]
  actual: number[]
}

function accuracyOf(trials: Trial[], of: (trial: Trial) => number[], season: number): Accuracy {
  const each = trials.map((trial) => {
    const forecast = of(trial)
    return {
      mase: mase(trial.actual, forecast, trial.known, season),
      smape: smape(trial.actual, forecast),
      mae: meanAbsoluteError(trial.actual, forecast),
    }
  })
  const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  const scaled = each.flatMap((one) => one.mase ?? [])
  return {
    mase: scaled.length === each.length ? mean(scaled) : null,
    smape: mean(each.map((one) => one.smape)),
    mae: mean(each.map((one) => one.mae)),
  }
}

function isInside(value: number, { low, high }: Estimate): boolean {
  return low <= value && value <= high
}
