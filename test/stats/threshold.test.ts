import { expect, test } from 'vitest'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { type Bin, findThreshold } from '../../src/stats/threshold.ts'
import { seededRandom } from './seeded.ts'

function binsOf(outcome: (x: number) => number, seed: number, rows = 4000): Bin[] {
  const [random, draw] = [seededRandom(seed), normalDraws(seed)]
  const bins = Array.from({ length: 40 }, () => ({ x: 0, n: 0, sum: 0, squares: 0 }))
  for (let i = 0; i < rows; i++) {
    const x = 10 * random()
    const y = outcome(x) + draw()
    const bin = bins[Math.floor(4 * x)]!
    bin.x += x
    bin.n++
    bin.sum += y
    bin.squares += y * y
  }
  return bins.map((bin) => ({ ...bin, x: bin.x / bin.n }))
}

test('a jump is found where it is, with its size and the slopes beside it', () => {
  let [placed, covered] = [0, 0]
  for (let seed = 1; seed <= 60; seed++) {
    const found = findThreshold(
      binsOf((x) => (x > 6 ? -0.6 - 0.1 * (x - 6) : 0), seed),
      200,
    )!
    expect(found.p).toBeLessThan(1e-3)
    if (found.from <= 23 && found.to >= 23) placed++
    const inside = ({ low, high }: { low: number; high: number }, truth: number) => low <= truth && truth <= high
    covered += [inside(found.jump, -0.6), inside(found.beyond, -0.1), inside(found.before, 0)].filter(Boolean).length
  }
  expect(placed).toBeGreaterThan(53)
  // 95 % of 180; two in a thousand runs have fewer than 160.
  expect(covered).toBeGreaterThanOrEqual(160)
})

test('without one, nothing and a smooth loss alike, it is found in one of twenty', () => {
  let called = 0
  for (let seed = 1; seed <= 200; seed++)
    if (
      findThreshold(
        binsOf((x) => (seed % 2 ? 0 : -0.05 * x - 0.01 * x * x), seed),
        200,
      )!.p < 0.05
    )
      called++
  expect(called).toBeLessThan(20)
})

test('too few places, or no spread at all, have no threshold', () => {
  const bins = binsOf(() => 0, 1)
  expect(findThreshold(bins.slice(0, 5), 10)).toBeNull()
  expect(findThreshold(bins, 1900)).toBeNull()
  expect(
    findThreshold(
      bins.map((bin) => ({ ...bin, sum: bin.n, squares: bin.n })),
      200,
    ),
  ).toBeNull()
})
