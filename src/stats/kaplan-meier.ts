import type { Estimate } from './difference.ts'
import { normalReach } from './distributions.ts'

/** What happened at one time: counts, so that an engine can do the counting. */
export interface TimeCount {
  time: number
  events: number
  /** Last seen then, without the event. */
  censored: number
  /** First seen then, and at risk from there on; whoever is not counted here is at risk from the start. */
  entered?: number
}

/** One step of the curve: where at least one event was. */
export interface SurvivalStep {
  time: number
  /** Just before. */
  at_risk: number
  events: number
  /** Share that is still without the event, just after. */
  value: number
  /** 95 % interval at this time alone, on the scale of log(-log); null where the share is 0. */
  low: number | null
  high: number | null
  /** Greenwood's standard error. */
  se: number
}

export interface SurvivalFit {
  n: number
  events: number
  censored: number
  steps: SurvivalStep[]
  /** Largest time, event or not: nothing is known beyond. */
  until: number
  /** Sorted by time, one row each. */
  counts: Required<TimeCount>[]
}

/** A time by which a share has had the event; null where the curve, or its interval, does not come down that far. */
export interface SurvivalQuantile {
  value: number | null
  low: number | null
  high: number | null
}

/**
 * The share without the event over time, when not all have had it yet: product limit, Greenwood's variance, intervals on the scale of
 * log(-log). Who entered late counts from then on; their entries must lie before their ends. At one time events come before
 * censorings, and both before entries.
 *
 * Sources: E. L. Kaplan and P. Meier, JASA 53 (1958); M. Greenwood, 1926; J. D. Kalbfleisch and R. L. Prentice, The Statistical
 * Analysis of Failure Time Data, 2nd ed., 1.4; J. P. Klein and M. L. Moeschberger, Survival Analysis, 2nd ed., 4.6 (late entry).
 */
export function kaplanMeier(counts: readonly TimeCount[]): SurvivalFit {
  const sorted = mergeCounts(counts)
  const n = sorted.reduce((sum, each) => sum + each.events + each.censored, 0)
  const late = sorted.reduce((sum, each) => sum + each.entered, 0)
  const steps: SurvivalStep[] = []
  let atRisk = n - late
  let value = 1
  let sum = 0
  for (const { time, events, censored, entered } of sorted) {
    if (events > 0) {
      if (events > atRisk) throw new RangeError(`${events} events at ${time} among ${atRisk} at risk; end after entry.`)
      value *= 1 - events / atRisk
      sum += events / (atRisk * (atRisk - events))
      steps.push({
        time,
        at_risk: atRisk,
        events,
        value,
        ...bandOf(value, sum),
        se: value > 0 ? value * Math.sqrt(sum) : 0,
      })
    }
    atRisk += entered - events - censored
  }
  const events = sorted.reduce((all, each) => all + each.events, 0)
  return { n, events, censored: n - events, steps, until: sorted.at(-1)?.time ?? 0, counts: sorted }
}

/** One row for each time, sorted. */
export function mergeCounts(counts: readonly TimeCount[]): Required<TimeCount>[] {
  const merged = new Map<number, Required<TimeCount>>()
  for (const { time, events, censored, entered = 0 } of counts) {
    const row = merged.get(time)
    if (row) {
      row.events += events
      row.censored += censored
      row.entered += entered
    } else merged.set(time, { time, events, censored, entered })
  }
  return [...merged.values()].sort((a, b) => a.time - b.time)
}

function bandOf(value: number, sum: number): { low: number | null; high: number | null } {
  if (value <= 0) return { low: null, high: null }
  const reach = (normalReach * Math.sqrt(sum)) / Math.abs(Math.log(value))
  return { low: value ** Math.exp(reach), high: value ** Math.exp(-reach) }
}

/**
 * The time by which a share has had the event, with the interval of Brookmeyer and Crowley: the times at which the share may be that.
 *
 * Source: R. Brookmeyer and J. Crowley, Biometrics 38 (1982), on the scale of log(-log) as in Klein and Moeschberger, 4.5.
 */
export function survivalQuantile(fit: SurvivalFit, share: number): SurvivalQuantile {
  // A product of fractions that comes to one half exactly is a hair beside it in floating point.
  const left = 1 - share + 1e-12
  const first = (of: (step: SurvivalStep) => number | null): number | null =>
    fit.steps.find((step) => (of(step) ?? step.value) <= left)?.time ?? null
  return {
    value: first(({ value }) => value),
    low: first(({ low }) => low),
    high: first(({ high }) => (high === null ? 1 : high)),
  }
}

/** The step that holds at a time; null before the first event, where the share is 1. */
export function stepAt({ steps }: SurvivalFit, time: number): SurvivalStep | null {
  let [low, high] = [0, steps.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (steps[middle]!.time <= time) low = middle + 1
    else high = middle
  }
  return steps[low - 1] ?? null
}

/** How many are observed just before a time. */
export function atRiskAt({ n, counts }: SurvivalFit, time: number): number {
  let left = n - counts.reduce((sum, { entered }) => sum + entered, 0)
  for (const each of counts) {
    if (each.time >= time) break
    left += each.entered - each.events - each.censored
  }
  return left
}

/**
 * Mean time without the event up to `until`, which is the area under the curve: a mean that open ends do not make meaningless.
 *
 * Source: Klein and Moeschberger, 4.5; J. O. Irwin, 1949.
 */
export function restrictedMean(fit: SurvivalFit, until: number): Estimate & { se: number } {
  const steps = fit.steps.filter(({ time }) => time < until)
  const areas = steps.map(({ time, value }, i) => value * ((steps[i + 1]?.time ?? until) - time))
  const mean = areas.reduce((sum, area) => sum + area, steps[0]?.time ?? until)
  let rest = areas.reduce((sum, area) => sum + area, 0)
  let variance = 0
  for (const [i, { at_risk: atRisk, events }] of steps.entries()) {
    if (atRisk > events) variance += (rest ** 2 * events) / (atRisk * (atRisk - events))
    rest -= areas[i]!
  }
  const se = Math.sqrt(variance)
  const reach = normalReach * se
  return { value: mean, se, low: Math.max(0, mean - reach), high: Math.min(until, mean + reach) }
}
