import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MetricCell } from '../../src/metrics/frame.ts'
import { mergeCells } from '../../src/metrics/merge-cells.ts'
import { meanInterval, wilsonInterval } from '../../src/stats/intervals.ts'

function meanCell(values: number[]): MetricCell {
  const n = values.length
  const mean = values.reduce((sum, each) => sum + each, 0) / n
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1)
  return { value: mean, n, ...meanInterval({ n, mean, variance }) }
}

test('means of groups give the mean and the interval of all their values', () => {
  const group = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 5, maxLength: 40 })
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 6 }), (groups) => {
      const whole = meanCell(groups.flat())
      const merged = mergeCells(groups.map(meanCell))
      expect(merged?.n).toBe(whole.n)
      for (const part of ['value', 'low', 'high'] as const) expect(merged?.[part]).toBeCloseTo(whole[part] ?? 0, 6)
    }),
  )
})

test('rates by their counts; a group too small for an interval keeps the value exact; a median is not merged', () => {
  const rate = (numerator: number, denominator: number): MetricCell => ({
    value: numerator / denominator,
    numerator,
    denominator,
    n: denominator,
    ...wilsonInterval(numerator, denominator),
  })
  expect(mergeCells([rate(3, 10), rate(30, 50)])).toEqual(rate(33, 60))
  const merged = mergeCells([meanCell([1, 2, 3, 4, 5, 6]), { value: 10, n: 2 }])
  expect(merged?.value).toBe((21 + 20) / 8)
  expect(merged?.low).toBeLessThan(merged?.value ?? 0)
  expect(mergeCells([{ value: 3, n: 40 }])).toBeNull()
  expect(mergeCells([{ value: null, n: 0 }])).toBeNull()
})
