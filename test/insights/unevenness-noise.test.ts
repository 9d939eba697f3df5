import { expect, test } from 'vitest'
import { noiseOf } from '../../src/insights/driver-columns.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'

/** Deviations of customers with 4 to 40 replies each, the true one between 0.2 and 1.2; `draw` gives the replies. */
function noiseFrom(measure: (k: number, sigma: number) => number): { noise: number; law: number } {
  const rows = Array.from({ length: 20_000 }, (_, at) => {
    const k = 4 + ((at * 7) % 37)
    return { s: measure(k, 0.2 + (at % 5) * 0.25), l: 1 / (2 * (k - 1)) }
  })
  const mean = (of: (row: { s: number; l: number }) => number) =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length
  const means = {
    s: mean(({ s }) => s),
    ss: mean(({ s }) => s * s),
    l: mean(({ l }) => l),
    ll: mean(({ l }) => l * l),
    lll: mean(({ l }) => l ** 3),
    sl: mean(({ s, l }) => s * l),
    ssl: mean(({ s, l }) => s * s * l),
    sll: mean(({ s, l }) => s * l * l),
  }
  return { noise: noiseOf(rows.length, means), law: means.ss }
}

test('of independent normal replies a deviation is about as loose as the law says, less with very few', () => {
  const normal = normalDraws(1)
  const { noise, law } = noiseFrom((k, sigma) => {
    const replies = Array.from({ length: k }, () => sigma * normal())
    const mean = replies.reduce((sum, each) => sum + each, 0) / k
    return Math.sqrt(replies.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (k - 1))
  })
  expect(noise / law).toBeGreaterThan(0.6)
  expect(noise / law).toBeLessThan(1.2)
})

test('where a few replies tell as much as many, nothing is corrected for', () => {
  const { noise, law } = noiseFrom((_, sigma) => sigma)
  expect(noise / law).toBeLessThan(0.15)
})

test('few rows are no reason to leave the law', () => {
  const means = { s: 0.7, ss: 0.6, l: 0.07, ll: 0.007, lll: 0.001, sl: 0.049, ssl: 0.042, sll: 0.0049 }
  const law = means.ss
  expect(Math.abs(noiseOf(20, means) - law)).toBeLessThan(0.05 * law)
})
