import { type ColumnProfile, overlapOf, scaleOf } from './evidence.ts'
import { caseLinks, quoted } from './links.ts'
import type { FillSpec } from './pack.ts'
import { ask } from './question.ts'
import { numberSpec } from './reading-of.ts'
import { ruleOf } from './rule-of.ts'
import { fold } from './synonyms.ts'
import { columnOf, type Work } from './work.ts'

/** A survey for each case with a score, on the scale that the values show or a person names. */
export function surveyFill(work: Work): FillSpec[] {
  const column = columnOf(work, 'surveys.score')
  if (!column) return []
  const satisfaction = work.synonyms.words.get('satisfaction')!
  const scale = scaleOf(column, satisfaction, fold) ?? askedScale(column, work)
  const number = scale?.words ? {} : numberSpec(column, work.inquiry)
  if (!scale || !number) {
    work.chosen.delete('surveys.score')
    return []
  }
  const { known } = overlapOf(column, satisfaction, fold)
  const ids = Object.entries(known)
  const words = Object.fromEntries(ids.map(([word, id]) => [word, id === 'good' ? 1 : id === 'bad' ? 0 : null]))
  const never = ids.filter(([, id]) => id === 'not_offered').map(([word]) => `'${word.replaceAll("'", "''")}'`)
  const comment = work.chosen.get('surveys.comment')?.column
  const { case: id, customer } = caseLinks(work)
  const when =
    never.length > 0 ? `${quoted(column.name)} not in (${never.join(', ')})` : `${quoted(column.name)} is not null`
  return [
    {
      table: 'surveys',
      when,
      columns: {
        kind: { value: kindOf(column, scale.kind) },
        ...(id ? { case: id, touchpoint: id } : {}),
        ...(customer ? { customer } : {}),
        score: ruleOf(column.name, { ...number, ...(scale.words ? { words } : {}) }),
        scale_min: { value: scale.min },
        scale_max: { value: scale.max },
        polarity: { value: 'higher_is_better' },
        ...(comment ? { comment } : {}),
      },
    },
  ]
}

function kindOf({ name }: ColumnProfile, kind: 'csat' | 'nps'): string {
  if (/\bnps\b|promoter/.test(fold(name))) return 'nps'
  return /csat|satisf|zufrieden/.test(fold(name)) ? 'csat' : kind
}

function askedScale(
  column: ColumnProfile,
  work: Work,
): { kind: 'csat' | 'nps'; min: number; max: number; words?: undefined } | null {
  const choices = ['1-5', '0-10', '1-7', '0-100'].filter(
    (choice) => Number(choice.split('-')[1]) >= (column.highest ?? 0),
  )
  const answer = ask(work.inquiry, {
    id: `scale:${column.name}`,
    column: column.name,
    question: `The scores in "${column.name}" go from ${column.lowest ?? '?'} to ${column.highest ?? '?'}: on which scale were they given?`,
    choices: choices.map((value) => ({ value, label: value })),
    best: choices[0] ?? '0-100',
  })
  if (!answer) return null
  const [min, max] = answer.split('-').map(Number)
  return { kind: answer === '0-10' ? 'nps' : 'csat', min: min!, max: max! }
}
