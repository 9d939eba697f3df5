import { expect, test } from 'vitest'
import { wordOdds } from '../../../src/stats/text/word-odds.ts'
import { uniformDraws } from '../../../src/stats/uniform-draws.ts'

/** Equations 15, 16 and 22 of Monroe, Colaresi and Quinn (2008), worked out in a second program of ours, not taken from their tables. */
test('by hand', () => {
  const [first, second, third] = wordOdds(
    [
      { one: 40, other: 10 },
      { one: 5, other: 30 },
      { one: 100, other: 100 },
    ],
    { one: 145, other: 140 },
    50,
  )
  expect(first!.value).toBeCloseTo(1.1126211635, 9)
  expect(first!.z).toBeCloseTo(3.784044404, 9)
  expect(first!.low).toBeCloseTo(0.5363336848, 9)
  expect(second!.value).toBeCloseTo(-1.3549681354, 9)
  expect(third!.z).toBeCloseTo(-0.3908684325, 9)
})

test('sides swapped turn the sign; a word that nobody uses says nothing', () => {
  const words = [
    { one: 12, other: 3 },
    { one: 50, other: 60 },
    { one: 0, other: 0 },
  ]
  const turned = wordOdds(
    words.map(({ one, other }) => ({ one: other, other: one })),
    { one: 80, other: 70 },
  )
  wordOdds(words, { one: 70, other: 80 }).forEach((each, at) => {
    expect(each.value).toBeCloseTo(-turned[at]!.value, 12)
    expect(each.p).toBeCloseTo(turned[at]!.p, 12)
  })
  expect(turned[2]).toEqual({ value: 0, low: 0, high: 0, z: 0, p: 1 })
})

test('without a difference p is below 0.05 at most one time in twenty, for frequent words too', () => {
  const random = uniformDraws(11)
  let below = 0
  let all = 0
  for (let round = 0; round < 100; round++) {
    const words = Array.from({ length: 20 }, () => ({ one: 0, other: 0 }))
    for (let text = 0; text < 800; text++)
      for (const [at, word] of words.entries())
        if (random() < 0.03 + at * 0.025) word[text < 250 ? 'one' : 'other'] += 1
    for (const { p } of wordOdds(words, { one: 250, other: 550 }, 80)) {
      all += 1
      if (p < 0.05) below += 1
    }
  }
  expect(below / all).toBeLessThan(0.055)
})

test('a word that others displace among words, and not among texts, says nothing', () => {
  const [same] = wordOdds([{ one: 50, other: 100 }], { one: 200, other: 400 }, 60)
  expect(same!.value).toBeCloseTo(0, 12)
})

test('counts that cannot be are refused', () => {
  expect(() => wordOdds([{ one: -1, other: 2 }], { one: 5, other: 5 })).toThrow('pass 0 up to the whole')
  expect(() => wordOdds([{ one: 6, other: 2 }], { one: 5, other: 5 })).toThrow('pass 0 up to the whole')
})
