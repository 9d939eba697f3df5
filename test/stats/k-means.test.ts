import { describe, expect, test } from 'vitest'
import { kMeans } from '../../src/stats/k-means.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { oneCloudP } from '../../src/stats/one-cloud.ts'
import { predictionStrength } from '../../src/stats/prediction-strength.ts'
import { uniformDraws } from '../../src/stats/uniform-draws.ts'

/** Points around each of `middles`, `each` a middle. */
function around(middles: number[][], each: number, seed: number): number[][] {
  const normal = normalDraws(seed)
  return middles.flatMap((middle) => Array.from({ length: each }, () => middle.map((at) => at + normal())))
}

const corners = [
  [0, 0, 0],
  [7, 0, 0],
  [0, 7, 7],
]

describe('kMeans', () => {
  test('finds three clouds and where they are', () => {
    const { centres, members, within } = kMeans(around(corners, 60, 1), 3, uniformDraws(2))
    const places = corners.map((corner) =>
      centres.find((centre) => centre.every((at, j) => Math.abs(at - corner[j]!) < 0.6)),
    )
    expect(places.every(Boolean)).toBe(true)
    expect(new Set(members.slice(0, 60)).size).toBe(1)
    // 180 points of three dimensions at variance 1.
    expect(within).toBeGreaterThan(400)
    expect(within).toBeLessThan(680)
  })

  test('one group is the mean; the same seed gives the same groups', () => {
    const points = around(corners, 20, 3)
    const mean = [0, 1, 2].map((j) => points.reduce((sum, point) => sum + point[j]!, 0) / points.length)
    for (const [j, at] of kMeans(points, 1, uniformDraws(1)).centres[0]!.entries()) expect(at).toBeCloseTo(mean[j]!, 9)
    expect(kMeans(points, 4, uniformDraws(9))).toEqual(kMeans(points, 4, uniformDraws(9)))
    expect(() => kMeans(points.slice(0, 2), 3, uniformDraws(1))).toThrow('no 3 groups')
  })
})

test('prediction strength holds for the three clouds and falls beyond them', () => {
  const points = around(corners, 80, 5)
  const strengths = [2, 3, 4, 5].map((k) => predictionStrength(points, k, uniformDraws(k)).strength)
  expect(strengths[1]).toBeGreaterThan(0.95)
  expect(strengths[2]).toBeLessThan(0.8)
  expect(strengths[3]).toBeLessThan(0.8)
})

describe('oneCloudP', () => {
  test('three clouds are no single one', () => {
    expect(oneCloudP(around(corners, 60, 7), 3, uniformDraws(1))).toBe(1 / 40)
  })

  test('a long cloud splits well and is still one: at most 8 of 60 are called groups at 5 %', () => {
    let called = 0
    for (let seed = 1; seed <= 60; seed++) {
      const points = around([[0, 0, 0]], 80, seed).map(([a, b, c]) => [5 * a! + b!, a! - b!, c!])
      if (oneCloudP(points, 2, uniformDraws(seed), 19) <= 0.05) called++
    }
    // 99 % point of a binomial with 60 draws at 5 %.
    expect(called).toBeLessThanOrEqual(8)
  })
})
