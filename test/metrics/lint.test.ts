import { describe, expect, test } from 'vitest'
import type { Words } from '../../src/config/words.ts'
import { cellOf, mergeStatistics } from '../../src/metrics/cell.ts'
import { lintRates, lintShares, restoreRates } from '../../src/metrics/lint.ts'
import { nearest } from '../../src/metrics/nearest.ts'
import { builtInCatalogue } from './fixture.ts'

const words: Words = { language: 'en', locale: 'en-US', messages: {}, fallback: {} }
const codes = (problems: { message: string }[]): string[] =>
  problems.map(({ message }) => message.replace('say.metrics.lint.', ''))

describe('figures that cannot be', () => {
  test('four published rates below the overall rate are part / (part + whole)', () => {
    const published = { overall: 0.8745, groups: [0.4902, 0.4656, 0.4376, 0.4038] }
    expect(codes(lintRates(published, words))).toEqual(['rate-outside-groups', 'rate-of-part-and-whole'])
    expect(restoreRates(published)?.map((rate) => (rate * 100).toFixed(2))).toEqual([
      '96.16',
      '87.13',
      '77.81',
      '67.73',
    ])
  })

  test('a mean outside its group means, in hours against minutes', () => {
    expect(codes(lintRates({ overall: 3.42, groups: [47, 52, 60] }, words, '', 'number'))).toEqual([
      'rate-outside-groups',
    ])
    expect(lintRates({ overall: 0.5, groups: [0.4, 0.6] }, words)).toEqual([])
    expect(lintRates({ overall: 0.5, groups: [] }, words)).toEqual([])
  })

  test('shares that are not a whole', () => {
    expect(lintShares([0.5, 0.3, 0.2], words)).toEqual([])
    expect(codes(lintShares([0.7, 0.4], words))).toEqual(['shares-not-whole'])
  })
})

describe('cells', () => {
  const metric = (id: string) => builtInCatalogue().metrics.get(id)!

  test('nothing counted is 0 for a count and undefined for everything else', () => {
    expect(cellOf(metric('cases'), undefined).value).toBe(0)
    expect(cellOf(metric('reply_rate'), undefined)).toMatchObject({ value: null, denominator: 0 })
    expect(cellOf(metric('csat_mean'), undefined)).toEqual({ value: null, n: 0 })
    expect(cellOf(metric('cases_per_agent'), undefined).value).toBeNull()
    expect(cellOf(metric('first_reply_time_median'), undefined).value).toBeNull()
  })

  test('means of parts give mean and variance of the whole', () => {
    const values = [[1, 2, 4], [3], [5, 5, 1, 2]]
    const parts = values.map((part) => ({
      n: part.length,
      sum: part.reduce((a, b) => a + b, 0),
      variance: part.length > 1 ? varianceOf(part) : 0,
    }))
    const merged = mergeStatistics(metric('csat_mean'), parts)
    expect(merged?.n).toBe(8)
    expect(merged?.variance).toBeCloseTo(varianceOf(values.flat()), 12)
    expect(mergeStatistics(metric('first_reply_time_median'), parts)).toBeNull()
  })
})

function varianceOf(values: number[]): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}

test('did you mean', () => {
  expect(nearest('chanel', ['channel', 'chat', 'region'])).toEqual(['channel'])
  expect(nearest('case', ['case_events', 'cases'])).toEqual(['cases', 'case_events'])
  expect(nearest('zzzz', ['channel'])).toEqual([])
})
