import { expect, test } from 'vitest'
import { levelShift } from '../../src/stats/day-levels.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'

const daysOf = (values: number[], first = 0) =>
  values.map((value, at) => ({ day: String(first + at), kind: ((first + at) % 7) + 1, value }))

test('without weekdays it is the t test of two samples with one variance', () => {
  // Means 12 and 15; squares 10 and 10 over 8 degrees of freedom: error sqrt(20 / 8 * (1/5 + 1/5)) = 1, t = 3.
  const found = levelShift(daysOf([14, 10, 12, 11, 13]), daysOf([15, 17, 13, 16, 14]))!
  expect(found.value).toBeCloseTo(3, 12)
  // Neighbours of the first go -4 and of the second -3 in all: below zero, so no days are taken away.
  expect(found.p).toBeCloseTo(0.0170717, 6)
  expect(found.high - found.value).toBeCloseTo(2.306004, 5)
})

test('a quiet weekend is no change: it is in both periods', () => {
  const week = [50, 50, 50, 50, 50, 5, 5]
  const noise = normalDraws(5)
  const values = Array.from({ length: 56 }, (_, at) => week[at % 7]! + noise())
  const found = levelShift(daysOf(values.slice(0, 28)), daysOf(values.slice(28), 28))!
  expect(Math.abs(found.value)).toBeLessThan(1)
  expect(found.high - found.low).toBeLessThan(2)
})

test('fewer than five days are not judged; days that never vary are', () => {
  expect(levelShift(daysOf([1, 2, 3, 4]), daysOf([1, 2, 3, 4, 5]))).toBeNull()
  expect(levelShift(daysOf([3, 3, 3, 3, 3]), daysOf([3, 3, 3, 3, 3]))).toMatchObject({ value: 0, p: 1 })
})

/** How often a series that does not move is said to have moved, of 2,000. */
function falseAlarms(persistence: number, seed: number): number {
  const noise = normalDraws(seed)
  const week = [10, 12, 11, 10, 9, -20, -25]
  let told = 0
  for (let run = 0; run < 2000; run++) {
    let state = noise() / Math.sqrt(1 - persistence ** 2)
    const values = Array.from({ length: 60 }, (_, at) => {
      state = persistence * state + noise()
      return 100 + week[at % 7]! + 5 * state
    })
    if (levelShift(daysOf(values.slice(0, 30)), daysOf(values.slice(30), 30))!.p < 0.05) told++
  }
  return told / 2000
}

test('false alarms: near one in twenty, and not far above where days hang together', () => {
  expect(falseAlarms(0, 11)).toBeLessThan(0.05)
  expect(falseAlarms(0.3, 12)).toBeLessThan(0.08)
  expect(falseAlarms(0.6, 13)).toBeLessThan(0.08)
})
