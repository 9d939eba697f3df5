/**
 * The same scores are asked in several ways: drivers and signals, topics, words, the splits behind a recommendation. Each way has its own
 * correction over all that it tries, and were each right at 5 %, one file of six without anything in it would still hear something. So
 * the 5 % are dealt out among the ways: 1 % is what drivers and signals leave (q by Benjamini and Yekutieli at 5 % is q by Benjamini and
 * Hochberg at 5 % over the sum of 1/i, of some 60 tests about 1 %), and the others have these.
 */
export const satisfactionLevel = {
  /** A topic held against all other rated texts. */
  topics: 0.01,
  /** A word of the dissatisfied held against the satisfied. */
  words: 0.01,
  /** A number of the surveys by a dimension, where a recommendation rests on it. */
  splits: 0.02,
} as const
