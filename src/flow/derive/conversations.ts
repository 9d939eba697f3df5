import type { Problem } from '../../errors.ts'
import { operate } from '../../sql/ops.ts'
import { literal, raw } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { filledColumns, makeColumns } from './filled.ts'
import { tellSides } from './sides.ts'
import type { DeriveStep } from './step.ts'

/** What asks for no answer and is none: signs on a message, changes of one, notices. */
const besides = ['reaction', 'edit', 'revoke', 'deleted', 'system']

const needed = ['thread', 'at', 'direction']
const used = [
  'message',
  'seq',
  'report',
  'kind',
  'customer',
  'agent',
  'line',
  'failure',
  'is_automatic',
  'writer',
  'sender',
]

/**
 * The messages of a chat as contacts: a conversation is what one customer and one number of the business write until nobody has for as
 * long as `chats: gap` says (24 hours, as the window in which WhatsApp lets a business answer). It is answered by the first message
 * of the business that was sent, did not fail, and came from no template.
 */
export const conversations: DeriveStep = {
  name: 'conversations',
  async run({ store, settings }) {
    const there = (await filledColumns(store)).get('messages')
    if (!there || !['thread', 'at'].every((name) => there.has(name))) return []
    await makeColumns(store, 'messages', [...needed, ...used])
    const notes = there.has('writer') ? await tellSides(store) : []
    if (there.has('contact')) await joinContacts(store)
    await nameCustomers(store)
    await orderMessages(store, settings.chats.gap)
    await makeColumns(store, 'touchpoints', contactColumns)
    await store.run(raw(contactsSql()))
    await store.run(raw(touchpointsSql(store, settings.zone)))
    notes.push(...(await sayWhat(store, settings.chats.gap)))
    for (const name of ['_contacts', '_ordered']) await store.run(raw(`DROP TABLE ${name}`))
    return notes
  },
}

const contactColumns = [
  'channel',
  'direction',
  'customer',
  'agent',
  'queue',
  'started_at',
  'responded_at',
  'ended_at',
  'wait_seconds',
  'is_answered',
  'outcome',
]

/**
 * One account under two keys: a file that has only the source's own id of a customer, beside another that has the number too. What was
 * written under the id alone goes by the number.
 */
