import { uniformDraws } from './uniform-draws.ts'

/**
 * Standard normal draws, the same on every machine and in every run: an interval that was simulated must not change when a page is
 * opened again.
 *
 * Source: G. E. P. Box and M. E. Muller, Annals of Mathematical Statistics 29 (1958).
 */
export function normalDraws(seed: number): () => number {
  const uniform = uniformDraws(seed)
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}
