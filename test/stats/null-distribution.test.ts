import { expect, test } from 'vitest'
import { chiSquareEven, chiSquareIndependence } from '../../src/stats/chi-square.ts'
import { spearmanTest } from '../../src/stats/correlation.ts'
import { binomialQuantile } from '../../src/stats/distributions.ts'
import { kruskalWallis, rankSums } from '../../src/stats/kruskal-wallis.ts'
import { seededRandom, shuffle } from './seeded.ts'

const ROUNDS = 1000

/** The p values of a test on data without any effect must be uniform, or "significant" means nothing. */
function expectUniform(ps: number[]): void {
  for (const level of [0.05, 0.2, 0.5]) {
    const hits = ps.filter((p) => p <= level).length
    expect(hits).toBeGreaterThanOrEqual(binomialQuantile(0.0005, ps.length, level))
    expect(hits).toBeLessThanOrEqual(binomialQuantile(0.9995, ps.length, level))
  }
  const tenths = Array.from({ length: 10 }, () => 0)
  for (const p of ps) tenths[Math.min(9, Math.floor(p * 10))]! += 1
  expect(chiSquareEven(tenths)!.p).toBeGreaterThan(0.001)
}

function permuted(seed: number, round: (random: () => number) => number): number[] {
  const random = seededRandom(seed)
  return Array.from({ length: ROUNDS }, () => round(random))
}

// Answers on a 1 to 5 scale, as skewed as satisfaction scores are, in four groups of unequal size.
const answers = Array.from({ length: 240 }, (_, i) => [5, 5, 5, 4, 4, 3, 5, 1, 4, 2][i % 10]!)
const groups = answers.map((_, i) => (i < 110 ? 'a' : i < 180 ? 'b' : i < 220 ? 'c' : 'd'))

test('Kruskal-Wallis under permutation', () => {
  const ps = permuted(1, (random) => {
    const values = shuffle(answers, random)
    return kruskalWallis(rankSums(values.map((value, i) => ({ group: groups[i]!, value, count: 1 }))))!.p
  })
  expectUniform(ps)
})

test('chi-square of independence under permutation', () => {
  const ps = permuted(2, (random) => {
    const values = shuffle(answers, random)
    const count = (group: string, value: number) => values.filter((v, i) => v === value && groups[i] === group).length
    return chiSquareIndependence(['a', 'b'].map((group) => [1, 2, 3, 4, 5].map((value) => count(group, value))))!.p
  })
  expectUniform(ps)
})

test('Spearman under permutation', () => {
  const ranks = Array.from({ length: 60 }, (_, i) => i + 1)
  const ps = permuted(3, (random) => {
    const others = shuffle(ranks, random)
    const squares = ranks.reduce((total, rank, i) => total + (rank - others[i]!) ** 2, 0)
    return spearmanTest(1 - (6 * squares) / (60 * (60 ** 2 - 1)), 60)!.p
  })
  expectUniform(ps)
})