async function joinContacts(store: Store): Promise<void> {
  await makeColumns(store, 'customers', ['phone'])
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _accounts AS
WITH keys AS (SELECT DISTINCT m.source, m.contact, m.customer, c.phone FROM cx.messages AS m JOIN cx.customers AS c ON c.id = m.customer WHERE m.contact IS NOT NULL),
known AS (SELECT source, contact, min(customer) FILTER (WHERE phone IS NOT NULL) AS customer FROM keys GROUP BY source, contact)
SELECT keys.customer AS old, known.customer AS customer FROM keys JOIN known USING (source, contact) WHERE keys.phone IS NULL AND known.customer IS NOT NULL`),
  )
  await store.run(
    raw(`UPDATE cx.messages AS m SET customer = a.customer, thread = coalesce(a.thread, m.thread)
FROM (SELECT old, _accounts.customer, line, min(thread) AS thread FROM _accounts LEFT JOIN cx.messages AS own ON own.customer = _accounts.customer GROUP BY ALL) AS a
WHERE m.customer = a.old AND m.line IS NOT DISTINCT FROM a.line`),
  )
  await store.run(raw('UPDATE cx.messages AS m SET customer = a.customer FROM _accounts AS a WHERE m.customer = a.old'))
  await store.run(raw('DELETE FROM cx.customers WHERE id IN (SELECT old FROM _accounts)'))
  await store.run(raw('DROP TABLE _accounts'))
}

/** The name by which a customer wrote last, where the source has no list of customers. */
async function nameCustomers(store: Store): Promise<void> {
  await makeColumns(store, 'customers', ['name'])
  await store.run(
    raw(`UPDATE cx.customers AS c SET name = m.name
FROM (SELECT customer, arg_max(sender, {'at': "at", 'sender': sender}) AS name FROM cx.messages
  WHERE direction = 'inbound' AND writer IS NULL AND sender IS NOT NULL GROUP BY customer) AS m
WHERE c.id = m.customer AND c.name IS NULL`),
  )
}

/**
 * `_ordered`: every message once, with the conversation that it belongs to and its place. Of a message that is only known by its reports
 * the one that it was sent says when; where that is missing, it was sent before the first of the others, and nobody knows when.
 */
async function orderMessages(store: Store, gap: number): Promise<void> {
  const kinds = besides.map(literal).join(', ')
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _ordered AS
WITH whole AS (SELECT source, thread, coalesce(message, id) AS message, min(direction) AS direction, min(seq) AS seq,
    coalesce(min("at") FILTER (WHERE report IS NULL), min("at") FILTER (WHERE report = 'sent'), min("at")) AS "at",
    bool_or(report IS NULL OR report = 'sent') AS is_timed, coalesce(bool_or(report = 'failed'), FALSE) AS is_failed,
    coalesce(bool_or(is_automatic), FALSE) AS is_automatic, min(failure) AS failure,
    min(customer) AS customer, min(agent) AS agent, min(line) AS line, min({'at': "at", 'load': load, 'record': record}) AS first
  FROM cx.messages WHERE "at" IS NOT NULL AND direction IN ('inbound', 'outbound') AND coalesce(kind, '') NOT IN (${kinds})
  GROUP BY source, thread, coalesce(message, id)),
placed AS (SELECT *, row_number() OVER chat AS place, lag("at") OVER chat AS before FROM whole
  WINDOW chat AS (PARTITION BY source, thread ORDER BY "at", seq NULLS LAST, direction, message)),
parted AS (SELECT *, sum(CASE WHEN "at" - before <= to_seconds(${gap}) THEN 0 ELSE 1 END) OVER (PARTITION BY source, thread ORDER BY place) AS part FROM placed)
SELECT *, direction = 'inbound' AS is_inbound, direction = 'outbound' AND is_timed AND NOT is_failed AND NOT is_automatic AS is_answer,
  min(place) FILTER (WHERE direction = 'inbound') OVER (PARTITION BY source, thread, part) AS opening FROM parted`),
  )
}

/**
 * `_contacts`: one row a conversation. It begins with the first message of the customer, where there is one: that is what waits. Whoever
 * wrote before it by hand began it; a template before it, or what never arrived, did not.
 */
function contactsSql(): string {
  const answer = 'is_answer AND place > opening'
  return `CREATE OR REPLACE TEMP TABLE _contacts AS
SELECT *, CASE WHEN opening IS NULL THEN CASE WHEN failed = messages THEN 'delivery_failed' ELSE 'outreach' END
    WHEN responded_at IS NULL AND is_unsure THEN 'untimed'
    WHEN responded_at IS NULL AND failed_answers > 0 THEN 'delivery_failed'
    WHEN responded_at IS NULL THEN 'unanswered'
    WHEN last_inbound > last_answer THEN 'left_open' ELSE 'answered' END AS outcome
FROM (SELECT source, thread, part, min(opening) AS opening, arg_min(message, place) AS message, min(first) AS first,
    CASE WHEN min(opening) IS NULL OR bool_or(NOT is_inbound AND NOT is_automatic AND NOT is_failed AND place < opening) THEN 'outbound' ELSE 'inbound' END AS direction,
    coalesce(arg_min(customer, place) FILTER (WHERE is_inbound), min(customer), min(min(customer)) OVER (PARTITION BY source, thread)) AS customer,
    coalesce(arg_min(agent, place) FILTER (WHERE ${answer}), arg_min(agent, place)) AS agent, min(line) AS queue,
    coalesce(min("at") FILTER (WHERE place = opening), min("at")) AS started_at, max("at") AS ended_at,
    min("at") FILTER (WHERE ${answer}) AS responded_at,
    coalesce(bool_or(NOT is_inbound AND NOT is_timed AND NOT is_failed AND NOT is_automatic AND place > opening), FALSE) AS is_unsure,
    max(place) FILTER (WHERE is_inbound) AS last_inbound,
    max(place) FILTER (WHERE NOT is_inbound AND NOT is_failed AND NOT is_automatic) AS last_answer,
    count(*) AS messages, count(*) FILTER (WHERE is_inbound) AS from_customer, count(*) FILTER (WHERE NOT is_inbound) AS from_business,
    count(*) FILTER (WHERE is_failed AND NOT is_automatic AND place > opening) AS failed_answers,
    count(*) FILTER (WHERE is_failed) AS failed, count(*) FILTER (WHERE is_automatic) AS templates, min(failure) FILTER (WHERE is_failed) AS failure
  FROM _ordered GROUP BY source, thread, part)`
}

