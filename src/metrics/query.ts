import type { Grain } from '../calendar.ts'

export type { Grain }

/** What a number is asked for with: the HTTP body, the CLI's flags, a tile's spec, an assistant's argument. Plain JSON. */
export interface Query {
  /** Metric ids, with a variant behind a colon (`csat_percent:zendesk`). */
  metrics: string[]
  /** Dimension ids. */
  by?: string[]
  where?: Condition[]
  /** Local days, both ends included, of each metric's own time basis. */
  range?: { from?: string; to?: string }
  /** In place of days: the last so many seconds before the now, of each metric's own time basis. A level stays the one at the now; splits are not tested. */
  last?: number
  grain?: Grain
  compare?: 'previous' | 'year'
  /** ISO instant, UTC; by default the newest event of the data. */
  as_of?: string
  order?: { by: string; descending?: boolean }
  limit?: number
}

/** `is_null` takes no values; `between` two, both included. Several conditions are joined by "and". */
export interface Condition {
  dimension: string
  op: 'in' | 'not_in' | 'between' | 'is_null' | 'not_null'
  values: (string | number | boolean)[]
}

/** The rows behind a cell. `table` is a model table; `columns` are its columns or dimensions reached by a link. */
export interface RowsQuery {
  table: string
  columns?: string[]
  where?: Condition[]
  range?: { from?: string; to?: string }
  /** Rows of this metric's numerator, denominator or population only. */
  metric?: { id: string; part: 'numerator' | 'denominator' | 'population' }
  /** Rows that a check found, by check id. */
  check?: string
  /**
   * Cases of one part of their process: `['path', ...steps]`, `['step', S]`, `['edge', S, NEXT]`, `['again', S]`, `['reopened']`, `['returned']`, `['reworked']`, or of a
   * process of the catalogue `['followed', ID]`, `['deviation', ID, KIND, S, OTHER]`.
   */
  process?: string[]
  as_of?: string
  /** Free text searched in id, subject and (where the viewer may) names. */
  search?: string
  order?: { by: string; descending?: boolean }
  /** 1-500, by default 50. */
  limit?: number
  /** Opaque: `next` of the page before. */
  cursor?: string
}

/** Who asks. Personal data is masked unless the viewer may see it. */
export interface Viewer {
  personalData: 'mask' | 'show'
  language: string
}
