import { describe, expect, test } from 'vitest'
import { atRiskAt, kaplanMeier, restrictedMean, stepAt, survivalQuantile } from '../../src/stats/kaplan-meier.ts'
import { expectClose } from './close.ts'
import { counted, maintained, mercaptopurine, placebo, unmaintained } from './freireich.ts'

describe('kaplanMeier', () => {
  const fit = kaplanMeier(mercaptopurine)

  // Product of fractions of Kleinbaum and Klein, table 2.3: 0.8571 0.8067 0.7529 0.6902 0.6275 0.5378 0.4482.
  test('the 6-MP arm, step by step', () => {
    const fractions = [18 / 21, 16 / 17, 14 / 15, 11 / 12, 10 / 11, 6 / 7, 5 / 6]
    expect(fit.steps.map(({ time }) => time)).toEqual([6, 7, 10, 13, 16, 22, 23])
    expect(fit.steps.map((each) => each.at_risk)).toEqual([21, 17, 15, 12, 11, 7, 6])
    for (const [i, { value }] of fit.steps.entries())
      expectClose(
        value,
        fractions.slice(0, i + 1).reduce((product, each) => product * each, 1),
        1e-12,
      )
    expect(fit.steps.map(({ value }) => value.toFixed(4))).toEqual(
      '0.8571 0.8067 0.7529 0.6902 0.6275 0.5378 0.4482'.split(' '),
    )
    expect([fit.n, fit.events, fit.censored, fit.until]).toEqual([21, 9, 12, 35])
  })

  // Standard errors: Stata and R, summary(survfit()), as printed: 0.0764 0.0869 0.0963 0.1068 0.1141 0.1282 0.1346.
  test('Greenwood', () => {
    const printed = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    for (const [i, { se }] of fit.steps.entries()) expect(se).toBeCloseTo(printed[i]!, 4)
    // Of the first step it is binomial.
    expectClose(fit.steps[0]?.se, Math.sqrt(((18 / 21) * (3 / 21)) / 21), 1e-12)
  })

  // Stata's `sts list` on the same data (log-log): 6 weeks 0.6197 to 0.9516, 23 weeks 0.1881 to 0.6801.
  test('intervals on the scale of log(-log)', () => {
    const [first, last] = [fit.steps[0]!, fit.steps[6]!]
    expect([first.low?.toFixed(4), first.high?.toFixed(4)]).toEqual(['0.6197', '0.9516'])
    expect([last.low?.toFixed(4), last.high?.toFixed(4)]).toEqual(['0.1881', '0.6801'])
  })

  // Stata's `stci`: 6-MP 23 weeks from 13, without an end; placebo 8 weeks from 4 to 11.
  test('medians with the interval of Brookmeyer and Crowley', () => {
    expect(survivalQuantile(fit, 0.5)).toEqual({ value: 23, low: 13, high: null })
    expect(survivalQuantile(kaplanMeier(placebo), 0.5)).toEqual({ value: 8, low: 4, high: 11 })
    expect(survivalQuantile(fit, 0.9)).toEqual({ value: null, low: null, high: null })
  })

  // R: print(survfit(Surv(time, status) ~ x, aml), rmean = "common"): 52.6 (19.83) and 22.7 (4.18), medians 31 and 23.
  test('restricted mean and median of maintained and unmaintained leukaemia', () => {
    const [kept, not] = [kaplanMeier(maintained), kaplanMeier(unmaintained)]
    const [long, short] = [restrictedMean(kept, 161), restrictedMean(not, 161)]
    expect([long.value.toFixed(1), long.se.toFixed(2)]).toEqual(['52.6', '19.83'])
    expect([short.value.toFixed(1), short.se.toFixed(2)]).toEqual(['22.7', '4.18'])
    expect([survivalQuantile(kept, 0.5).value, survivalQuantile(not, 0.5).value]).toEqual([31, 23])
  })

  test('without open ends it is the plain share, and the restricted mean the mean', () => {
    const plain = kaplanMeier(counted('1 2 2 5 9'))
    expect(plain.steps.map(({ value }) => Number(value.toFixed(12)))).toEqual([0.8, 0.4, 0.2, 0])
    expectClose(restrictedMean(plain, 9).value, 19 / 5, 1e-12)
    expect(plain.steps.at(-1)).toMatchObject({ value: 0, low: null, high: null, se: 0 })
  })

  test('counts of one time are one row, whatever their order', () => {
    const shuffled = [...mercaptopurine].reverse().map((each) => ({ ...each }))
    expect(kaplanMeier(shuffled)).toEqual(fit)
  })

  test('one half reached exactly is reached', () => {
    // 0.9 * 8/9 * 7/8 * ... is not 0.5 to the last digit.
    expect(survivalQuantile(kaplanMeier(counted('1 2 3 4 5 6 7 8 9 10')), 0.5).value).toBe(5)
  })

  // Klein and Moeschberger 4.6: who comes late is at risk from then on only.
  test('late entries', () => {
    const late = kaplanMeier([
      { time: 2, events: 0, censored: 0, entered: 2 },
      { time: 1, events: 1, censored: 0 },
      { time: 3, events: 1, censored: 0 },
      { time: 5, events: 1, censored: 1 },
    ])
    // Four in all, two of them from 2 on: 1 of 2, then 1 of 3, then 1 of 2.
    expect(late.steps.map((each) => each.at_risk)).toEqual([2, 3, 2])
    expectClose(late.steps[2]?.value, (1 / 2) * (2 / 3) * (1 / 2), 1e-12)
    expect([0, 1, 2, 3, 5, 6].map((time) => atRiskAt(late, time))).toEqual([2, 2, 1, 3, 2, 0])
  })

  test('an event before the entry is a fault of the caller', () => {
    expect(() =>
      kaplanMeier([
        { time: 1, events: 1, censored: 0 },
        { time: 2, events: 0, censored: 0, entered: 1 },
      ]),
    ).toThrow('at risk')
  })

  test('the curve at a time', () => {
    expect(stepAt(fit, 5.9)).toBeNull()
    expect(stepAt(fit, 6)?.time).toBe(6)
    expect(stepAt(fit, 12)?.time).toBe(10)
    expect(stepAt(fit, 99)?.time).toBe(23)
  })

  test('nothing at all is no curve', () => {
    expect(kaplanMeier([])).toMatchObject({ n: 0, events: 0, steps: [], until: 0 })
  })
})
