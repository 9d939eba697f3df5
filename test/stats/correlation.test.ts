import { expect, test } from 'vitest'
import { rankCorrelation, spearmanTest } from '../../src/stats/correlation.ts'
import { expectClose } from './close.ts'

// References: scipy 1.17.1.
test.each([
  [0.868098159509202, 10, 0.00112597724138765],
  [-0.3, 5000, 1.65563470795363e-104],
])('rho %d over %d pairs', (rho, n, p) => expectClose(spearmanTest(rho, n)?.p, p, 1e-10))

test('no rank correlation leaves p = 1, a perfect one p = 0', () => {
  expect(spearmanTest(0, 20)).toEqual({ statistic: 0, df: 18, p: 1 })
  expect(spearmanTest(-1, 20)).toEqual({ statistic: Number.NEGATIVE_INFINITY, df: 18, p: 0 })
  expect(spearmanTest(1 + 1e-15, 20)?.p).toBe(0)
})

test('null with too few pairs or a constant side, a sentence for what is no correlation', () => {
  expect(spearmanTest(0.5, 2)).toBeNull()
  expect(spearmanTest(null, 50)).toBeNull()
  expect(() => spearmanTest(1.2, 50)).toThrow('1.2 is not a correlation')
})

test('few pairs: p counts every order; ties share their mean rank', () => {
  // 5 in the same order: 2 of 120 orders lie as far out.
  expect(rankCorrelation([1, 2, 3, 4, 5].map((each) => [each, each * each]))).toEqual({
    rho: 1,
    p: 2 / 120,
    n: 5,
    exact: true,
  })
  // Of the 24 orders of four, those with |rho| >= 0.8: 1 + 3 on each side.
  const found = rankCorrelation([
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 3],
  ])
  expect(found?.rho).toBeCloseTo(0.8, 12)
  expect(found?.p).toBeCloseTo(8 / 24, 12)
  const tied = rankCorrelation([
    [1, 1],
    [2, 1],
    [3, 2],
    [4, 3],
    [4, 5],
  ])
  // Pearson's r of the ranks 1 2 3 4.5 4.5 and 1.5 1.5 3 4 5: 9 / 9.5.
  expect(tied?.rho).toBeCloseTo(9 / 9.5, 12)
})

test('many pairs: the t approximation', () => {
  const pairs = Array.from({ length: 20 }, (_, i): [number, number] => [i, (i * 7) % 20])
  const found = rankCorrelation(pairs)!
  expect(found.exact).toBe(false)
  expect(found.p).toBe(spearmanTest(found.rho, 20)?.p)
  expect(rankCorrelation([...pairs.slice(0, 2)])).toBeNull()
  expect(rankCorrelation(pairs.map(([a]) => [a, 3]))).toBeNull()
})
