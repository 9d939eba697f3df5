import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ScoreResult, scoreOf, shownScore } from '../../src/metrics/quality-score.ts'

const result = (
  check: string,
  dimension: string,
  severity: ScoreResult['severity'],
  found: number,
  checked: number,
) => ({
  check,
  dimension,
  severity,
  found,
  checked,
})

test('the score by hand', () => {
  const score = scoreOf([
    result('a', 'validity', 'error', 10, 100),
    result('b', 'validity', 'note', 50, 100),
    result('c', 'order', 'warning', 0, 7),
    result('d', 'order', 'warning', 5, 0),
  ])!
  // Validity: (3 x 0.9 + 1 x 0.5) / 4 = 0.8; order: 1; together 0.9.
  expect(score.score).toBeCloseTo(90, 10)
  expect(score.dimensions.map(({ dimension, score: own }) => [dimension, own])).toEqual([
    ['validity', 80],
    ['order', 100],
  ])
  expect(score.dimensions[0]!.terms).toEqual([
    {
      check: 'a',
      dimension: 'validity',
      severity: 'error',
      found: 10,
      checked: 100,
      weight: 3,
      share: 0.1,
      points: 33.75,
      lost: 3.75,
    },
    {
      check: 'b',
      dimension: 'validity',
      severity: 'note',
      found: 50,
      checked: 100,
      weight: 1,
      share: 0.5,
      points: 6.25,
      lost: 6.25,
    },
  ])
})

test('a check of several columns is one line, as bad as the worst of them', () => {
  const score = scoreOf([result('a', 'validity', 'note', 1, 10), result('a', 'validity', 'error', 3, 30)])!
  expect(score.dimensions[0]!.terms).toMatchObject([{ found: 4, checked: 40, weight: 3, share: 0.1 }])
  expect(score.score).toBeCloseTo(90, 10)
})

test('nothing was checked: no score', () => {
  expect(scoreOf([])).toBeNull()
  expect(scoreOf([result('a', 'validity', 'error', 0, 0)])).toBeNull()
})

test('100 is shown only where nothing was found', () => {
  expect(shownScore(99.99)).toBe(99.9)
  expect(shownScore(100)).toBe(100)
  expect(shownScore(64.1)).toBe(64.1)
})

test('points are the score, and with what was lost they are 100', () => {
  const one = fc.record({
    check: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    severity: fc.constantFrom('error' as const, 'warning' as const, 'note' as const),
    found: fc.nat(50),
    checked: fc.integer({ min: 1, max: 50 }),
  })
  const dimensions = { a: 'order', b: 'order', c: 'validity', d: 'validity', e: 'freshness' } as Record<string, string>
  fc.assert(
    fc.property(fc.array(one, { minLength: 1 }), (results) => {
      const score = scoreOf(results.map((each) => ({ ...each, dimension: dimensions[each.check]! })))!
      const terms = score.dimensions.flatMap((each) => each.terms)
      const sum = (name: 'points' | 'lost') => terms.reduce((total, each) => total + each[name], 0)
      expect(sum('points')).toBeCloseTo(score.score, 8)
      expect(sum('points') + sum('lost')).toBeCloseTo(100, 8)
      expect(score.score).toBeGreaterThanOrEqual(0)
    }),
  )
})
