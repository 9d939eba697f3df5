import { expect, test } from 'vitest'
import { brier, calibrationBins, calibrationLine, type Stated } from '../../src/stats/calibration.ts'
import { wilsonInterval } from '../../src/stats/intervals.ts'
import { seededRandom } from './seeded.ts'

const stated = (ps: number[], ys: number[]): Stated[] => ps.map((p, at) => ({ p, y: ys[at] === 1 ? 1 : 0 }))

test('the Brier score of the example in the documentation of scikit-learn', () => {
  expect(brier(stated([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0])).score).toBeCloseTo(0.0375, 12)
})

test('the parts of the Brier score by hand: 2 bins of 4 rows, 0.25 and 0.75 stated', () => {
  const rows = stated([0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75], [0, 0, 1, 1, 1, 1, 1, 0])
  const found = brier(rows, 2)
  // Seen: 0.5 and 0.75 of an overall 0.625.
  expect(found.reliability).toBeCloseTo(0.5 * 0.25 ** 2, 12)
  expect(found.resolution).toBeCloseTo(0.125 ** 2, 12)
  expect(found.uncertainty).toBeCloseTo(0.625 * 0.375, 12)
  expect(found.within).toBeCloseTo(0, 12)
  expect(found.score).toBeCloseTo(found.reliability - found.resolution + found.uncertainty, 12)
})

test('bins hold every row once, keep equal ones together, and carry the interval of Wilson', () => {
  const rows = stated([0.1, 0.1, 0.1, 0.2, 0.3, 0.4], [0, 0, 1, 0, 1, 1])
  const bins = calibrationBins(rows, 3)
  expect(bins.map(({ n, outcomes }) => [n, outcomes])).toEqual([
    [3, 1],
    [1, 0],
    [2, 2],
  ])
  expect(bins[0]).toMatchObject({ value: 1 / 3, ...wilsonInterval(1, 3) })
})

test('a line of slope 1 through 0 where what was stated is right, a slope below 1 where it was too sure', async () => {
  const random = seededRandom(3)
  const rows = Array.from({ length: 6000 }, () => {
    const logOdds = -2 + 2 * (random() + random() + random() - 1.5)
    return { logOdds, y: (random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0) as 0 | 1 }
  })
  const right = (await calibrationLine(rows))!
  expect(right.slope.low).toBeLessThan(1)
  expect(right.slope.high).toBeGreaterThan(1)
  expect(right.intercept.low).toBeLessThan(0)
  expect(right.intercept.high).toBeGreaterThan(0)
  const sure = (await calibrationLine(rows.map((each) => ({ ...each, logOdds: 2 * each.logOdds }))))!
  expect(sure.slope.value).toBeCloseTo(right.slope.value / 2, 8)
  expect(sure.intercept.value).toBeCloseTo(right.intercept.value, 8)
  expect(sure.slope.high).toBeLessThan(1)
})

test('no line where everybody was stated the same', async () => {
  expect(await calibrationLine([0, 1, 0].map((y) => ({ logOdds: 1, y: y as 0 | 1 })))).toBeNull()
})
