import { fSurvival } from './distributions.ts'
import { invert, invertIndependent } from './invert.ts'
import { type Tested, wald } from './wald.ts'

/**
 * Sums of products of columns by bucket, the first column being 1. Rows of one customer are in one bucket, so that what customers keep
 * to themselves is taken into account by looking at how the buckets differ.
 */
export interface BucketSums {
  names: string[]
  /** By bucket, the lower triangle in rows: `sums[bucket][i * (i + 1) / 2 + j]`, i >= j. */
  sums: Float64Array[]
}

/** A linear model whose errors hold where rows of a bucket go together and where their variance is uneven. */
export interface BucketFit {
  /** Columns that are in the model, without the intercept: constant ones and those made up of others are not. */
  names: string[]
  values: number[]
  covariance: number[][]
  n: number
  buckets: number
}

export const placeOf = (i: number, j: number): number => (i >= j ? (i * (i + 1)) / 2 + j : (j * (j + 1)) / 2 + i)

export function totalOf(sums: Float64Array[]): Float64Array {
  const total = new Float64Array(sums[0]?.length ?? 0)
  for (const each of sums) for (let i = 0; i < total.length; i++) total[i]! += each[i]!
  return total
}

/** Population covariance of columns from their sums; `columns` are places in `names`. */
export function covarianceOf(total: Float64Array, columns: number[]): number[][] {
  const n = total[0]!
  const mean = (i: number) => total[placeOf(i, 0)]! / n
  return columns.map((i) => columns.map((j) => total[placeOf(i, j)]! / n - mean(i) * mean(j)))
}

/**
 * Least squares of `y` on `xs` with a covariance from the buckets' scores. Source: K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986);
 * small-sample factor of A. C. Cameron and D. L. Miller, Journal of Human Resources 50 (2015).
 */
export function bucketRegression({ names, sums }: BucketSums, y: string, xs: string[]): BucketFit | null {
  const buckets = sums.filter((each) => each[0]! > 0)
  const total = totalOf(buckets)
  const n = total[0]!
  const target = names.indexOf(y)
  const all = xs.map((name) => names.indexOf(name))
  const spread = covarianceOf(total, all)
  const varied = all.filter((_, at) => spread[at]![at]! > 1e-9)
  const { places, inverse } = invertIndependent(covarianceOf(total, varied), 1e-6)
  const columns = places.map((at) => varied[at]!)
  const size = columns.length
  if (buckets.length < 3 || n <= size + 1 || size === 0) return null
  const means = columns.map((i) => total[placeOf(i, 0)]! / n)
  const level = total[placeOf(target, 0)]! / n
  const cross = columns.map((i, at) => total[placeOf(i, target)]! / n - means[at]! * level)
  const values = inverse.map((row) => row.reduce((sum, each, j) => sum + each * cross[j]!, 0))
  const intercept = level - values.reduce((sum, each, j) => sum + each * means[j]!, 0)
  const meat = columns.map(() => new Array<number>(size).fill(0))
  for (const bucket of buckets) {
    const residual = (i: number) =>
      bucket[placeOf(i, target)]! -
      intercept * bucket[placeOf(i, 0)]! -
      values.reduce((sum, each, j) => sum + each * bucket[placeOf(i, columns[j]!)]!, 0)
    const whole = residual(0)
    const score = columns.map((i, at) => residual(i) - means[at]! * whole)
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) meat[i]![j]! += score[i]! * score[j]!
  }
  const factor = (buckets.length / (buckets.length - 1)) * ((n - 1) / (n - size - 1))
  const half = inverse.map((row) =>
    columns.map((_, j) => row.reduce((sum, each, k) => sum + each * meat[k]![j]!, 0) / n),
  )
  const variance = half.map((row) =>
    columns.map((_, j) => (factor * row.reduce((sum, each, k) => sum + each * inverse[k]![j]!, 0)) / n),
  )
  return { names: columns.map((i) => names[i]!), values, covariance: variance, n, buckets: buckets.length }
}

/** A sum of coefficients with its interval and p; null where none of them is in the model. */
export function combinationOf(fit: BucketFit, weights: Record<string, number>): Tested | null {
  const places = fit.names.flatMap((name, at) => (weights[name] ? [{ at, weight: weights[name] }] : []))
  if (places.length === 0) return null
  const value = places.reduce((sum, { at, weight }) => sum + weight * fit.values[at]!, 0)
  const variance = places.reduce(
    (sum, a) => sum + places.reduce((own, b) => own + a.weight * b.weight * fit.covariance[a.at]![b.at]!, 0),
    0,
  )
  return bucketEstimate(value, variance, fit.buckets)
}

/** A value whose variance is from how buckets differ; where they do not, nothing is known of it. */
export function bucketEstimate(value: number, variance: number, buckets: number): Tested {
  const found = wald(value, Math.sqrt(Math.max(0, variance)), buckets - 1)
  return variance > 0 ? found : { ...found, p: 1 }
}

/** That all coefficients named are 0, by Hotelling's test on the buckets. Null where none of them is in the model. */
export function jointP(fit: BucketFit, names: string[]): number | null {
  const places = names.map((name) => fit.names.indexOf(name)).filter((at) => at >= 0)
  const q = places.length
  if (q === 0 || fit.buckets <= q + 1) return null
  const found = invert(places.map((i) => places.map((j) => fit.covariance[i]![j]!)))
  if ('dependent' in found) return null
  const statistic = places.reduce(
    (sum, i, a) => sum + places.reduce((own, j, b) => own + fit.values[i]! * found.inverse[a]![b]! * fit.values[j]!, 0),
    0,
  )
  const df = fit.buckets - q
  return fSurvival((statistic * df) / (q * (fit.buckets - 1)), q, df)
}
