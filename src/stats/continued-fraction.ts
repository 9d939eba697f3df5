// Terms grow with the root of the parameters: enough for counts of 1e12.
const MAX_TERMS = 10_000_000

/**
 * `beta(0) + alpha(1) / (beta(1) + alpha(2) / (beta(2) + ...))` to double precision.
 *
 * Source: Lentz's method as modified by Thompson and Barnett, J. Comput. Phys. 64 (1986).
 */
export function continuedFraction(alpha: (k: number) => number, beta: (k: number) => number): number {
  let fraction = awayFromZero(beta(0))
  let c = fraction
  let d = 0
  for (let k = 1; k < MAX_TERMS; k++) {
    const a = alpha(k)
    const b = beta(k)
    d = 1 / awayFromZero(b + a * d)
    c = awayFromZero(b + a / c)
    const change = d * c
    fraction *= change
    if (Number.isNaN(change)) return change
    // d * c is two roundings away from 1 at best: a tighter bound would never be met for some arguments.
    if (Math.abs(change - 1) <= 4 * Number.EPSILON) return fraction
  }
  throw new RangeError(`A continued fraction did not settle in ${MAX_TERMS} terms; test on fewer rows.`)
}

function awayFromZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}