/** What a contact is made of stays beside it, to split by: how many messages from whom, and what failed. */
function touchpointsSql(store: Store, zone: string): string {
  const local = zone === 'UTC' ? 'started_at' : operate(store.dialect, 'to_local', 'started_at', literal(zone))
  const facts = ['messages', 'from_customer', 'from_business', 'templates', 'failed']
    .map((name) => `'${name}': CAST(${name} AS VARCHAR)`)
    .join(', ')
  return `INSERT INTO cx.touchpoints (id, ${contactColumns.join(', ')}, started_on, started_hour, source, source_key, attributes, load, record)
SELECT message, 'chat', direction, customer, agent, queue, started_at, responded_at, ended_at,
  ${operate(store.dialect, 'seconds_between', 'started_at', 'responded_at')},
  CASE WHEN opening IS NOT NULL THEN responded_at IS NOT NULL OR is_unsure END, outcome,
  ${operate(store.dialect, 'date_of', local)}, ${operate(store.dialect, 'hour_of', local)}, source, substr(message, length(source) + 2),
  CAST(CASE WHEN failure IS NULL THEN to_json({${facts}}) ELSE to_json({${facts}, 'failure': failure}) END AS VARCHAR), first.load, first.record
FROM _contacts ORDER BY first.load, first.record`
}

async function sayWhat(store: Store, gap: number): Promise<Problem[]> {
  const [row] = await store.rows(
    raw(`SELECT count(*) AS conversations, sum(messages) AS messages,
  count(*) FILTER (WHERE direction = 'inbound') AS inbound, count(*) FILTER (WHERE direction = 'inbound' AND (responded_at IS NOT NULL OR is_unsure)) AS answered,
  count(*) FILTER (WHERE outcome = 'untimed') AS unsure, sum(failed) AS failed FROM _contacts`),
  )
  const count = (name: string): number => Number(row?.[name] ?? 0)
  if (count('conversations') === 0) return []
  const parts = [
    `${counted(count('messages'), 'chat message')} became ${counted(count('conversations'), 'conversation')}: the next message after ${hours(gap)} without one begins another.`,
    `A customer began ${count('inbound')}, of which ${count('answered')} were answered.`,
    'The answer is the first reply of anyone, as nothing tells a bot from a person.',
  ]
  if (count('unsure') > 0)
    parts.push(
      `Answered as far as a report of its arrival says, while nobody knows when the answer was sent: ${count('unsure')}; they have no wait.`,
    )
  if (count('failed') > 0) parts.push(`Messages that were not delivered, and so answer nothing: ${count('failed')}.`)
  return [
    {
      code: 'conversations-made',
      message: parts.join(' '),
      fix: 'Another length: `chats: {gap: 48 h}` in rapport.yaml.',
    },
  ]
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const hours = (seconds: number): string =>
  seconds % 3600 === 0 ? `${seconds / 3600} h` : `${Math.round(seconds / 60)} min`
