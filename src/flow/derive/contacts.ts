import { join, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/**
 * What a contact's own record does not say and its case does: an e-mail has no customer, agent or market but that of its case,
 * and it is answered by the next public reply of an agent in the same case. What the source states stays as it is.
 */
export const completeContacts: DeriveStep = {
  name: 'contacts of a case',
  async run({ store }) {
    const filled = await filledColumns(store)
    const contacts = filled.get('touchpoints')
    const telling = contacts?.has('channel') && contacts.has('responded_at') ? await sourcesThatTell(store) : []
    if (['case', 'started_at', 'channel', 'direction'].every((name) => contacts?.has(name))) {
      await fillFromCase(store, filled.get('cases'))
      await answerMails(store, filled.get('case_events'))
    }
    await readSilence(store, telling)
    return []
  },
}

/** Sources that say of their e-mails when they were answered, and never whether. */
async function sourcesThatTell(store: Store): Promise<string[]> {
  await makeColumns(store, 'touchpoints', ['is_answered'])
  const rows = await store.rows(
    raw(`SELECT source FROM cx.touchpoints WHERE channel = 'email' GROUP BY source
      HAVING count(responded_at) > 0 AND count(is_answered) = 0`),
  )
  return rows.map(({ source }) => String(source))
}

/** Where a source tells answers, no answer is one. Elsewhere nobody knows, and the e-mail is counted neither way. */
async function readSilence(store: Store, sources: string[]): Promise<void> {
  if (sources.length === 0) return
  await store.run(
    sql`UPDATE cx.touchpoints SET is_answered = responded_at IS NOT NULL
      WHERE channel = 'email' AND is_answered IS NULL AND source IN (${join(sources.map((each) => sql`${each}`))})`,
  )
}

const ofCase = ['customer', 'agent', 'team', 'market']

async function fillFromCase(store: Store, cases: ReadonlySet<string> | undefined): Promise<void> {
  const there = ofCase.filter((name) => cases?.has(name))
  if (there.length === 0) return
  await makeColumns(store, 'touchpoints', there)
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
async function answerMails(store: Store, events: ReadonlySet<string> | undefined): Promise<void> {
  if (!['case', 'at', 'activity', 'actor_kind'].every((name) => events?.has(name))) return
  const replies = `SELECT "case", "at" FROM cx.case_events WHERE activity = 'replied' AND actor_kind = 'agent' AND "at" IS NOT NULL`
  const [any] = await store.rows(raw(`SELECT count(*) AS n FROM (${replies} LIMIT 1)`))
  if (Number(any?.n ?? 0) === 0) return
  await makeColumns(store, 'touchpoints', ['responded_at', 'wait_seconds', 'is_answered'])
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
