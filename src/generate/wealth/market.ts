import { drawOnce } from '../draw.ts'
import type { Generation } from '../generator.ts'
import type { Period } from './period.ts'
import { products, type Risk } from './products.ts'

/** One day on which markets are open: everything in hundredths. */
interface MarketDay {
  day: number
  stocks: number
  bonds: number
  inflation: number
  prime: number
  unemployment: number
}

export interface Market {
  days: MarketDay[]
  /** What a unit of each product is worth at the first of each month, in ten-thousandths of its first value. */
  worth: number[][]
}

/** Monthly drift and spread of a product of its own, in millionths, and how much of the stock market's change it takes, in percent. */
const behaviour: Record<Risk, { drift: number; spread: number; stocks: number }> = {
  Low: { drift: 1500, spread: 1500, stocks: 0 },
  'Medium-Low': { drift: 2000, spread: 4000, stocks: 15 },
  Medium: { drift: 2500, spread: 9000, stocks: 45 },
  'Medium-High': { drift: 3000, spread: 15_000, stocks: 75 },
  High: { drift: 3500, spread: 24_000, stocks: 110 },
}

/** Random walks in whole numbers, so that every machine makes the same. */
export function marketOf(generation: Generation, period: Period): Market {
  const days = marketDays(generation, period)
  return { days, worth: products.map((product, at) => worthOf(product.risk, at, { generation, period, days })) }
}

/** About the sum of four dice, symmetric around zero: up to `size` to either side. */
function step(seed: number, name: string, size: number): number {
  let sum = 0
  for (let die = 0; die < 4; die++) sum += drawOnce(seed, `${name} ${die}`, size + 1)
  return Math.floor(sum / 2) - size
}

function marketDays({ seed }: Generation, { begin, days }: Period): MarketDay[] {
  const first = Date.parse(`${begin}T00:00:00Z`) / 86_400_000
  const made: MarketDay[] = []
  // In hundredths of what the file shows in hundredths.
  let [stocks, bonds, inflation, prime, unemployment] = [30_000_000, 1_000_000, 20_000, 350, 45_000]
  for (let day = 0; day < days; day++) {
    // 1970-01-01 was a Thursday.
    const weekday = (first + day + 3) % 7
    if (weekday > 4) continue
    stocks += Math.floor((stocks * (350 + step(seed, `stocks ${day}`, 24_000))) / 1_000_000)
    bonds += Math.floor((bonds * (40 + step(seed, `bonds ${day}`, 4000))) / 1_000_000)
    inflation = within(500, inflation + step(seed, `inflation ${day}`, 400), 60_000)
    unemployment = within(28_000, unemployment + step(seed, `unemployment ${day}`, 250), 70_000)
    if (day % 91 === 90) prime = within(250, prime + 25 * step(seed, `prime ${day}`, 2), 900)
    made.push({
      day,
      stocks: Math.floor(stocks / 100),
      bonds: Math.floor(bonds / 100),
      inflation: Math.floor(inflation / 100),
      prime,
      unemployment: Math.floor(unemployment / 100),
    })
  }
  return made
}

const within = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high))

interface Walk {
  generation: Generation
  period: Period
  days: MarketDay[]
}

function worthOf(risk: Risk, at: number, { generation, period, days }: Walk): number[] {
  const { drift, spread, stocks } = behaviour[risk]
  const worth = [10_000]
  for (const [month, first] of period.months.entries()) {
    if (month === 0) continue
    const before = stocksOn(days, period.months[month - 1]!)
    const change = Math.floor(((stocksOn(days, first) - before) * 1_000_000) / before)
    const own = drift + step(generation.seed, `product ${at} ${month}`, spread) + Math.floor((change * stocks) / 100)
    worth.push(Math.max(500, Math.floor((worth[month - 1]! * (1_000_000 + own)) / 1_000_000)))
  }
  return worth
}

/** On the last open day up to a day. */
function stocksOn(days: MarketDay[], day: number): number {
  return (days.findLast((each) => each.day <= day) ?? days[0]!).stocks
}
