import { expect, test } from 'vitest'
import { welchT } from '../../src/stats/welch-t.ts'

test('agrees with t.test(extra ~ group, sleep) of R: Student (1908), hours of sleep gained by ten patients', () => {
  const found = welchT({ n: 10, mean: 0.75, variance: 3.200556 }, { n: 10, mean: 2.33, variance: 4.009 })!
  expect(found.statistic).toBeCloseTo(-1.8608, 4)
  expect(found.df).toBeCloseTo(17.776, 3)
  expect(found.p).toBeCloseTo(0.07939, 5)
})

test('a group that does not vary can be compared; two of them, or one value, cannot', () => {
  const still = { n: 20, mean: 1, variance: 0 }
  expect(welchT(still, { n: 20, mean: 3, variance: 2 })!.p).toBeLessThan(1e-5)
  expect(welchT(still, { ...still, mean: 2 })).toBeNull()
  expect(welchT({ n: 1, mean: 1, variance: 0 }, { n: 20, mean: 3, variance: 2 })).toBeNull()
})
