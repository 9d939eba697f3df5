import { expect, test } from 'vitest'
import { mase, meanAbsoluteError, smape } from '../../src/stats/forecast-accuracy.ts'
import { naiveForecast } from '../../src/stats/naive.ts'
import { airPassengers } from './series.ts'

const split = (held: number) => [airPassengers.slice(0, -held), airPassengers.slice(-held)] as const

test('seasonal naive of AirPassengers, 24 held out: MAE 71.25 and 28.57 in the fit, as accuracy(snaive()) of R prints', () => {
  const [known, actual] = split(24)
  const forecast = naiveForecast(known, 24, 12)
  expect(meanAbsoluteError(actual, forecast)).toBe(71.25)
  expect(meanAbsoluteError(known.slice(12), known.slice(0, -12))).toBeCloseTo(28.57, 2)
  expect(mase(actual, forecast, known, 12)).toBeCloseTo(71.25 / 28.574, 4)
})

test('sMAPE of naive forecasts of AirPassengers, 36 held out, as in the forecasting tutorial of sktime', () => {
  const [known, actual] = split(36)
  expect(smape(actual, naiveForecast(known, 36, 12))).toBeCloseTo(0.145427686270316, 12)
  expect(smape(actual, naiveForecast(known, 36))).toBeCloseTo(0.231957, 5)
})

test('0 against 0 misses by nothing; a fit that the naive forecast never missed has nothing to scale by', () => {
  expect(smape([0, 1], [0, 0])).toBe(1)
  expect(mase([5, 6], [5, 5], [4, 4, 4], 1)).toBeNull()
  expect(mase([5, 6], [5, 5], [0.3, 0.1 + 0.2, 0.3], 1)).toBeNull()
  expect(mase([1, 1], [0, 0], [0, 5e-324, 0], 1)).toBeNull()
})

test('a season longer than the values is refused with a sentence', () => {
  expect(() => naiveForecast([1, 2], 3, 12)).toThrow(/no season of 12; pass/)
})
