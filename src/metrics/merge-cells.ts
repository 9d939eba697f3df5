import { studentTQuantile } from '../stats/distributions.ts'
import { meanInterval, wilsonInterval } from '../stats/intervals.ts'
import type { MetricCell } from './frame.ts'

/**
 * Groups of a rate or a mean as one group, with its interval, from what their cells say; null where they do not say it (a median).
 * Value and n are exact. So is the interval, but that a mean of fewer than five values has none of its own: such a group is taken to
 * vary as the others do.
 */
export function mergeCells(cells: MetricCell[]): MetricCell | null {
  const filled = cells.filter(({ value, n }) => value !== null && (n ?? 0) > 0)
  if (filled.length === 0) return null
  if (filled.every(({ denominator, numerator }) => denominator !== undefined && numerator !== undefined))
    return mergeRates(filled)
  return filled.some(({ low }) => low !== undefined) ? mergeMeans(filled) : null
}

function mergeRates(cells: MetricCell[]): MetricCell | null {
  const sum = (part: 'numerator' | 'denominator'): number => cells.reduce((total, each) => total + (each[part] ?? 0), 0)
  const [numerator, denominator] = [sum('numerator'), sum('denominator')]
  if (denominator === 0 || cells.every(({ low }) => low === undefined)) return null
  return {
    value: numerator / denominator,
    numerator,
    denominator,
    n: denominator,
    ...wilsonInterval(numerator, denominator),
  }
}

function mergeMeans(cells: MetricCell[]): MetricCell {
  const groups = cells.map((cell) => ({ n: cell.n ?? 0, mean: cell.value ?? 0, variance: varianceOf(cell) }))
  const n = groups.reduce((total, group) => total + group.n, 0)
  const mean = groups.reduce((total, group) => total + group.n * group.mean, 0) / n
  const known = groups.filter(({ variance }) => variance !== null)
  const freedom = known.reduce((total, group) => total + group.n - 1, 0)
  const usual = known.reduce((total, group) => total + (group.n - 1) * (group.variance ?? 0), 0) / Math.max(1, freedom)
  const squares = groups.reduce(
    (total, group) => total + (group.n - 1) * (group.variance ?? usual) + group.n * (group.mean - mean) ** 2,
    0,
  )
  return { value: mean, n, ...meanInterval({ n, mean, variance: squares / Math.max(1, n - 1) }) }
}

/** The sample variance from the interval that was made of it. */
function varianceOf({ n = 0, low, high }: MetricCell): number | null {
  if (low === undefined || high === undefined || n < 2) return null
  return n * ((high - low) / 2 / studentTQuantile(0.975, n - 1)) ** 2
}
