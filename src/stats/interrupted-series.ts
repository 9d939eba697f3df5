import { invert } from './invert.ts'
import { type Season, wavesAt } from './season-waves.ts'
import { type Tested, wald } from './wald.ts'

/** Values of whole periods, one after the other, without a hole. */
export interface InterruptedSeries {
  values: number[]
  /** Index of the first period after the change. */
  from: number
  /** Periods left out at the change, since they belong to neither side: the line goes on below them. */
  gap?: number
  /** Periods in a year (or week) that the level may swing with; absent where there is none. */
  season?: Season
}

/** How far the level moved at the change, against what trend and season went on to. */
export interface LevelChange extends Tested {
  before: number
  after: number
  /** Correlation of neighbouring residuals, which was taken out before the interval was made. */
  correlation: number
  /** Was a season taken out too? Only with two whole ones before the change. */
  seasonal: boolean
  placebo: Placebo
}

/** The same at dates on which nothing was changed. */
export interface Placebo {
  dates: number
  /** Dates before the change whose effect is as large. */
  as_large: number
  /** (as_large + 1) / (dates + 1). */
  p: number
}

/** Why no effect can be told. */
export interface TooShort {
  lacks: 'before' | 'after' | 'variation'
  have: number
  need: number
}

/** Fewest periods on each side: with less, one odd period is the effect. */
export const fewestBefore = 8
export const fewestAfter = 4

/** Placebo dates below which no p of 5 % can come out. */
export const fewestPlacebos = 19

/**
 * Interrupted time series: a line through all periods, a season where enough of them are known, and a jump at the change. Neighbouring
 * residuals that go together are taken out first (Prais-Winsten, with the correlation corrected for its bias), and of the classical and
 * the heteroskedasticity- and autocorrelation-consistent variance the larger one makes the interval. Then the same question is asked of
 * every date before the change, of the values before it alone: an effect that other dates show as well says nothing about this one.
 *
 * Source: A. K. Wagner et al., Journal of Clinical Pharmacy and Therapeutics 27 (2002); S. J. Prais and C. B. Winsten, Cowles
 * Commission 383 (1954); W. K. Newey and K. D. West, Econometrica 55 (1987); placebo dates: A. Abadie et al., JASA 105 (2010).
 */
export function levelChange(series: InterruptedSeries): LevelChange | TooShort {
  const { values, from } = series
  const after = values.length - from
  if (from < fewestBefore) return { lacks: 'before', have: from, need: fewestBefore }
  if (after < fewestAfter) return { lacks: 'after', have: after, need: fewestAfter }
  const fit = fitAt(series)
  if (!fit) return { lacks: 'variation', have: new Set(values).size, need: 3 }
  return { ...fit, before: from, after, placebo: placeboOf(series, fit.value) }
}

/** A season is fitted only where two whole ones came before. */
function isSeasonal(season: InterruptedSeries['season'], before: number): boolean {
  return season !== undefined && before >= 2 * season.length
}

function placeboOf(series: InterruptedSeries, effect: number): Placebo {
  const known = series.values.slice(0, series.from)
  let dates = 0
  let asLarge = 0
  for (let from = fewestBefore; from <= known.length - fewestAfter; from++) {
    const fit = fitAt({ ...series, values: known, from, gap: 0 }, isSeasonal(series.season, series.from))
    if (!fit) continue
    dates++
    if (Math.abs(fit.value) >= Math.abs(effect)) asLarge++
  }
  return { dates, as_large: asLarge, p: (asLarge + 1) / (dates + 1) }
}

type Fit = Pick<LevelChange, 'value' | 'low' | 'high' | 'p' | 'correlation' | 'seasonal'>

