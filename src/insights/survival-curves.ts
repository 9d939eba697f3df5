import type { Estimate } from '../stats/difference.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import {
  atRiskAt,
  kaplanMeier,
  restrictedMean,
  type SurvivalFit,
  type SurvivalQuantile,
  stepAt,
  survivalQuantile,
  type TimeCount,
} from '../stats/kaplan-meier.ts'
import type { LogRank } from '../stats/log-rank.ts'
import type { LeftOut, SurvivalEvidence } from './survival-evidence.ts'
import type { SurvivalKind } from './survival-lives.ts'

/** A point of a curve: from this time on the share is this. */
export interface CurvePoint {
  time: number
  at_risk: number
  value: number
  low: number | null
  high: number | null
}

/** One curve: what share has not had it after how long. Times in seconds. */
export interface Curve {
  /** Null for all together, and where the dimension is not set. */
  key: string | null
  label: string
  n: number
  events: number
  /** Without the event until the now, or until they were closed without it. */
  open: number
  /** With the open ones: the time by which half, and nine in ten, have had it; null where that is not reached. */
  median: SurvivalQuantile
  p90: SurvivalQuantile
  /** Mean up to the time that all curves reach. */
  mean: Estimate & { until: number }
  /** Of those alone that have had it. */
  ended_only: { median: number | null; p90: number | null; mean: number | null }
  points: CurvePoint[]
  /** The same at the round times of `ticks`; null beyond what is known. */
  at: (CurvePoint | null)[]
}

/** Do the curves of a dimension differ by more than chance? */
export interface CurveTest extends LogRank {
  dimension: string
  label: string
  groups: string[]
  n: number
  /** Benjamini-Hochberg over all that were tried. */
  q: number
  /** The group that is furthest from all others, as a ratio of hazards; the interval allows for its being picked. */
  furthest: { group: string; ratio: Estimate; share: CurvePoint | null; rest: CurvePoint | null }
}

/** All that was computed; the sentences come after. */
export interface Curves {
  about: SurvivalKind
  as_of: string
  whole: Curve
  by: string | null
  curves: Curve[]
  /** Round times that all curves are told at. */
  ticks: number[]
  tests: CurveTest[]
  /** Dimensions that were left untested for having too few events or groups. */
  untested: string[]
  left_out: LeftOut
  stopped: number
  /** Days after joining at which the curves begin, where earlier ones rest on almost nobody. */
  begins: number
  observed_from: string | null
  late: number
}

const day = 86_400
/** Rows below which a group has no curve. */
export const fewest = 20
/** At risk, below which a share is not told. */
const fewestAtRisk = 10
const mostPoints = 160

/** Everything in seconds, from `begins` on: who was gone by then, or ended on that day, is in no curve. */
export function scaled(counts: readonly TimeCount[], about: SurvivalKind, begins: number): TimeCount[] {
  const later = begins > 0 ? counts.filter(({ time }) => time > begins) : counts
  return about === 'customers' ? later.map((each) => ({ ...each, time: each.time * day })) : [...later]
}

/** With late entries hardly anybody is observed in the first days: the curve begins where there are enough. Null where that is never. */
export function beginningOf({ whole }: SurvivalEvidence): number | null {
  const { n, counts } = kaplanMeier(
    whole.map((each) => ({ ...each, censored: each.events + each.censored, events: 0 })),
  )
  const late = counts.reduce((sum, { entered }) => sum + entered, 0)
  let atRisk = n - late
  if (late === 0 || atRisk >= fewest) return 0
  for (const each of counts) {
    atRisk += each.entered - each.events - each.censored
    if (atRisk >= fewest) return each.time
  }
  return null
}

/** Until nearly all have had it, or nearly all that ever will; for customers as long as enough are observed. */
export function shownUntil(fit: SurvivalFit, about: SurvivalKind): number {
  let last = 0
  let atRisk = fit.n - fit.counts.reduce((sum, { entered }) => sum + entered, 0)
  for (const each of fit.counts) {
    if (atRisk >= fewestAtRisk) last = each.time
    atRisk += each.entered - each.events - each.censored
  }
  const nearly = about === 'customers' ? last : (survivalQuantile(fit, 0.95).value ?? 1.25 * endedBy(fit, 0.98))
  return Math.max(1, Math.min(last, nearly))
}

