import type { Row } from '../store/store.ts'

/** Several splits of the same rows in one pass: `d0`, `d1` ... are their columns. */
export const splitName = (split: number): string => `"d${split}"`

const namesOf = (splits: number): string[] => Array.from({ length: splits }, (_, split) => splitName(split))

/** The value of a group, and which split it is of: `set` has a bit for each, the first one highest, 0 where it is grouped by. */
export function headSql(splits: number): string {
  const names = namesOf(splits)
  const texts = names.map((name) => `CAST(${name} AS VARCHAR)`).join(', ')
  return `coalesce(${texts}) AS "g", GROUPING(${names.join(', ')}) AS "set"`
}

export function setsSql(splits: number, beside = ''): string {
  const sets = namesOf(splits).map((name) => `(${name}${beside})`)
  return `GROUP BY GROUPING SETS (${sets.join(', ')})`
}

/** A group of one split; `g` is null for the rows that it does not place. */
export interface SplitGroup {
  split: number
  g: string | null
  row: Row
}

export function groupsOf(found: Row[], splits: number): SplitGroup[] {
  const none = 2 ** splits - 1
  return found.map((row) => ({
    split: splits - 1 - Math.round(Math.log2(none - Number(row.set))),
    g: row.g === null || row.g === undefined ? null : String(row.g),
    row,
  }))
}
