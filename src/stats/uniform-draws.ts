/**
 * Uniform numbers strictly between 0 and 1, the same on every machine and in every run: what was simulated must not change when a page
 * is opened again. Never 0, whose logarithm is infinite.
 *
 * Source: mulberry32.
 */
export function uniformDraws(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296
  }
}