const [month, year] = [30.4375 * day, 365.25 * day]
const customerSteps = [day, 7 * day, 14 * day, month, 3 * month, 6 * month, year, 2 * year, 5 * year, 10 * year]
/** Times at which people judge a service: minutes, a working day, days, weeks. */
const caseTimes = [1, 5, 15, 30, 60, 120, 240, 480]
  .map((minutes) => minutes * 60)
  .concat([1, 2, 3, 7, 14, 30, 60, 90, 180, 365, 730].map((days) => days * day))
const mostTimes = 8

/** At most eight round times that tell the curve. */
export function ticksOf(fit: SurvivalFit, from: number, until: number, about: SurvivalKind): number[] {
  const known = about === 'customers' ? customerTimes(from, until) : caseTimes.filter((each) => each <= until)
  const early = survivalQuantile(fit, 0.03).value ?? 0
  const telling = about === 'customers' ? known : known.filter((each) => each >= early)
  return telling.length > 0 ? telling.slice(-mostTimes) : [until]
}

function customerTimes(from: number, until: number): number[] {
  const step = customerSteps.find((each) => until / each <= mostTimes) ?? customerSteps.at(-1)!
  const count = Math.floor(until / step + 1e-9)
  return Array.from({ length: count }, (_, at) => (at + 1) * step).filter((each) => each > from)
}

/** How far curves are shown, at which times they are told, and to where a mean is taken. */
export interface CurveFrame {
  shown: number
  ticks: number[]
  until: number
}

export function curveOf(
  key: string | null,
  label: string,
  fit: SurvivalFit,
  { shown, ticks, until }: CurveFrame,
): Curve {
  const own = fit.steps.filter(({ time }) => time <= shown)
  const grid = Array.from({ length: mostPoints }, (_, at) => ((at + 1) * shown) / mostPoints)
  const times =
    own.length <= mostPoints ? own.map(({ time }) => time) : [...new Set(grid.map((at) => stepAt(fit, at)?.time ?? 0))]
  return {
    key,
    label,
    n: fit.n,
    events: fit.events,
    open: fit.censored,
    median: survivalQuantile(fit, 0.5),
    p90: survivalQuantile(fit, 0.9),
    mean: { ...restrictedMean(fit, until), until },
    ended_only: endedOnly(fit),
    points: times.filter((time) => time > 0 || own[0]?.time === 0).map((time) => pointAt(fit, time)),
    at: ticks.map((time) => knownAt(fit, time)),
  }
}

function pointAt(fit: SurvivalFit, time: number): CurvePoint {
  const step = stepAt(fit, time)
  const { value, low, high } = step ?? { value: 1, low: 1, high: 1 }
  return { time, at_risk: atRiskAt(fit, time), value, low, high }
}

/**
 * Null where too few are left to say. Where nobody has had it yet the product limit has no interval: those who were observed that long
 * give one by themselves.
 */
export function knownAt(fit: SurvivalFit, time: number): CurvePoint | null {
  const point = pointAt(fit, time)
  if (fit.censored === 0 && point.value === 0) return point
  if (point.at_risk < fewestAtRisk) return null
  return point.value < 1 ? point : { ...point, low: wilsonInterval(point.at_risk, point.at_risk)?.low ?? null }
}

/** What the figures say that know ended cases only. */
function endedOnly(fit: SurvivalFit): Curve['ended_only'] {
  if (fit.events === 0) return { median: null, p90: null, mean: null }
  const mean = fit.counts.reduce((sum, each) => sum + each.time * each.events, 0) / fit.events
  return { median: endedBy(fit, 0.5), p90: endedBy(fit, 0.9), mean }
}

/** A quantile of those that have ended, between two of them as the engine's own is. */
function endedBy({ counts, events }: SurvivalFit, share: number): number {
  const valueAt = (rank: number): number => {
    let seen = 0
    for (const each of counts) {
      seen += each.events
      if (seen > rank) return each.time
    }
    return counts.at(-1)?.time ?? 0
  }
  const at = share * (events - 1)
  const [low, high] = [valueAt(Math.floor(at)), valueAt(Math.ceil(at))]
  return low + (high - low) * (at - Math.floor(at))
}
