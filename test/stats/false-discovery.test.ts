import fc from 'fast-check'
import { expect, test } from 'vitest'
import { benjaminiHochberg } from '../../src/stats/false-discovery.ts'
import { expectClose } from './close.ts'

test('q values of a reference list, in its order', () => {
  // Reference: scipy 1.17.1 false_discovery_control.
  const qs = benjaminiHochberg([0.01, 0.02, 0.03, 0.04, 0.05, 0.5, 0.001, 0.9, 0.04])
  const expected = [0.045, 0.06, 0.06, 0.06, 0.0642857142857143, 0.5625, 0.009, 0.9, 0.06]
  expect(qs).toHaveLength(expected.length)
  for (const [i, q] of expected.entries()) expectClose(qs[i], q)
})

test('a test that could not be run stays null and is not counted', () => {
  expect(benjaminiHochberg([null, 0.02, null, 0.5])).toEqual([null, 0.04, null, 0.5])
  expect(benjaminiHochberg([])).toEqual([])
  expect(benjaminiHochberg([null])).toEqual([null])
})

test('refuses what is not a p value', () => {
  expect(() => benjaminiHochberg([0.2, 1.2])).toThrow('1.2 is not a p value')
  expect(() => benjaminiHochberg([Number.NaN])).toThrow('NaN is not a p value')
})

test('p <= q <= 1, a smaller p never has a larger q, and the order of the list is free', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (ps) => {
      const qs = benjaminiHochberg(ps) as number[]
      const pairs = ps.map((p, i) => ({ p, q: qs[i]! })).sort((a, b) => a.p - b.p)
      for (const [i, { p, q }] of pairs.entries()) {
        expect(q).toBeGreaterThanOrEqual(p)
        expect(q).toBeLessThanOrEqual(1)
        if (i > 0) expect(q).toBeGreaterThanOrEqual(pairs[i - 1]!.q)
      }
      expect(benjaminiHochberg(ps.toReversed())).toEqual(qs.toReversed())
    }),
  )
})
