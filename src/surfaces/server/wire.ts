import type { Problem } from '../../errors.ts'
import type { PageView } from '../../pages/view.ts'

/** Answers of the API that belong to no lower room. The browser takes the types from here. */
export interface MetricEntry {
  id: string
  label: string
  question: string
  unit: string
  better: string
  table: string
  family: string
  variant: string
  /** Model columns that this source lacks: empty when the number can be known. */
  missing: string[]
  defined_at: string
}

export interface DimensionEntry {
  id: string
  label: string
  table: string
  /** Does this source fill it? */
  available: boolean
}

/** One value of a dimension, for a filter to offer. */
export interface ValueEntry {
  value: string | number | boolean | null
  label: string
  /** Rows that have it. */
  n: number
}

/** A page for in-place navigation: the view as JSON and the same view drawn. */
export interface PageAnswer {
  view: PageView
  html: string
  /** Title of the browser's tab. */
  title: string
}

export interface VersionAnswer {
  product: string
  version: string
  data: { id: string; as_of: string | null; zone: string; source: string }
  languages: string[]
}

/** Words of the browser's own controls, by id. */
export interface WordsAnswer {
  language: string
  locale: string
  messages: Record<string, string>
}

/** What became of the records of one body. */
export interface IntakeAnswer {
  /** New, and on the disk. */
  kept: number
  /** Known already: nothing was written. */
  duplicates: number
  /** Unreadable: kept as rejects. */
  rejected: number
  /** Of the last of them in the journal. */
  position: number
  /** What is wrong with the first of those that were rejected. */
  problems?: Problem[]
}
