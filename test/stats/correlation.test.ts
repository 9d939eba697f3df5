import { expect, test } from 'vitest'
import { spearmanTest } from '../../src/stats/correlation.ts'
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
