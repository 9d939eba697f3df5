import { literal } from '../../sql/sql.ts'
import { alongQuantiles, type Draws } from '../draw.ts'
import type { Generation } from '../generator.ts'
import { byMarket, dayNumber, marketDraw, moment, spanOf } from './moments.ts'
import {
  chatEnds,
  chatLengths,
  frenchChatLater,
  leaves,
  leavesPercent,
  markets,
  opensCase,
  talks,
  transferredPercent,
  waits,
} from './plants.ts'
import type { Sizes } from './sizes.ts'

/** Each kind of contact has hashes of its own: contact 7 by phone and contact 7 by chat share no draw. */
export type Kind = 'mail' | 'call' | 'chat' | 'web'
const kinds: readonly Kind[] = ['mail', 'call', 'chat', 'web']

/** Contacts of a kind by number: `i, h, day, market, begun` (epoch seconds of UTC), `c` (number of the merchant), `agent`. */
export function contacts(kind: Kind, count: number, sizes: Sizes, generation: Generation, draws: Draws): string {
  return `SELECT *, ${merchantNumber(sizes, draws)} AS c,
  'A-' || market || '-' || lpad(CAST(${draws.whole('agent', 8)} + 1 AS VARCHAR), 2, '0') AS agent
FROM (SELECT *, ${moment(generation, draws)} AS begun FROM (SELECT *, ${marketDraw(draws)} AS market
FROM (SELECT i, hash(i * 4 + ${kinds.indexOf(kind)}) AS h, ${dayNumber(generation, count)} AS day FROM range(${count}) AS numbers(i))))`
}

/** Someone of the market; the smaller of two draws, so that some call much oftener than others. */
function merchantNumber(sizes: Sizes, draws: Draws): string {
  const hundred = `least(${draws.whole('hundred', sizes.hundreds)}, ${draws.whole('other hundred', sizes.hundreds)})`
  const place = byMarket((market) => `${firstPlace(market.code)} + ${draws.whole('place', market.customers)}`)
  return `${hundred} * 100 + ${place}`
}

/** Where the merchants of a market begin in each hundred. */
function firstPlace(code: string): number {
  const at = markets.findIndex((market) => market.code === code)
  return markets.slice(0, at).reduce((sum, { customers }) => sum + customers, 0)
}

/** The market of merchant `c`. */
export function marketOfMerchant(): string {
  const ends = markets.map(
    ({ code, customers }) => `WHEN c % 100 < ${firstPlace(code) + customers} THEN ${literal(code)}`,
  )
  return `CASE ${ends.join(' ')} END`
}

export const merchantId = (number = 'c'): string => `'M' || lpad(CAST(${number} + 1 AS VARCHAR), 7, '0')`

/** Answered in time, late, or left before: `wait` in seconds, and `left`. */
function waited(channel: 'call' | 'chat', generation: Generation, draws: Draws): string {
  const shares = byMarket(({ code, onTime }) =>
    channel === 'chat' && code === 'FR'
      ? `CASE WHEN begun >= ${spanOf(generation).middle} THEN ${frenchChatLater} ELSE ${onTime.chat} END`
      : String(onTime[channel]),
  )
  const u = draws.whole('wait', 1e6)
  const along = (quantiles: readonly number[]) => alongQuantiles(quantiles, u, 1e6)
  return `SELECT *, CASE WHEN in_time THEN ${along(waits[channel].onTime)} WHEN has_left THEN ${along(leaves)} ELSE ${along(waits[channel].late)} END AS wait
FROM (SELECT *, NOT in_time AND ${draws.whole('leaves', 100)} < ${leavesPercent} AS has_left
FROM (SELECT *, ${draws.whole('in time', 1000)} < ${shares} AS in_time FROM (SELECT * FROM contacts)))`
}

/** Calls: `answered` and `ended` in epoch seconds, `status`, and whether they open a case. */
export function calls(sizes: Sizes, generation: Generation, draws: Draws): string {
  return `WITH contacts AS (${contacts('call', sizes.calls, sizes, generation, draws)}),
waits AS (${waited('call', generation, draws)})
SELECT *, CASE WHEN NOT has_left THEN begun + wait END AS answered,
  begun + wait + CASE WHEN has_left THEN 0 ELSE ${draws.byQuantiles('talk', talks)} END AS ended,
  CASE WHEN has_left THEN 'abandoned' WHEN ${draws.whole('transferred', 100)} < ${transferredPercent} THEN 'transferred' ELSE 'answered' END AS status,
  NOT has_left AND ${draws.whole('case', 100)} < ${opensCase.call} AS opens FROM waits`
}

/** Chats, likewise. Who leaves before the answer waits a while longer than the wait of an answered one. */
export function chats(sizes: Sizes, generation: Generation, draws: Draws): string {
  return `WITH contacts AS (${contacts('chat', sizes.chats, sizes, generation, draws)}),
waits AS (${waited('chat', generation, draws)})
SELECT *, CASE WHEN NOT has_left THEN begun + wait END AS answered,
  begun + wait + CASE WHEN has_left THEN 30 ELSE ${draws.byQuantiles('length', chatLengths)} END AS ended,
  CASE WHEN has_left THEN 'abandoned' ELSE ${draws.byShare('end', chatEnds)} END AS status,
  NOT has_left AND ${draws.whole('case', 100)} < ${opensCase.chat} AS opens FROM waits`
}
