import { expect, test } from 'vitest'
import { nelderMead } from '../../src/stats/nelder-mead.ts'

test("finds the floor of Rosenbrock's valley, (1, 1)", () => {
  const { at, value } = nelderMead(([x = 0, y = 0]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, [-1.2, 1], [0.5, 0.5], {
    tolerance: 1e-14,
    most: 1000,
  })
  expect(at[0]).toBeCloseTo(1, 5)
  expect(at[1]).toBeCloseTo(1, 5)
  expect(value).toBeLessThan(1e-10)
})

test('a constant added to the function does not change the path', () => {
  const bowl = (at: number[]) => at.reduce((sum, x, i) => sum + (i + 1) * (x - i) ** 2, 0)
  const plain = nelderMead(bowl, [3, 3, 3], [1, 1, 1])
  const raised = nelderMead((at) => bowl(at) + 1024, [3, 3, 3], [1, 1, 1])
  raised.at.forEach((x, i) => {
    expect(x).toBeCloseTo(plain.at[i]!, 3)
  })
})

test('outside the domain it turns back', () => {
  const { at } = nelderMead(([x = 0]) => (x <= 0 ? Number.NaN : x - Math.log(x)), [0.2], [-0.15], { tolerance: 1e-9 })
  expect(at[0]).toBeCloseTo(1, 3)
})
