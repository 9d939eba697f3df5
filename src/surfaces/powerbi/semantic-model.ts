import type { Grain } from '../../calendar.ts'

/**
 * What a Power BI project says, before it is text: the hand-over between what builds it (`build-model.ts`) and what writes it (`tmdl.ts`,
 * `report.ts`). Names are as a reader sees them; ids come from names (`stable-id.ts`), so that the same model is written the same.
 */
export interface SemanticModel {
  /** File-safe: `Rapport`. */
  name: string
  /** `en-US`, `fr-FR`: of labels and formats. */
  culture: string
  tables: SemanticTable[]
  relationships: SemanticRelationship[]
  roles: SemanticRole[]
  /** Metrics that are no measures, and why, in the reader's language. */
  without: { metric: string; label: string; why: string }[]
}

/** One table, one Parquet file. */
export interface SemanticTable {
  name: string
  /** `cases.parquet`; null for a table that only holds measures. */
  file: string | null
  description: string
  /** Marked as date table: its key holds every day once. */
  isDate?: true
  hidden?: true
  columns: SemanticColumn[]
  hierarchies: { name: string; levels: { name: string; column: string }[] }[]
  measures: SemanticMeasure[]
}

export type SemanticType = 'string' | 'int64' | 'double' | 'boolean' | 'date' | 'dateTime'

export interface SemanticColumn {
  /** As a reader sees it. */
  name: string
  /** As it stands in the file. */
  source: string
  type: SemanticType
  description?: string
  format?: string
  key?: true
  hidden?: true
  /** Column by which the values are put in order. */
  sortBy?: string
  folder?: string
  /** Id of the dimension of the catalogue that the column shows: `channel`. */
  dimension?: string
  /** Of the date table: the period that the column names. */
  grain?: Grain
}

/** One metric of the catalogue in DAX. */
export interface SemanticMeasure {
  /** Id of the metric, `csat_mean`; parts that other measures are made of have `<metric>#<part>`. */
  metric: string
  name: string
  description: string
  dax: string
  format: string
  folder: string
  hidden?: true
  /** Names of the tables by which it is blank, since it cannot be split by them. */
  apart?: string[]
}

/** From many to one. */
export interface SemanticRelationship {
  from: { table: string; column: string }
  to: { table: string; column: string }
  /** Only one way between two tables is followed by itself; measures ask for the others by name. */
  active: boolean
}

/** Who sees which rows. */
export interface SemanticRole {
  name: string
  description: string
  /** DAX that is true for the rows of the table that the role sees. */
  filters: { table: string; dax: string }[]
}
