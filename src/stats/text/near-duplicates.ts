import { uniformDraws } from '../uniform-draws.ts'

/** Lines of a signature, in bands: two sets that share 0.7 of their words meet in a band with a chance of 0.9. */
const bands = 8
const depth = 4

/** How alike two sets are: what they share over what either has. */
export function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let shared = 0
  for (const each of a) if (b.has(each)) shared += 1
  return shared === 0 ? 0 : shared / (a.size + b.size - shared)
}

/**
 * Near duplicates: for each set the index of its group's leader. Sets come with the most frequent first; each joins the earliest leader
 * that it is alike enough to, so a group never drifts from what it began with. Candidates are found by MinHash in bands, and each is
 * then measured.
 *
 * Source: A. Z. Broder, Proceedings of Compression and Complexity of Sequences (1997); J. Leskovec, A. Rajaraman and J. Ullman,
 * Mining of Massive Datasets, chapter 3.
 */
export function groupNearDuplicates(sets: ReadonlySet<number>[], alike = 0.7): number[] {
  const random = uniformDraws(20)
  const salts = Array.from({ length: bands * depth }, () => Math.floor(random() * 0xffffffff) | 1)
  const buckets = new Map<string, number[]>()
  return sets.map((set, index) => {
    if (set.size === 0) return index
    const keys = keysOf(set, salts)
    const leaders = [...new Set(keys.flatMap((key) => buckets.get(key) ?? []))].sort((a, b) => a - b)
    const leader = leaders.find((each) => jaccard(set, sets[each]!) >= alike)
    if (leader !== undefined) return leader
    for (const key of keys) buckets.set(key, [...(buckets.get(key) ?? []), index])
    return index
  })
}

function keysOf(set: ReadonlySet<number>, salts: number[]): string[] {
  const least = salts.map((salt) => {
    let smallest = 0xffffffff
    for (const each of set) smallest = Math.min(smallest, mixed(each ^ salt))
    return smallest
  })
  return Array.from(
    { length: bands },
    (_, band) => `${band}:${least.slice(band * depth, (band + 1) * depth).join('.')}`,
  )
}

/** Every bit of the number moves every bit of the result (the finaliser of MurmurHash3). */
function mixed(value: number): number {
  let state = value | 0
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}
