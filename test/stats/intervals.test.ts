import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meanInterval, nonResponseBounds, quantileRanks, wilsonInterval } from '../../src/stats/intervals.ts'
import { expectClose } from './close.ts'

// References: scipy 1.17.1.
describe('wilsonInterval', () => {
  test.each([
    [3, 10, 0.95, 0.107791267406301, 0.603221852538855],
    [813, 5453, 0.95, 0.139885730741183, 0.15879281272028],
    [81, 263, 0.99, 0.240136902687608, 0.38528250231823],
    [1, 1_000_000, 0.9, 2.23092252352104e-7, 4.48243847072546e-6],
  ])('%d of %d at %d', (successes, n, level, low, high) => {
    const interval = wilsonInterval(successes, n, level)
    expectClose(interval?.low, low)
    expectClose(interval?.high, high)
  })

  test('none and all touch the ends exactly; of nothing there is none', () => {
    const none = wilsonInterval(0, 10)
    expect(none?.low).toBe(0)
    expectClose(none?.high, 0.277532799862889)
    expect(wilsonInterval(10, 10)?.high).toBe(1)
    expect(wilsonInterval(0, 0)).toBeNull()
  })

  test('contains the share, lies in [0, 1], mirrors, and widens with the level', () => {
    const sample = fc
      .integer({ min: 1, max: 1_000_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
    fc.assert(
      fc.property(sample, fc.double({ min: 0.5, max: 0.999, noNaN: true }), ([successes, n], level) => {
        const { low, high } = wilsonInterval(successes, n, level)!
        const mirrored = wilsonInterval(n - successes, n, level)!
        const wider = wilsonInterval(successes, n, (1 + level) / 2)!
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(successes / n)
        expect(high).toBeGreaterThanOrEqual(successes / n)
        expect(high).toBeLessThanOrEqual(1)
        expect(1 - mirrored.high).toBeCloseTo(low, 12)
        expect(wider.high - wider.low).toBeGreaterThan(high - low)
      }),
    )
  })

  test('refuses what is not a share, and a level that bounds nothing', () => {
    expect(() => wilsonInterval(11, 10)).toThrow('11 of 10 is not a share')
    expect(() => wilsonInterval(1, 10, 95)).toThrow('e.g. 0.95')
  })
})

describe('meanInterval', () => {
  test.each([
    [2, 4.33, 0.5, 0.95, -2.02310236808735, 10.6831023680873],
    [30, 4.33, 1.2, 0.95, 3.92095407157346, 4.73904592842654],
    [813, 4.33, 0.81, 0.99, 4.24850400841471, 4.41149599158529],
  ])('n = %d', (n, mean, variance, level, low, high) => {
    const interval = meanInterval({ n, mean, variance }, level)
    expectClose(interval?.low, low)
    expectClose(interval?.high, high)
  })

  test('needs two values', () => {
    expect(meanInterval({ n: 0, mean: null, variance: null })).toBeNull()
    expect(meanInterval({ n: 1, mean: 4, variance: null })).toBeNull()
    expect(meanInterval({ n: 1, mean: 4, variance: 0 })).toBeNull()
    expect(meanInterval({ n: 5, mean: 4, variance: -1e-17 })).toEqual({ low: 4, high: 4 })
  })
})

describe('nonResponseBounds', () => {
  test('813 answers of 5,453 with mean 4.33 bound the mean of all hardly at all', () => {
    const bounds = nonResponseBounds({ answered: 813, offered: 5453, mean: 4.33, min: 1, max: 5 })
    expect(bounds?.low).toBeCloseTo(1.5, 2)
    expect(bounds?.high).toBeCloseTo(4.9, 2)
  })

  test('all answered leaves the mean, none leaves the scale, nobody offered leaves nothing', () => {
    const scale = { min: 1, max: 5 }
    expect(nonResponseBounds({ answered: 8, offered: 8, mean: 3.5, ...scale })).toEqual({ low: 3.5, high: 3.5 })
    expect(nonResponseBounds({ answered: 0, offered: 8, mean: null, ...scale })).toEqual({ low: 1, high: 5 })
    expect(nonResponseBounds({ answered: 0, offered: 0, mean: null, ...scale })).toBeNull()
    expect(() => nonResponseBounds({ answered: 9, offered: 8, mean: 3, ...scale })).toThrow('9 answered of 8')
    expect(() => nonResponseBounds({ answered: 7, offered: 8, mean: 9, ...scale })).toThrow('scale 1 to 5')
  })
})

describe('quantileRanks', () => {
  test.each([
    [6, 0.5, 0.95, 1, 6, 0.96875],
    [25, 0.5, 0.95, 8, 18, 0.956714749336243],
    [100, 0.9, 0.95, 84, 96, 0.955690107191223],
    [1000, 0.5, 0.99, 459, 542, 0.991360050997739],
    [813, 0.75, 0.9, 589, 631, 0.911090798942448],
  ])('n = %d, p = %d, level %d', (n, p, level, low, high, coverage) => {
    const ranks = quantileRanks(n, p, level)
    expect([ranks?.low, ranks?.high]).toEqual([low, high])
    expectClose(ranks?.coverage, coverage)
  })

  test('null when an end would lie outside the sample', () => {
    expect(quantileRanks(0, 0.5)).toBeNull()
    expect(quantileRanks(5, 0.5)).toBeNull()
    expect(quantileRanks(50, 0.99)).toBeNull()
  })

  test('covers at least its level', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        fc.double({ min: 0.5, max: 0.999, noNaN: true }),
        (n, p, level) => {
          const ranks = quantileRanks(n, p, level)
          if (ranks === null) return
          expect(ranks.coverage).toBeGreaterThanOrEqual(level - 1e-12)
          expect(1 <= ranks.low && ranks.low <= ranks.high && ranks.high <= n).toBe(true)
        },
      ),
    )
  })
})
