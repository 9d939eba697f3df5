import { describe, expect, test } from 'vitest'
import { momentsOf } from '../../src/stats/moments.ts'
import { expectClose } from './close.ts'
import { leastSquares } from './least-squares.ts'
import { longley, norris } from './strd.ts'

const within = 1e-8

// Certified values: NIST Statistical Reference Datasets (StRD), linear regression and analysis of variance.
describe('leastSquares against NIST StRD', () => {
  test('Norris', () => {
    const fit = leastSquares(momentsOf(['y', 'x'], norris), 'y', ['x'])
    expectClose(fit.intercept.value, -0.262323073774029, within)
    expectClose(fit.intercept.error, 0.232818234301152, within)
    expectClose(fit.coefficients[0]!.value, 1.00211681802045, within)
    expectClose(fit.coefficients[0]!.error, 0.429796848199937e-3, within)
    expectClose(fit.sigma, 0.884796396144373, within)
    expectClose(fit.r2, 0.999993745883712, within)
    expectClose(fit.f.statistic, 5436385.54079785, within)
  })

  test('Longley', () => {
    const names = ['y', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6']
    const fit = leastSquares(momentsOf(names, longley), 'y', names.slice(1))
    const certified: [number, number][] = [
      [15.0618722713733, 84.9149257747669],
      [-0.03581917929259, 0.0334910077722432],
      [-2.02022980381683, 0.488399681651699],
      [-1.03322686717359, 0.214274163161675],
      [-0.0511041056535807, 0.22607320006937],
      [1829.15146461355, 455.478499142212],
    ]
    expectClose(fit.intercept.value, -3482258.63459582, within)
    expectClose(fit.intercept.error, 890420.383607373, within)
    for (const [i, [value, error]] of certified.entries()) {
      expectClose(fit.coefficients[i]!.value, value, within)
      expectClose(fit.coefficients[i]!.error, error, within)
    }
    expectClose(fit.sigma, 304.854073561965, within)
    expectClose(fit.r2, 0.995479004577296, within)
    expectClose(fit.f.statistic, 330.285339234588, within)
  })

  test('Wampler 1: powers up to the fifth, where every coefficient is 1', () => {
    const powers = [1, 2, 3, 4, 5]
    const rows = Array.from({ length: 21 }, (_, x) => [
      [0, ...powers].reduce((sum, power) => sum + x ** power, 0),
      ...powers.map((power) => x ** power),
    ])
    const names = ['y', ...powers.map((power) => `x${power}`)]
    const fit = leastSquares(momentsOf(names, rows), 'y', names.slice(1))
    for (const { value } of [fit.intercept, ...fit.coefficients]) expect(Math.abs(value - 1)).toBeLessThan(1e-6)
    expectClose(fit.r2, 1, within)
  })

  /** One-way analysis of variance as a regression on who is in which group. */
  const variance = (groups: number[][]) => {
    const rows = groups.flatMap((values, g) =>
      values.map((value) => [value, ...groups.slice(1).map((_, i) => (i + 1 === g ? 1 : 0))]),
    )
    const names = ['y', ...groups.slice(1).map((_, i) => `g${i}`)]
    return leastSquares(momentsOf(names, rows), 'y', names.slice(1))
  }

  test('SiRstv', () => {
    const fit = variance([
      [196.3052, 196.124, 196.189, 196.2569, 196.3403],
      [196.3042, 196.3825, 196.1669, 196.3257, 196.0422],
      [196.1303, 196.2005, 196.2889, 196.0343, 196.1811],
      [196.2795, 196.1748, 196.1494, 196.1485, 195.9885],
      [196.2119, 196.1051, 196.185, 196.0052, 196.209],
    ])
    expectClose(fit.f.statistic, 1.18046237440224, within)
    expectClose(fit.r2, 0.190999039051129, within)
    expectClose(fit.sigma, 0.104076068334656, within)
  })

  test.each([0, 1e6])('SmLs01 and SmLs04, offset %d', (offset) => {
    const groups = Array.from({ length: 9 }, (_, g) => {
      const middle = offset + (g === 0 ? 1.4 : g % 2 ? 1.3 : 1.5)
      return [middle, ...Array.from({ length: 20 }, (__, i) => middle + (i % 2 ? 0.1 : -0.1))]
    })
    expect(Math.abs(variance(groups).f.statistic / 21 - 1)).toBeLessThan(1e-6)
  })
})

test('names the column that says nothing of its own', () => {
  const rows = Array.from({ length: 30 }, (_, i) => [Math.sin(i), i, i % 7, 2 * i - (i % 7), 5])
  const moments = momentsOf(['y', 'a', 'b', 'made_up', 'constant'], rows)
  expect(() => leastSquares(moments, 'y', ['a', 'b', 'made_up'])).toThrow('"made_up" is made up of the others')
  expect(() => leastSquares(moments, 'y', ['a', 'constant'])).toThrow('"constant" is constant')
  expect(() => leastSquares(moments, 'y', ['c'])).toThrow('no column "c"')
})

test('without columns it is the mean', () => {
  const fit = leastSquares(momentsOf(['y'], [[1], [2], [6]]), 'y', [])
  expect(fit.intercept.value).toBe(3)
  expect(fit.r2).toBe(0)
  expect(fit.f.p).toBe(1)
})
