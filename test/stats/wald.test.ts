import { expect, test } from 'vitest'
import { wald } from '../../src/stats/wald.ts'
import { expectClose } from './close.ts'

// Table of Student's t: 2.228139 standard errors at 10 degrees of freedom, 1.959964 of a normal distribution, leave 2.5 % beyond.
test.each([
  [2.228138852, 10],
  [1.959963985, undefined],
])('at %d standard errors p is 5 % and the interval ends at 0', (errors, df) => {
  const found = wald(-3 * errors, 3, df)
  expectClose(found.p, 0.05, 1e-8)
  expectClose(found.low, -6 * errors, 1e-8)
  expect(Math.abs(found.high)).toBeLessThan(1e-7)
})

test('without an error any difference is one', () => {
  expect(wald(2, 0)).toEqual({ value: 2, low: 2, high: 2, p: 0 })
  expect(wald(0, 0, 5).p).toBe(1)
})
