import { expect, test } from 'vitest'
import { averagePrecision, discrimination, type Scored, topLift } from '../../src/stats/roc.ts'
import { seededRandom } from './seeded.ts'

const repeated = (counts: number[], y: 0 | 1): Scored[] =>
  counts.flatMap((count, at) => Array.from({ length: count }, () => ({ score: at + 1, y })))

/** Ratings of 109 images: J. A. Hanley and B. J. McNeil, Radiology 143 (1982), table I. */
const images = [...repeated([33, 6, 6, 11, 2], 0), ...repeated([3, 2, 2, 11, 33], 1)]

test('the published area of the images, with the interval by DeLong that the Stata manual (roctab) prints', () => {
  const found = discrimination(images)!
  expect(found.value).toBeCloseTo(0.8932, 4)
  expect(found.error).toBeCloseTo(0.0307, 4)
  expect(found.low).toBeCloseTo(0.83295, 4)
  expect(found.high).toBeCloseTo(0.95339, 4)
  expect([found.outcomes, found.others]).toEqual([51, 58])
})

test('equal scores tell nothing, and without both kinds of rows there is no area', () => {
  expect(discrimination(images.map((each) => ({ ...each, score: 1 })))?.value).toBe(0.5)
  expect(discrimination(images.filter(({ y }) => y === 1))).toBeNull()
  expect(averagePrecision(images.filter(({ y }) => y === 0))).toBeNull()
})

test('the interval covers 0.5 for scores that are noise, about as often as it says', () => {
  const random = seededRandom(7)
  const covered = Array.from({ length: 400 }, () => {
    const rows = Array.from({ length: 200 }, (): Scored => ({ score: random(), y: random() < 0.3 ? 1 : 0 }))
    const found = discrimination(rows)!
    return found.low <= 0.5 && found.high >= 0.5
  })
  expect(covered.filter(Boolean).length / covered.length).toBeGreaterThan(0.92)
})

test('average precision of the example in the documentation of scikit-learn', () => {
  const scores = [0.1, 0.4, 0.35, 0.8]
  const rows = scores.map((score, at): Scored => ({ score, y: at < 2 ? 0 : 1 }))
  expect(averagePrecision(rows)).toBeCloseTo(0.8333333333, 9)
})

test('a weight is that many rows', () => {
  const once: Scored[] = [
    { score: 0.9, y: 1 },
    { score: 0.5, y: 0, weight: 3 },
    { score: 0.4, y: 1 },
    { score: 0.1, y: 0, weight: 3 },
  ]
  const full = once.flatMap(({ weight = 1, ...each }) => Array.from({ length: weight }, () => each))
  expect(averagePrecision(once)).toBeCloseTo(averagePrecision(full)!, 12)
  expect(topLift(once, 0.125)).toEqual({ n: 1, outcomes: 1, caught: 0.5, lift: 4 })
})
