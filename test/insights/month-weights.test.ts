import { expect, test } from 'vitest'
import { monthWeights } from '../../src/insights/month-weights.ts'

test('February of a leap year has 29 days; twelve months weigh twelve', () => {
  const weights = monthWeights('2024-01-01', 48)
  expect(weights[1]! / weights[0]!).toBeCloseTo(29 / 31, 12)
  expect(weights[13]! / weights[0]!).toBeCloseTo(28 / 31, 12)
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(48, 1)
})
