import { expect, test } from 'vitest'
import { type BucketSums, bucketRegression, combinationOf, jointP, placeOf } from '../../src/stats/bucket-regression.ts'
import { momentsOf } from '../../src/stats/moments.ts'
import { expectClose } from './close.ts'
import { leastSquares } from './least-squares.ts'
import { seededRandom } from './seeded.ts'
import { longley, norris } from './strd.ts'

function sumsOf(names: string[], rows: number[][], bucketOf: (row: number) => number): BucketSums {
  const sums: Float64Array[] = []
  for (const [at, row] of rows.entries()) {
    const bucket = sums[bucketOf(at)] ?? new Float64Array((names.length * (names.length + 1)) / 2)
    sums[bucketOf(at)] = bucket
    for (let i = 0; i < row.length; i++) for (let j = 0; j <= i; j++) bucket[placeOf(i, j)]! += row[i]! * row[j]!
  }
  return { names, sums }
}

test('coefficients are those of least squares, whatever the buckets', () => {
  const random = seededRandom(1)
  const rows = Array.from({ length: 300 }, () => {
    const [a, b] = [random(), 5 + random()]
    return [1, 2 + 3 * a - b + random(), a, b]
  })
  const fit = bucketRegression(
    sumsOf(['1', 'y', 'a', 'b'], rows, (row) => row % 20),
    'y',
    ['a', 'b'],
  )!
  const plain = leastSquares(momentsOf(['1', 'y', 'a', 'b'], rows), 'y', ['a', 'b'])
  for (const [i, { value }] of plain.coefficients.entries()) expectClose(fit.values[i], value, 1e-8)
})

test('the error of a mean difference by clusters, by hand', () => {
  // Three clusters of two rows; y on a flag. Residuals around the two means 2 and 5; scores by cluster of the centred flag.
  const y = [1, 6, 2, 4, 3, 5]
  const rows = y.map((value, i) => [1, value, i % 2])
  const fit = bucketRegression(
    sumsOf(['1', 'y', 'x'], rows, (row) => Math.floor(row / 2)),
    'y',
    ['x'],
  )!
  // Scores (x - 1/2) e: 1, -1/2, -1/2 summed a cluster; their squares 1.5; information 6/4; factor 3/2 * 5/4.
  const score = [0.5 * 1 + 0.5 * 1, 0 - 0.5, -0.5 + 0]
  const variance = (score.reduce((sum, each) => sum + each ** 2, 0) / 1.5 ** 2) * (3 / 2) * (5 / 4)
  expectClose(fit.values[0], 3, 1e-12)
  expectClose(fit.covariance[0]![0], variance, 1e-12)
  const one = combinationOf(fit, { x: 1 })!
  expectClose(jointP(fit, ['x']), one.p, 1e-9)
})

test('a constant column and one that others make up are left out', () => {
  const random = seededRandom(2)
  const rows = Array.from({ length: 200 }, () => {
    const [a, b] = [random(), random()]
    return [1, a + random(), a, b, a + b, 7]
  })
  const fit = bucketRegression(
    sumsOf(['1', 'y', 'a', 'b', 'both', 'same'], rows, (row) => row % 25),
    'y',
    ['a', 'b', 'both', 'same'],
  )!
  expect(fit.names).toEqual(['a', 'b'])
})

test('where rows of a bucket go together, one in twenty is called different and no more', () => {
  const random = seededRandom(3)
  let called = 0
  for (let run = 0; run < 400; run++) {
    const own = Array.from({ length: 50 }, () => [2 * random(), random()])
    const rows = Array.from({ length: 1000 }, (_, at) => {
      const [shift, x] = own[at % 50]!
      return [1, shift! + random(), x! + 0.3 * random()]
    })
    const fit = bucketRegression(
      sumsOf(['1', 'y', 'x'], rows, (row) => row % 50),
      'y',
      ['x'],
    )!
    if (jointP(fit, ['x'])! < 0.05) called++
  }
  expect(called).toBeLessThan(36)
  expect(called).toBeGreaterThan(8)
})

// Certified slopes: NIST Statistical Reference Datasets (StRD). Columns stand around 0 and of size 1, as those of a model do.
test.each([
  ['Norris', norris, [1.00211681802045]],
  [
    'Longley',
    longley,
    [15.0618722713733, -0.03581917929259, -2.02022980381683, -1.03322686717359, -0.0511041056535807, 1829.15146461355],
  ],
])('slopes of %s', (_, rows, certified) => {
  const names = ['y', ...certified.map((__, i) => `x${i}`)]
  const { mean, covariance } = momentsOf(names, rows)
  const size = (j: number) => Math.sqrt(covariance[j]![j]!)
  const scaled = rows.map((row) => [1, ...row.map((each, j) => (each - mean[j]!) / size(j))])
  const fit = bucketRegression(
    sumsOf(['1', ...names], scaled, (row) => row),
    'y',
    names.slice(1),
  )!
  expect(fit.names).toEqual(names.slice(1))
  for (const [i, slope] of certified.entries()) expectClose((fit.values[i]! * size(0)) / size(i + 1), slope, 1e-6)
})
