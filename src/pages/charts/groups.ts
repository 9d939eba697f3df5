import { say } from '../../config/words.ts'
import type { ChartInput } from './chart.ts'
import { cellOf, compareOrdered, filterOn, isOrdered, keyOf, labelOfValue, oneLine } from './points.ts'

/** Groups with a name of their own: more colours or labels cannot be told apart. */
export const mostGroups = 8

/** One group of a dimension, or what is left of them as "Other". */
export interface Group {
  label: string
  /** Sum of its positive and negative values alike. */
  size: number
  /** Place by size, which is the number of its colour; null for "Other" and for what is not set. */
  place: number | null
  /** Click to filter; absent for "Other". */
  filter?: string
}

export interface Groups {
  groups: Group[]
  /** Index of the group that a value belongs to. */
  of(key: string | null): number
  /** How many groups "Other" stands for. */
  others: number
}

/** The largest groups in the order of the dimension, then what is not set, then "Other": nothing is lost, so sums stay whole. */
export function groupsOf(input: ChartInput, dimension: string, metric: string): Groups {
  const { frame, words, dimensions } = input
  const sizes = new Map<string | null, number>()
  for (const row of frame.rows) {
    const key = keyOf(row, dimension)
    sizes.set(key, (sizes.get(key) ?? 0) + Math.abs(cellOf(row, metric).value ?? 0))
  }
  const size = (key: string | null) => sizes.get(key) ?? 0
  const largest = [...sizes.keys()].toSorted(
    (a, b) => size(b) - size(a) || compareOrdered(a, b, dimensions.get(dimension)),
  )
  const kept = largest.slice(0, largest.length > mostGroups ? mostGroups : undefined)
  const found = dimensions.get(dimension)
  const inOrder = isOrdered(found) ? kept.toSorted((a, b) => compareOrdered(a, b, found)) : kept
  const keys = inOrder.toSorted((a, b) => Number(a === null) - Number(b === null))
  const rest = largest.slice(kept.length)
  const named = largest.filter((key) => key !== null)
  const groups: Group[] = keys.map((key) => ({
    label: oneLine(labelOfValue(frame, dimension, key, words)),
    size: size(key),
    place: key === null ? null : named.indexOf(key),
    filter: filterOn(dimension, key),
  }))
  if (rest.length > 0)
    groups.push({
      label: say(words, 'pages.chart.other', { count: rest.length }),
      size: rest.reduce((sum, key) => sum + size(key), 0),
      place: null,
    })
  const index = new Map(keys.map((key, at) => [key, at]))
  return { groups, of: (key) => index.get(key) ?? keys.length, others: rest.length }
}
