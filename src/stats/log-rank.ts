import type { Estimate } from './difference.ts'
import { chiSquareSurvival, normalReach } from './distributions.ts'
import { invert } from './invert.ts'
import { mergeCounts, type TimeCount } from './kaplan-meier.ts'

export interface LogRank {
  statistic: number
  /** Degrees of freedom: groups less one. */
  df: number
  p: number
  /** Events of each group, in the order given, and as many as there would be if all groups were alike. */
  observed: number[]
  expected: number[]
}

/** How many times as often the event comes in one group as in another, at any time. */
export interface HazardRatio extends Estimate {
  p: number
}

/**
 * Do groups have the event at the same rate over time? The log-rank test, with the hypergeometric variance, for any number of groups and with
 * late entries. Null with fewer than two groups that were ever at risk, or without an event.
 *
 * Sources: N. Mantel, Cancer Chemotherapy Reports 50 (1966); R. Peto and J. Peto, JRSS A 135 (1972); Klein and Moeschberger, Survival
 * Analysis, 2nd ed., 7.3.
 */
export function logRank(groups: readonly (readonly TimeCount[])[]): LogRank | null {
  const { observed, expected, covariance } = sumsOf(groups)
  const used = observed.flatMap((_, at) => (expected[at]! > 0 ? [at] : []))
  if (used.length < 2) return null
  const kept = used.slice(1)
  const gaps = kept.map((at) => observed[at]! - expected[at]!)
  const found = invert(kept.map((row) => kept.map((column) => covariance[row]![column]!)))
  if ('dependent' in found) return null
  const statistic = Math.max(
    0,
    gaps.reduce((sum, gap, i) => sum + gap * gaps.reduce((own, each, j) => own + found.inverse[i]![j]! * each, 0), 0),
  )
  const df = kept.length
  return { statistic, df, p: chiSquareSurvival(statistic, df), observed, expected }
}

/**
 * The hazard of the first group over that of the second by Peto's one-step estimate, with a 95 % interval; its p is that of the log-rank test. It is
 * taken to be the same at all times, and is too near 1 where it is far from it. Null where one of them was never at risk beside the other.
 *
 * Source: S. Yusuf, R. Peto et al., Progress in Cardiovascular Diseases 27 (1985); Peto and Peto (1972).
 */
export function hazardRatio(
  first: readonly TimeCount[],
  second: readonly TimeCount[],
  widen = normalReach,
): HazardRatio | null {
  const { observed, expected, covariance } = sumsOf([first, second])
  const variance = covariance[0]![0]!
  if (!(variance > 0)) return null
  const gap = observed[0]! - expected[0]!
  const reach = widen * Math.sqrt(variance)
  const ratio = (by: number) => Math.exp(by / variance)
  return {
    value: ratio(gap),
    low: ratio(gap - reach),
    high: ratio(gap + reach),
    p: chiSquareSurvival(gap ** 2 / variance, 1),
  }
}

interface Sums {
  observed: number[]
  expected: number[]
  covariance: number[][]
}

function sumsOf(groups: readonly (readonly TimeCount[])[]): Sums {
  const size = groups.length
  const rows = groups.map((each) => mergeCounts(each))
  const atRisk = rows.map((each) => each.reduce((sum, row) => sum + row.events + row.censored - row.entered, 0))
  const times = [...new Set(rows.flatMap((each) => each.map(({ time }) => time)))].sort((a, b) => a - b)
  const places = rows.map(() => 0)
  const observed = rows.map(() => 0)
  const expected = rows.map(() => 0)
  const covariance = rows.map(() => rows.map(() => 0))
  for (const time of times) {
    const here = rows.map((each, g) => (each[places[g]!]?.time === time ? each[places[g]!++]! : null))
    const events = here.reduce((sum, row) => sum + (row?.events ?? 0), 0)
    const all = atRisk.reduce((sum, each) => sum + each, 0)
    if (events > 0 && all > 0) {
      const spread = all > 1 ? (events * (all - events)) / (all - 1) : 0
      for (let g = 0; g < size; g++) {
        const share = atRisk[g]! / all
        observed[g]! += here[g]?.events ?? 0
        expected[g]! += events * share
        for (let h = 0; h < size; h++) covariance[g]![h]! += spread * share * ((g === h ? 1 : 0) - atRisk[h]! / all)
      }
    }
    for (const [g, row] of here.entries()) if (row) atRisk[g]! += row.entered - row.events - row.censored
  }
  return { observed, expected, covariance }
}
