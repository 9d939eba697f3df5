import { chiSquareIndependence } from './chi-square.ts'

/** How far the mix of one period lies from that before it. */
export interface MixDrift {
  /** Population stability index: 0.1 is a small change, 0.25 a large one. */
  index: number
  /** Of a change as large where only chance is at work. */
  p: number
  /** Place of the part that moved most, and its shares before and now. */
  most: { at: number; before: number; now: number }
}

/** Counts of the same parts in two periods; null where fewer than two parts have any. */
export function mixDrift(before: readonly number[], now: readonly number[]): MixDrift | null {
  const test = chiSquareIndependence([[...before], [...now]])
  if (!test) return null
  const [whole, part] = [sum(before), sum(now)]
  // Half a row more in each: a part that was not there before has moved far, and not endlessly.
  const parts = before.map((count, at) => {
    const [p, q] = [(count + 0.5) / (whole + 0.5 * before.length), (now[at]! + 0.5) / (part + 0.5 * before.length)]
    return { at, moved: (q - p) * Math.log(q / p), before: count / whole, now: now[at]! / part }
  })
  const { moved: _, ...most } = parts.reduce((best, each) => (each.moved > best.moved ? each : best))
  return { index: sum(parts.map(({ moved }) => moved)), p: test.p, most }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}
