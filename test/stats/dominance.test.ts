import { expect, test } from 'vitest'
import { dominanceOf } from '../../src/stats/dominance.ts'
import { benjaminiYekutieli } from '../../src/stats/false-discovery.ts'
import { rankInterval } from '../../src/stats/rank-interval.ts'
import { expectClose } from './close.ts'
import { seededRandom } from './seeded.ts'

test('delta counts the pairs', () => {
  // Group 1, 2, 3 against 1, 3, 3: of nine pairs the group has the higher score in two, the lower in four.
  const group = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]
  const rest = [
    [1, 0, 0],
    [0, 0, 1],
    [0, 0, 1],
  ]
  expectClose(dominanceOf(group, rest)?.value, (2 - 4) / 9, 1e-12)
  expect(
    dominanceOf(
      [
        [1, 1],
        [1, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ),
  ).toBeNull()
})

test('of scores that have nothing to do with the group, one in twenty is called different', () => {
  const random = seededRandom(5)
  let called = 0
  for (let run = 0; run < 400; run++) {
    const [group, rest] = [0, 1].map(() => Array.from({ length: 50 }, () => [0, 0, 0, 0, 0]))
    for (let i = 0; i < 600; i++) (random() < 0.2 ? group! : rest!)[i % 50]![Math.floor(5 * random())]!++
    if (dominanceOf(group!, rest!)!.p < 0.05) called++
  }
  expect(called).toBeLessThan(33)
})

test('the interval of a rank correlation, by the formula at hand', () => {
  const z = Math.atanh(0.5)
  const reach = 1.959963984540054 * Math.sqrt((1 + 0.125) / 97)
  expectClose(rankInterval(0.5, 100)?.low, Math.tanh(z - reach), 1e-9)
  expectClose(rankInterval(0.5, 100)?.high, Math.tanh(z + reach), 1e-9)
  expect(rankInterval(0.5, 3)).toBeNull()
  expect(() => rankInterval(1.5, 10)).toThrow('not a correlation')
})

test('q values under any dependence are those of Benjamini and Hochberg times the sum of 1/i', () => {
  // Reference: scipy 1.17.1 false_discovery_control, of which method "by" is this.
  expectClose(benjaminiYekutieli([0.001, 0.2, null, 0.03])[0], 0.001 * 3 * (1 + 1 / 2 + 1 / 3), 1e-12)
  expect(benjaminiYekutieli([0.5, null, 0.9])).toEqual([1, null, 1])
})
