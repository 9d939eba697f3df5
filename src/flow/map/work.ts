import type { Candidate } from './candidates.ts'
import type { ColumnProfile } from './evidence.ts'
import type { RuleSpec } from './pack.ts'
import type { BatchProfile } from './profile.ts'
import type { Inquiry } from './question.ts'
import type { Synonyms } from './synonyms.ts'

/** What is known while a pack is proposed. */
export interface Work {
  profile: BatchProfile
  synonyms: Synonyms
  inquiry: Inquiry
  /** Target -> the column that fills it. */
  chosen: Map<string, Candidate>
  /** Rules that are made already: a question is asked once. */
  rules: Map<string, RuleSpec | null>
}

/** The column that was chosen for a target. */
export function columnOf(work: Work, target: string): ColumnProfile | undefined {
  const name = work.chosen.get(target)?.column
  return work.profile.columns.find((column) => column.name === name)
}
