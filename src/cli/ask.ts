import { cancel, isCancel, note, select } from '@clack/prompts'
import type { Answers, MappedBatch } from '../flow/flow.ts'

/** Can anybody answer? */
export function canAsk(options: { yes?: boolean; json?: boolean }): boolean {
  return !options.yes && !options.json && process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Asks what only a person knows about unknown exports; an interrupted answer ends the program. */
export async function askQuestions(mappings: MappedBatch[]): Promise<Answers> {
  const answers: Answers = {}
  for (const { batch, proposed } of mappings) {
    if (!proposed || proposed.questions.length === 0) continue
    note(`${proposed.proposals.length} columns of ${batch} were recognised; ${proposed.questions.length} are unclear.`)
    for (const { id, question, choices, best } of proposed.questions) {
      const answer = await select({ message: question, options: choices, initialValue: best })
      if (isCancel(answer)) {
        cancel('Nothing was written.')
        process.exit(130)
      }
      answers[id] = answer
    }
  }
  return answers
}
