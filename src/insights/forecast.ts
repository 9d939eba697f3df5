import { type Grain, shiftPeriod } from '../calendar.ts'
import { formatDate, formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { Frame, MetricUnit } from '../metrics/frame.ts'
import type { Estimate } from '../stats/difference.ts'
import type { SmoothingModel } from '../stats/exponential-smoothing.ts'
import { type SmoothingFit, selectSmoothing } from '../stats/fit-smoothing.ts'
import { forecastSmoothing } from '../stats/forecast-smoothing.ts'
import { type Accuracy, type BackTest, backTest } from '../stats/rolling-origin.ts'
import { type GroupKey, type History, type NoHistory, readHistory } from './history.ts'
import { monthWeights } from './month-weights.ts'

export interface ForecastQuestion {
  /** The answer to a query with a grain. */
  frame: Frame
  metric: string
  /** Which group of the frame's split. */
  group?: GroupKey
  /** Periods after the last whole one. */
  horizon: number
  words: Words
}

export interface ForecastPoint extends Estimate {
  /** First day of the period. */
  start: string
}

/** What comes next, and what such forecasts were worth so far. `low` and `high` are a 95 % prediction interval. */
export interface Forecast {
  points: ForecastPoint[]
  model: SmoothingModel
  /** True where the number of each month was taken for a day of it, so that February is no drop. */
  per_day: boolean
  /** The model in words. */
  method: string
  backtest: BackTest
  /** Whole periods that it was made from. */
  history: number
  sentence: string
  /** The model, how far, and whether to trust it, in one short sentence. */
  brief: string
  /** The figures of the back-test. */
  tested: string
}

/** A forecast that would be worth less than none, and why. */
export interface NoForecast {
  refused: string
  /** Where it was the back-test that spoke against it. */
  backtest?: BackTest
}

/** Periods in a season; a year has none. */
const seasons: Record<Grain, number> = { day: 7, week: 52, month: 12, quarter: 4, year: 1 }

/** Older periods say little about the next ones, and each fit costs as much as it reads. */
const longest = 200
/** With fewer values the simplest model has nothing to be judged by. */
const shortestFit = 6
const fewestOrigins = 3
const mostOrigins = 12

/**
 * Forecasts a metric, or says why not: the history is too short for three origins of a back-test, has holes, or the model would have
 * done worse than repeating the season before or the last value. A season is tried only where every fit of the back-test has two of
 * them. Bounds that the unit has (a share lies in 0 to 1, a count is not below 0) cut the interval, which can only leave out what
 * cannot happen.
 */
export function findForecast(question: ForecastQuestion): Forecast | NoForecast {
  const { frame, metric, group, horizon, words } = question
  if (!(Number.isInteger(horizon) && horizon > 0))
    throw new RangeError(`${horizon} is no horizon; pass a whole number of periods above 0.`)
  const history = readHistory(frame, metric, group)
  if ('lacks' in history) return { refused: saidLack(history, frame.query.grain ?? 'month', words) }
  const needed = horizon + shortestFit + fewestOrigins - 1
  if (history.values.length < needed) return { refused: saidShort(history, horizon, needed, words) }
  return judged(history, horizon, words)
}

function judged(history: History, horizon: number, words: Words): Forecast | NoForecast {
  const values = history.values.slice(-longest)
  const starts = history.starts.slice(-longest)
  const plan = planOf(values.length, seasons[history.grain], horizon)
  const weights = history.adds && history.grain === 'month' ? monthWeights(starts[0]!, values.length + horizon) : null
  const method = (known: number[]) => extrapolate(known, plan.modelled, horizon, history.unit, weights)
  const made = method(values)
  const test = backTest(values, (known) => method(known)?.estimates ?? null, {
    horizon,
    season: plan.season,
    least: plan.least,
    most: mostOrigins,
  })
  if (!made || !test) throw new RangeError(`${values.length} values could not be fitted; pass more.`)
  if (isWorse(test.model, rivalOf(test).accuracy)) return { refused: saidLost(test, history, words), backtest: test }
  const model = say(words, `say.forecast.model.${made.fit.model.trend}.${made.fit.model.season}`)
  const name = made.perDay ? say(words, 'say.forecast.per-day', { method: model }) : model
  return {
    points: made.estimates.map((each, at) => ({ start: shiftPeriod(starts.at(-1)!, history.grain, at + 1), ...each })),
    model: made.fit.model,
    per_day: made.perDay,
    method: name,
    backtest: test,
    history: values.length,
    sentence: saidForecast(name, values.length, test, history, words),
    brief: saidBriefly(made.fit.model, test, history, words),
    tested: saidTest(test, history, words),
  }
}

interface Extrapolation {
  fit: SmoothingFit
  perDay: boolean
  estimates: Estimate[]
}

/** The whole method on the values known at some moment: the number itself, or for a day of its month, whichever AICc prefers. */
function extrapolate(
  known: number[],
  season: number,
  horizon: number,
  unit: MetricUnit,
  weights: number[] | null,
): Extrapolation | null {
  const plain = selectSmoothing(known, season)
  const weighted =
    weights &&
    selectSmoothing(
      known.map((value, at) => value / weights[at]!),
      season,
    )
  const perDay = weighted !== null && (plain === null || weighted.aicc + jacobian(weights!, known.length) < plain.aicc)
  const fit = perDay ? weighted : plain
  if (!fit) return null
  const estimates = forecastSmoothing(fit, horizon).map(({ value, low, high }, at) => {
    const weight = perDay ? weights![known.length + at]! : 1
    return bounded({ value: value * weight, low: low * weight, high: high * weight }, unit)
  })
  return { fit, perDay, estimates }
}

/** What makes the likelihood of weighted values one of the values themselves. */
function jacobian(weights: number[], count: number): number {
  return 2 * weights.slice(0, count).reduce((sum, weight) => sum + Math.log(weight), 0)
}

/** Which season the model may have, which the naive forecast has, and how short the earliest fit of the back-test may be. */
function planOf(count: number, season: number, horizon: number): { modelled: number; season: number; least: number } {
  const earliest = count - horizon - (fewestOrigins - 1)
  if (season > 1 && earliest >= 2 * season)
    return { modelled: season, season, least: Math.max(2 * season, shortestFit) }
  if (season > 1 && earliest > season) return { modelled: 1, season, least: Math.max(season + 1, shortestFit) }
  return { modelled: 1, season: 1, least: shortestFit }
}

function bounded(estimate: Estimate, unit: MetricUnit): Estimate {
  const low = unit === 'ratio' || unit === 'count' || unit === 'seconds' ? 0 : Number.NEGATIVE_INFINITY
  const high = unit === 'ratio' ? 1 : Number.POSITIVE_INFINITY
  const inside = (value: number) => Math.min(high, Math.max(low, value))
  return { value: inside(estimate.value), low: inside(estimate.low), high: inside(estimate.high) }
}

interface Rival {
  name: 'seasonal' | 'naive'
  accuracy: Accuracy
}

/** The better of the two forecasts that need no model. */
function rivalOf({ seasonal, naive, season }: BackTest): Rival {
  return season > 1 && !isWorse(seasonal, naive)
    ? { name: 'seasonal', accuracy: seasonal }
    : { name: 'naive', accuracy: naive }
}

/** By MASE where there is one. Equal but for rounding is not worse. */
function isWorse(one: Accuracy, other: Accuracy): boolean {
  const [mine, yours] = one.mase === null || other.mase === null ? [one.mae, other.mae] : [one.mase, other.mase]
  return mine > yours * (1 + 1e-9)
}

/** Below this the values left their interval more often than so few moments explain. */
const narrow = 0.8

function saidBriefly({ trend, season }: SmoothingModel, test: BackTest, { grain }: History, words: Words): string {
  const { name, accuracy } = rivalOf(test)
  return say(words, 'say.forecast.brief', {
    ahead: periods(test.horizon, grain, words),
    method: season === 'none' ? (trend === 'none' ? 'simple' : 'holt') : 'winters',
    rival: name,
    better: isWorse(accuracy, test.model) ? 'yes' : 'no',
    narrow: test.coverage < narrow ? 'yes' : 'no',
  })
}

function saidTest(test: BackTest, { unit }: History, words: Words): string {
  return say(words, 'say.forecast.test', {
    ...againstRival(test, unit, words),
    coverage: share(test.coverage, words, 0),
  })
}

function saidForecast(method: string, count: number, test: BackTest, history: History, words: Words): string {
  const { grain } = history
  const made = say(words, 'say.forecast.made', {
    ahead: periods(test.horizon, grain, words),
    history: wholePeriods(count, grain, words),
    method,
  })
  const told = saidTest(test, history, words)
  return test.coverage < narrow ? `${made} ${told} ${say(words, 'say.forecast.narrow')}` : `${made} ${told}`
}

function saidLost(test: BackTest, { unit }: History, words: Words): string {
  return say(words, 'say.forecast.lost', againstRival(test, unit, words))
}

function againstRival(test: BackTest, unit: MetricUnit, words: Words) {
  const { name, accuracy } = rivalOf(test)
  return {
    origins: test.origins,
    rival: name,
    model: accuracyText(test.model, unit, words),
    other: accuracyText(accuracy, unit, words),
  }
}

/** `MASE 0.73, sMAPE 4.6%`; without a MASE the mean absolute error. */
export function accuracyText({ mase, mae, smape }: Accuracy, unit: MetricUnit, words: Words): string {
  const percent = share(smape, words, 1)
  return mase === null
    ? say(words, 'say.forecast.error', { mae: formatValue(mae, unit, words), smape: percent })
    : say(words, 'say.forecast.scaled', { mase: formatNumber(mase, words, 2), smape: percent })
}

function share(value: number, words: Words, digits: number): string {
  return say(words, 'say.forecast.percent', { value: formatNumber(value * 100, words, digits) })
}

function saidShort({ values, grain }: History, horizon: number, needed: number, words: Words): string {
  return say(words, 'say.forecast.short', {
    history: wholePeriods(values.length, grain, words),
    ahead: periods(horizon, grain, words),
    needed,
  })
}

function saidLack(lack: NoHistory, grain: Grain, words: Words): string {
  if (lack.lacks === 'metric') return say(words, 'say.forecast.metric', { because: lack.because })
  if (lack.lacks === 'periods') return say(words, 'say.forecast.nothing')
  return say(words, 'say.forecast.gap', {
    missing: lack.missing,
    history: wholePeriods(lack.periods, grain, words),
    first: formatDate(lack.first, words),
  })
}

function periods(count: number, grain: Grain, words: Words): string {
  return say(words, `say.forecast.periods.${grain}`, { count })
}

function wholePeriods(count: number, grain: Grain, words: Words): string {
  return say(words, `say.forecast.whole.${grain}`, { count })
}
