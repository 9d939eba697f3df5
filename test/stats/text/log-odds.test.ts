import { expect, test } from 'vitest'
import { logOdds } from '../../../src/stats/text/log-odds.ts'
import { uniformDraws } from '../../../src/stats/uniform-draws.ts'

/** Equations 15, 16, 19 and 22 of Monroe, Colaresi and Quinn (2008), worked out in a second program of ours, not taken from their tables. */
test('by hand', () => {
  const [first, second, third] = logOdds(
    [
      { one: 40, other: 10 },
      { one: 5, other: 30 },
      { one: 100, other: 100 },
    ],
    50,
  )
  expect(first!.value).toBeCloseTo(1.1126211635, 9)
  expect(first!.z).toBeCloseTo(4.0963193852, 9)
  expect(first!.low).toBeCloseTo(0.5802658455, 9)
  expect(second!.value).toBeCloseTo(-1.3549681354, 9)
  expect(third!.z).toBeCloseTo(-0.7161976009, 9)
})

test('sides swapped turn the sign; a word that nobody uses says nothing', () => {
  const words = [
    { one: 12, other: 3 },
    { one: 50, other: 60 },
    { one: 0, other: 0 },
  ]
  const turned = logOdds(words.map(({ one, other }) => ({ one: other, other: one })))
  logOdds(words).forEach((each, at) => {
    expect(each.value).toBeCloseTo(-turned[at]!.value, 12)
    expect(each.p).toBeCloseTo(turned[at]!.p, 12)
  })
  expect(turned[2]).toEqual({ value: 0, low: 0, high: 0, z: 0, p: 1 })
})

test('without a difference p is below 0.05 at most one time in twenty', () => {
  const random = uniformDraws(11)
  let below = 0
  let all = 0
  for (let round = 0; round < 200; round++) {
    const words = Array.from({ length: 20 }, () => ({ one: 0, other: 0 }))
    for (let text = 0; text < 2_000; text++) {
      const word = words[Math.floor(20 * random() ** 2)]!
      if (random() < 0.3) word.one += 1
      else word.other += 1
    }
    for (const { p } of logOdds(words, 100)) {
      all += 1
      if (p < 0.05) below += 1
    }
  }
  expect(below / all).toBeLessThan(0.055)
})

test('negative counts are refused', () => {
  expect(() => logOdds([{ one: -1, other: 2 }])).toThrow('pass 0 or more')
})
