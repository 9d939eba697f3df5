import { fSurvival } from './distributions.ts'

/** A group by its number of values, their mean and standard deviation. */
export interface GroupSummary {
  n: number
  mean: number
  deviation: number
}

/**
 * Do the means of groups differ, whatever their variances? From summaries alone. Null with fewer than two groups of two values, or where a
 * group does not vary.
 *
 * Source: B. L. Welch, Biometrika 38 (1951).
 */
export function welchAnova(groups: GroupSummary[]): { statistic: number; df: [number, number]; p: number } | null {
  const k = groups.length
  if (k < 2 || groups.some(({ n, deviation }) => n < 2 || !(deviation > 0))) return null
  const weights = groups.map(({ n, deviation }) => n / deviation ** 2)
  const all = weights.reduce((sum, each) => sum + each, 0)
  const mean = groups.reduce((sum, group, i) => sum + weights[i]! * group.mean, 0) / all
  const between = groups.reduce((sum, group, i) => sum + weights[i]! * (group.mean - mean) ** 2, 0) / (k - 1)
  const spread = groups.reduce((sum, { n }, i) => sum + (1 - weights[i]! / all) ** 2 / (n - 1), 0)
  const statistic = between / (1 + ((2 * (k - 2)) / (k ** 2 - 1)) * spread)
  const df: [number, number] = [k - 1, (k ** 2 - 1) / (3 * spread)]
  return { statistic, df, p: fSurvival(statistic, ...df) }
}
