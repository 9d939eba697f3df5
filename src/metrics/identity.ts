import { sql } from '../sql/sql.ts'
import type { MetricContext } from './context.ts'

/** One link between two records, as it was decided. */
export interface IdentityLink {
  left: string
  right: string
  score: number
  evidence: string
  decided_by: string
  /** Taken back by the user, or refused because the whole contradicts itself. */
  undone: boolean
}

/** Why records are one customer. */
export interface Identity {
  /** The customer that stands for all of them. */
  id: string
  members: string[]
  links: IdentityLink[]
}

/** The records that go as one customer, by any of their ids, and every link of theirs; null where there is no such record. */
export async function explainIdentity(id: string, context: MetricContext): Promise<Identity | null> {
  const { store } = context
  const members = (
    await store.rows(sql`WITH RECURSIVE ways AS (
  SELECT "left" AS a, "right" AS b FROM cx.identities WHERE NOT undone UNION ALL SELECT "right", "left" FROM cx.identities WHERE NOT undone),
reached(id) AS (SELECT ${id} UNION SELECT ways.b FROM reached JOIN ways ON ways.a = reached.id)
SELECT id, id IN (SELECT id FROM cx.customers WHERE id IN (SELECT id FROM reached)) AS stays FROM reached ORDER BY id`)
  ).map((row) => ({ id: String(row.id), stays: row.stays === true }))
  const customer = members.find((member) => member.stays)
  if (!customer) return null
  const links = await store.rows(sql`SELECT "left", "right", score, evidence, decided_by, undone FROM cx.identities
WHERE "left" IN (SELECT unnest(from_json(${JSON.stringify(members.map((member) => member.id))}, '["VARCHAR"]')))
   OR "right" IN (SELECT unnest(from_json(${JSON.stringify(members.map((member) => member.id))}, '["VARCHAR"]')))
ORDER BY undone, "left", "right"`)
  return {
    id: customer.id,
    members: members.map((member) => member.id),
    links: links.map((row) => ({
      left: String(row.left),
      right: String(row.right),
      score: Number(row.score),
      evidence: String(row.evidence),
      decided_by: String(row.decided_by),
      undone: row.undone === true,
    })),
  }
}
