import { expect, test } from 'vitest'
import { studentTQuantile } from '../../src/stats/distributions.ts'
import { predictNewGroup } from '../../src/stats/new-group.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'

test.each([
  [4, 12, 0.2, 0.1],
  [3, 6, 0.1, 0.2],
  [2, 12, 0.2, 0.1],
  [8, 3, 0, 0.1],
])(
  'of %d groups of %d values, the interval holds a value of a new group as often as it says',
  (k, m, between, within) => {
    const draw = normalDraws(11)
    const runs = 1000
    let held = 0
    for (let run = 0; run < runs; run++) {
      const level = () => 1 + between * draw()
      const groups = Array.from({ length: k }, () => {
        const own = level()
        return Array.from({ length: m }, () => own + within * draw())
      })
      const { low, high } = predictNewGroup(groups)!
      const next = level() + within * draw()
      if (low <= next && next <= high) held++
    }
    // 95 % with an error of 0.7 points; where both spreads matter, the interval is a little cautious.
    expect(held / runs).toBeGreaterThan(0.925)
    expect(held / runs).toBeLessThan(0.99)
  },
)

test('without a spread within, it is the prediction interval of a mean of k values', () => {
  const found = predictNewGroup([
    [1, 1],
    [2, 2],
    [3, 3],
  ])!
  const reach = studentTQuantile(0.975, 2) * Math.sqrt(1 + 1 / 3)
  expect(found.value).toBe(2)
  expect(found.high - 2).toBeCloseTo(reach, 10)
})

test('one group says nothing of a second', () => {
  expect(predictNewGroup([[1, 2, 3]])).toBeNull()
  expect(predictNewGroup([[1], [2]])).toBeNull()
})
