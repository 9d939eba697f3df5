import {
  runSmoothing,
  type SmoothingModel,
  type SmoothingRates,
  type SmoothingRun,
  type SmoothingState,
} from './exponential-smoothing.ts'
import { nelderMead } from './nelder-mead.ts'
import { startSmoothing } from './smoothing-start.ts'

/** A model with the rates and first states under which a series is most likely. */
export interface SmoothingFit {
  model: SmoothingModel
  rates: SmoothingRates
  start: SmoothingState
  /** After the last value. */
  state: SmoothingState
  /** Standard deviation of one step: of the value, or relative. */
  sigma: number
  /** Values less what was estimated from them. */
  df: number
  aicc: number
}

const trends = ['none', 'linear', 'damped'] as const
const seasons = ['none', 'additive', 'multiplicative'] as const

/**
 * The exponential smoothing model that says most with least, by AICc. A season is tried from two whole seasons on, a multiplicative
 * one where all values are above 0. Null with fewer than four values.
 *
 * Source: K. P. Burnham and D. R. Anderson, Model Selection and Multimodel Inference, 2nd ed. (2002), 2.4; for this family R. J.
 * Hyndman et al., International Journal of Forecasting 18 (2002).
 */
export function selectSmoothing(values: readonly number[], length: number): SmoothingFit | null {
  const seasonal = length > 1 && values.length >= 2 * length
  const tried = seasons
    .filter(
      (season) => season === 'none' || (seasonal && (season === 'additive' || values.every((value) => value > 0))),
    )
    .flatMap((season) => trends.map((trend) => fitSmoothing(values, { trend, season }, length)))
  return tried.reduce((best, each) => (each && (!best || each.aicc < best.aicc) ? each : best), null)
}

/** One model fitted to the series; null where it has as many parts as the series has values. */
export function fitSmoothing(values: readonly number[], model: SmoothingModel, length: number): SmoothingFit | null {
  const n = values.length
  const parts = countOfParts(model, length)
  if (n - parts - 2 < 1) return null
  const first = startSmoothing(values, model, length)
  const scale = deviationOf(values)
  const read = (at: number[]) => readPoint(at, model, first, scale)
  const run = (at: number[]): SmoothingRun => {
    const { rates, start } = read(at)
    return runSmoothing(values, model, rates, start)
  }
  const { start, step } = firstPoint(model)
  const { at, value } = nelderMead((point) => likelihood(run(point), n), start, step)
  const { state, squares } = run(at)
  const df = n - parts
  return {
    model,
    ...read(at),
    state,
    sigma: Math.sqrt(squares / df),
    df,
    aicc: value + 2 * (parts + 1) + (2 * (parts + 1) * (parts + 2)) / (n - parts - 2),
  }
}

/** Minus twice the logarithm of the likelihood, without the constant that all models share. */
function likelihood({ squares, logs }: SmoothingRun, n: number): number {
  return n * Math.log(Math.max(squares, 1e-300)) + 2 * logs
}

function countOfParts({ trend, season }: SmoothingModel, length: number): number {
  const trendParts = { none: 0, linear: 2, damped: 3 }[trend]
  // The parts of a season are tied to their mean.
  return 2 + trendParts + (season === 'none' ? 0 : length)
}

const least = 1e-4
const most = 0.9999

/**
 * A point of the search as rates and first states. Rates keep to the usual region (a state forgets, it does not overreact). Without
 * a season level and slope are searched too, in deviations of the series; with one they stay as the decomposition gave them.
 */
function readPoint(at: number[], model: SmoothingModel, first: SmoothingState, scale: number) {
  const left = [...at]
  const next = (low = least, high = most) => Math.min(high, Math.max(low, left.shift() ?? 0))
  const alpha = next()
  const beta = model.trend === 'none' ? 0 : alpha * next()
  const phi = model.trend === 'damped' ? next(0.8, 0.98) : 1
  const gamma = model.season === 'none' ? 0 : (1 - alpha) * next()
  const start = { ...first }
  if (model.season === 'none') {
    start.level += (left.shift() ?? 0) * scale
    if (model.trend !== 'none') start.slope += (left.shift() ?? 0) * scale
  }
  return { rates: { alpha, beta, gamma, phi }, start }
}

function firstPoint({ trend, season }: SmoothingModel): { start: number[]; step: number[] } {
  const sought: [start: number, step: number][] = [
    [0.3, 0.3],
    ...(trend === 'none' ? [] : ([[0.1, 0.2]] as [number, number][])),
    ...(trend === 'damped' ? ([[0.95, -0.08]] as [number, number][]) : []),
    ...(season === 'none' ? [] : ([[0.1, 0.2]] as [number, number][])),
    ...(season === 'none' ? ([[0, 0.5]] as [number, number][]) : []),
    ...(season === 'none' && trend !== 'none' ? ([[0, 0.05]] as [number, number][]) : []),
  ]
  return { start: sought.map(([start]) => start), step: sought.map(([, step]) => step) }
}

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
