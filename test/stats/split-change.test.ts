import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addEffects, type GroupAmounts, splitRate, splitTotal } from '../../src/stats/split-change.ts'

const group = (n0: number, sum0: number, n1: number, sum1: number): GroupAmounts => ({
  before: { n: n0, sum: sum0 },
  after: { n: n1, sum: sum1 },
})

describe('by hand', () => {
  test('a share: half of 100 calls and a tenth of 100 chats solved, then a fifth of 50 and a tenth of 150', () => {
    // Parts of the whole: calls 1/2 -> 1/4, chats 1/2 -> 3/4; values 0.5 -> 0.2 and 0.1 -> 0.1; whole 0.3 -> 0.125.
    const [calls, chats] = splitRate([group(100, 50, 50, 10), group(100, 10, 150, 15)])!
    expect(calls!.rate).toBeCloseTo(0.375 * -0.3, 12)
    expect(calls!.mix).toBeCloseTo(-0.25 * (0.35 - 0.2125), 12)
    expect(chats!.rate).toBe(0)
    expect(chats!.mix).toBeCloseTo(0.25 * (0.1 - 0.2125), 12)
    expect(addEffects([calls!, chats!])).toMatchObject({ days: 0, volume: 0 })
    expect(calls!.mix + calls!.rate + chats!.mix + chats!.rate).toBeCloseTo(-0.175, 12)
  })

  test('a count: 30 in 30 days and 60 in 20 days, of which one group kept its 10', () => {
    const [one, two] = splitTotal([group(10, 10, 10, 10), group(20, 20, 50, 50)], { before: 30, after: 20 })!
    // Per day 1 -> 3. Length: -10 days at 2 a day = -20; pace: +2 a day over 25 days = +50.
    const all = addEffects([one!, two!])
    expect(all.days).toBeCloseTo(-20, 12)
    expect(all.volume).toBeCloseTo(50, 12)
    expect(all.mix).toBeCloseTo(0, 12)
    expect(all.rate).toBe(0)
    // The first group went from 1/3 to 1/6 of all: -1/6 of 45 rows.
    expect(one!.mix).toBeCloseTo(-7.5, 12)
    expect(one!.days + one!.volume).toBeCloseTo(7.5, 12)
  })

  test('a sum: twice the orders at half the amount is as much as before, volume and rate are opposite', () => {
    const [only] = splitTotal([group(10, 1000, 20, 1000)], { before: 31, after: 31 })!
    expect(only).toEqual({ days: 0, volume: 750, mix: 0, rate: -750 })
  })
})

const rows = fc.integer({ min: 0, max: 1000 })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const rateGroup = fc
  .tuple(rows, share, rows, share)
  .map(([n0, r0, n1, r1]) => group(n0, Math.floor(n0 * r0), n1, Math.floor(n1 * r1)))
const amount = fc.double({ min: -1000, max: 1000, noNaN: true })
const sumGroup = fc.tuple(rows, amount, rows, amount).map(([n0, m0, n1, m1]) => group(n0, n0 * m0, n1, n1 * m1))
const filled = (groups: GroupAmounts[]) =>
  groups.some(({ before }) => before.n > 0) && groups.some(({ after }) => after.n > 0)
const rateGroups = fc.array(rateGroup, { minLength: 1, maxLength: 12 }).filter(filled)
const sumGroups = fc.array(sumGroup, { minLength: 1, maxLength: 12 }).filter(filled)
const daysOf = fc.record({ before: fc.integer({ min: 1, max: 400 }), after: fc.integer({ min: 1, max: 400 }) })
const total = (groups: GroupAmounts[], at: 'before' | 'after', part: 'n' | 'sum') =>
  groups.reduce((sum, each) => sum + each[at][part], 0)
const inAll = (groups: ReturnType<typeof splitRate>) => {
  const { days, volume, mix, rate } = addEffects(groups!)
  return days + volume + mix + rate
}

