import type { Dirt, Generation } from '../generator.ts'
import { type Stain, stains } from './plants.ts'

/** Each full block of records holds the same number of each stain, at places of its own; the rest is clean. */
export const block = 1000

function stainsOf(dirt: Dirt): [string, Stain][] {
  if (dirt === 'none') return []
  return (Object.entries(stains) as [string, Stain][]).filter(([, { hard }]) => dirt === 'hard' || !hard)
}

/** How many records carry each stain: exact, not expected. */
export function dirtCounts(dirt: Dirt, rows: number): Record<string, number> {
  const blocks = Math.floor(rows / block)
  return Object.fromEntries(stainsOf(dirt).map(([id, { perThousand }]) => [id, blocks * perThousand]))
}

/** The stain of record `k`. Slots lie 617 records apart within a block, so that what a duplicate repeats is clean. */
export function stainOf({ dirt, rows }: Generation, k: string, jump: string): string {
  let upTo = 0
  const branches = stainsOf(dirt).map(([id, { perThousand }]) => {
    upTo += perThousand
    return `WHEN slot < ${upTo} THEN '${id}'`
  })
  if (branches.length === 0 || rows < block) return "'clean'"
  const slot = `((${k}) % ${block} * 617 + ${jump}) % ${block}`
  const full = `${k} < ${Math.floor(rows / block) * block}`
  return `(SELECT CASE WHEN NOT (${full}) THEN 'clean' ${branches.join(' ')} ELSE 'clean' END FROM (SELECT ${slot} AS slot))`
}
