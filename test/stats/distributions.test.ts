import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  binomialCdf,
  binomialQuantile,
  chiSquareLogSurvival,
  chiSquareSurvival,
  fSurvival,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from '../../src/stats/distributions.ts'
import { expectClose } from './close.ts'

// References: mpmath 1.3 at 40 to 400 digits, printed to 15.
describe('against high-precision references', () => {
  test.each([
    [-30, 4.90671392714819e-198],
    [-10, 7.61985302416053e-24],
    [-3, 0.00134989803163009],
    [-1, 0.158655253931457],
    [-0.1, 0.460172162722971],
    [0.5, 0.691462461274013],
    [2, 0.977249868051821],
    [6, 0.999999999013412],
  ])('normalCdf(%d)', (z, p) => expectClose(normalCdf(z), p))

  test.each([
    [1e-20, -9.26234008979841],
    [0.001, -3.09023230616781],
    [0.025, -1.95996398454005],
    [0.3, -0.524400512708041],
    [0.6, 0.2533471031358],
    [0.975, 1.95996398454005],
    [0.9999, 3.71901648545571],
  ])('normalQuantile(%d)', (p, z) => expectClose(normalQuantile(p), z))

  test.each([
    [-2, 1, 0.147583617650433],
    [-2.5, 3, 0.0438533235040328],
    [-12, 7.5, 1.83040322780974e-6],
    [-40, 30, 6.8630225972032e-28],
    [0.3, 2, 0.603757169579911],
    [1.96, 200, 0.974307579577093],
    [3, 1000, 0.998616645477881],
    [-1.96, 1e9, 0.0249978952868648],
    [-1.96, 1e15, 0.0249978951482206],
  ])('studentTCdf(%d, %d)', (t, df, p) => expectClose(studentTCdf(t, df), p))

  test.each([
    [0.975, 1, 12.7062047361747],
    [0.975, 2, 4.30265272974946],
    [0.975, 4, 2.77644510519779],
    [0.975, 29, 2.0452296421327],
    [0.995, 10.5, 3.13575947631272],
    [0.6, 3, 0.27667066233269],
    [0.05, 120, -1.65765089935524],
    [1e-12, 5, -393.956959577604],
    [0.975, 1e6, 1.95996635681411],
  ])('studentTQuantile(%d, %d)', (p, df, t) => expectClose(studentTQuantile(p, df), t))

  test.each([
    [0.001, 1, 0.97477287936996],
    [3.841458820694124, 1, 0.0500000000000001],
    [20, 3, 0.000169742435552826],
    [0.5, 4, 0.973500978839256],
    [60, 10, 3.62430095206149e-9],
    [5100, 5000, 0.158639348619404],
    [2000, 2000, 0.495794755819784],
    [20000, 20000, 0.498670191660045],
    [1200, 7, 7.06192474663329e-255],
    [1400, 1, 2.10101451626422e-306],
  ])('chiSquareSurvival(%d, %d)', (x, df, p) => expectClose(chiSquareSurvival(x, df), p))

  test('chiSquareLogSurvival where the survival itself underflows', () => {
    expect(chiSquareSurvival(5000, 3)).toBe(0)
    expectClose(chiSquareLogSurvival(5000, 3), -2495.9669948169)
    expectClose(chiSquareLogSurvival(100_000, 1), -50005.9822640849)
  })

  test.each([
    [0.5, 1, 1, 0.608173447969393],
    [4, 2, 10, 0.0529221494013446],
    [3.2, 5, 40, 0.0159796390220475],
    [50, 3, 100, 7.94442467908757e-20],
    [1.1, 400, 900, 0.127424425846203],
    [12, 1, 100_000, 0.00053222819703049],
    [200, 4, 3000, 3.21556947014206e-152],
  ])('fSurvival(%d, %d, %d)', (f, d1, d2, p) => expectClose(fSurvival(f, d1, d2), p))

  test.each([
    [0, 10, 0.3, 0.0282475249],
    [3, 10, 0.3, 0.6496107184],
    [12, 50, 0.5, 0.000152932000801798],
    [480, 1000, 0.5, 0.10872414660207],
    [5, 200, 0.1, 3.8711932462676e-5],
    [3, 4000, 0.01, 4.11355385378388e-14],
  ])('binomialCdf(%d, %d, %d)', (k, n, p, chance) => expectClose(binomialCdf(k, n, p), chance))

  test.each([
    [0.025, 100, 0.5, 40],
    [0.5, 7, 0.2, 1],
    [0.975, 5453, 0.15, 870],
    [0.9, 10, 0.99, 10],
  ])('binomialQuantile(%d, %d, %d)', (q, n, p, k) => expect(binomialQuantile(q, n, p)).toBe(k))
})

describe('for every argument', () => {
  const share = fc.double({ min: 1e-12, max: 1 - 1e-9, noNaN: true })
  const df = fc.double({ min: 0.5, max: 1e6, noNaN: true })

  test('a quantile is the inverse of its cdf', () => {
    fc.assert(
      fc.property(share, df, (p, nu) => {
        expectClose(normalCdf(normalQuantile(p)), p, 1e-10)
        expectClose(studentTCdf(studentTQuantile(p, nu), nu), p, 1e-10)
      }),
    )
  })

  test('F with one numerator degree of freedom is t squared', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 30, noNaN: true }), df, (t, nu) => {
        expectClose(fSurvival(t * t, 1, nu), 2 * studentTCdf(-t, nu), 1e-9)
      }),
    )
  })

  test('chi-square with two degrees of freedom is exponential, at any size', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (x) => {
        expect(Math.abs(chiSquareLogSurvival(x, 2) + x / 2)).toBeLessThanOrEqual(1e-12 * (1 + x))
      }),
    )
  })

  test('the ends are exact, and outside the domain there is no number', () => {
    expect([normalCdf(Number.NEGATIVE_INFINITY), normalCdf(0), normalCdf(Number.POSITIVE_INFINITY)]).toEqual([
      0, 0.5, 1,
    ])
    expect([studentTCdf(Number.NEGATIVE_INFINITY, 3), studentTCdf(0, 3)]).toEqual([0, 0.5])
    expect([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)]).toEqual([
      Number.NEGATIVE_INFINITY,
      0,
      Number.POSITIVE_INFINITY,
    ])
    expect([chiSquareSurvival(0, 3), chiSquareSurvival(Number.POSITIVE_INFINITY, 3)]).toEqual([1, 0])
    expect([fSurvival(0, 2, 3), fSurvival(Number.POSITIVE_INFINITY, 2, 3)]).toEqual([1, 0])
    expect([binomialCdf(-1, 5, 0.2), binomialCdf(5, 5, 0.2), binomialCdf(2, 5, 0), binomialCdf(2, 5, 1)]).toEqual([
      0, 1, 1, 0,
    ])
    const nowhere = [
      normalQuantile(1.1),
      studentTCdf(1, 0),
      studentTQuantile(0.5, -1),
      chiSquareSurvival(1, 0),
      chiSquareSurvival(Number.NaN, 2),
      fSurvival(1, 0, 2),
      fSurvival(1, 2, Number.POSITIVE_INFINITY),
      binomialCdf(1, 3, 2),
    ]
    expect(nowhere).toEqual(nowhere.map(() => Number.NaN))
  })

  test('infinite degrees of freedom make t normal', () => {
    expect(studentTCdf(-1.5, Number.POSITIVE_INFINITY)).toBe(normalCdf(-1.5))
    expect(studentTQuantile(0.9, Number.POSITIVE_INFINITY)).toBe(normalQuantile(0.9))
  })
})
