import type { z } from 'zod'
import type { Problem } from '../errors.ts'
import type { Document } from './yaml.ts'

/**
 * A value against its schema: the certain type, or `null` with every fault added to `problems`, each with `file:line`.
 * `at` is where in the document the value stands.
 */
export function checked<T>(
  schema: z.ZodType<T>,
  value: unknown,
  document: Document,
  problems: Problem[],
  at: readonly (string | number)[] = [],
): T | null {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) {
    const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol')
    const field = path.length > 0 ? `"${path.join('.')}" ` : ''
    problems.push({
      code: 'catalogue-invalid',
      message: `${field}${sentence(issue)}`,
      where: document.where([...at, ...path, ...unknownKey(issue)]),
      fix: fixOf(issue),
    })
  }
  return null
}

function unknownKey(issue: z.core.$ZodIssue): string[] {
  return issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `has a key that is not known here: ${issue.keys.join(', ')}.`
  return `does not fit: ${issue.message}.`
}

function fixOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'Remove or rename it; the editor schema (docs/schema/) lists the keys.'
  if (issue.code === 'invalid_value') return `Use one of: ${issue.values.map(String).join(', ')}.`
  return 'Give a value of the type that the editor schema (docs/schema/) states.'
}
