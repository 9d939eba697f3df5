import { chiSquareSurvival } from './distributions.ts'

/** A chi-square test of counts. */
export interface ChiSquare {
  statistic: number
  /** Degrees of freedom. */
  df: number
  /** Underflows to 0 below about 1e-308; `chiSquareLogSurvival(statistic, df)` still ranks those. */
  p: number
  /** Least expected count: below 5, distrust p (Cochran 1954). */
  minExpected: number
}

/** Pearson's test of independence, with how strong the association is. */
export interface Independence extends ChiSquare {
  /** 0 to 1, whatever the size of table and sample. Source: H. Cramér, 1946. */
  cramersV: number
}

/**
 * Pearson's chi-square test that rows and columns of a table of counts are independent, without Yates' correction.
 * Empty rows and columns say nothing and are dropped; null when fewer than two of either remain.
 *
 * Source: K. Pearson, Phil. Mag. 50 (1900); A. Agresti, Categorical Data Analysis, 3rd ed., 3.2.1 and 2.4.
 */
export function chiSquareIndependence(table: number[][]): Independence | null {
  const width = table[0]?.length ?? 0
  const ragged = table.findIndex((row) => row.length !== width)
  if (ragged >= 0) {
    throw new RangeError(`Row ${ragged} has ${table[ragged]?.length} counts, row 0 has ${width}; fill gaps with 0.`)
  }
  const allRows = table.map((row, index) => sum(checkCounts(row, `row ${index}`)))
  const allColumns = Array.from({ length: width }, (_, column) => sum(table.map((row) => row[column]!)))
  const counts = table.filter((_, row) => allRows[row]! > 0).map((row) => row.filter((_, i) => allColumns[i]! > 0))
  const rows = allRows.filter((total) => total > 0)
  const columns = allColumns.filter((total) => total > 0)
  if (rows.length < 2 || columns.length < 2) return null

  const n = sum(rows)
  const expected = rows.flatMap((row) => columns.map((column) => row * (column / n)))
  const statistic = distance(counts.flat(), expected)
  const df = (rows.length - 1) * (columns.length - 1)
  // Rounding can lift a perfect association just above 1.
  const cramersV = Math.min(1, Math.sqrt(statistic / n / (Math.min(rows.length, columns.length) - 1)))
  return { statistic, df, p: chiSquareSurvival(statistic, df), minExpected: Math.min(...expected), cramersV }
}

/**
 * Pearson's chi-square test that counts are spread evenly, or in proportion to `weights` (widths of age bands, days of
 * months). Null with no counts, or with fewer than two categories of positive weight.
 *
 * Source: K. Pearson, Phil. Mag. 50 (1900).
 */
export function chiSquareEven(counts: number[], weights: number[] = counts.map(() => 1)): ChiSquare | null {
  if (weights.length !== counts.length) {
    throw new RangeError(`${counts.length} counts and ${weights.length} weights; pass one weight for each count.`)
  }
  checkCounts(counts, 'the counts')
  checkCounts(weights, 'the weights')
  const impossible = counts.findIndex((count, i) => count > 0 && weights[i] === 0)
  if (impossible >= 0) {
    throw new RangeError(`Category ${impossible} has ${counts[impossible]} counts and weight 0; give it a weight.`)
  }
  const kept = counts.filter((_, i) => weights[i]! > 0)
  const keptWeights = weights.filter((weight) => weight > 0)
  const n = sum(kept)
  if (kept.length < 2 || n === 0) return null
  const whole = sum(keptWeights)
  const expected = keptWeights.map((weight) => n * (weight / whole))
  const statistic = distance(kept, expected)
  const df = kept.length - 1
  return { statistic, df, p: chiSquareSurvival(statistic, df), minExpected: Math.min(...expected) }
}

function distance(counts: number[], expected: number[]): number {
  return sum(counts.map((count, i) => (count - expected[i]!) ** 2 / expected[i]!))
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function checkCounts(counts: number[], place: string): number[] {
  const wrong = counts.find((count) => !(count >= 0 && count < Number.POSITIVE_INFINITY))
  if (wrong !== undefined) throw new RangeError(`${wrong} in ${place} is not a count; pass numbers from 0 up.`)
  return counts
}
