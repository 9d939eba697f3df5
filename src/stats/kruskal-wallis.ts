import { chiSquareSurvival } from './distributions.ts'

/** What the test needs of ranked data: one pass of SQL, whatever the number of rows. */
export interface RankSums {
  /** Size of each group, and the sum of its ranks among all values (ties share their mean rank). */
  groups: { n: number; rankSum: number }[]
  /** Sum of t^3 - t over the distinct values, each of which occurs t times. */
  tieSum: number
  /** Number of values in all groups together. */
  n: number
}

/** A Kruskal-Wallis test of several groups. */
export interface KruskalWallis {
  /** H, corrected for ties. */
  statistic: number
  /** Degrees of freedom: groups less one. */
  df: number
  /** By the chi-square approximation: rough when a group has fewer than 5 values. */
  p: number
  /** Effect size, 0 to 1: the share of the variance of the ranks that lies between groups. */
  epsilonSquared: number
}

/**
 * Kruskal-Wallis test that groups have one distribution, corrected for ties. Empty groups are dropped. Null with
 * fewer than two groups, or when all values are equal.
 *
 * Source: W. H. Kruskal and W. A. Wallis, JASA 47 (1952); effect size: M. Tomczak and E. Tomczak, Trends in Sport
 * Sciences 1 (2014).
 */
export function kruskalWallis(ranks: RankSums): KruskalWallis | null {
  const groups = ranks.groups.filter((group) => group.n > 0)
  const { n } = ranks
  checkRanks(groups, n)
  if (groups.length < 2) return null
  const correction = 1 - ranks.tieSum / (n ** 3 - n)
  // One value that differs leaves 3 / (n + 1); less is rounding of the 0 that equal values give.
  if (correction < 1.5 / (n + 1)) return null
  // Deviations from the mean rank: Kruskal's own 12/(n(n+1)) sum(R^2/n) - 3(n+1) cancels away its digits at large n.
  const middle = (n + 1) / 2
  const between = groups.reduce((total, group) => total + group.n * (group.rankSum / group.n - middle) ** 2, 0)
  const statistic = (12 * between) / (n * (n + 1)) / correction
  const df = groups.length - 1
  const epsilonSquared = Math.min(1, statistic / (n - 1))
  return { statistic, df, p: chiSquareSurvival(statistic, df), epsilonSquared }
}

/** The statistics above, of values small enough to hold: `count` says how many times the group has the value. */
export function rankSums(values: { group: string; value: number; count: number }[]): RankSums {
  const groups = new Map<string, { n: number; rankSum: number }>()
  let n = 0
  let tieSum = 0
  const byValue = new Map<number, { group: string; count: number }[]>()
  for (const { value, ...entry } of values) {
    const tied = byValue.get(value)
    if (tied) tied.push(entry)
    else byValue.set(value, [entry])
  }
  for (const [, tied] of [...byValue].sort(([a], [b]) => a - b)) {
    const ties = tied.reduce((total, { count }) => total + count, 0)
    const rank = n + (ties + 1) / 2
    for (const { group, count } of tied) {
      const sums = groups.get(group) ?? { n: 0, rankSum: 0 }
      groups.set(group, { n: sums.n + count, rankSum: sums.rankSum + count * rank })
    }
    n += ties
    tieSum += ties ** 3 - ties
  }
  return { groups: [...groups.values()], tieSum, n }
}

function checkRanks(groups: { n: number; rankSum: number }[], n: number): void {
  const members = groups.reduce((total, group) => total + group.n, 0)
  const ranks = groups.reduce((total, group) => total + group.rankSum, 0)
  const due = (n * (n + 1)) / 2
  if (members !== n || Math.abs(ranks - due) > 1e-6 * due) {
    throw new RangeError(
      `${groups.length} groups hold ${members} of ${n} values and ranks that add up to ${ranks}, not ${due}; ` +
        'rank all values of exactly these groups together, ties at their mean rank.',
    )
  }
}
