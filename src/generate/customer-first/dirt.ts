import type { Dirt } from '../generator.ts'
import { type Stain, stains } from './plants.ts'

/** Records in a block: each full block holds the same number of each stain, at places of its own. */
export const block = 1000
/** Spreads the slots over a block, and its inverse modulo 1,000. */
const spread = 617
const gather = 953

interface Slot {
  id: string
  from: number
  to: number
}

/** The stains of a degree of dirt, in the order of their slots. */
export function stainsOf(dirt: Dirt): [string, Stain][] {
  if (dirt === 'none') return []
  return (Object.entries(stains) as [string, Stain][]).filter(([, stain]) => dirt === 'hard' || !stain.hard)
}

/** How many records carry each stain: exact, not expected. */
export function dirtCounts(dirt: Dirt, rows: number): Record<string, number> {
  const blocks = Math.floor(rows / block)
  return Object.fromEntries(stainsOf(dirt).map(([id, stain]) => [id, blocks * stain.perThousand]))
}

/** A paired stain owns twice its slots: the second half are the clean records that it takes along, `id` + `Of`. */
function slotsOf(dirt: Dirt): Slot[] {
  const slots: Slot[] = []
  let at = 0
  for (const [id, { perThousand, paired }] of stainsOf(dirt)) {
    slots.push({ id, from: at, to: at + perThousand })
    at += perThousand
    if (paired) {
      slots.push({ id: `${id}Of`, from: at, to: at + perThousand })
      at += perThousand
    }
  }
  return slots
}

/**
 * The records by number `i`, with their `kind` and, for one of a pair, the number of the `other`. `offset` is a draw by block.
 */
export function kindRows(dirt: Dirt, rows: number, offset: string): string {
  const slots = slotsOf(dirt)
  if (slots.length === 0 || rows < block) return "SELECT i, 'clean' AS kind, i AS other FROM numbers"
  const full = `i < ${Math.floor(rows / block) * block}`
  const kinds = slots.map(({ id, to }) => `WHEN slot < ${to} THEN '${id}'`).join(' ')
  const pairs = slots.flatMap(({ id, from, to }) => {
    const stain = stains[id as keyof typeof stains] as Stain | undefined
    const of = id.endsWith('Of')
    if (!of && !stain?.paired) return []
    const size = to - from
    return [`WHEN slot >= ${from} AND slot < ${to} THEN ${of ? -size : size}`]
  })
  const place = `((slot + jump + ${2 * block} - offset_of_block) * ${gather} % ${block})`
  return `SELECT i, CASE WHEN NOT (${full}) THEN 'clean' ${kinds} ELSE 'clean' END AS kind,
  CASE WHEN ${full} AND jump <> 0 THEN i // ${block} * ${block} + ${place} ELSE i END AS other
FROM (SELECT *, CASE ${pairs.join(' ')} ELSE 0 END AS jump
  FROM (SELECT *, (i % ${block} * ${spread} + offset_of_block) % ${block} AS slot
    FROM (SELECT i, ${offset} AS offset_of_block FROM numbers)))`
}
