import fc from 'fast-check'
import { expect, test } from 'vitest'
import { betaTails } from '../../src/stats/incomplete-beta.ts'
import { expectClose } from './close.ts'

// Reference: mpmath 1.3 at 700 digits.
test('a tail of 1e-113 keeps its digits', () => {
  expectClose(betaTails(0.5, 0.5, 3000, 1500).lower, 3.51265198903211e-113)
})

test('the tails add up to 1, mirror each other, and are a power when b = 1', () => {
  const shape = fc.double({ min: 0.3, max: 2000, noNaN: true })
  const share = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true })
  fc.assert(
    fc.property(share, shape, shape, (x, a, b) => {
      const { lower, upper } = betaTails(x, 1 - x, a, b)
      expect(Math.abs(lower + upper - 1)).toBeLessThan(1e-14)
      expect(Math.abs(betaTails(1 - x, x, b, a).upper - lower)).toBeLessThan(1e-12)
      expect(Math.abs(betaTails(x, 1 - x, a, 1).lower - x ** a)).toBeLessThan(1e-12)
    }),
  )
})
