import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kruskalWallis, rankSums } from '../../src/stats/kruskal-wallis.ts'
import { expectClose } from './close.ts'

function entries(groups: number[][]): { group: string; value: number; count: number }[] {
  return groups.flatMap((values, index) => values.map((value) => ({ group: `g${index}`, value, count: 1 })))
}

function repeat(value: number, times: number): number[] {
  return Array.from({ length: times }, () => value)
}

// References: scipy 1.17.1.
describe('kruskalWallis', () => {
  test.each([
    [
      [
        [1, 3, 5, 7, 9],
        [2, 4, 6, 8, 10],
      ],
      0.272727272727273,
      1,
      0.601508134440589,
    ],
    [
      [
        [1, 1, 1, 2],
        [2, 2, 2, 3, 3],
        [5, 4, 4, 1, 3, 5],
      ],
      7.24076154806492,
      2,
      0.0267724802862585,
    ],
    [
      [
        [...repeat(1, 30), ...repeat(2, 20), ...repeat(5, 50)],
        [...repeat(1, 10), ...repeat(3, 25), ...repeat(5, 90)],
        [...repeat(4, 40), ...repeat(2, 12)],
      ],
      36.6573762337729,
      2,
      1.09635673868505e-8,
    ],
  ])('reference %#', (groups, statistic, df, p) => {
    const result = kruskalWallis(rankSums(entries(groups)))
    expectClose(result?.statistic, statistic)
    expect(result?.df).toBe(df)
    expectClose(result?.p, p)
    expectClose(result?.epsilonSquared, statistic / (groups.flat().length - 1))
  })

  test('null with one group, and when all values are equal, at any size', () => {
    expect(kruskalWallis(rankSums(entries([[1, 2, 3]])))).toBeNull()
    expect(kruskalWallis(rankSums([]))).toBeNull()
    for (const count of [1, 7, 123_457, 40_000_003]) {
      const equal = rankSums([
        { group: 'a', value: 4, count },
        { group: 'b', value: 4, count: count + 1 },
      ])
      expect(kruskalWallis(equal)).toBeNull()
    }
  })

  test('groups that share no value reach epsilon squared 1 when each is one value', () => {
    const apart = rankSums([
      { group: 'a', value: 1, count: 50 },
      { group: 'b', value: 2, count: 30 },
    ])
    expectClose(kruskalWallis(apart)?.epsilonSquared, 1)
  })

  test('refuses ranks that are not of these groups', () => {
    const groups = [
      { n: 2, rankSum: 3 },
      { n: 2, rankSum: 8 },
    ]
    expect(() => kruskalWallis({ groups, tieSum: 0, n: 4 })).toThrow('rank all values of exactly these groups')
    expect(() => kruskalWallis({ groups, tieSum: 0, n: 5 })).toThrow('hold 4 of 5 values')
  })

  test('does not change under a monotone transform, another order or other names of the groups', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(fc.array(scores, { minLength: 2, maxLength: 5 }), (groups) => {
        const result = kruskalWallis(rankSums(entries(groups)))
        const curved = kruskalWallis(rankSums(entries(groups.map((values) => values.map((v) => Math.exp(v / 3) - 50)))))
        expect(curved).toEqual(result)
        const turned = kruskalWallis(rankSums(entries(groups.toReversed())))
        expect(turned === null).toBe(result === null)
        if (result === null || turned === null) return
        expect(turned.statistic).toBeCloseTo(result.statistic, 9)
        expect(turned.df).toBe(result.df)
        expect(result.epsilonSquared).toBeGreaterThanOrEqual(0)
        expect(result.epsilonSquared).toBeLessThanOrEqual(1)
      }),
    )
  })
})

test('rankSums: a count is that many values, and ranks add up to n (n + 1) / 2', () => {
  const value = fc.record({ group: fc.constantFrom('a', 'b', 'c'), value: fc.integer({ min: 1, max: 5 }) })
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.integer({ min: 1, max: 6 })), { minLength: 1 }), (rows) => {
      const counted = rankSums(rows.map(([row, count]) => ({ ...row, count })))
      const single = rankSums(rows.flatMap(([row, count]) => repeat(1, count).map((one) => ({ ...row, count: one }))))
      expect(counted).toEqual(single)
      const { n } = counted
      expect(counted.groups.reduce((total, group) => total + group.rankSum, 0)).toBeCloseTo((n * (n + 1)) / 2, 6)
    }),
  )
})
