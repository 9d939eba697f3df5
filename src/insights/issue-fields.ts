import type { MetricContext } from '../metrics/context.ts'
import { type Op, operate } from '../sql/ops.ts'
import { raw, type Sql } from '../sql/sql.ts'

/** Every field there can be, for who asks for some of them. */
export const issueFieldIds = ['reason', 'sub_reason', 'type', 'subject', 'product'] as const

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
export async function issueFields({ store, version }: MetricContext): Promise<IssueField[]> {
  const op = (name: Op, ...args: string[]) => operate(store.dialect, name, ...args)
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
    own('product'),
  ]
  return fields.filter(({ needs }) => needs.every((column) => version.present.has(column)))
}

/** What joins a field to its cases; nothing where it is a column of them. */
export function joinOf(field: IssueField): Sql {
  return field.joined ?? raw('')
}
