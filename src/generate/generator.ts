import type { Sql } from '../sql/sql.ts'

/**
 * How much is wrong with the file: nothing; what exports usually have, in well-formed CSV (`some`); and on top of it records
 * that no CSV reader agrees on (`hard`).
 */
export type Dirt = 'none' | 'some' | 'hard'

/** What was asked for, with every default filled in. */
export interface Generation {
  /** Records to write, the header not counted. */
  rows: number
  seed: number
  /** The shape of the published data set instead of planted effects and dirt. */
  likePublished: boolean
  dirt: Dirt
  /** Weeks that the contacts span. */
  weeks: number
  /** First day, ISO, on which the weeks begin. */
  start: string
  /** `published`: the source's own columns; `recommended`: those, and the ones that the study recommends to add. */
  columns: 'published' | 'recommended'
}

/** One raw file as statements: nothing is run here. */
export interface RawFile {
  /** The file's name, as its source names it. */
  name: string
  /** Statements that make what `select` reads. */
  prepare: Sql[]
  /** The records in the order of the file, one column a field: or, for `lines`, one column `line` of finished text. */
  select: Sql
  lines: boolean
  /** Records of each kind of dirt, by id: exact. */
  dirt: Record<string, number>
}

/** One demo: raw files in one source system's own format, described as SQL. */
export interface Generator {
  name: string
  /** One sentence: which source it imitates. */
  says: string
  rows: number
  /** Rows of the published set, where there is one. */
  publishedRows?: number
  /** Weeks and first day where nothing else is asked for; 26 from 2024-01-01 when absent. */
  /** Id of the page that its demo opens on, once the data have it; the first of the sidebar when absent. */
  opensOn?: string
  period?: { weeks: number; start: string }
  files(generation: Generation): RawFile[]
}
