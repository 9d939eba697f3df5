/**
 * Standard normal draws, the same on every machine and in every run: an interval that was simulated must not change when a page is
 * opened again.
 *
 * Source: G. E. P. Box and M. E. Muller, Annals of Mathematical Statistics 29 (1958), on uniform numbers by mulberry32.
 */
export function normalDraws(seed: number): () => number {
  let state = seed
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    // Never 0, whose logarithm is infinite.
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}
