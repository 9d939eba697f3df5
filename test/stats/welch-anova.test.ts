import { expect, test } from 'vitest'
import { welchAnova } from '../../src/stats/welch-anova.ts'
import { expectClose } from './close.ts'

const summary = (values: number[]) => {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0)
  return { n: values.length, mean, deviation: Math.sqrt(squares / (values.length - 1)) }
}

test('of two groups it is the square of the t of Welch, with its degrees of freedom', () => {
  const a = summary([27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4])
  const b = summary([27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 30.3])
  const [va, vb] = [a.deviation ** 2 / a.n, b.deviation ** 2 / b.n]
  const found = welchAnova([a, b])!
  expectClose(found.statistic, (a.mean - b.mean) ** 2 / (va + vb), 1e-9)
  expectClose(found.df[1], (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1)), 1e-9)
})

test('groups with one mean are alike, and those that do not vary are not tested', () => {
  expect(welchAnova([1, 2, 3].map((deviation) => ({ n: 20, mean: 5, deviation })))).toMatchObject({
    statistic: 0,
    p: 1,
  })
  expect(
    welchAnova([
      { n: 20, mean: 5, deviation: 0 },
      { n: 20, mean: 6, deviation: 1 },
    ]),
  ).toBeNull()
  expect(welchAnova([{ n: 20, mean: 5, deviation: 1 }])).toBeNull()
})
