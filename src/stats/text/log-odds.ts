import type { Estimate } from '../difference.ts'
import { normalCdf, normalQuantile } from '../distributions.ts'

/** How often a word is used by one side and by the other. */
export interface WordCount {
  one: number
  other: number
}

export interface LogOdds extends Estimate {
  z: number
  p: number
}

/**
 * Log-odds ratio of each word between two sides, drawn towards no difference by a prior that has each word as often as both sides
 * together have it: a rare word needs more to stand out. `prior` is the weight of that prior in words. Positive: `one` uses it more.
 *
 * Source: B. L. Monroe, M. P. Colaresi and K. M. Quinn, "Fightin' Words", Political Analysis 16 (2008), equations 15, 16, 19 and 22.
 */
export function logOdds(words: WordCount[], prior = 500): LogOdds[] {
  const total = { one: 0, other: 0 }
  for (const { one, other } of words) {
    if (!(one >= 0 && other >= 0)) throw new RangeError(`${one} and ${other} are no counts; pass 0 or more.`)
    total.one += one
    total.other += other
  }
  const all = total.one + total.other
  const margin = -normalQuantile(0.025)
  return words.map(({ one, other }) => {
    const share = all === 0 ? 0 : (prior * (one + other)) / all
    if (share === 0) return { value: 0, low: 0, high: 0, z: 0, p: 1 }
    const odds = (count: number, of: number) => Math.log((count + share) / (of + prior - count - share))
    const value = odds(one, total.one) - odds(other, total.other)
    const error = Math.sqrt(1 / (one + share) + 1 / (other + share))
    const z = Number.isFinite(value) ? value / error : 0
    return {
      value,
      low: value - margin * error,
      high: value + margin * error,
      z,
      p: Math.min(1, 2 * normalCdf(-Math.abs(z))),
    }
  })
}
