import type { Threshold } from '../stats/threshold.ts'
import type { Row } from '../store/store.ts'
import type { SurveyFeature } from './survey-rows.ts'

/** Groups of customers that are compared with each other: enough for a variance, few enough for one pass. */
export const buckets = 50
/** Rows that a group needs before anything is said of it. */
export const fewestRows = 50
/** Levels of a category that the model tells apart. */
export const mostInModel = 6
/** Scores are counted on so many steps between the ends of their scale. */
export const steps = 20

export interface FeatureFacts extends SurveyFeature {
  known: number
  /** Mean on the scale of the model. */
  mean: number
  quarter: number
  median: number
  high: number
  /** Rows above 0. */
  positive: number
  /** Variance on the scale of the model. */
  variance: number
  /** Of an unevenness: mean of 1 / (2 (k - 1)) over the replies k that it is from. */
  looseness: number
  /** Of an unevenness: what its variance has of measuring, for each unit of looseness. */
  noise: number
}

export interface DelayBin {
  /** Seconds; the last bin has no end. */
  from: number
  to: number | null
  x: number
  n: number
  sum: number
  squares: number
  top: number
  bottom: number
}

/** The delay that a threshold was looked for in; `at` is where it lies, where there is one. */
export interface DriverDelay {
  feature: string
  bins: DelayBin[]
  threshold: Threshold | null
  at: number | null
}

/** The kept rows, and what asks about them. */
export interface Reader {
  table: string
  read: (text: string) => Promise<Row[]>
}

/** Yes or no, and a number that is 0 of most: told by whether it is above 0. How often a customer came is told by its size. */
export function isCounted({ kind, id }: SurveyFeature): boolean {
  return kind === 'flag' || (kind === 'count' && id !== 'contacts')
}

export const logged = (column: string) => `ln(1 + "${column}")`
