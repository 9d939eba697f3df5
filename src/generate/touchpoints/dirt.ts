import type { Draws } from '../draw.ts'
import type { Dirt } from '../generator.ts'
import { type Stain, stains } from './plants.ts'

export type File = keyof typeof stains

/** Spreads the slots over a block; it has no factor in common with a block of 1,000 or 100. */
const spread = 617

const large: readonly File[] = ['five9_calls', 'whatsapp_chats']

/** Records in a block: each full block holds the same number of each stain, at places of its own. */
export const blockOf = (file: File): number => (large.includes(file) ? 1000 : 100)

const stainsOf = (file: File): [string, Stain][] => Object.entries(stains[file])

/** How many records carry each stain: exact, not expected. Records beyond the last full block are clean. */
export function dirtCounts(file: File, dirt: Dirt, count: number): Record<string, number> {
  if (dirt === 'none') return {}
  const blocks = Math.floor(count / blockOf(file))
  return Object.fromEntries(stainsOf(file).map(([id, stain]) => [id, blocks * stain.count]))
}

/** The stain of unit `i` of `count`, or `clean`. */
export function stainOf(file: File, dirt: Dirt, count: number, draws: Draws): string {
  const block = blockOf(file)
  const full = Math.floor(count / block) * block
  if (dirt === 'none' || full === 0) return `'clean'`
  const slot = `(i % ${block} * ${spread} + ${draws.whole(`offset ${file}`, block, `hash(i // ${block})`)}) % ${block}`
  let to = 0
  const kinds = stainsOf(file).map(([id, stain]) => {
    to += stain.count
    return `WHEN ${slot} < ${to} THEN '${id}'`
  })
  return `CASE WHEN i >= ${full} THEN 'clean' ${kinds.join(' ')} ELSE 'clean' END`
}
