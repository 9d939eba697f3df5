import type { MetricUnit } from '../metrics/frame.ts'
import type { Query, RowsQuery } from '../metrics/query.ts'
import type { Estimate } from '../stats/difference.ts'

/** The questions that findings answer; one folder of words, one CLI kind and one file of `insights/` each. */
export type FindingKind =
  | 'anomalies'
  | 'change'
  | 'churn'
  | 'contacts'
  | 'drivers'
  | 'process'
  | 'segments'
  | 'signals'
  | 'staffing'
  | 'survival'
  | 'topics'
  | 'trends'
  | 'value'

/** What the data say beyond a number, how sure that is, and how to check it. Every sentence is in the viewer's language. */
export interface Finding {
  /** Stable from version to version: `drivers.csat.first_reply_time`. */
  id: string
  kind: FindingKind
  /** One sentence that a support lead understands; it says no more than the evidence does. */
  claim: string
  /** The figures behind the claim, with how many rows, in one sentence. */
  evidence: string
  confidence: Confidence
  /** What shows it again: the numbers, or the rows. Null where neither can. */
  check: Query | RowsQuery | null
  /** What the data cannot say, one sentence each: what is missing, who did not answer, that going together is no cause. */
  limits: string[]
}

/** How sure a finding is. A fact that was counted has no p. */
export interface Confidence {
  /** Rows it rests on. */
  n: number
  /** Size of the effect with its 95 % interval, in the unit given. */
  effect: (Estimate & { unit: MetricUnit }) | null
  p: number | null
  /** Benjamini-Hochberg over all `tried`; Benjamini-Yekutieli where these are tests of the same rows in many ways. */
  q: number | null
  /** Hypotheses of the same question that were tested beside this one, itself among them. */
  tried: number
}

/** A question that these data cannot answer, and the field that would let them. */
export interface NoFindings {
  refused: string
  /** Model columns that would help, `cases.created_at`. */
  missing: string[]
}
