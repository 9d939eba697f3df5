import { expect, test } from 'vitest'
import { runSmoothing, type SmoothingModel, walkSmoothing } from '../../src/stats/exponential-smoothing.ts'

const run = (values: number[], model: SmoothingModel, rates: object, start: object) =>
  runSmoothing(
    values,
    model,
    { alpha: 0, beta: 0, gamma: 0, phi: 1, ...rates },
    { level: 0, slope: 0, season: [], ...start },
  )

test('simple smoothing is the weighted mean of the past', () => {
  const { state, squares } = run([10, 20], { trend: 'none', season: 'none' }, { alpha: 0.5 }, { level: 8 })
  // 8 -> 9 (missed by 2) -> 14.5 (missed by 11)
  expect(state.level).toBe(14.5)
  expect(squares).toBe(4 + 121)
})

test('Holt follows a straight line without missing, whatever the rates', () => {
  const line = Array.from({ length: 20 }, (_, at) => 7 + 3 * at)
  const model: SmoothingModel = { trend: 'linear', season: 'none' }
  const rates = { alpha: 0.4, beta: 0.2, gamma: 0, phi: 1 }
  const { state, squares } = run(line, model, rates, { level: 4, slope: 3 })
  expect(squares).toBeCloseTo(0, 20)
  expect(walkSmoothing(state, model, rates, Array(3).fill(0)).map((x) => Math.round(x * 1e9) / 1e9)).toEqual([
    67, 70, 73,
  ])
})

test('a damped trend comes to rest at level + slope * phi / (1 - phi)', () => {
  const model: SmoothingModel = { trend: 'damped', season: 'none' }
  const rates = { alpha: 0, beta: 0, gamma: 0, phi: 0.8 }
  expect(walkSmoothing({ level: 10, slope: 2, season: [] }, model, rates, Array(200).fill(0)).at(-1)).toBeCloseTo(
    10 + 2 * 4,
    9,
  )
})

test.each([
  ['additive', [3, -1, -2], (level: number, part: number) => level + part],
  ['multiplicative', [1.5, 0.9, 0.6], (level: number, part: number) => level * part],
] as const)('a %s season goes on at the place where the values end', (season, parts, join) => {
  const model: SmoothingModel = { trend: 'none', season }
  const values = Array.from({ length: 8 }, (_, at) => join(50, parts[at % 3]!))
  const rates = { alpha: 0.3, beta: 0, gamma: 0.2, phi: 1 }
  const { state, squares } = run(values, model, rates, { level: 50, season: [...parts] })
  expect(squares).toBeCloseTo(0, 20)
  const next = walkSmoothing(state, model, rates, Array(3).fill(0))
  next.forEach((value, at) => {
    expect(value).toBeCloseTo(join(50, parts[(8 + at) % 3]!), 9)
  })
})

test('states of the caller are left as they are', () => {
  const start = { level: 50, slope: 0, season: [3, -1, -2] }
  run([1, 2, 3, 4], { trend: 'none', season: 'additive' }, { alpha: 0.5, gamma: 0.5 }, start)
  expect(start).toEqual({ level: 50, slope: 0, season: [3, -1, -2] })
})

test.each([
  ['none', 0.2, []],
  ['additive', 0.2, [3, -1, -2]],
  ['multiplicative', 0.02, [1.5, 0.9, 0.6]],
] as const)('a walk by the errors of a run (season %s) gives its values back', (season, size, parts) => {
  const model: SmoothingModel = { trend: 'damped', season }
  const rates = { alpha: 0.3, beta: 0.1, gamma: 0.2, phi: 0.9 }
  const start = { level: 50, slope: 1, season: [...parts] }
  const errors = [size, -size, 2 * size, 0, size, -3 * size, size]
  const { squares } = runSmoothing(walkSmoothing(start, model, rates, errors), model, rates, start)
  expect(squares).toBeCloseTo(
    errors.reduce((sum, error) => sum + error * error, 0),
    12,
  )
})
