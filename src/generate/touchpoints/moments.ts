import { literal } from '../../sql/sql.ts'
import { startSeconds } from '../customer-first/arrivals.ts'
import { alongQuantiles, type Draws, drawOnce } from '../draw.ts'
import type { Generation } from '../generator.ts'
import { markets, weekdayWeights } from './plants.ts'

const day = 86_400

/** First and last second of the data, as epoch seconds of UTC. */
export function spanOf({ start, weeks }: Generation): { begin: number; end: number; middle: number } {
  const begin = startSeconds(start)
  return { begin, end: begin + weeks * 7 * day, middle: begin + Math.floor((weeks * 7) / 2) * day }
}

/** Number of the local day of contact `i` of `count`: weekdays have their weight, each day a tenth of noise. */
export function dayNumber(generation: Generation, count: number): string {
  const weights = Array.from(
    { length: generation.weeks * 7 },
    (_, index) => weekdayWeights[index % 7]! * (90 + drawOnce(generation.seed, `day ${index}`, 21)),
  )
  return `(${alongQuantiles(quantilesOf(weights, 1000, weights.length * 4), 'i', Math.max(1, count))} // 1000)`
}

/** The market of a contact depends on the weekday. */
export function marketDraw(draws: Draws): string {
  const shares = (at: 0 | 1 | 2) =>
    draws.byShare(
      'market',
      markets.map(({ code, contacts }) => ({ word: code, share: contacts[at] })),
    )
  return `CASE WHEN day % 7 < 5 THEN ${shares(0)} WHEN day % 7 = 5 THEN ${shares(1)} ELSE ${shares(2)} END`
}

/** The moment of a contact in UTC, as epoch seconds: its market has hours and a clock of its own. */
export function moment(generation: Generation, draws: Draws): string {
  const local = byMarket(({ hours }) => alongQuantiles(quantilesOf(hours, 3600, 48), draws.whole('second', 1e6), 1e6))
  const ahead = byMarket((market) => String(market.ahead))
  const { begin } = spanOf(generation)
  return `${begin} + day * ${day} + ${local} - 3600 * (${ahead} + ${summerTime(generation)})`
}

/** One value for each market, by the column `market`. */
export function byMarket(value: (market: (typeof markets)[number]) => string): string {
  return `CASE market ${markets.map((market) => `WHEN ${literal(market.code)} THEN ${value(market)}`).join(' ')} END`
}

/** 1 from the last Sunday of March to that of October, when the clocks of all these markets go together. */
function summerTime(generation: Generation): string {
  const { begin, end } = spanOf(generation)
  const years: number[] = []
  for (let year = new Date(begin * 1000).getUTCFullYear(); year <= new Date(end * 1000).getUTCFullYear(); year++)
    years.push(year)
  const dayOf = (year: number, month: number) => Math.floor((lastSunday(year, month) - begin) / day)
  const spans = years.map((year) => `day >= ${dayOf(year, 2)} AND day < ${dayOf(year, 9)}`)
  return `CASE WHEN ${spans.join(' OR ')} THEN 1 ELSE 0 END`
}

/** As epoch seconds. March and October have 31 days. */
function lastSunday(year: number, month: number): number {
  const last = Date.UTC(year, month, 31) / 1000
  return last - new Date(last * 1000).getUTCDay() * day
}

/** Quantiles at equal steps, of pieces of `size` with the given weights. Whole numbers only. */
export function quantilesOf(weights: readonly number[], size: number, steps: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const quantiles: number[] = []
  let piece = 0
  let before = 0
  for (let step = 0; step <= steps; step++) {
    const wanted = Math.floor((total * step) / steps)
    while (piece < weights.length - 1 && before + weights[piece]! <= wanted) before += weights[piece++]!
    quantiles.push(piece * size + Math.min(size, Math.floor(((wanted - before) * size) / weights[piece]!)))
  }
  return quantiles
}

/** Epoch seconds as text; nothing stays nothing. */
export const stamp = (seconds: string): string => `CAST(make_timestamp((${seconds}) * 1000000) AS VARCHAR)`
