import { expect, test } from 'vitest'
import { backTest } from '../../src/stats/rolling-origin.ts'

const certain = (values: number[]) => values.map((value) => ({ value, low: value - 1, high: value + 1 }))

test('each forecast knows only what was before it', () => {
  const values = Array.from({ length: 20 }, (_, at) => at)
  const seen: number[] = []
  const test = backTest(
    values,
    (known) => {
      seen.push(known.length)
      expect(known).toEqual(values.slice(0, known.length))
      return certain(Array(3).fill(known.at(-1)))
    },
    { horizon: 3, season: 1, least: 6, most: 4 },
  )
  expect(seen).toEqual([14, 15, 16, 17])
  // The line rises by 1: the last value misses by 1, 2 and 3, of which the first lies in the interval.
  expect(test).toMatchObject({ origins: 4, horizon: 3, model: { mae: 2, mase: 2 }, naive: { mae: 2, mase: 2 } })
  expect(test?.coverage).toBeCloseTo(1 / 3, 12)
})

test('the seasonal naive forecast of a season without noise never misses', () => {
  const values = Array.from({ length: 24 }, (_, at) => [5, 9, 2, 4][at % 4]!)
  const test = backTest(values, () => certain([1, 1]), { horizon: 2, season: 4, least: 8, most: 12 })
  expect(test?.seasonal).toEqual({ mase: null, smape: 0, mae: 0 })
  expect(test?.model.mase).toBeNull()
})

test('no origin, no test', () => {
  expect(backTest([1, 2, 3], () => certain([1]), { horizon: 1, season: 1, least: 6, most: 3 })).toBeNull()
  expect(backTest([1, 2, 3, 4], () => null, { horizon: 1, season: 1, least: 2, most: 3 })).toBeNull()
})
