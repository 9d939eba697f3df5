import type { Estimate } from '../stats/difference.ts'
import { studentTQuantile } from '../stats/distributions.ts'
import type { RatePoint } from '../stats/rate-points.ts'
import { type RateTrend, rateTrend } from '../stats/rate-trend.ts'
import { fewestCases, type IssueCounts, type IssueEvidence } from './issue-trends-evidence.ts'

/** What moves: seen from the beginning or not, until the end or not. */
export type Move = 'rises' | 'falls' | 'new' | 'gone'

/** A rate that moves, in all cases or in those of one market. */
export interface Movement {
  move: Move
  cases: number
  /** Rate of the first and of the last quarter of the weeks, as they were counted: of a customer and week, or of all cases. */
  before: number
  after: number
  /** Last quarter against first, at equal season; null where one of them has none. */
  ratio: Estimate | null
  /** Cases a week more in the last quarter than at the rate of the first; below 0 fewer. */
  extra: number
  /** Monday of the week from which on the rate was another one, and of those that cannot be ruled out; null where it moved little by little. */
  since: { week: string; low: string; high: string } | null
  p: number
  q: number
}

/** A quarter more, or as much less. What moves by less may be beyond chance, but nobody would act on it. */
const worthTelling = 1.25
const year = 365.25 / 7

/** Two whole years tell what comes back every year. */
export function isSeasonal(weeks: string[]): boolean {
  return weeks.length >= 2 * year
}

interface Series {
  points: RatePoint[]
  trend: RateTrend | null
}

/** A rate and, where that is one of customers, the share of all cases beside it. */
export interface MoveTest {
  issue: IssueCounts
  market: string | null
  rate: Series
  share: Series
  p: number | null
}

/** Of a value in all cases, and in each market in which it is frequent. */
export function testsOf(
  issue: IssueCounts,
  { base, cases, marketCases }: IssueEvidence,
  seasonal: boolean,
): MoveTest[] {
  const test = (market: string | null, counts: number[], exposures: number[], all: number[]): MoveTest => {
    const rate = seriesOf(counts, exposures, seasonal)
    const share = base.of === 'cases' ? rate : seriesOf(counts, all, seasonal)
    // Both must move, so the less sure of the two counts: where all contacts rise, no value of theirs is news.
    const p = rate.trend && share.trend ? Math.max(rate.trend.p, share.trend.p) : null
    return { issue, market, rate, share, p }
  }
  const markets = [...issue.markets]
    .filter(([market, counts]) => base.markets.has(market) && sumOf(counts) >= fewestCases)
    .map(([market, counts]) => test(market, counts, base.markets.get(market)!, marketCases.get(market)!))
  return [test(null, issue.weeks, base.all, cases), ...markets]
}

function seriesOf(counts: number[], exposures: number[], seasonal: boolean): Series {
  const points = counts.flatMap((count, at) => (exposures[at]! > 0 ? [{ at, count, exposure: exposures[at]! }] : []))
  return { points, trend: rateTrend(points, seasonal ? { length: year, waves: 1 } : null) }
}

/**
 * Null where the quarters do not differ: what rose and fell again is no trend. `small` where the rate, or the share of all cases beside
 * it, moves the same way by less than is worth telling.
 */
export function movementOf(
  { issue, rate, share, p }: MoveTest,
  q: number,
  { weeks }: IssueEvidence,
): Movement | 'small' | null {
  const moved = quartersOf(rate)
  const beside = share === rate ? moved : quartersOf(share)
  if (!moved || !beside || Math.sign(moved.log) !== Math.sign(beside.log)) return null
  if (Math.min(Math.abs(moved.log), Math.abs(beside.log)) < Math.log(worthTelling)) return 'small'
  const { points } = rate
  const { first, last, log, reach, shift, quarter } = moved
  const fresh = first.n === 0 && issue.first_day >= weeks[points[quarter]!.at]!
  const gone = last.n === 0 && issue.last_day < weeks[points[points.length - quarter]!.at]!
  const weekOf = (at: number) => weeks[points[at]!.at]!
  return {
    move: fresh ? 'new' : gone ? 'gone' : log > 0 ? 'rises' : 'falls',
    cases: points.reduce((sum, { count }) => sum + count, 0),
    before: first.n / first.exposure,
    after: last.n / last.exposure,
    ratio:
      first.n === 0 || last.n === 0
        ? null
        : { value: Math.exp(log), low: Math.exp(log - reach), high: Math.exp(log + reach) },
    extra: (last.n - (first.n / first.expected) * last.expected) / quarter,
    since: shift && { week: weekOf(shift.first), low: weekOf(shift.low), high: weekOf(shift.high) },
    p: p!,
    q,
  }
}

/** First and last quarter of a series that has a trend, and the change of level where that explains it better than a line. */
function quartersOf({ points, trend }: Series) {
  if (!trend) return null
  const { shift, widening } = trend
  const quarter = Math.floor(points.length / 4)
  const [first, last] = [part(points, trend, 0, quarter), part(points, trend, points.length - quarter, points.length)]
  const reach = studentTQuantile(0.975, trend.df) * Math.sqrt(widening * (1 / (first.n || 0.5) + 1 / (last.n || 0.5)))
  const log = Math.log((last.n || 0.5) / last.expected) - Math.log((first.n || 0.5) / first.expected)
  if (Math.abs(log) <= reach || Math.sign(log) !== Math.sign(trend.slope.value)) return null
  return { first, last, log, reach, quarter, shift }
}

function part(points: RatePoint[], { seasonal }: RateTrend, from: number, to: number) {
  const own = points.slice(from, to)
  return {
    n: own.reduce((sum, { count }) => sum + count, 0),
    exposure: own.reduce((sum, { exposure }) => sum + exposure, 0),
    expected: sumOf(seasonal.slice(from, to)),
  }
}

/** All cases against customers: where all rise, each value may. */
export function wholeOf({ cases, base }: IssueEvidence, seasonal: boolean): Estimate | null {
  const points = cases.flatMap((count, at) => (base.all[at]! > 0 ? [{ at, count, exposure: base.all[at]! }] : []))
  const trend = rateTrend(points, seasonal ? { length: year, waves: 1 } : null)
  if (!trend) return null
  const steps = points.at(-1)!.at - points[0]!.at
  const over = (slope: number) => Math.exp(slope * steps * 0.75)
  return { value: over(trend.slope.value), low: over(trend.slope.low), high: over(trend.slope.high) }
}

const sumOf = (values: number[]): number => values.reduce((sum, each) => sum + each, 0)
