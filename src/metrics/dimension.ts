import type { Expression } from '../sql/expression.ts'

/**
 * Something a number can be split by: a model column flagged so (its id is the column's name on its own table), or an
 * expression of the catalogue such as an age band.
 */
export interface Dimension {
  id: string
  /** English; other languages by `dimensions.<id>`. */
  label: string
  table: string
  expression: Expression
  /** Vocabulary whose ids it holds: gives labels and order. */
  vocabulary?: string
  /** True for bands and dates: keep the order of the values instead of sorting by size. */
  ordered: boolean
  /** Width of a band, as an expression to aggregate (distinct ages seen): counts are then tested and shown per unit. */
  width?: Expression
  sensitivity: 'none' | 'direct_id' | 'quasi_id' | 'free_text' | 'special'
  defined_at: string
}
