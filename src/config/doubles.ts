import type { Problem } from '../errors.ts'
import type { Document } from './yaml.ts'

/** Something with an id of its own in the catalogue, and where it stands. */
export interface Named<T> {
  id: string
  /** `file:line`. */
  where: string
  /** Id of an earlier one that this takes the place of, on purpose. */
  replaces?: string
  value: T
}

/**
 * One of each id, in the order of first appearance. The same id twice is an accident that names both places, unless the
 * later one says `replaces`.
 */
export function withoutDoubles<T>(what: string, all: Named<T>[], problems: Problem[]): T[] {
  const byId = new Map<string, Named<T>>()
  for (const one of all) {
    const before = byId.get(one.id)
    if (before && one.replaces !== one.id) {
      problems.push({
        code: `${what}-twice`,
        message: `Two ${what}s are called "${one.id}": ${before.where} and ${one.where}.`,
        where: one.where,
        fix: `Give one of them another id, or write "replaces: ${one.id}" where the second is meant.`,
      })
    } else byId.set(one.id, one)
  }
  return [...byId.values()].map(({ value }) => value)
}

/** Parts of one file that have the id of an earlier one: `what` is a tile, a chapter; they stand under `list`. */
export function doubledParts(
  what: string,
  parts: readonly { id: string }[],
  list: string,
  document: Document,
): Problem[] {
  const first = new Map<string, number>()
  return parts.flatMap(({ id }, index) => {
    const earlier = first.get(id)
    if (earlier === undefined) {
      first.set(id, index)
      return []
    }
    return {
      code: `${what}-doubled`,
      message: `${what.replace(/^./, (letter) => letter.toUpperCase())} "${id}" is there twice; the first is at ${document.where([list, earlier, 'id'])}.`,
      where: document.where([list, index, 'id']),
      fix: 'Rename one of the two.',
    }
  })
}
