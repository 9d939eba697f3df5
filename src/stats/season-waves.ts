/** A cycle of so many steps, by how many waves of it a level may swing. */
export interface Season {
  length: number
  waves: number
}

/** Cosine and sine of each wave at a step: columns by which a linear model follows a season. */
export function wavesAt(at: number, { length, waves }: Season): number[] {
  return Array.from({ length: waves }, (_, index) => (2 * Math.PI * (index + 1) * at) / length).flatMap((angle) => [
    Math.cos(angle),
    Math.sin(angle),
  ])
}
