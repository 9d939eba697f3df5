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
 * The hazard of the first group over that of the second by Cox's partial likelihood with Breslow's ties, with a 95 % interval; its p is that
 * of the log-rank test. It is taken to be the same at all times. Where one of them had no event the likelihood has no peak, and the ratio is
 * Peto's one step, which is too far from 1 where the first group is much the smaller. Null where one of them was never at risk beside the
 * other.
 *
 * Source: D. R. Cox, Journal of the Royal Statistical Society B 34 (1972); N. Breslow, Biometrics 30 (1974); S. Yusuf, R. Peto et al.,
 * Progress in Cardiovascular Diseases 27 (1985).
 */
export function hazardRatio(
  first: readonly TimeCount[],
  second: readonly TimeCount[],
  widen = normalReach,
): HazardRatio | null {
  const { observed, expected, covariance, risks } = sumsOf([first, second])
  const variance = covariance[0]![0]!
  if (!(variance > 0)) return null
  const gap = observed[0]! - expected[0]!
  const hasPeak = observed[0]! > 0 && observed[1]! > 0
  const { value, information } = hasPeak
    ? peakOf(risks, observed[0]!)
    : { value: gap / variance, information: variance }
  const reach = widen / Math.sqrt(information)
  return {
    value: Math.exp(value),
    low: Math.exp(value - reach),
    high: Math.exp(value + reach),
    p: chiSquareSurvival(gap ** 2 / variance, 1),
  }
}

/** Newton's steps, none of them longer than a factor of e, to the logarithm of the ratio. */
function peakOf(risks: Sums['risks'], observed: number): { value: number; information: number } {
  let value = 0
  for (let round = 0; ; round++) {
    let [score, information] = [observed, 0]
    for (const { events, atRisk } of risks) {
      const weight = atRisk[0]! * Math.exp(value)
      const share = weight / (weight + atRisk[1]!)
      score -= events * share
      information += events * share * (1 - share)
    }
    const step = Math.max(-1, Math.min(1, score / information))
    if (Math.abs(step) < 1e-14 || round === 100) return { value, information }
    value += step
  }
}

interface Sums {
  observed: number[]
  expected: number[]
  covariance: number[][]
  /** Events at each time, and those at risk in each group before them. */
  risks: { events: number; atRisk: number[] }[]
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
  const risks: Sums['risks'] = []
  for (const time of times) {
    const here = rows.map((each, g) => (each[places[g]!]?.time === time ? each[places[g]!++]! : null))
    const events = here.reduce((sum, row) => sum + (row?.events ?? 0), 0)
    const all = atRisk.reduce((sum, each) => sum + each, 0)
    if (events > 0 && all > 0) {
      risks.push({ events, atRisk: [...atRisk] })
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
  return { observed, expected, covariance, risks }
}
