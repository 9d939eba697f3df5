import { expect, test } from 'vitest'
import { type Anomalies, findAnomalies, type NoAnomalies } from '../../src/insights/anomalies.ts'
import { wilsonInterval } from '../../src/stats/intervals.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { fixtureServices } from '../pages/fixtures.ts'
import { frameOf } from './frames.ts'

const { words } = await fixtureServices('en')
const week = [12, 14, 13, 12, 11, -28, -34]

/** Calls of each day: about 100, less on weekends, as uneven as counts are. */
function calls(n: number, seed: number): number[] {
  const noise = normalDraws(seed)
  return Array.from({ length: n }, (_, at) => {
    const mean = 100 + week[at % 7]!
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * noise()))
  })
}

const days = { grain: 'day', first: '2026-01-05' } as const

function anomaliesOf(values: (number | null | 'none')[], shape: Parameters<typeof frameOf>[1] = days): Anomalies {
  const answer: Anomalies | NoAnomalies = findAnomalies({ frame: frameOf(values, shape), metric: 'calls', words })
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

test('counts of days without anything unusual: at most the stated one series in twenty shows any', () => {
  let told = 0
  for (let seed = 1; seed <= 300; seed++) if (anomaliesOf(calls(90, seed * 7919)).found.length > 0) told++
  expect(told / 300).toBeLessThanOrEqual(0.05)
  expect(anomaliesOf(calls(90, 1)).false_alarms).toBe(0.05)
}, 60_000)

test('a busy Sunday is unusual though a Monday has as many; it is told with what was expected', () => {
  const values = calls(90, 4)
  values[48] = 112
  const { found, seasonal, sentence } = anomaliesOf(values)
  expect(seasonal).toBe(true)
  expect(found.map(({ start, value }) => [start, value])).toEqual([['2026-02-22', 112]])
  expect(found[0]!.expected).toBeGreaterThan(55)
  expect(found[0]!.high).toBeLessThan(112)
  expect(sentence).toMatch(
    /^1 of 90 days is unusual: Feb 22, 2026 112, where \d+ was expected\. Where nothing is unusual, at most 5 series of 100 would show any\.$/,
  )
})

test('an outage: a day without a row is none of them, where rows are counted', () => {
  const values: (number | 'none')[] = calls(90, 5)
  values[38] = 'none'
  expect(anomaliesOf(values).found.map(({ start, value }) => [start, value])).toEqual([['2026-02-12', 0]])
})

test('periods that the data do not cover are left out, and so is a day without a value of a mean', () => {
  const whole = calls(90, 6)
  const values: (number | null)[] = [20, ...whole, 3]
  const partial = { ...days, first: '2026-01-04', partial: [0, -1] }
  expect(anomaliesOf(values, partial).found).toEqual([])
  expect(anomaliesOf(values, { ...days, first: '2026-01-04' }).found.map(({ value }) => value)).toContain(3)
  const scores: (number | null)[] = calls(90, 6).map((value) => value / 25)
  scores[30] = null
  scores[31] = null
  const mean = anomaliesOf(scores, { ...days, unit: 'score', additivity: 'non-additive' })
  expect(mean).toMatchObject({ gaps: 2, found: [] })
  expect(mean.sentence).toMatch(/^No day of 90 is unusual\. 2 periods without a value were left out\./)
})

/** Shares of days: 9 of 10 of some 60, and of 8 on weekends. */
function shares(count: number, seed: number) {
  const noise = normalDraws(seed)
  const frame = frameOf(Array(count).fill(0), { ...days, unit: 'ratio', additivity: 'non-additive' })
  const set = (at: number, numerator: number, n: number) => {
    frame.rows[at]!.calls = { value: numerator / n, numerator, denominator: n, n, ...wilsonInterval(numerator, n) }
  }
  for (let at = 0; at < count; at++) {
    const n = at % 7 > 4 ? 8 : 60
    let numerator = 0
    // A normal draw is below 1.2816 nine times of ten.
    for (let each = 0; each < n; each++) if (noise() < 1.2816) numerator++
    set(at, numerator, n)
  }
  return { frame, set }
}

test('a share of few rows is not told for being small, one of many is', () => {
  const find = ({ frame }: ReturnType<typeof shares>) => {
    const answer = findAnomalies({ frame, metric: 'calls', words })
    if ('refused' in answer) throw new Error(answer.refused)
    return answer.found.map(({ start }) => start)
  }
  let told = 0
  for (let seed = 1; seed <= 200; seed++) if (find(shares(90, seed * 104729)).length > 0) told++
  expect(told / 200).toBeLessThanOrEqual(0.05)
  const small = shares(90, 3)
  small.set(48, 4, 8)
  expect(find(small)).toEqual([])
  const large = shares(90, 3)
  large.set(45, 24, 60)
  expect(find(large)).toEqual(['2026-02-19'])
}, 60_000)

test('months: a December is held against Decembers', () => {
  const noise = normalDraws(21)
  const values = Array.from({ length: 48 }, (_, at) => Math.round(400 + 8 * noise() + (at % 12 === 11 ? 300 : 0)))
  expect(anomaliesOf(values, { grain: 'month' }).found).toEqual([])
  values[30] = 700
  expect(anomaliesOf(values, { grain: 'month' }).found.map(({ start }) => start)).toEqual(['2022-07-01'])
})

test('too short, too few, or not to be known: said', () => {
  const refusal = (values: number[], shape: Parameters<typeof frameOf>[1]) =>
    findAnomalies({ frame: frameOf(values, shape), metric: 'calls', words })
  expect(refusal(calls(9, 1), days)).toEqual({
    refused: 'Anomalies cannot be told: 9 whole periods have a value, and it takes 14.',
  })
  expect(refusal(Array(60).fill(1), days)).toEqual({
    refused: 'Anomalies cannot be told: there are fewer than three a day. Choose longer periods.',
  })
})