function fitAt(series: InterruptedSeries, seasonal = isSeasonal(series.season, series.from)): Fit | null {
  const { values, from, season, gap = 0 } = series
  const rows = values.map((_, index) => {
    const isAfter = index >= from
    const at = isAfter ? index + gap : index
    return [1, isAfter ? 1 : 0, at - (values.length - 1) / 2, ...(season && seasonal ? wavesAt(at, season) : [])]
  })
  const plain = leastSquares(rows, values)
  if (!plain || !(sumOfSquares(plain.residuals) > 1e-12 * sumOfSquares(values))) return null
  const correlation = correlationOf(plain.residuals, rows[0]!.length)
  const fit = correlation > 0 ? leastSquares(...withoutCorrelation(rows, values, correlation)) : plain
  if (!fit) return null
  // One more free value went into the correlation.
  const df = values.length - rows[0]!.length - 1
  if (df < 3) return null
  const error = Math.sqrt(Math.max(classical(fit, df), consistent(fit, df)))
  return { ...wald(fit.slopes[1]!, error, df), correlation, seasonal }
}

/** Of neighbouring residuals, corrected for what fitting k values takes away from it; 0 where it is not positive. */
function correlationOf(residuals: number[], k: number): number {
  const n = residuals.length
  const pairs = residuals.slice(1).reduce((sum, each, index) => sum + each * residuals[index]!, 0)
  const found = pairs / sumOfSquares(residuals)
  return Math.min(0.9, Math.max(0, (n * found + k - 1) / (n - k - 2 > 0 ? n - k - 2 : n)))
}

/** Each row less its neighbour times r; the first row is kept, at its own scale. */
function withoutCorrelation(rows: number[][], values: number[], r: number): [number[][], number[]] {
  const first = Math.sqrt(1 - r * r)
  const shifted = (list: number[]): number[] =>
    list.map((each, at) => (at === 0 ? each * first : each - r * list[at - 1]!))
  const columns = rows[0]!.map((_, column) => shifted(rows.map((row) => row[column]!)))
  return [rows.map((_, at) => columns.map((column) => column[at]!)), shifted(values)]
}

interface LeastSquares {
  rows: number[][]
  slopes: number[]
  residuals: number[]
  /** Inverse of X'X. */
  inverse: number[][]
}

/** Variance of the jump when every residual is alike. */
function classical({ residuals, inverse }: LeastSquares, df: number): number {
  return (sumOfSquares(residuals) / df) * inverse[1]![1]!
}

/** The same where residuals differ in size and neighbours go together: Bartlett's weights, scaled to the free values. */
function consistent({ rows, residuals, inverse }: LeastSquares, df: number): number {
  const n = rows.length
  const scores = rows.map((row, at) => residuals[at]! * row.reduce((sum, each, i) => sum + each * inverse[1]![i]!, 0))
  const lags = Math.floor(4 * (n / 100) ** (2 / 9))
  let sum = sumOfSquares(scores)
  for (let lag = 1; lag <= lags; lag++) {
    const weight = 2 * (1 - lag / (lags + 1))
    for (let at = lag; at < n; at++) sum += weight * scores[at]! * scores[at - lag]!
  }
  return (Math.max(0, sum) * n) / df
}

/** By the normal equations: a handful of columns. Null where they are not independent. */
function leastSquares(rows: number[][], values: number[]): LeastSquares | null {
  const columns = [...(rows[0]?.keys() ?? [])]
  const found = invert(columns.map((i) => columns.map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0))))
  if ('dependent' in found) return null
  const { inverse } = found
  const moments = columns.map((i) => rows.reduce((sum, row, at) => sum + row[i]! * values[at]!, 0))
  const slopes = inverse.map((row) => row.reduce((sum, each, i) => sum + each * moments[i]!, 0))
  const residuals = rows.map((row, at) => values[at]! - row.reduce((sum, each, i) => sum + each * slopes[i]!, 0))
  return { rows, slopes, residuals, inverse }
}

function sumOfSquares(values: number[]): number {
  return values.reduce((sum, each) => sum + each * each, 0)
}
