import { type ColumnProfile, holdsNumbers } from './evidence.ts'
import type { RuleSpec } from './pack.ts'
import { fold } from './synonyms.ts'
import { columnOf, type Work } from './work.ts'

/** The source columns that name a customer: a client id, else the name and e-mail together. */
export function customerKey(work: Work): string | string[] | null {
  const id = work.chosen.get('customers.id')?.column
  if (id) return id
  const parts = ['customers.name', 'customers.email'].flatMap((target) => work.chosen.get(target)?.column ?? [])
  return parts.length > 0 ? parts : null
}

export function customerLink(work: Work): RuleSpec | null {
  const key = customerKey(work)
  return Array.isArray(key) ? { key } : key
}

/** A number or code, no name of a person. */
export const isCode = (column: ColumnProfile): boolean => holdsNumbers(column) || / id$/.test(fold(column.name))

/** An agent's name or address is a digest in an id; a number or code stands as it is. */
export function agentLink(work: Work): RuleSpec | null {
  const column = columnOf(work, 'cases.agent')
  if (!column) return null
  return isCode(column) ? column.name : { key: [column.name] }
}

/** The links that every row derived from a case has. */
export function caseLinks(work: Work): Record<string, RuleSpec> {
  const id = work.chosen.get('cases.id')?.column
  const customer = customerLink(work)
  return { ...(id ? { case: id } : {}), ...(customer ? { customer } : {}) }
}

/** A source column as an expression names it. */
export const quoted = (column: string): string => `\`${column.replaceAll('`', '``')}\``
