import { numbersOf } from '../draw.ts'
import type { Making } from './making.ts'
import { contactCounts, earlierPercent, markets, segments, spreads, temper, typicalResponses } from './plants.ts'

/** Places in a list by the shares of its entries. */
const placesOf = (list: readonly { share: number }[]): number[] =>
  list.flatMap(({ share }, at) => Array<number>(share).fill(at))

/** A value of the entry at a place, as SQL. */
export const valueAt = (values: readonly number[], place: string): string => `${numbersOf(values)}[${place} + 1]`

/**
 * `(c, h, joined, segment, market, spread, typical, temper, contacts, is_french)`: everyone, with what decides about the rest.
 * `segment`, `market` and `spread` are places in their lists. All of them are drawn alone, so that none goes with another.
 */
export function customersOf({ draws, customers, days }: Making): string {
  const place = (name: string, list: readonly { share: number }[]) => valueAt(placesOf(list), draws.whole(name, 100))
  const half = Math.round(temper * 1000)
  const french = valueAt(
    markets.map((market) => market.french),
    'market',
  )
  return `SELECT *, ${draws.whole('french', 100)} < ${french} AS is_french FROM (SELECT c, h,
  CASE WHEN ${draws.whole('earlier', 100)} < ${earlierPercent} THEN -1 - ${draws.whole('joined before', 1800)} ELSE ${draws.whole('joined', Math.max(1, days - 14))} END AS joined,
  ${place('segment', segments)} AS segment, ${place('market', markets)} AS market,
  ${draws.whole('spread', spreads.length)} AS spread, ${draws.byQuantiles('typical', typicalResponses)} AS typical,
  ${draws.whole('temper', 2 * half + 1)} - ${half} AS temper, ${draws.byQuantiles('contacts', contactCounts)} AS contacts
FROM (SELECT range AS c, hash(range) AS h FROM range(${customers})))`
}
