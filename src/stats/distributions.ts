import { betaTails } from './incomplete-beta.ts'
import { logGammaQ } from './incomplete-gamma.ts'
import { deviance, stirlingError } from './saddle-point.ts'

/** P(Z <= z) of the standard normal; relative accuracy holds in the lower tail. Source: NIST DLMF 7.11.2. */
export function normalCdf(z: number): number {
  const tail = 0.5 * Math.exp(logGammaQ(0.5, 0.5 * z * z))
  return z > 0 ? 1 - tail : tail
}

/** The z with P(Z <= z) = p: -Infinity at 0, Infinity at 1, NaN outside. Newton steps on the cdf above. */
export function normalQuantile(p: number): number {
  return symmetricQuantile(p, (q) => {
    // Abramowitz and Stegun 26.2.23, good to 4.5e-4: only where to start.
    const t = Math.sqrt(-2 * Math.log(q))
    const rise = 2.515517 + t * (0.802853 + t * 0.010328)
    const start = Math.max(0, t - rise / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))))
    return solveTail(q, start, (z) => normalCdf(-z), normalDensity)
  })
}

/** How many standard errors a 95 % interval reaches to each side. */
export const normalReach = -normalQuantile(0.025)

/** P(T <= t) of Student's t with df > 0 (a fraction is fine); accurate in the lower tail. Source: DLMF 8.17, A&S 26.5.27. */
export function studentTCdf(t: number, df: number): number {
  if (Number.isNaN(t) || !(df > 0)) return Number.NaN
  if (df === Number.POSITIVE_INFINITY) return normalCdf(t)
  // Dividing first keeps t * t from overflowing.
  const r = (t / df) * t
  const [x, y] = r === Number.POSITIVE_INFINITY ? [0, 1] : [1 / (1 + r), r / (1 + r)]
  const tail = 0.5 * betaTails(x, y, 0.5 * df, 0.5).lower
  return t > 0 ? 1 - tail : tail
}

/** The t with P(T <= t) = p at df > 0: -Infinity at 0, Infinity at 1, NaN outside. Newton steps on the cdf above. */
export function studentTQuantile(p: number, df: number): number {
  if (!(df > 0)) return Number.NaN
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p)
  return symmetricQuantile(p, (q) =>
    // The tails of t are heavier than the normal's, so the normal quantile is never beyond the answer.
    solveTail(
      q,
      -normalQuantile(q),
      (t) => studentTCdf(-t, df),
      (t) => studentTDensity(t, df),
    ),
  )
}

/** P(X > x) of chi-square with df > 0: 1 at x <= 0, accurate down to 1e-300, 0 below. Source: DLMF 8.2, A&S 26.4.19. */
export function chiSquareSurvival(x: number, df: number): number {
  return Math.exp(chiSquareLogSurvival(x, df))
}

/** Natural logarithm of `chiSquareSurvival`: still ranks results whose p underflows to 0. */
export function chiSquareLogSurvival(x: number, df: number): number {
  return x <= 0 && df > 0 ? 0 : logGammaQ(0.5 * df, 0.5 * x)
}

/** P(X > f) of Fisher's F with d1, d2 > 0 degrees of freedom: 1 at f <= 0. Source: Abramowitz and Stegun 26.6.2. */
export function fSurvival(f: number, d1: number, d2: number): number {
  if (Number.isNaN(f) || !(d1 > 0 && d2 > 0 && d1 + d2 < Number.POSITIVE_INFINITY)) return Number.NaN
  if (f <= 0) return 1
  const r = (d1 / d2) * f
  if (r === Number.POSITIVE_INFINITY) return 0
  return betaTails(1 / (1 + r), r / (1 + r), 0.5 * d2, 0.5 * d1).lower
}

/** P(X <= k) of k successes or fewer in n trials of chance p. NaN outside the domain. Source: DLMF 8.17.5. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (Number.isNaN(k) || !(n >= 0) || !(p >= 0 && p <= 1)) return Number.NaN
  const whole = Math.floor(k)
  if (whole < 0) return 0
  if (whole >= n) return 1
  return betaTails(p, 1 - p, whole + 1, n - whole).upper
}

/** The least k with P(X <= k) >= q, in n trials of chance p. NaN outside the domain. */
export function binomialQuantile(q: number, n: number, p: number): number {
  if (!(q >= 0 && q <= 1) || Number.isNaN(binomialCdf(0, n, p))) return Number.NaN
  let low = 0
  let high = n
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (binomialCdf(middle, n, p) >= q) high = middle
    else low = middle + 1
  }
  return low
}

function symmetricQuantile(p: number, upperTail: (q: number) => number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN
  if (p === 0) return Number.NEGATIVE_INFINITY
  if (p === 1) return Number.POSITIVE_INFINITY
  if (p === 0.5) return 0
  return p < 0.5 ? -upperTail(p) : upperTail(1 - p)
}

/** The x >= 0 with survival(x) = q, 0 < q < 1/2: Newton on the logarithm, halving when a step leaves the bracket. */
function solveTail(q: number, start: number, survival: (x: number) => number, density: (x: number) => number): number {
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let x = start
  for (let step = 0; step < 200; step++) {
    const tail = survival(x)
    const excess = Math.log(tail / q)
    if (excess > 0) low = x
    else high = x
    const newton = x + (excess * tail) / density(x)
    if (Math.abs(newton - x) <= 2 * Number.EPSILON * x) return newton
    if (newton >= low && newton <= high) x = newton
    else x = high === Number.POSITIVE_INFINITY ? 2 * x + 1 : (low + high) / 2
  }
  return x
}

function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)
}

function studentTDensity(t: number, df: number): number {
  const half = 0.5 * df
  const front = stirlingError(half + 0.5) - stirlingError(half) - deviance(half, half + 0.5)
  return Math.exp(front - (half + 0.5) * Math.log1p((t / df) * t)) / Math.sqrt(2 * Math.PI)
}
