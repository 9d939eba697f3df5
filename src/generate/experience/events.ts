import { listOf } from '../draw.ts'
import type { RawFile } from '../generator.ts'
import { caseTables } from './cases.ts'
import { csv } from './csv.ts'
import { caseId, type Making, stampOf, text } from './making.ts'
import { topicAt, topics } from './words.ts'

const day = 86_400

/** Seconds from the last solution until a case is closed. */
export const untilClosed = 3 * day

/** Number of the agent in charge among the twelve of the market, and of another one. */
const agentNumber = ({ draws }: Making): string => draws.whole('agent', 12)
const otherNumber = (making: Making): string =>
  `(${agentNumber(making)} + 1 + ${making.draws.whole('first agent', 11)}) % 12`
const numbered = (number: string): string => `'A' || lpad(${text(`1 + market * 12 + ${number}`)}, 3, '0')`
export const agentId = (making: Making): string => numbered(agentNumber(making))

/** Every sixth case goes to another agent before it is answered. */
export const handedOver = ({ draws }: Making): string =>
  `(responded IS NOT NULL AND ${draws.whole('transfers', 6)} = 5)`

/**
 * What happened to each case, in order. A refund that is opened again goes to the other of two teams, and back the next time.
 */
export function eventFile(making: Making): RawFile {
  const { draws, days } = making
  const event = (activity: string, at: string, from: string, to: string, actor: string, kind: string, team = 'team') =>
    `{'activity': '${activity}', 'at': ${at}, 'old': ${from}, 'new': ${to}, 'actor': ${actor}, 'kind': '${kind}', 'team': ${team}}`
  const none = 'CAST(NULL AS VARCHAR)'
  const first = [
    event('created', 'created', none, "'new'", none, 'customer'),
    event('assigned', `created + 1 + ${draws.whole('assigned', 59)}`, none, 'first_agent', none, 'system'),
    event(
      'agent',
      `CASE WHEN ${handedOver(making)} THEN created + (responded - created + 60) // 2 END`,
      'first_agent',
      'agent',
      none,
      'system',
    ),
    event('replied', 'responded', none, none, 'agent', 'agent'),
    event('solved', 'first_solved', "'open'", "'solved'", 'agent', 'agent'),
  ]
  const refund = `topic = ${topicAt('Refund')}`
  const team = (round: string) => `CASE WHEN ${refund} AND ${round} % 2 = 1 THEN 'Payments' ELSE team END`
  const opened = 'first_solved + j * rework - rework // 2'
  const rounds = [
    event('reopened', opened, "'solved'", "'open'", none, 'customer', team('(j - 1)')),
    event('team', `CASE WHEN ${refund} THEN ${opened} + 60 END`, team('(j - 1)'), team('j'), none, 'system', team('j')),
    event(
      'solved',
      `CASE WHEN j <= solved_again THEN first_solved + j * rework END`,
      "'open'",
      "'solved'",
      'agent',
      'agent',
      team('j'),
    ),
  ]
  const closed = event('closed', `solved + ${untilClosed}`, "'solved'", "'closed'", none, 'system', team('reopens'))
  const all = `list_filter(flatten([[${first.join(',\n  ')}], flatten(list_transform(range(1, reopens + 1), lambda j: [${rounds.join(',\n  ')}])), [${closed}]]), lambda each: each.at < ${days * day})`
  return csv(
    'case_events',
    {
      case_id: caseId(),
      seq: text('seq'),
      at: stampOf(making, 'event.at'),
      activity: 'event.activity',
      from_value: 'event.old',
      to_value: 'event.new',
      actor: 'event.actor',
      actor_kind: 'event.kind',
      team: 'event.team',
    },
    `(SELECT i, unnest(events) AS event, unnest(range(1, len(events) + 1)) AS seq FROM (SELECT i, ${all} AS events
FROM (SELECT *, ${agentId(making)} AS agent, CASE WHEN ${handedOver(making)} THEN ${numbered(otherNumber(making))} ELSE ${agentId(making)} END AS first_agent,
  ${listOf(topics.map((topic) => topic.team))}[topic + 1] AS team FROM cases)))`,
    caseTables(making),
  )
}
