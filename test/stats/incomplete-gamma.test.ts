import fc from 'fast-check'
import { expect, test } from 'vitest'
import { logGammaQ } from '../../src/stats/incomplete-gamma.ts'

test('at a whole a it is the chance of fewer than a Poisson events', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 200, noNaN: true }), (a, x) => {
      let term = 1
      let sum = 1
      for (let k = 1; k < a; k++) {
        term *= x / k
        sum += term
      }
      const log = Math.log(sum) - x
      expect(Math.abs(logGammaQ(a, x) - log)).toBeLessThan(1e-11 * (1 + Math.abs(log)))
    }),
  )
})

test('series and fraction meet where one takes over from the other', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.3, max: 1e6, noNaN: true }), (a) => {
      const below = logGammaQ(a, (a + 1) * (1 - 1e-13))
      expect(Math.abs(logGammaQ(a, a + 1) - below)).toBeLessThan(1e-9)
    }),
  )
})
