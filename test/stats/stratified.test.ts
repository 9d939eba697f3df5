import { expect, test } from 'vitest'
import { type Stratum, stratifiedDifference } from '../../src/stats/stratified.ts'

const share = (hits: number, n: number) => ({ n, mean: hits / n, variance: (hits / n) * (1 - hits / n) })

test('one stratum is the plain difference with its textbook standard error', () => {
  const found = stratifiedDifference([{ a: share(30, 100), b: share(20, 100) }])!
  expect(found.value).toBeCloseTo(0.1, 12)
  // sqrt(0.3 * 0.7 / 100 + 0.2 * 0.8 / 100) = 0.0608276253
  expect((found.high - found.low) / 2 / 1.959963984540054).toBeCloseTo(0.0608276253, 9)
})

/** Kidney stones: the classic reversal. C. R. Charig et al., BMJ 292 (1986): open surgery 81/87 and 192/263, by puncture 234/270 and 55/80. */
const stones: Stratum[] = [
  { a: share(81, 87), b: share(234, 270) },
  { a: share(192, 263), b: share(55, 80) },
]

test('a difference that the mix of strata turns round is told as it is within them', () => {
  const crude = (81 + 192) / 350 - (234 + 55) / 350
  expect(crude).toBeLessThan(0)
  const found = stratifiedDifference(stones)!
  // Weights 87 * 270 / 357 = 65.798319 and 263 * 80 / 343 = 61.341108.
  expect(found.value).toBeCloseTo((65.798319 * 0.0643678161 + 61.341108 * 0.0425380228) / (65.798319 + 61.341108), 7)
})

test('a stratum with one side only tells nothing', () => {
  const alone = { a: share(5, 10), b: { n: 0, mean: 0, variance: 0 } }
  expect(stratifiedDifference([...stones, alone])).toEqual(stratifiedDifference(stones))
  expect(stratifiedDifference([alone])).toBeNull()
})
