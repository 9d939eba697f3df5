import { wordsOf } from '../../model/vocabularies.ts'
import { type ColumnProfile, overlapOf } from './evidence.ts'
import type { RuleSpec } from './pack.ts'
import { momentSpec, numberSpec, type ReadingSpec } from './reading-of.ts'
import { fold } from './synonyms.ts'
import { columnOf, type Work } from './work.ts'

/** A rule with its details, or the name alone. */
export function ruleOf(
  column: string,
  spec: ReadingSpec & { words?: Record<string, string | number | null> },
): RuleSpec {
  const { says: _, ...details } = spec
  return Object.keys(details).length === 0 ? column : { from: column, ...details }
}

/** Without a known reading the column stays out, and is no proposal any more. */
export function readRule(
  work: Work,
  target: string,
  read: (column: ColumnProfile) => ReadingSpec | null,
): RuleSpec | null {
  const made = work.rules.get(target)
  if (made !== undefined) return made
  const column = columnOf(work, target)
  const spec = column && read(column)
  const rule = column && spec ? ruleOf(column.name, spec) : null
  if (!rule) work.chosen.delete(target)
  else if (spec?.says) explain(work, target, spec.says)
  work.rules.set(target, rule)
  return rule
}

function explain(work: Work, target: string, says: string): void {
  const candidate = work.chosen.get(target)!
  work.chosen.set(target, { ...candidate, reason: `${candidate.reason.slice(0, -1)}; ${says}.` })
}

export const momentRule = (work: Work, target: string): RuleSpec | null =>
  readRule(work, target, (column) =>
    momentSpec(
      column,
      work.profile.columns.filter((other) => other !== column),
      work.inquiry,
    ),
  )

export const numberRule = (work: Work, target: string): RuleSpec | null =>
  readRule(work, target, (column) => numberSpec(column, work.inquiry))

/** Words of the source -> ids; those that nobody knows are kept as they are and reported. */
export function wordRule(work: Work, target: string, vocabulary: string): RuleSpec | null {
  const column = columnOf(work, target)
  if (!column) return null
  const { known } = overlapOf(column, work.synonyms.words.get(vocabulary)!, fold)
  const ids = new Set(wordsOf(vocabulary))
  const words = Object.fromEntries(Object.entries(known).filter(([word]) => !ids.has(word.toLowerCase())))
  return ruleOf(column.name, Object.keys(words).length > 0 ? { words } : {})
}
