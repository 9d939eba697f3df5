import { type Tested, wald } from '../wald.ts'

/** How often a word is used by one side and by the other. */
export interface WordCount {
  one: number
  other: number
}

/** Positive: the one side uses it more. */
export interface WordOdds extends Tested {
  /** Standard errors from no difference. */
  z: number
}

/**
 * Log-odds ratio of each word between two sides, drawn towards no difference by a prior that has each word as often as both sides
 * together have it: a rare word needs more to stand out. `of` is what the counts are taken from on each side (texts, where a count is that
 * of the texts with the word; else all words), `prior` the weight of the prior in the same unit. Positive: `one` uses it more.
 *
 * Source: B. L. Monroe, M. P. Colaresi and K. M. Quinn, "Fightin' Words", Political Analysis 16 (2008), equations 15, 16 and 22; the
 * variance has the terms of what lacks the word too, which equation 20 drops as words are rare among words; among texts they are not.
 */
export function wordOdds(words: WordCount[], of: WordCount, prior = 500): WordOdds[] {
  const all = of.one + of.other
  return words.map(({ one, other }) => {
    if (!(one >= 0 && other >= 0 && one <= of.one && other <= of.other))
      throw new RangeError(`${one} of ${of.one} and ${other} of ${of.other} are no counts; pass 0 up to the whole.`)
    const share = all === 0 ? 0 : (prior * (one + other)) / all
    if (share === 0 || share === prior) return { value: 0, low: 0, high: 0, z: 0, p: 1 }
    const [left, right] = [sideOf(one, of.one, share, prior), sideOf(other, of.other, share, prior)]
    const value = left.odds - right.odds
    const error = Math.sqrt(left.variance + right.variance)
    return { ...wald(value, error), z: value / error }
  })
}

function sideOf(count: number, of: number, share: number, prior: number): { odds: number; variance: number } {
  const [having, lacking] = [count + share, of + prior - count - share]
  return { odds: Math.log(having / lacking), variance: 1 / having + 1 / lacking }
}
