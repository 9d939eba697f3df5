import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chiSquareEven, chiSquareIndependence } from '../../src/stats/chi-square.ts'
import { expectClose } from './close.ts'

const total = fc.integer({ min: 1, max: 10_000 })

// References: scipy 1.17.1, without Yates' correction.
describe('chiSquareIndependence', () => {
  test.each([
    [
      [
        [10, 20, 30],
        [6, 9, 17],
      ],
      0.271574651504035,
      2,
      0.873028283380073,
      5.56521739130435,
      0.0543313757042229,
    ],
    [
      [
        [120, 90],
        [30, 110],
        [55, 61],
      ],
      44.219312407155,
      2,
      2.49975999774298e-10,
      51.0300429184549,
      0.308044198681836,
    ],
  ])('%j', (table, statistic, df, p, minExpected, cramersV) => {
    const result = chiSquareIndependence(table)
    expectClose(result?.statistic, statistic)
    expect(result?.df).toBe(df)
    expectClose(result?.p, p)
    expectClose(result?.minExpected, minExpected)
    expectClose(result?.cramersV, cramersV)
  })

  test('empty rows and columns say nothing', () => {
    const table = [
      [10, 0, 20, 30],
      [0, 0, 0, 0],
      [6, 0, 9, 17],
    ]
    expect(chiSquareIndependence(table)).toEqual(
      chiSquareIndependence([
        [10, 20, 30],
        [6, 9, 17],
      ]),
    )
    expect(
      chiSquareIndependence([
        [3, 4],
        [0, 0],
      ]),
    ).toBeNull()
    expect(
      chiSquareIndependence([
        [3, 0],
        [4, 0],
      ]),
    ).toBeNull()
    expect(chiSquareIndependence([])).toBeNull()
  })

  test('refuses a ragged table and what is not a count', () => {
    expect(() => chiSquareIndependence([[1, 2], [3]])).toThrow('Row 1 has 1 counts, row 0 has 2')
    expect(() =>
      chiSquareIndependence([
        [1, 2],
        [3, -1],
      ]),
    ).toThrow('-1 in row 1')
    expect(() =>
      chiSquareIndependence([
        [1, 2],
        [Number.NaN, 1],
      ]),
    ).toThrow('NaN in row 1')
  })

  test('an exactly proportional table has statistic 0', () => {
    const totals = fc.array(total, { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(totals, totals, (rows, columns) => {
        const result = chiSquareIndependence(rows.map((row) => columns.map((column) => row * column)))!
        expect(result.statistic).toBeLessThan(1e-12)
        expect(result.p).toBeGreaterThan(0.999)
        expect(result.cramersV).toBeLessThan(1e-9)
      }),
    )
  })

  test('turning the table changes nothing, and a diagonal is a perfect association', () => {
    const table = fc.array(fc.tuple(total, total, total), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(table, (rows) => {
        const result = chiSquareIndependence(rows)!
        const turned = chiSquareIndependence([0, 1, 2].map((column) => rows.map((row) => row[column]!)))!
        expect(Math.abs(turned.statistic - result.statistic)).toBeLessThanOrEqual(1e-9 * (1 + result.statistic))
        expect(turned.df).toBe(result.df)
        expect(result.cramersV).toBeGreaterThanOrEqual(0)
        expect(result.cramersV).toBeLessThanOrEqual(1)
      }),
    )
    expectClose(
      chiSquareIndependence([
        [7, 0, 0],
        [0, 20, 0],
        [0, 0, 3],
      ])?.cramersV,
      1,
    )
  })
})

describe('chiSquareEven', () => {
  test('the channels and priorities of the reference data are spread evenly', () => {
    const channels = chiSquareEven([2143, 2132, 2121, 2073])
    expectClose(channels?.statistic, 1.34738457905302)
    expectClose(channels?.p, 0.717913059770826)
    expect(channels?.p).toBeCloseTo(0.72, 2)
    const priorities = chiSquareEven([2192, 2129, 2085, 2063])
    expectClose(priorities?.p, 0.204785419758969)
    expect(priorities?.p).toBeCloseTo(0.2, 2)
  })

  test('uneven counts, and widths of age bands as weights', () => {
    expectClose(chiSquareEven([30, 14, 34, 45, 57, 20])?.p, 4.17732547526519e-7)
    const bands = chiSquareEven([210, 480, 390, 120], [7, 15, 15, 5])
    expectClose(bands?.statistic, 13.8)
    expectClose(bands?.p, 0.0031904219077973)
    expect(bands?.df).toBe(3)
    expectClose(bands?.minExpected, (1200 * 5) / 42)
  })

  test('counts in proportion to the weights have statistic 0; the unit of the weights is free', () => {
    fc.assert(
      fc.property(fc.array(total, { minLength: 2, maxLength: 12 }), (weights) => {
        const result = chiSquareEven(
          weights.map((weight) => weight * 3),
          weights.map((weight) => weight / 7),
        )!
        expect(result.statistic).toBeLessThan(1e-12)
      }),
    )
  })

  test('null without counts or with one category, and a sentence for what cannot be', () => {
    expect(chiSquareEven([])).toBeNull()
    expect(chiSquareEven([5])).toBeNull()
    expect(chiSquareEven([0, 0, 0])).toBeNull()
    expect(chiSquareEven([5, 6, 0], [1, 1, 0])).toEqual(chiSquareEven([5, 6]))
    expect(() => chiSquareEven([5, 6], [1, 0])).toThrow('weight 0')
    expect(() => chiSquareEven([5, 6], [1])).toThrow('2 counts and 1 weights')
  })
})
