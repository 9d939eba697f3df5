import { type Draws, listOf } from '../draw.ts'
import type { RawFile } from '../generator.ts'
import { customers } from './customers.ts'
import { crlfFile, customerId, type Making, numbered, text, widthFor } from './making.ts'
import { dateOf } from './period.ts'
import { durations, interactions, ratingSpread, ratings, resolved, talkLoses, unresolvedTakes } from './plants.ts'
import { channels, reasons } from './words.ts'

const statuses = Object.keys(ratings)

/** A day after the one on which someone joined, up to the last. */
export const dayAfter = (draws: Draws, name: string, from: string, days: number): string =>
  `least(${from} + 1 + ${draws.whole(name, `greatest(1, ${days} - ${from} - 1)`)}, ${days - 1})`

/** `(c, k, h, day, reason, status)`: what was asked and how it ended; `status` is a place in the list of them. */
export function contacts(making: Making): string {
  const { draws, period } = making
  const count = `${interactions.fewest} + ${draws.whole('interactions', interactions.most - interactions.fewest + 1)}`
  const status = ([whole, part]: readonly [number, number]) =>
    `CASE WHEN chance < ${whole} THEN 0 WHEN chance < ${whole + part} THEN 1 ELSE 2 END`
  return `SELECT *, CASE WHEN reason = 'Complaint' THEN ${status(resolved.complaint)} ELSE ${status(resolved.usual)} END AS status
FROM (SELECT *, ${dayAfter(draws, 'contact', 'joined', period.days)} AS day, ${draws.oneOf('reason', reasons)} AS reason, ${draws.whole('resolution', 1000)} AS chance
FROM (SELECT *, hash(c * 16 + k) AS h FROM (SELECT c, joined, unnest(range(${count})) AS k FROM (${customers(making)}))))`
}

/** Numbered in the order of the days. */
export function interactionFile(making: Making): RawFile {
  const { draws, period, sizes } = making
  const die = (at: number) => draws.whole(`die ${at}`, 2 * ratingSpread + 1)
  const mean = `[${Object.values(ratings).join(', ')}][status + 1] - CASE WHEN channel IN ('Phone', 'In-person') THEN ${talkLoses} ELSE 0 END`
  const hundredths = `${mean} + ${[1, 2, 3, 4].map(die).join(' + ')} - ${4 * ratingSpread}`
  const tenths = `least(50, greatest(10, (${hundredths} + 5) // 10))`
  const minutes = `${draws.byQuantiles('minutes', durations)} * CASE WHEN status = 2 THEN ${unresolvedTakes} ELSE 100 END // 100`
  return crlfFile({
    name: 'service_interactions',
    prepare: [
      `CREATE TABLE contacts AS SELECT row_number() OVER () AS i, * FROM (SELECT c, h, day, reason, status FROM (${contacts(making)}) ORDER BY day, h, c)`,
    ],
    fields: {
      interaction_id: numbered('INT', widthFor(6, sizes.customers * interactions.most), 'i'),
      customer_id: customerId(making),
      date: dateOf(period, 'day'),
      channel: 'channel',
      reason_code: 'reason',
      duration_minutes: text(minutes),
      satisfaction_score: text(`${tenths} / 10.0::DOUBLE`),
      resolution_status: `${listOf(statuses)}[status + 1]`,
      agent_id: numbered('AGT', 4, `1 + ${draws.whole('agent', sizes.agents)}`),
    },
    from: `(SELECT *, ${draws.byShare('channel', channels)} AS channel FROM contacts)`,
  })
}
