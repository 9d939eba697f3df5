import type { Sensitivity } from '../model/model.ts'
import type { Expression } from '../sql/expression.ts'

/**
 * Something a number can be split by: a model column flagged so (its id is the column's name on its own table), or an
 * expression of the catalogue such as an age band.
 */
export interface Dimension {
  id: string
  /** English; other languages by `dimensions.<id>`. */
  label: string
  /** For a model column, the first table that has it; `*` for one that splits the time basis of any table. */
  table: string
  expression: Expression
  /** The model column that it is, on whichever table is nearest; absent for an expression. */
  column?: string
  /** What its values are, so that text of a URL becomes the right value. */
  type: 'text' | 'number' | 'boolean' | 'date'
  /** Holds ids of this table, which are shown by their name. */
  named?: { table: string; column: string; sensitivity: Sensitivity }
  /** How a value becomes a label where no word stands for it. */
  format?: 'month' | 'half_month' | 'hour' | 'band' | 'years'
  /** Vocabulary whose ids it holds: gives labels and order. */
  vocabulary?: string
  /** True for bands and dates: keep the order of the values instead of sorting by size. */
  ordered: boolean
  /** Width of a band, as an expression to aggregate (distinct ages seen): counts are then tested and shown per unit. */
  width?: Expression
  /** True where only numbers a day are split by it: more splits for all others would be more tests for nothing. */
  ofDays?: true
  /** Width of a band in the unit of its values. */
  bands?: number
  sensitivity: Sensitivity
  defined_at: string
}
