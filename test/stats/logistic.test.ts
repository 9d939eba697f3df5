import { describe, expect, test } from 'vitest'
import { fitLogistic, type LogisticFit, logisticPass, type NoLogisticFit } from '../../src/stats/logistic.ts'
import { expectClose } from './close.ts'

// Spector and Mazzeo, Journal of Economic Education 11 (1980): GPA, TUCE, PSI and whether the grade rose.
const grades =
  `2.66 20 0 0|2.89 22 0 0|3.28 24 0 0|2.92 12 0 0|4.00 21 0 1|2.86 17 0 0|2.76 17 0 0|2.87 21 0 0|3.03 25 0 0|3.92 29 0 1
|2.63 20 0 0|3.32 23 0 0|3.57 23 0 0|3.26 25 0 1|3.53 26 0 0|2.74 19 0 0|2.75 25 0 0|2.83 19 0 0|3.12 23 1 0|3.16 25 1 1|2.06 22 1 0
|3.62 28 1 1|2.89 14 1 0|3.51 26 1 0|3.54 24 1 1|2.83 27 1 1|3.39 17 1 1|2.67 24 1 0|3.65 21 1 1|4.00 23 1 1|3.10 21 1 0|2.39 19 1 1`
    .split('|')
    .map((line) => line.trim().split(' ').map(Number))
    .map(([gpa, tuce, psi, rose]) => ({ x: [gpa!, tuce!, psi!], y: rose as 0 | 1 }))

const fitted = (fit: LogisticFit | NoLogisticFit): LogisticFit => {
  if ('lacks' in fit) throw new Error(`no fit: ${fit.lacks} ${fit.names}`)
  return fit
}

describe('fitLogistic', () => {
  test('the published fit: W. H. Greene, Econometric Analysis, table 17.1', async () => {
    const fit = fitted(await fitLogistic(['gpa', 'tuce', 'psi'], logisticPass(grades)))
    // Digits beyond the printed table: statsmodels 0.14.
    expectClose(fit.intercept.value, -13.02134686, 1e-8)
    const published: [number, number][] = [
      [2.82611259, 1.26294108],
      [0.09515766, 0.14155421],
      [2.37868766, 1.06456426],
    ]
    for (const [i, [value, error]] of published.entries()) {
      expect(Math.abs(fit.coefficients[i]!.value - value)).toBeLessThan(1e-6)
      expect(Math.abs(fit.coefficients[i]!.error - error)).toBeLessThan(1e-6)
    }
    expect(fit.logLikelihood).toBeCloseTo(-12.8896, 4)
    expect(fit.pseudoR2).toBeCloseTo(0.374, 4)
    expect(fit.ratio.statistic).toBeCloseTo(15.404, 3)
  })

  test('of a two by two table it is the odds ratio with its standard error', async () => {
    const [a, b, c, d] = [30, 70, 12, 88]
    const rows = [
      { x: [1], y: 1 as const, weight: a },
      { x: [1], y: 0 as const, weight: b },
      { x: [0], y: 1 as const, weight: c },
      { x: [0], y: 0 as const, weight: d },
    ]
    const [odds] = fitted(await fitLogistic(['late'], logisticPass(rows))).coefficients
    expectClose(odds!.odds.value, (a * d) / (b * c), 1e-8)
    expectClose(odds!.error, Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), 1e-8)
  })

  test('refuses what has no answer, and names it', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({
      x: [i / 40, i % 3, 2 * (i % 3)],
      y: (i > 20 ? 1 : 0) as 0 | 1,
    }))
    expect(await fitLogistic(['place'], logisticPass(rows.map(({ x, y }) => ({ x: x.slice(0, 1), y }))))).toEqual({
      lacks: 'separated',
      names: ['place'],
    })
    const noisy = rows.map(({ x }, i) => ({ x: x.slice(1), y: ((i * 7) % 5 > 2 ? 1 : 0) as 0 | 1 }))
    expect(await fitLogistic(['a', 'twice'], logisticPass(noisy))).toEqual({ lacks: 'dependent', names: ['twice'] })
    expect(await fitLogistic(['a'], logisticPass([{ x: [1], y: 1 }]))).toMatchObject({ lacks: 'outcomes' })
  })

  test('a ridge keeps what is separated finite', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ x: [(i - 20) / 20], y: (i > 20 ? 1 : 0) as 0 | 1 }))
    const fit = fitted(await fitLogistic(['place'], logisticPass(rows), 1))
    expect(fit.coefficients[0]!.value).toBeGreaterThan(1)
    expect(fit.coefficients[0]!.value).toBeLessThan(10)
  })
})
