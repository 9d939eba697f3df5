/**
 * All that linear models need of columns of numbers, whatever the number of rows: an engine counts these in one pass.
 * `covariance` is the population's (divided by n), symmetric, in the order of `names`.
 */
export interface Moments {
  names: string[]
  /** Rows in which every column has a value. */
  n: number
  mean: number[]
  covariance: number[][]
}

/** Moments of rows that are at hand, around their means so that large offsets cost no digits. */
export function momentsOf(names: string[], rows: number[][]): Moments {
  const n = rows.length
  const mean = names.map((_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / n)
  const covariance = names.map((_, i) =>
    names.map((_, j) => rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!), 0) / n),
  )
  return { names, n, mean, covariance }
}
