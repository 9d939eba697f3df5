import fc from 'fast-check'
import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'
import { shiftPeriod } from '../../src/calendar.ts'
import { type Forecast, findForecast, type NoForecast } from '../../src/insights/forecast.ts'
import { monthWeights } from '../../src/insights/month-weights.ts'
import type { Frame } from '../../src/metrics/frame.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { wordsOf } from '../pages/fixtures.ts'
import { airPassengers } from '../stats/series.ts'
import { frameOf } from './frames.ts'

const words = await wordsOf('en')
const ask = (frame: Frame, horizon = 6) => findForecast({ frame, metric: 'calls', horizon, words })

function drawn(answer: Forecast | NoForecast): Forecast {
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

function refused(answer: Forecast | NoForecast): NoForecast {
  if ('points' in answer) throw new Error(answer.sentence)
  return answer
}

const noisy = (seed: number, length: number, at: (step: number) => number, noise: number) => {
  const draw = normalDraws(seed)
  return Array.from({ length }, (_, step) => at(step) + noise * draw())
}

describe('drawn', () => {
  const answer = drawn(ask(frameOf([...airPassengers, 20], { first: '1949-01-01', partial: [-1] })))

  test('AirPassengers: the months after the last whole one, the season told, better than the season before', () => {
    expect(answer.points.map(({ start }) => start)).toEqual(
      Array.from({ length: 6 }, (_, at) => shiftPeriod('1961-01-01', 'month', at)),
    )
    expect(answer.model.season).toBe('multiplicative')
    expect(answer.backtest).toMatchObject({ origins: 12, horizon: 6, season: 12 })
    expect(answer.backtest.model.mase).toBeLessThan(0.8)
    expect(answer.backtest.seasonal.mase).toBeGreaterThan(1.5)
    // A holdout of every later year would be repeating itself: July is above April in each of the twelve years.
    expect(answer.points[5]!.value).toBeGreaterThan(answer.points[3]!.value)
    for (const { value, low, high } of answer.points) expect(low < value && value < high).toBe(true)
  })

  test('the sentence tells horizon, history, model, back-test and coverage', () => {
    expect(answer.sentence).toMatch(
      /^Forecast of 6 months from 144 whole months: Holt-Winters .* Tested from 12 earlier moments: MASE 0\.\d\d, sMAPE \d\.\d%, where repeating the season before has MASE 1\.\d\d, sMAPE \d+\.\d%; \d+% of the values fell into their 95% interval\./,
    )
  })

  test('one short sentence says whether to trust it, and the figures stand apart', () => {
    expect(answer.brief).toBe('6 months ahead by Holt-Winters: better than repeating the season before when tested.')
    expect(answer.tested).toMatch(/^Tested from 12 earlier moments: MASE .* interval\.$/)
    // Nobody could foresee the last ten months: what was forecast before them left out too many.
    const turned = Array.from({ length: 40 }, (_, step) => 100 + step + Math.max(0, step - 29) * 20)
    const surprised = drawn(ask(frameOf(turned, { additivity: 'semi-additive' })))
    expect(surprised.backtest.coverage).toBeLessThan(0.8)
    expect(surprised.brief).toMatch(/when tested, but its interval is too narrow\.$/)
  })

  test('February is no drop: a count that is the same every day is forecast by the length of the month', () => {
    const weights = monthWeights('2020-01-01', 40)
    const draw = normalDraws(5)
    const { points, per_day } = drawn(ask(frameOf(weights.slice(0, 34).map((weight) => weight * 1000 + 5 * draw()))))
    expect(per_day).toBe(true)
    points.forEach(({ value, low, high }, at) => {
      const expected = weights[34 + at]! * 1000
      expect(Math.abs(value - expected)).toBeLessThan(10)
      expect(low <= expected && expected <= high).toBe(true)
    })
  })

  test('a level is not taken for a sum of days', () => {
    const values = noisy(4, 40, (step) => 1000 + 10 * step, 4)
    const answer = drawn(ask(frameOf(values, { additivity: 'semi-additive', unit: 'money' })))
    expect(answer.per_day).toBe(false)
    expect(answer.model.trend).not.toBe('none')
  })

  test('a share stays between 0 and 1, a count above 0', () => {
    const shares = noisy(9, 40, () => 0.985, 0.012).map((value) => Math.min(1, value))
    const share = drawn(ask(frameOf(shares, { unit: 'ratio', additivity: 'non-additive' })))
    expect(Math.max(...share.points.map(({ high }) => high))).toBe(1)
    const counts = noisy(8, 60, () => 2, 1.5).map((value) => Math.max(0, Math.round(value)))
    const count = drawn(ask(frameOf(counts, { grain: 'week' })))
    expect(Math.min(...count.points.map(({ low }) => low))).toBe(0)
  })

  test('a constant series goes on without a claim of having beaten anything', () => {
    const { points, backtest, sentence } = drawn(ask(frameOf(Array(20).fill(7), { additivity: 'semi-additive' })))
    expect(points.every(({ value, low, high }) => [value, low, high].every((each) => Math.abs(each - 7) < 1e-6))).toBe(
      true,
    )
    expect(backtest.model.mase).toBeNull()
    expect(sentence).toContain('mean error 0')
  })

  test('each grain has its own season', () => {
    const daily = noisy(2, 90, (step) => 100 + [30, 20, 10, 0, -10, -20, -30][step % 7]!, 3)
    const answer = drawn(ask(frameOf(daily, { grain: 'day' }), 7))
    expect(answer.backtest.season).toBe(7)
    expect(answer.model.season).not.toBe('none')
  })

  test('only the last 200 periods are read', () => {
    const values = noisy(2, 260, () => 100, 3)
    expect(drawn(ask(frameOf(values, { grain: 'day' }))).history).toBe(200)
  })
})

describe('refused, with a sentence', () => {
  test('too short: what there is and what it takes', () => {
    const answer = refused(ask(frameOf(noisy(1, 13, () => 100, 2))))
    expect(answer).toEqual({
      refused: 'No forecast: 13 whole months are too few for 6 months ahead and a test of it; it takes 14.',
    })
    // One more is tested from the three moments that it takes.
    expect(ask(frameOf(noisy(1, 14, () => 100, 2))).backtest?.origins).toBe(3)
  })

  test('partial periods do not make the history longer', () => {
    expect(
      refused(
        ask(
          frameOf(
            noisy(1, 14, () => 100, 2),
            { partial: [-1] },
          ),
        ),
      ).refused,
    ).toContain('13 whole months')
  })

  test('a trend that ended: worse than the last value, with both numbers', () => {
    const values = Array.from({ length: 40 }, (_, step) => (step < 24 ? 100 + 10 * step : 330 + ((step * 7) % 3)))
    const { refused: sentence, backtest } = refused(ask(frameOf(values, { additivity: 'semi-additive' }), 12))
    expect(backtest!.model.mase!).toBeGreaterThan(Math.min(backtest!.naive.mase!, backtest!.seasonal.mase!))
    expect(sentence).toMatch(
      /^No forecast: tested from \d+ earlier moments, the model \(MASE \d+\.\d\d, .*\) did worse than repeating the (last value|season before) \(MASE \d+\.\d\d/,
    )
  })

  test('holes in what is no count', () => {
    const values = [...noisy(1, 20, () => 0.5, 0.01), null, 0.5, null, 0.5]
    expect(refused(ask(frameOf(values, { unit: 'ratio', additivity: 'non-additive' }))).refused).toBe(
      'No forecast: 2 of 24 whole months hold no value, the first begins on Sep 1, 2021.',
    )
  })

  test('nothing at all, and a metric that cannot be known', () => {
    expect(refused(ask(frameOf([]))).refused).toBe('No forecast: there is no whole period with a value.')
    const frame = frameOf([])
    frame.rows = [{ calls: { value: null, refused: { code: 'x', message: 'The day is missing.', missing: [] } } }]
    expect(refused(ask(frame)).refused).toBe('No forecast: The day is missing.')
  })

  test('a horizon that is none is a fault of the caller', () => {
    expect(() => ask(frameOf([1, 2]), 0)).toThrow(/pass a whole number/)
  })
})

test('no forecast is ever drawn that lost to naive, and every one drawn was tested from three moments at least', () => {
  let lost = 0
  for (let seed = 1; seed <= 24; seed++) {
    const length = 14 + seed
    const values = noisy(seed, length, (step) => 200 + (seed % 3) * step, 4 + (seed % 5) * 4)
    const answer = ask(frameOf(values, { additivity: 'semi-additive' }), 1 + (seed % 6))
    if ('refused' in answer) lost++
    else {
      const { model, naive, seasonal, origins } = answer.backtest
      expect(model.mase).toBeLessThanOrEqual(Math.min(naive.mase!, seasonal.mase!))
      expect(origins).toBeGreaterThanOrEqual(3)
    }
  }
  expect(lost).toBeGreaterThan(0)
  expect(lost).toBeLessThan(24)
})

test('whatever the series, the answer is finite numbers around the forecast or a sentence', () => {
  const size = fc.constantFrom(0, 1e-9, 1, 1e12)
  const values = fc.array(fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(0, 1)), {
    minLength: 11,
    maxLength: 36,
  })
  const shape = fc.record({
    unit: fc.constantFrom('count', 'ratio', 'seconds', 'money', 'points'),
    additivity: fc.constantFrom('additive', 'semi-additive', 'non-additive'),
    grain: fc.constantFrom('day', 'month', 'quarter'),
  } as const)
  fc.assert(
    fc.property(values, size, shape, (series, by, kind) => {
      const answer = ask(
        frameOf(
          series.map((value) => value * by),
          kind,
        ),
        3,
      )
      expect('refused' in answer ? answer.refused : answer.sentence).not.toMatch(/NaN|∞|Infinity|undefined/)
      if ('refused' in answer) return
      for (const { value, low, high } of answer.points) {
        expect([value, low, high].every(Number.isFinite)).toBe(true)
        expect(low <= value && value <= high).toBe(true)
      }
    }),
    { numRuns: 150, seed: 1 },
  )
}, 30_000)

test('both languages say the same things with the same arguments', async () => {
  const fr = await wordsOf('fr')
  const own = (messages: Record<string, string>) =>
    Object.keys(messages)
      .filter((id) => id.startsWith('say.forecast.'))
      .sort()
  expect(own(fr.messages)).toEqual(own(words.messages))
  for (const id of own(words.messages))
    expect([id, argumentsOf(fr.messages[id]!)]).toEqual([id, argumentsOf(words.messages[id]!)])
})

test('in French: no English word is left', async () => {
  const frame = frameOf(airPassengers, { first: '1949-01-01' })
  const answer = drawn(findForecast({ frame, metric: 'calls', horizon: 6, words: await wordsOf('fr') }))
  expect(answer.sentence).toMatch(/^Prévision de 6 mois à partir de 144 mois entiers : Holt-Winters/)
  expect(answer.sentence).not.toMatch(/say\.forecast|season|month/)
})

function argumentsOf(message: string): string[] {
  const found = new Set<string>()
  const walk = (nodes: { type: number; value?: unknown; options?: Record<string, { value: never[] }> }[]) => {
    for (const node of nodes) {
      if (node.type !== 0 && node.type !== 7) found.add(String(node.value))
      for (const option of Object.values(node.options ?? {})) walk(option.value)
    }
  }
  walk(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst() as never)
  return [...found].sort()
}
