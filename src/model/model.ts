/**
 * What a column holds. `timestamp` is naive and in UTC; `date` a calendar day; `seconds` a whole number of seconds;
 * `money` carries its currency in the column beside it (`currency`); `json` an object of source columns.
 */
export type ColumnType = 'text' | 'integer' | 'number' | 'money' | 'boolean' | 'timestamp' | 'date' | 'seconds' | 'json'

/** How close a column comes to a person. Decides what is masked: see docs/privacy.md. */
export type Sensitivity = 'none' | 'direct_id' | 'quasi_id' | 'free_text' | 'special'

export interface Column {
  name: string
  type: ColumnType
  /** One sentence: what the column holds, with its unit. */
  says: string
  sensitivity: Sensitivity
  /** A closed list from `vocabularies.ts`: values outside it are kept as the source wrote them, and reported. */
  vocabulary?: string
  /** The table whose `id` this column holds: the path along which a metric reaches its dimensions. */
  refers?: string
  /** Can a number be split by it? */
  dimension: boolean
  /** Is the local calendar day and hour kept beside it (`created_at` -> `created_on`, `created_hour`)? */
  local: boolean
  /** Filled by Rapport, never by a pack. */
  derived: boolean
  /** A day on which something happened: it counts for the as-of time, as moments do. Days of birth and launch do not. */
  event?: true
  /** Filled by a step after all loads (`flow/derive`): no load makes it, the step does. */
  afterLoads?: boolean
}

export interface Table {
  name: string
  /** What one row is. */
  row: string
  columns: Column[]
  /** Filled from records of a source (and so carries their provenance), written by Rapport itself, or rows of another table added up. */
  kind: 'record' | 'system' | 'rollup'
  /** Of a roll-up: the table whose rows it adds up, and which of its columns stands for the day of that one. */
  adds?: { table: string; day: string; month: string }
}
