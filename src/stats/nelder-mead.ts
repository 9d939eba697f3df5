/** Where a function is smallest, and how small. */
export interface Minimum {
  at: number[]
  value: number
}

/**
 * The smallest value of a function that has no derivative, by a simplex that walks downhill. Bounds are the caller's: a function
 * that clamps its arguments keeps the walk inside. It ends when the corners differ by less than `tolerance`, so a constant added to
 * the function does not change the path.
 *
 * Source: J. A. Nelder and R. Mead, The Computer Journal 7 (1965), with reflection 1, expansion 2, contraction and shrinkage 1/2.
 */
export function nelderMead(
  of: (at: number[]) => number,
  start: number[],
  step: number[],
  { tolerance = 1e-6, most = 200 * start.length } = {},
): Minimum {
  const measured = (at: number[]): Minimum => ({ at, value: finite(of(at)) })
  let corners = [start, ...start.map((_, i) => start.map((x, j) => (i === j ? x + step[j]! : x)))].map(measured)
  for (let count = 0; count < most; count++) {
    corners = corners.toSorted((a, b) => a.value - b.value)
    const best = corners[0]!
    const worst = corners.at(-1)!
    if (worst.value - best.value < tolerance) break
    const next = nextCorner(corners, measured)
    corners = next
      ? [...corners.slice(0, -1), next]
      : corners.map((each) => (each === best ? each : measured(between(best.at, each.at, 0.5))))
  }
  return corners.toSorted((a, b) => a.value - b.value)[0]!
}

/** What takes the place of the worst corner; null where only shrinking helps. */
function nextCorner(corners: Minimum[], measured: (at: number[]) => Minimum): Minimum | null {
  const best = corners[0]!
  const worst = corners.at(-1)!
  const second = corners.at(-2)!
  const kept = corners.slice(0, -1)
  const centre = best.at.map((_, i) => kept.reduce((sum, { at }) => sum + at[i]!, 0) / kept.length)
  const reflected = measured(between(centre, worst.at, -1))
  if (reflected.value < best.value) {
    const expanded = measured(between(centre, worst.at, -2))
    return expanded.value < reflected.value ? expanded : reflected
  }
  if (reflected.value < second.value) return reflected
  const outside = reflected.value < worst.value
  const contracted = measured(between(centre, outside ? reflected.at : worst.at, 0.5))
  return contracted.value < Math.min(reflected.value, worst.value) ? contracted : null
}

function between(from: number[], to: number[], share: number): number[] {
  return from.map((x, i) => x + share * (to[i]! - x))
}

/** Outside the domain is as high as it gets. */
function finite(value: number): number {
  return Number.isNaN(value) ? Number.MAX_VALUE : Math.min(value, Number.MAX_VALUE)
}
