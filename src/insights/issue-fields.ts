import type { MetricContext } from '../metrics/context.ts'
import { operateOn } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import { readTopics } from './read-topics.ts'
import { topicOfCases } from './topic-cases.ts'

/** Every field there can be, for who asks for some of them. */
export const issueFieldIds = ['reason', 'sub_reason', 'type', 'subject', 'topic', 'product'] as const

/** A field that says what a case is about. */
export interface IssueField {
  id: string
  /** Model columns without which it says nothing. */
  needs: string[]
  /** What a case is about, over `cx.cases AS "c"` and what is joined; NULL where nobody knows. */
  value: string
  /** A LEFT JOIN where the value is not in `cx.cases` itself. */
  joined?: Sql
  /** Dimension of the catalogue whose labels and rows are those of the value; null where none is. */
  dimension: string | null
  /** Names of the values where no dimension gives them. */
  labels?: Readonly<Record<string, string>>
}

/**
 * Every field of cases that can rise or fall, in the order in which they are told. What gives cases a value from elsewhere, as topics
 * of their texts, is one entry more: its join, its value and its labels.
 */
export async function issueFields(context: MetricContext, only?: string[]): Promise<IssueField[]> {
  const { store, version } = context
  const op = operateOn(store.dialect)
  const own = (id: string): IssueField => ({
    id,
    needs: [`cases.${id}`],
    value: `"c"."${id}"`,
    dimension: id,
  })
  const fields: IssueField[] = [
    own('reason'),
    own('sub_reason'),
    own('type'),
    // "RE: Order 4711" and "order 4712" are about one thing. Addresses and numbers of people go first, whoever looks.
    {
      id: 'subject',
      needs: ['cases.subject'],
      value: op('plain_subject', op('mask_contacts', '"c"."subject"')),
      dimension: null,
    },
    // Topics take seconds to find.
    ...(!only || only.includes('topic') ? await topicField(context) : []),
    own('product'),
  ]
  return fields.filter(({ needs }) => needs.every((column) => version.present.has(column)))
}

/** What joins a field to its cases; nothing where it is a column of them. */
export function joinOf(field: IssueField): Sql {
  return field.joined ?? raw('')
}

/** Topics of what customers wrote, where their texts have any. */
async function topicField(context: MetricContext): Promise<IssueField[]> {
  const topics = (await readTopics({ of: 'cases' }, context))?.model.topics ?? []
  if (topics.length === 0) return []
  const told = await topicOfCases(topics, { of: 'cases' }, context)
  return [
    {
      id: 'topic',
      needs: [],
      value: '"topic_of"."topic"',
      joined: sql`LEFT JOIN (${told}) AS "topic_of" ON "topic_of"."case" = "c"."id"`,
      dimension: null,
      labels: Object.fromEntries(topics.map(({ id, terms }) => [id, terms.slice(0, 3).join(', ')])),
    },
  ]
}
