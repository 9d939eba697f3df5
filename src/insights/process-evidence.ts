/** One step of the process, over all cases. */
export interface StepEvidence {
  /** The source's own word, or `activity:...` for an id of the model. */
  step: string
  count: number
  /** Cases that have it, that begin and end with it, and that have it more than once. */
  cases: number
  starts: number
  ends: number
  repeated: number
  /** Its mean place in a case, from 1. */
  place: number
}

/** One step that follows another directly. Waits in seconds; null where no moment is known. */
export interface EdgeEvidence {
  from: string
  to: string
  count: number
  cases: number
  median: number | null
  p90: number | null
  total: number | null
}

export interface Spread {
  mean: number
  median: number
  max: number
}

/** What the store says of a process: counts and quantiles, no rows. */
export interface ProcessEvidence {
  /** Read from statuses and filled fields: what happened, not when. */
  inferred: boolean
  /** Cases in question, and those with at least one step. */
  cases: number
  traced: number
  events: number
  /** Events without a moment: they have no place, so they count nowhere. */
  undated: number
  /** Cases with two events of one moment: theirs is the source's own order. */
  tied: number
  /** Cases with a step that comes twice. */
  reworked: number
  length: Spread
  duration: Spread | null
  steps: StepEvidence[]
  edges: EdgeEvidence[]
  /** The most frequent sequences, and how many there are. */
  variants: { path: string[]; cases: number }[]
  variant_count: number
  /** Work that went from one agent to another, and back to the one before. */
  handovers: number
  returned: number
  returned_cases: number
  /** Turns of work that could have gone back, having had two before them; and the chance that two turns are of one agent, whoever follows whom. */
  returnable: number
  same_agent: number | null
  /** The log's own word after which a case counts as done; null where the model's statuses say it. */
  closing: string | null
  /** Steps with which a case went on after it was done. */
  reopens: { step: string; count: number; cases: number }[]
  reopened_cases: number
  /** Cases with a step that comes twice and that never went on after they were done, and the steps. */
  reworked_apart: number
  repeated_apart: { step: string; cases: number }[]
  /** Of an inferred process: where its cases stand now, by the model's statuses. */
  statuses: { status: string; cases: number }[]
}
