import type { Problem } from '../../errors.ts'
import { literal, raw } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { makeColumns } from './filled.ts'

/**
 * Which side of an exported chat is the business, where its own file does not tell: whoever is known to write for the business in
 * another chat of the source, else the one who writes in most of them, and in several. The customers and agents that come out of it become rows.
 */
export async function tellSides(store: Store): Promise<Problem[]> {
  await makeColumns(store, 'messages', ['direction', 'customer', 'agent', 'writer', 'sender'])
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _writers AS
SELECT thread, split_part(thread, ':', 2) AS chat, lower(sender) AS name, bool_or(direction = 'outbound') AS is_business
FROM cx.messages WHERE writer IS NOT NULL GROUP BY thread, lower(sender)`),
  )
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _business AS
WITH spread AS (SELECT name, count(DISTINCT chat) AS chats, bool_or(is_business) AS is_known FROM _writers GROUP BY name),
most AS (SELECT max(chats) AS chats FROM spread HAVING max(chats) > 1)
SELECT name FROM spread WHERE is_known
UNION ALL SELECT min(name) FROM spread JOIN most USING (chats) WHERE NOT EXISTS (SELECT 1 FROM spread WHERE is_known) HAVING count(*) = 1`),
  )
  await store.run(
    raw(`UPDATE cx.messages SET direction = CASE WHEN lower(sender) IN (SELECT name FROM _business) THEN 'outbound' ELSE 'inbound' END
WHERE direction IS NULL AND writer IS NOT NULL AND thread IN (SELECT thread FROM _writers WHERE name IN (SELECT name FROM _business))`),
  )
  await store.run(
    raw(`UPDATE cx.messages SET customer = CASE WHEN direction = 'inbound' THEN writer END, agent = CASE WHEN direction = 'outbound' THEN writer END
WHERE writer IS NOT NULL AND direction IS NOT NULL`),
  )
  await keepPeople(store)
  const problems = await unknownSides(store)
  for (const name of ['_writers', '_business']) await store.run(raw(`DROP TABLE ${name}`))
  return problems
}

/** A number in place of a name: whoever is not among the contacts of the phone. */
const PHONE = String.raw`^\+[0-9][0-9 ()-]{6,}$`

async function keepPeople(store: Store): Promise<void> {
  await makeColumns(store, 'customers', ['name', 'phone', 'is_identified'])
  await makeColumns(store, 'agents', ['name'])
  const people = (link: string, table: string): string => `SELECT ${link} AS id, min(sender) AS name, source,
  substr(${link}, length(source) + 2) AS source_key, min({'load': load, 'record': record}) AS first
FROM cx.messages WHERE writer IS NOT NULL AND ${link} IS NOT NULL AND ${link} NOT IN (SELECT id FROM cx.${table}) GROUP BY ${link}, source`
  const isPhone = `regexp_matches(name, ${literal(PHONE)})`
  await store.run(
    raw(`INSERT INTO cx.customers (id, name, phone, is_identified, source, source_key, load, record)
SELECT id, CASE WHEN NOT ${isPhone} THEN name END, CASE WHEN ${isPhone} THEN '+' || regexp_replace(name, '[^0-9]', '', 'g') END,
  FALSE, source, source_key, first.load, first.record FROM (${people('customer', 'customers')}) ORDER BY id`),
  )
  await store.run(
    raw(`INSERT INTO cx.agents (id, name, source, source_key, load, record)
SELECT id, name, source, source_key, first.load, first.record FROM (${people('agent', 'agents')}) ORDER BY id`),
  )
}

async function unknownSides(store: Store): Promise<Problem[]> {
  const rows = await store.rows(
    raw(`SELECT min(l.path) AS path, count(*) AS messages, count(DISTINCT m.writer) AS writers
FROM cx.messages AS m JOIN cx.loads AS l ON l.id = m.load WHERE m.writer IS NOT NULL AND m.direction IS NULL GROUP BY m.source, m.thread ORDER BY path`),
  )
  return rows.map(({ path, messages, writers }) => ({
    code: 'chat-sides-unknown',
    message: `Nothing says which of the ${Number(writers)} who write in ${path} is the business, so its ${Number(messages)} messages make no conversations.`,
    where: String(path),
    fix: 'Keep the name that the phone gave the file ("WhatsApp Chat with" and the customer), open several chats of the same phone together, or write `chats: {business: [name]}` into rapport.yaml.',
  }))
}
