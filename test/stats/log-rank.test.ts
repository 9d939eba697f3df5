import { describe, expect, test } from 'vitest'
import { hazardRatio, logRank } from '../../src/stats/log-rank.ts'
import { expectClose } from './close.ts'
import { counted, maintained, mercaptopurine, placebo, unmaintained } from './freireich.ts'
import { seededRandom } from './seeded.ts'

/** The same by the textbook's table: at each event time those at risk and the events of both arms. */
function byHand(first: string, second: string): { gap: number; variance: number; expected: number } {
  const parse = (text: string) =>
    text.split(' ').map((each) => ({ time: Number.parseFloat(each), event: !each.endsWith('+') }))
  const [a, b] = [parse(first), parse(second)]
  const times = [...new Set([...a, ...b].filter(({ event }) => event).map(({ time }) => time))]
  let [gap, variance, expected] = [0, 0, 0]
  for (const at of times) {
    const risk = (rows: typeof a) => rows.filter(({ time }) => time >= at).length
    const died = (rows: typeof a) => rows.filter(({ time, event }) => event && time === at).length
    const [n1, n, d1, d] = [risk(a), risk(a) + risk(b), died(a), died(a) + died(b)]
    gap += d1 - (d * n1) / n
    expected += (d * n1) / n
    if (n > 1) variance += (d * n1 * (n - n1) * (n - d)) / (n * n * (n - 1))
  }
  return { gap, variance, expected }
}

describe('logRank', () => {
  // Kleinbaum and Klein, 3rd ed., 2.4: observed less expected -10.26 (rounded by steps), variance 6.2685; statistic 16.793.
  // R: survdiff() prints observed 9 and 21, expected 19.3 and 10.7, chi-square 16.8.
  test('6-MP against placebo', () => {
    const found = logRank([mercaptopurine, placebo])!
    expect(found.observed).toEqual([9, 21])
    expect(found.expected.map((each) => each.toFixed(1))).toEqual(['19.3', '10.7'])
    expect(found.statistic.toFixed(3)).toBe('16.793')
    const hand = byHand(
      '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+',
      '1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23',
    )
    expectClose(found.statistic, hand.gap ** 2 / hand.variance, 1e-12)
    expectClose(found.expected[0], hand.expected, 1e-12)
    expect(found.df).toBe(1)
    expect(found.p).toBeLessThan(5e-5)
  })

  // R: survdiff(Surv(time, status) ~ x, aml) prints observed 7 and 11, expected 10.69 and 7.31, chi-square 3.4, p = 0.0653.
  test('maintained against unmaintained leukaemia', () => {
    const found = logRank([maintained, unmaintained])!
    expect(found.observed).toEqual([7, 11])
    expect(found.expected.map((each) => each.toFixed(2))).toEqual(['10.69', '7.31'])
    expect(found.p.toFixed(4)).toBe('0.0653')
  })

  test('the order of groups does not matter, and a group split at random adds a degree of freedom', () => {
    const three = [mercaptopurine, placebo.slice(0, 10), placebo.slice(10)]
    const there = logRank(three)!
    const back = logRank([...three].reverse())!
    expectClose(back.statistic, there.statistic, 1e-9)
    expect(there.df).toBe(2)
    expectClose(
      there.observed.reduce((a, b) => a + b),
      30,
      1e-12,
    )
    expectClose(
      there.expected.reduce((a, b) => a + b),
      30,
      1e-12,
    )
  })

  test('one group, no events or nobody at risk together: no test', () => {
    expect(logRank([placebo])).toBeNull()
    expect(logRank([placebo, []])).toBeNull()
    expect(logRank([counted('1+ 2+'), counted('3+')])).toBeNull()
  })

  test('groups that are alike are called different in about 5 of 100 samples', () => {
    const random = seededRandom(7)
    let wrong = 0
    for (let sample = 0; sample < 600; sample++) {
      const groups = [40, 60, 80].map((size) =>
        Array.from({ length: size }, () => {
          const [time, seen] = [-Math.log(1 - random()), random() * 3]
          return { time: Math.min(time, seen), events: time <= seen ? 1 : 0, censored: time <= seen ? 0 : 1 }
        }),
      )
      if (logRank(groups)!.p < 0.05) wrong++
    }
    // 99 % of 600 at 5 %: 17 to 44.
    expect(wrong).toBeGreaterThan(16)
    expect(wrong).toBeLessThan(45)
  })

  test('late entries count from their entry on', () => {
    // The late one is no part of the first risk set: 1 of 2 against 0 of 1.
    const first = [
      { time: 1, events: 1, censored: 0 },
      { time: 4, events: 0, censored: 2 },
      { time: 2, events: 0, censored: 0, entered: 1 },
    ]
    const second = [{ time: 3, events: 1, censored: 0 }]
    expectClose(logRank([first, second])!.expected[0], 2 / 3 + 2 / 3, 1e-12)
  })
})

describe('hazardRatio', () => {
  // D. G. Kleinbaum and M. Klein, Survival Analysis, 3rd ed. (2012), ch. 3: 4.523, 95 % interval 2.027 to 10.094.
  test('placebo against 6-MP', () => {
    const ratio = hazardRatio(placebo, mercaptopurine)!
    expect(ratio.value).toBeCloseTo(4.523, 3)
    expect(ratio.low).toBeCloseTo(2.027, 3)
    expect(ratio.high).toBeCloseTo(10.094, 3)
    expectClose(ratio.p, logRank([mercaptopurine, placebo])!.p, 1e-9)
  })

  // One in seven leaves twice as readily: the estimate of one step would say 2.4.
  test('a small group against a large one', () => {
    const times = Array.from({ length: 20 }, (_, at) => at + 1)
    const lives = (n: number, hazard: number) => [
      ...times.map((time) => ({ time, events: n * hazard * (1 - hazard) ** (time - 1), censored: 0 })),
      { time: 21, events: 0, censored: n * (1 - hazard) ** 20 },
    ]
    expect(hazardRatio(lives(1000, 0.02), lives(6000, 0.01))!.value).toBeCloseTo(2, 1)
  })

  test('the other way round it is the inverse', () => {
    expectClose(hazardRatio(placebo, mercaptopurine)!.value * hazardRatio(mercaptopurine, placebo)!.value, 1, 1e-12)
    expect(hazardRatio(placebo, [])).toBeNull()
  })
})
