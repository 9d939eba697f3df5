import { studentTCdf, studentTQuantile } from './distributions.ts'
import { runSmoothing, walkSmoothing } from './exponential-smoothing.ts'
import { fitSmoothing, type SmoothingFit } from './fit-smoothing.ts'

/** A value that does not go with those before it. */
export interface Unusual {
  /** Place in the series. */
  at: number
  expected: number
  /** What would not have been unusual. */
  low: number
  high: number
  /** Of one such value among all that were looked at, where nothing is unusual. */
  p: number
}

/** What the newest value is held against by itself: where 19 of 20 lie where nothing is unusual. */
export interface UsualRange {
  expected: number
  low: number
  high: number
}

export interface UnusualPlan {
  /** Values of a season; 1 for none. */
  season: number
  /** Chance that a series in which nothing is unusual shows anything. */
  alpha: number
}

/** More would be another series, and no exceptions in this one. */
const mostShare = 0.1
const fewestFree = 4
const outsideUsual = 0.05

/**
 * Values that miss what exponential smoothing expected one step ahead by more than chance. The largest miss is held against the others
 * (Student's t of the deleted residual, Bonferroni over all that were looked at), replaced by what was expected, and the model fitted
 * anew, as long as there is one. Holes are filled with what was expected and are never unusual. What the model learns its first states
 * from is not judged. Null where the series is too short.
 *
 * Source: for one deleted after the other, B. Rosner, Technometrics 25 (1983), here without looking past one that is none; for one-step errors of smoothing, R. J. Hyndman et al.,
 * Forecasting with Exponential Smoothing (2008).
 */
export function findUnusual(values: readonly (number | null)[], plan: UnusualPlan): Unusual[] | null {
  return judgeSeries(values, plan)?.found ?? null
}

/** The same with the range of the newest value: it may be inside what any of so many values may do, and outside what one does. */
export function judgeSeries(
  values: readonly (number | null)[],
  { season, alpha }: UnusualPlan,
): { found: Unusual[]; newest: UsualRange } | null {
  const filled = fillHoles(values)
  const removed = new Set(values.flatMap((value, at) => (value === null ? [at] : [])))
  const first = season > 1 ? season : 3
  const most = Math.max(1, Math.floor(values.length * mostShare))
  const found: { at: number; value: number; p: number }[] = []
  let judgement = judge(filled, removed, first, season, alpha)
  while (judgement && judgement.p < alpha && found.length < most) {
    const { at, p, expected } = judgement
    found.push({ at, p, value: filled[at]! })
    removed.add(at)
    filled[at] = expected[at]!
    judgement = judge(filled, removed, first, season, alpha)
  }
  if (!judgement) return null
  if (found.length === 0) return { found: [], newest: judgement.newest }
  const kept = found.filter((each) => {
    const others = new Set([...removed].filter((at) => at !== each.at))
    const own = settled(filled.with(each.at, each.value), others, season)
    const again = judge(own, new Set([...others, each.at]), first, season, alpha)
    return again !== null && Math.abs(each.value - again.expected[each.at]!) > again.reach
  })
  const clean = settled(filled, removed, season)
  const last = judge(clean, removed, first, season, alpha)
  if (!last) return null
  const told = kept
    .map(({ at, p }) => {
      const expected = last.expected[at]!
      return { at, p, expected, low: expected - last.reach, high: expected + last.reach }
    })
    .filter(({ at, low, high }) => values[at]! < low || values[at]! > high)
    .toSorted((x, y) => x.at - y.at)
  return { found: told, newest: last.newest }
}

/**
 * What was removed is filled again, now that the model no longer learns from it: the first guess was made by one that did, and expected a
 * season after a peak another one.
 */
function settled(values: number[], removed: ReadonlySet<number>, season: number): number[] {
  let now = values
  for (let round = 0; round < 3 && removed.size > 0; round++) {
    const fit = bestFit(now, season)
    if (!fit) return now
    const expected = expectedBy(fit, now)
    now = now.map((value, at) => (removed.has(at) ? expected[at]! : value))
  }
  return now
}

/** What was expected of every value, how far a miss may go, and the largest one. */
interface Judgement {
  expected: number[]
  reach: number
  at: number
  p: number
  newest: UsualRange
}

function judge(
  values: number[],
  removed: ReadonlySet<number>,
  first: number,
  season: number,
  alpha: number,
): Judgement | null {
  const fit = bestFit(values, season)
  if (!fit) return null
  const expected = expectedBy(fit, values)
  const judged = values.flatMap((_, at) => (at < first || removed.has(at) ? [] : [at]))
  const misses = judged.map((at) => values[at]! - expected[at]!)
  // All parts count, though the first states are learnt from values that are not judged: the test errs towards silence.
  const freedom = judged.length - (values.length - fit.df) - 1
  if (freedom < fewestFree) return null
  const place = misses.reduce((best, miss, i) => (Math.abs(miss) > Math.abs(misses[best]!) ? i : best), 0)
  const squares = misses.reduce((sum, miss, i) => (i === place ? sum : sum + miss * miss), 0)
  const spread = Math.sqrt(squares / freedom)
  const miss = Math.abs(misses[place]!)
  const one = miss === 0 ? 1 : spread === 0 ? 0 : 2 * studentTCdf(-miss / spread, freedom)
  return {
    expected,
    reach: -studentTQuantile(alpha / judged.length / 2, freedom) * spread,
    at: judged[place]!,
    p: Math.min(1, one * judged.length),
    newest: rangeOfNewest(expected, values, judged, freedom),
  }
}

/** By how far the others missed. */
function rangeOfNewest(
  expected: readonly number[],
  values: readonly number[],
  judged: readonly number[],
  freedom: number,
): UsualRange {
  const newest = values.length - 1
  const squares = judged.reduce((sum, at) => (at === newest ? sum : sum + (values[at]! - expected[at]!) ** 2), 0)
  const reach = -studentTQuantile(outsideUsual / 2, freedom) * Math.sqrt(squares / freedom)
  return { expected: expected[newest]!, low: expected[newest]! - reach, high: expected[newest]! + reach }
}

/** Errors that add: values come on a scale on which they do. */
function bestFit(values: readonly number[], season: number): SmoothingFit | null {
  const seasons = season > 1 && values.length >= 2 * season ? (['none', 'additive'] as const) : (['none'] as const)
  return seasons
    .flatMap((each) =>
      (['none', 'damped'] as const).map((trend) => fitSmoothing(values, { trend, season: each }, season)),
    )
    .reduce((best, each) => (each && (!best || each.aicc < best.aicc) ? each : best), null)
}

function expectedBy({ model, rates, start }: SmoothingFit, values: readonly number[]): number[] {
  let state = start
  return values.map((value) => {
    const [expected = 0] = walkSmoothing(state, model, rates, [0])
    state = runSmoothing([value], model, rates, state).state
    return expected
  })
}

/** A first guess, between the neighbours; the model takes its place. */
function fillHoles(values: readonly (number | null)[]): number[] {
  return values.map((value, at) => {
    if (value !== null) return value
    const before = values.slice(0, at).findLast((each) => each !== null)
    const after = values.slice(at).find((each) => each !== null)
    return ((before ?? after ?? 0) + (after ?? before ?? 0)) / 2
  })
}
