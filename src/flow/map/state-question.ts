import type { Candidate } from './candidates.ts'
import { type ColumnProfile, overlapOf } from './evidence.ts'
import type { BatchProfile } from './profile.ts'
import { ask, type Inquiry } from './question.ts'
import { fold, type Synonyms } from './synonyms.ts'

const states = new Set(['state', 'etat', 'estado'])

/** A column called "State" whose values are neither US states nor states of a case: only a person knows. */
export function withoutUndecidedState(
  candidates: Candidate[],
  profile: BatchProfile,
  synonyms: Synonyms,
  inquiry: Inquiry,
): Candidate[] {
  const unclear = profile.columns.filter(
    (column) => states.has(fold(column.name)) && column.present > 0 && isUnclear(column, synonyms),
  )
  return unclear.reduce((rest, column) => {
    const answer = ask(inquiry, {
      id: `state:${column.name}`,
      column: column.name,
      question: `"${column.name}" holds ${column.values.slice(0, 3).join(', ') || 'many values'}: is it where the customer lives, or the state of the case?`,
      choices: [
        { value: 'customers.region', label: 'where the customer lives' },
        { value: 'cases.status', label: 'the state of the case' },
        { value: 'leave', label: 'leave it out' },
      ],
      best: column.values.length > 0 && column.values.length <= 8 ? 'cases.status' : 'customers.region',
    })
    const others = rest.filter((each) => each.column !== column.name)
    if (answer === null || answer === 'leave') return others
    return [{ column: column.name, target: answer, confidence: 0.99, reason: 'It was answered or guessed.' }, ...others]
  }, candidates)
}

function isUnclear(column: ColumnProfile, synonyms: Synonyms): boolean {
  const us = column.values.filter((value) => synonyms.usStates.has(fold(value))).length
  return us < column.values.length * 0.6 && overlapOf(column, synonyms.words.get('status')!, fold).share < 0.5
}
