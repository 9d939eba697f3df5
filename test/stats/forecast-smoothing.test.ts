import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitSmoothing, selectSmoothing } from '../../src/stats/fit-smoothing.ts'
import { mase } from '../../src/stats/forecast-accuracy.ts'
import { forecastSmoothing } from '../../src/stats/forecast-smoothing.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { expectClose } from './close.ts'
import { airPassengers, oil } from './series.ts'

describe('against published fits', () => {
  test('simple smoothing of oil production: alpha 0.8339, level 446.59, forecast 542.68 (fpp2, 7.1)', () => {
    const fit = fitSmoothing(oil, { trend: 'none', season: 'none' }, 1)!
    expectClose(fit.rates.alpha, 0.8339, 5e-4)
    expectClose(fit.start.level, 446.5868, 1e-4)
    const [one, , , , five] = forecastSmoothing(fit, 5)
    expectClose(one?.value, 542.6806, 1e-5)
    // R prints 484.2183 … 601.1429 and 428.9945 … 656.3667 with the normal 1.96; t with 16 degrees of freedom has 2.12.
    const wider = 2.1199 / 1.95996
    expectClose((one!.high - one!.low) / wider, 601.1429 - 484.2183, 1e-3)
    expectClose((five!.high - five!.low) / wider, 656.3667 - 428.9945, 1e-3)
  })

  test('AirPassengers: a season that multiplies, as everybody finds; better than seasonal naive on what was held out', () => {
    const known = airPassengers.slice(0, -36)
    const actual = airPassengers.slice(-36)
    const fit = selectSmoothing(known, 12)!
    expect(fit.model.season).toBe('multiplicative')
    const forecast = forecastSmoothing(fit, 36)
    const values = forecast.map(({ value }) => value)
    expect(mase(actual, values, known, 12)).toBeLessThan(0.75)
    expect(actual.every((value, at) => forecast[at]!.low <= value && value <= forecast[at]!.high)).toBe(true)
  })
})

const noisy = (seed: number, length: number, at: (step: number) => number, noise: number) => {
  const draw = normalDraws(seed)
  return Array.from({ length }, (_, step) => at(step) + noise * draw())
}

describe('properties', () => {
  const shapes = fc.record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    slope: fc.double({ min: -2, max: 2, noNaN: true }),
    wave: fc.constantFrom(0, 8),
    length: fc.integer({ min: 12, max: 40 }),
  })
  const seriesOf = ({ seed, slope, wave, length }: { seed: number; slope: number; wave: number; length: number }) =>
    noisy(seed, length, (step) => 1000 + slope * step + wave * Math.sin((Math.PI * step) / 2), 3)

  test('twice the values, twice the forecast and its interval', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(0.001, 2, 1e6), (shape, factor) => {
        const values = seriesOf(shape)
        const plain = forecastSmoothing(selectSmoothing(values, 4)!, 6)
        const scaled = forecastSmoothing(
          selectSmoothing(
            values.map((value) => value * factor),
            4,
          )!,
          6,
        )
        for (const [at, { value, low, high }] of plain.entries()) {
          expectClose(scaled[at]!.value, value * factor, 2e-3)
          expectClose(scaled[at]!.high - scaled[at]!.low, (high - low) * factor, 5e-2)
        }
      }),
      { numRuns: 30, seed: 1 },
    )
  })

  test('values shifted, forecast shifted, interval as wide (additive models)', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(-5000, 300), (shape, shift) => {
        const values = seriesOf(shape)
        for (const trend of ['none', 'linear', 'damped'] as const) {
          const model = { trend, season: shape.wave > 0 ? 'additive' : 'none' } as const
          const plain = forecastSmoothing(fitSmoothing(values, model, 4)!, 6)
          const moved = forecastSmoothing(
            fitSmoothing(
              values.map((value) => value + shift),
              model,
              4,
            )!,
            6,
          )
          for (const [at, { value, low, high }] of plain.entries()) {
            expect(Math.abs(moved[at]!.value - value - shift)).toBeLessThan(1)
            expectClose(moved[at]!.high - moved[at]!.low, high - low, 5e-2)
          }
        }
      }),
      { numRuns: 20, seed: 1 },
    )
  })

  test('intervals hold their forecast and widen with the horizon', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const fit = selectSmoothing(seriesOf(shape), 4)!
        const forecast = forecastSmoothing(fit, 8)
        for (const { value, low, high } of forecast) expect(low <= value && value <= high).toBe(true)
        if (fit.model.season === 'multiplicative') return
        const widths = forecast.map(({ low, high }) => high - low)
        expect(widths.every((width, at) => at === 0 || width >= widths[at - 1]! - 1e-9)).toBe(true)
      }),
      { numRuns: 30, seed: 1 },
    )
  })

  test('a constant series goes on, and says it is sure', () => {
    for (const { value, low, high } of forecastSmoothing(selectSmoothing(Array(20).fill(42), 4)!, 3)) {
      expectClose(value, 42)
      expectClose(low, 42)
      expectClose(high, 42)
    }
  })

  test('zeros and negative values are never fitted with relative errors', () => {
    const values = noisy(3, 40, (step) => 10 * Math.sin((Math.PI * step) / 2), 1)
    expect(selectSmoothing(values, 4)?.model.season).toBe('additive')
  })

  test('the same series, the same interval', () => {
    const forecast = () => forecastSmoothing(selectSmoothing(airPassengers, 12)!, 12)
    expect(forecast()).toEqual(forecast())
  })

  test('three values are not fitted', () => {
    expect(selectSmoothing([1, 2, 3], 1)).toBeNull()
  })
})

/** Share of what came that lay in the interval, over many simulated series. The nominal share is 95 %. */
describe('coverage of the 95 % interval', () => {
  const ahead = 6
  const cases: [name: string, length: number, season: number, make: (seed: number) => number[]][] = [
    ['a level with noise', 40, 1, (seed) => noisy(seed, 46, () => 100, 5)],
    ['a random walk', 40, 1, (seed) => walk(seed, 46)],
    ['a trend with noise', 40, 1, (seed) => noisy(seed, 46, (step) => 100 + 2 * step, 5)],
    ['a season that adds', 48, 4, (seed) => noisy(seed, 54, (step) => 100 + 20 * Math.sin((Math.PI * step) / 2), 5)],
    ['a season that multiplies', 60, 12, (seed) => growing(seed, 66)],
  ]
  test.each(cases)('%s', (name, length, season, make) => {
    let hits = 0
    const series = 150
    for (let seed = 1; seed <= series; seed++) {
      const values = make(seed * 7919)
      const forecast = forecastSmoothing(selectSmoothing(values.slice(0, length), season)!, ahead)
      hits += forecast.filter(({ low, high }, at) => low <= values[length + at]! && values[length + at]! <= high).length
    }
    const share = hits / (series * ahead)
    if (process.env.MEASURE) console.log(name, share)
    expect(share).toBeGreaterThan(0.88)
    expect(share).toBeLessThan(0.985)
  })
})

function walk(seed: number, length: number): number[] {
  let at = 100
  return noisy(seed, length, () => 0, 3).map((step) => {
    at += step
    return at
  })
}

function growing(seed: number, length: number): number[] {
  return noisy(seed, length, (step) => Math.log((100 + step) * (1 + 0.3 * Math.sin((Math.PI * step) / 6))), 0.05).map(
    Math.exp,
  )
}
