import { kMeans, nearest } from './k-means.ts'

/** How well groups that were found in one half of the points hold in the other, over repeated halvings. */
export interface PredictionStrength {
  k: number
  /** 0-1; the mean over the halvings. */
  strength: number
  /** Standard error of the mean. */
  error: number
}

/**
 * Of two points that fall into one group in one half, how often do the groups of the other half keep them together? The worst group
 * counts. 1 for a single group; 0.8 and more is what the authors call well-separated.
 *
 * Source: R. Tibshirani and G. Walther, Journal of Computational and Graphical Statistics 14 (2005).
 */
export function predictionStrength(
  points: number[][],
  k: number,
  uniform: () => number,
  halvings = 4,
): PredictionStrength {
  if (k === 1) return { k, strength: 1, error: 0 }
  const found = Array.from({ length: halvings }, () => {
    const order = shuffled(points, uniform)
    const half = Math.floor(order.length / 2)
    const [one, other] = [order.slice(0, half), order.slice(half)]
    return (weakest(one, other, k, uniform) + weakest(other, one, k, uniform)) / 2
  })
  const strength = found.reduce((sum, each) => sum + each, 0) / halvings
  const variance = found.reduce((sum, each) => sum + (each - strength) ** 2, 0) / (halvings - 1)
  return { k, strength, error: Math.sqrt(variance / halvings) }
}

function weakest(teach: number[][], judge: number[][], k: number, uniform: () => number): number {
  const taught = kMeans(teach, k, uniform, 2).centres
  const own = kMeans(judge, k, uniform, 2).members
  const told = judge.map((point) => nearest(point, taught))
  return Math.min(
    ...Array.from({ length: k }, (_, group) => {
      const counts = new Array<number>(k).fill(0)
      for (const [i, member] of own.entries()) if (member === group) counts[told[i]!]!++
      const size = counts.reduce((sum, each) => sum + each, 0)
      if (size < 2) return 0
      return counts.reduce((sum, each) => sum + each * (each - 1), 0) / (size * (size - 1))
    }),
  )
}

function shuffled<T>(values: T[], uniform: () => number): T[] {
  const order = [...values]
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}
