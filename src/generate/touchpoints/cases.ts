import { literal } from '../../sql/sql.ts'
import { alongQuantiles, type Draws } from '../draw.ts'
import type { Generation } from '../generator.ts'
import { calls, chats, contacts, type Kind } from './contacts.ts'
import { byMarket, spanOf } from './moments.ts'
import { neverPercent, priorities, resolutions, severities, waits } from './plants.ts'
import { mailsOfCase, type Sizes } from './sizes.ts'
import { areas, reasons } from './words.ts'

const numbers: Record<Kind, number> = { mail: 0, call: 1, chat: 2, web: 3 }

/** Case numbers of different kinds never meet, so that a call knows the number of its case without counting. */
export function caseId(kind: Kind, number = 'i'): string {
  return `'CS' || lpad(CAST(${number} * 4 + ${numbers[kind]} AS VARCHAR), 9, '0')`
}

/**
 * E-mail cases with up to three incoming mails: `in_1 out_1 in_2 out_2 in_3 out_3` in epoch seconds, nothing where there is none. A
 * further mail follows the answer; where that would be after the end of the data, the customer writes again before it.
 */
export function mailThreads(sizes: Sizes, generation: Generation, draws: Draws): string {
  const { end } = spanOf(generation)
  const reply = (at: number) => replyTime(draws, `hash(i * 16 + ${at} + 5)`)
  const next = (
    at: number,
  ) => `CASE WHEN mails > ${at} THEN CASE WHEN coalesce(out_${at} + gap, ${end}) < ${end} - 120 THEN out_${at} + gap
    ELSE least(in_${at} + 60 + gap % 1800, ${end} - 4 + ${at}) END END`
  const answer = (at: number) => `CASE WHEN in_${at} + reply_${at} < ${end} THEN in_${at} + reply_${at} END`
  return `SELECT *, ${answer(3)} AS out_3 FROM (SELECT *, ${next(2)} AS in_3 FROM (SELECT *, ${answer(2)} AS out_2
FROM (SELECT *, ${next(1)} AS in_2 FROM (SELECT *, begun AS in_1, CASE WHEN begun + reply_1 < ${end} THEN begun + reply_1 END AS out_1
FROM (SELECT *, ${mailsOfCase(sizes)} AS mails, ${draws.whole('gap', 40_000)} + 300 AS gap,
  ${reply(1)} AS reply_1, ${reply(2)} AS reply_2, ${reply(3)} AS reply_3
FROM (SELECT *, ${draws.byShare('priority', priorities)} AS priority
FROM (${contacts('mail', sizes.mailCases, sizes, generation, draws)})))))))`
}

/** Seconds to an answer by e-mail; nothing where there never is one. Urgent ones are answered in half the time. */
function replyTime(draws: Draws, row: string): string {
  const inTime = `${draws.whole('in time', 1000, row)} < ${byMarket(({ onTime }) => String(onTime.email))}`
  const u = draws.whole('reply', 1e6, row)
  return `CASE WHEN ${inTime} THEN ${alongQuantiles(waits.email.onTime, u, 1e6)} // CASE priority WHEN 'urgent' THEN 2 ELSE 1 END
  WHEN ${draws.whole('never', 100, row)} >= ${neverPercent.answered} THEN ${alongQuantiles(waits.email.late, u, 1e6)} END`
}

/** Every case: `kind, i, h, market, c, agent, priority, created, replied` and what became of it. */
export function cases(sizes: Sizes, generation: Generation, draws: Draws): string {
  const priority = `${draws.byShare('priority', priorities)} AS priority`
  const shape = 'i, h, market, c, agent'
  const { end } = spanOf(generation)
  return `WITH opened AS (
SELECT 'mail' AS kind, ${shape}, priority, in_1 AS created, least(out_1, out_2, out_3) AS replied FROM (${mailThreads(sizes, generation, draws)})
UNION ALL SELECT 'call', ${shape}, ${priority}, begun, answered FROM (${calls(sizes, generation, draws)}) WHERE opens
UNION ALL SELECT 'chat', ${shape}, ${priority}, begun, answered FROM (${chats(sizes, generation, draws)}) WHERE opens
UNION ALL SELECT 'web', ${shape}, priority, begun, CASE WHEN begun + reply < ${end} THEN begun + reply END FROM (
  SELECT *, ${replyTime(draws, 'h')} AS reply FROM (SELECT *, ${priority} FROM (${contacts('web', sizes.webCases, sizes, generation, draws)}))))
SELECT * EXCLUDE (resolution), CASE WHEN solves < ${end} THEN solves END AS solved, ${words(draws)}
FROM (SELECT *, greatest(created + resolution, replied + 60) AS solves
FROM (SELECT *, ${resolution(draws)} AS resolution FROM opened))`
}

/** Nothing where it never comes. Who never had an answer is not solved either. */
function resolution(draws: Draws): string {
  const inTime = `${draws.whole('solved in time', 1000)} < ${byMarket(({ solved }) => String(solved))}`
  const u = draws.whole('resolution', 1e6)
  return `CASE WHEN replied IS NULL THEN NULL WHEN ${inTime} THEN ${alongQuantiles(resolutions.onTime, u, 1e6)}
  WHEN ${draws.whole('never solved', 100)} >= ${neverPercent.solved} THEN ${alongQuantiles(resolutions.late, u, 1e6)} END`
}

function words(draws: Draws): string {
  const list = (at: 0 | 1 | 2) => `[${reasons.map((reason) => literal(reason[at])).join(', ')}][reason_number]`
  const number = `${draws.whole('reason', reasons.length)} + 1`
  const reason = (at: 0 | 1 | 2) => list(at).replace('reason_number', number)
  return `${reason(0)} AS category, ${reason(1)} AS reason, ${reason(2)} AS sub_reason, ${draws.oneOf('area', areas)} AS area,
  ${draws.byShare('severity', severities)} AS severity, ${draws.whole('one touch', 100)} < 60 AS one_touch,
  ${draws.whole('pending', 2)} = 0 AS is_pending`
}