describe('whatever the groups', () => {
  test('the parts of a share add up to its change', () =>
    fc.assert(
      fc.property(rateGroups, (groups) => {
        const rate = (at: 'before' | 'after') => total(groups, at, 'sum') / total(groups, at, 'n')
        expect(Math.abs(inAll(splitRate(groups)) - (rate('after') - rate('before')))).toBeLessThan(1e-9)
      }),
    ))

  test('the parts of each group of a sum add up to its own change, to a billionth of what it is made of', () =>
    fc.assert(
      fc.property(sumGroups, daysOf, (groups, days) => {
        const scale = groups.reduce((sum, { before, after }) => sum + Math.abs(before.sum) + Math.abs(after.sum), 1)
        splitTotal(groups, days)!.forEach((effects, at) => {
          const { days: longer, volume, mix, rate } = effects
          const own = groups[at]!.after.sum - groups[at]!.before.sum
          expect(Math.abs(longer + volume + mix + rate - own) / scale).toBeLessThan(1e-9 * days.before * days.after)
        })
      }),
    ))

  test('another order of the groups changes nothing but their order', () =>
    fc.assert(
      fc.property(rateGroups, (groups) => {
        const there = splitRate(groups)!
        const back = splitRate(groups.toReversed())!.toReversed()
        there.forEach((each, at) => {
          expect(each.mix).toBeCloseTo(back[at]!.mix, 10)
          expect(each.rate).toBeCloseTo(back[at]!.rate, 10)
        })
      }),
    ))

  test('backwards in time, every part is the opposite', () =>
    fc.assert(
      fc.property(sumGroups, daysOf, (groups, days) => {
        const there = splitTotal(groups, days)!
        const turned = groups.map(({ before, after }) => ({ before: after, after: before }))
        const back = splitTotal(turned, { before: days.after, after: days.before })!
        there.forEach((each, at) => {
          const size = Math.abs(groups[at]!.before.sum) + Math.abs(groups[at]!.after.sum) + 1
          for (const part of ['days', 'volume', 'mix', 'rate'] as const)
            expect(Math.abs(each[part] + back[at]![part]) / size).toBeLessThan(1e-6)
        })
      }),
    ))

  test('a group cut in two of equal values has the same effect of its own value, and moves no other group', () =>
    fc.assert(
      fc.property(rateGroups, fc.integer({ min: 1, max: 9 }), (groups, parts) => {
        const scaled = groups.map(({ before, after }) =>
          group(10 * before.n, 10 * before.sum, 10 * after.n, 10 * after.sum),
        )
        const [first, ...others] = scaled
        const piece = (tenths: number) =>
          group(
            (first!.before.n * tenths) / 10,
            (first!.before.sum * tenths) / 10,
            (first!.after.n * tenths) / 10,
            (first!.after.sum * tenths) / 10,
          )
        const whole = splitRate(scaled)!
        const [one, two, ...rest] = splitRate([piece(parts), piece(10 - parts), ...others])!
        expect(one!.rate + two!.rate).toBeCloseTo(whole[0]!.rate, 10)
        expect(one!.mix + two!.mix).toBeCloseTo(whole[0]!.mix, 10)
        rest.forEach((each, at) => {
          expect(each.rate).toBeCloseTo(whole[at + 1]!.rate, 10)
        })
      }),
    ))
})

test('a group that comes or goes has no change of its own', () => {
  const parts = splitRate([group(100, 50, 100, 50), group(0, 0, 100, 90), group(50, 0, 0, 0)])!
  expect(parts[1]!.rate).toBe(0)
  expect(parts[2]!.rate).toBe(0)
  expect(inAll(parts)).toBeCloseTo(140 / 200 - 50 / 150, 12)
  const sums = splitTotal([group(10, 100, 10, 100), group(0, 0, 5, 80)], { before: 7, after: 7 })!
  expect(sums[1]!.rate).toBe(0)
  expect(inAll(sums)).toBeCloseTo(80, 10)
})

test('nothing to come from or nothing to go to cannot be parted', () => {
  expect(splitRate([group(0, 0, 5, 1)])).toBeNull()
  expect(splitTotal([group(5, 5, 0, 0)], { before: 1, after: 1 })).toBeNull()
  expect(splitTotal([group(5, 5, 5, 5)], { before: 0, after: 1 })).toBeNull()
})
