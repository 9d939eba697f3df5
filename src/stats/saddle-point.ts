/**
 * The two pieces of Loader's saddle-point form of the Poisson and binomial probabilities. They keep full relative
 * accuracy where `exp(a ln x - x - lnGamma(a))` loses digits to cancellation (large counts).
 *
 * Source: C. Loader, "Fast and Accurate Computation of Binomial Probabilities", 2000 (also used by R's nmath).
 */

/** ln(n!) less its Stirling approximation `(n + 1/2) ln n - n + ln(2 pi)/2`, for any real n > 0. */
export function stirlingError(n: number): number {
  let steps = 0
  let m = n
  // The recurrence climbs to where six terms of the series are exact to double precision.
  while (m < 16) {
    steps += (m + 0.5) * Math.log1p(1 / m) - 1
    m += 1
  }
  const s = 1 / (m * m)
  const series = 1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360)))))
  return steps + series / m
}

/** `x ln(x/mean) + mean - x`, for x > 0 and mean > 0: the deviance of a count x from its mean, never negative. */
export function deviance(x: number, mean: number): number {
  const difference = x - mean
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference
  const v = difference / (x + mean)
  let sum = difference * v
  let term = 2 * x * v
  for (let j = 3; ; j += 2) {
    term *= v * v
    const next = sum + term / j
    if (next === sum) return sum
    sum = next
  }
}
