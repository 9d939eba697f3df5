import type { Problem } from '../../errors.ts'

/** Something that only a person can know, with what we would answer. */
export interface Question {
  /** Stable: `date-order:Created at`. The key under which an answer is kept. */
  id: string
  column: string
  question: string
  choices: { value: string; label: string }[]
  best: string
}

/** How questions are dealt with: answered before, guessed (`--yes`), or left open. */
export interface Inquiry {
  answers: Record<string, string>
  guess: boolean
  open: Question[]
  notes: Problem[]
}

/** The answer to a question; `null` leaves the column unmapped. A guess is said, never silent. */
export function ask(inquiry: Inquiry, question: Question): string | null {
  const answer = inquiry.answers[question.id]
  if (answer !== undefined && question.choices.some(({ value }) => value === answer)) return answer
  inquiry.open.push(question)
  const label = question.choices.find(({ value }) => value === question.best)?.label ?? question.best
  inquiry.notes.push({
    code: inquiry.guess ? 'mapping-guessed' : 'mapping-undecided',
    message: inquiry.guess
      ? `${question.question} Nobody answered; taken as: ${label}.`
      : `${question.question} Nobody answered, so the column "${question.column}" stays out of the model.`,
    where: question.column,
    fix: `Answer on a terminal (rapport init), or write it into the pack: ${question.choices.map((choice) => choice.label).join(' / ')}.`,
  })
  return inquiry.guess ? question.best : null
}
