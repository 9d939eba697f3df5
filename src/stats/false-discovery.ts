/** Of all that is called a finding, this share may be false. */
export const falseShare = 0.05

/** Does it stand after the correction for all that was tried? A test that could not be run does not. */
export function isReal(q: number | null | undefined): boolean {
  return isRealAt(q, falseShare)
}

/** The same where several families have to share what may be false. */
export function isRealAt(q: number | null | undefined, share: number): boolean {
  return q !== null && q !== undefined && q <= share
}

/**
 * Benjamini-Hochberg q values, in the order of the ps: calling every q <= 0.05 a finding keeps the expected share of
 * false ones at or below 5 %, for independent or positively dependent tests. A null p (a test that could not be run)
 * stays null and does not count as a test.
 *
 * Source: Y. Benjamini and Y. Hochberg, JRSS B 57 (1995).
 */
export function benjaminiHochberg(ps: (number | null)[]): (number | null)[] {
  const wrong = ps.find((p) => p !== null && !(p >= 0 && p <= 1))
  if (wrong !== undefined) throw new RangeError(`${wrong} is not a p value; pass 0 to 1, or null for a test not run.`)
  const tested = ps.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((a, b) => b.p - a.p)
  const qs: (number | null)[] = ps.map(() => null)
  let least = 1
  for (const [above, { p, index }] of tested.entries()) {
    const rank = tested.length - above
    // Dividing first keeps q from rounding below p.
    least = Math.min(least, p * (tested.length / rank))
    qs[index] = least
  }
  return qs
}

/**
 * Benjamini-Yekutieli q values: the same where tests may depend on each other in any way, as those of overlapping groups of the same
 * rows do. They are larger by the sum of 1/i over the tests.
 *
 * Source: Y. Benjamini and D. Yekutieli, Annals of Statistics 29 (2001).
 */
export function benjaminiYekutieli(ps: (number | null)[]): (number | null)[] {
  const tests = ps.filter((p) => p !== null).length
  const times = Array.from({ length: tests }, (_, at) => 1 / (at + 1)).reduce((sum, each) => sum + each, 0)
  return benjaminiHochberg(ps).map((q) => (q === null ? null : Math.min(1, q * times)))
}
