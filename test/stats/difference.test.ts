import fc from 'fast-check'
import { expect, test } from 'vitest'
import { differenceInterval, differenceP } from '../../src/stats/difference.ts'
import { wilsonInterval } from '../../src/stats/intervals.ts'

const share = (successes: number, n: number) => ({ value: successes / n, ...wilsonInterval(successes, n)! })

// R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
test.each([
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [5, 56, 0, 29, -0.0381, 0.1926],
  [0, 10, 0, 20, -0.1611, 0.2775],
])('%i/%i - %i/%i', (a, m, b, n, low, high) => {
  const interval = differenceInterval(share(a, m), share(b, n))
  expect(interval.low).toBeCloseTo(low, 4)
  expect(interval.high).toBeCloseTo(high, 4)
})

test('p is below 0.05 exactly where the interval leaves zero out', () => {
  const counts = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
  fc.assert(
    fc.property(counts, counts, ([a, c], [b, d]) => {
      const [one, two] = [share(a, a + c + 1), share(b, b + d + 1)]
      const interval = differenceInterval(one, two)
      const gap = one.value - two.value
      const p = differenceP(gap, interval)
      expect(interval.low).toBeLessThanOrEqual(gap)
      expect(interval.high).toBeGreaterThanOrEqual(gap)
      expect(p).toBeGreaterThanOrEqual(0)
      expect(p).toBeLessThanOrEqual(1)
      if (Math.min(Math.abs(interval.low), Math.abs(interval.high)) > 1e-9)
        expect(p < 0.05).toBe(interval.low > 0 || interval.high < 0)
    }),
  )
})
