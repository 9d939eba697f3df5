import { expect, test } from 'vitest'
import { ratioOfMeans } from '../../src/stats/ratio-of-means.ts'

// A. Agresti, An Introduction to Categorical Data Analysis, 2nd ed. (2007), 2.2: 189 of 11,034 with placebo, 104 of 11,037 with aspirin.
test('shares as published: the aspirin study has a relative risk of 1.82 (1.43 to 2.30)', () => {
  const found = ratioOfMeans({ n: 11_034, sum: 189, squares: 189 }, { n: 11_037, sum: 104, squares: 104 })!
  expect(found.value).toBeCloseTo(1.82, 2)
  expect(found.low).toBeCloseTo(1.43, 2)
  expect(Math.abs(found.high - 2.3)).toBeLessThan(0.01)
  expect(found.p).toBeLessThan(0.0001)
})

test('counts that vary more have a wider interval; the other way round it is the inverse', () => {
  const even = ratioOfMeans({ n: 100, sum: 200, squares: 600 }, { n: 100, sum: 100, squares: 200 })!
  const wide = ratioOfMeans({ n: 100, sum: 200, squares: 2000 }, { n: 100, sum: 100, squares: 200 })!
  expect(wide.high - wide.low).toBeGreaterThan(even.high - even.low)
  const inverse = ratioOfMeans({ n: 100, sum: 100, squares: 200 }, { n: 100, sum: 200, squares: 600 })!
  expect([inverse.value, inverse.low, inverse.p]).toEqual([1 / even.value, expect.closeTo(1 / even.high, 12), even.p])
})

test('without any there is no ratio', () => {
  expect(ratioOfMeans({ n: 100, sum: 0, squares: 0 }, { n: 100, sum: 1, squares: 1 })).toBeNull()
  expect(ratioOfMeans({ n: 1, sum: 1, squares: 1 }, { n: 100, sum: 1, squares: 1 })).toBeNull()
})
