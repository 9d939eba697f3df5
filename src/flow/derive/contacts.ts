import { tableNamed } from '../../model/tables.ts'
import { raw } from '../../sql/sql.ts'
import { tableStatements } from '../../sql/table.ts'
import type { Store } from '../../store/store.ts'
import { filledColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/**
 * What a contact's own record does not say and its case does: an e-mail has no customer, agent or market but that of its case,
 * and it is answered by the next public reply of an agent in the same case. What the source states stays as it is.
 */
export const completeContacts: DeriveStep = {
  name: 'contacts of a case',
  async run({ store }) {
    const there = await filledColumns(store, 'touchpoints')
    if (['case', 'started_at', 'channel', 'direction'].every((name) => there.has(name))) {
      await fillFromCase(store)
      await answerMails(store)
    }
    return []
  },
}

const ofCase = ['customer', 'agent', 'team', 'market']

async function fillFromCase(store: Store): Promise<void> {
  const filled = await filledColumns(store, 'cases')
  const there = ofCase.filter((name) => filled.has(name))
  if (there.length === 0) return
  await make(store, there)
  const missing = there.map((name) => `t.${name} IS NULL AND c.${name} IS NOT NULL`).join(' OR ')
  const set = there.map((name) => `${name} = coalesce(t.${name}, c.${name})`).join(', ')
  await store.run(
    raw(
      `UPDATE cx.touchpoints AS t SET ${set} FROM cx.cases AS c WHERE c.id = t."case" AND t.channel = 'email' AND (${missing})`,
    ),
  )
}

/**
 * The next mail that went out after it, in one pass over the replies in their order. Several that waited share one answer. One
 * that nobody has answered is not answered: whether it is still in time is for the promise to say.
 */
async function answerMails(store: Store): Promise<void> {
  const filled = await filledColumns(store, 'case_events')
  if (!['case', 'at', 'activity', 'actor_kind'].every((name) => filled.has(name))) return
  const replies = `SELECT "case", "at" FROM cx.case_events WHERE activity = 'replied' AND actor_kind = 'agent' AND "at" IS NOT NULL`
  const [any] = await store.rows(raw(`SELECT count(*) AS n FROM (${replies} LIMIT 1)`))
  if (Number(any?.n ?? 0) === 0) return
  await make(store, ['responded_at', 'wait_seconds', 'is_answered'])
  const waiting = `SELECT id, "case", started_at FROM cx.touchpoints
  WHERE channel = 'email' AND direction = 'inbound' AND responded_at IS NULL AND is_answered IS NULL AND started_at IS NOT NULL
    AND "case" IN (SELECT "case" FROM cx.case_events)`
  await store.run(
    raw(`UPDATE cx.touchpoints AS t
SET responded_at = answer."at", wait_seconds = CAST(epoch(answer."at") - epoch(t.started_at) AS BIGINT), is_answered = answer."at" IS NOT NULL
FROM (SELECT mail.id, reply."at" FROM (${waiting}) AS mail
  ASOF LEFT JOIN (${replies}) AS reply ON reply."case" = mail."case" AND reply."at" >= mail.started_at) AS answer
WHERE answer.id = t.id`),
  )
}

async function make(store: Store, columns: string[]): Promise<void> {
  for (const statement of tableStatements(tableNamed('touchpoints')!, new Set(columns))) await store.run(raw(statement))
}
