import { cancel, isCancel, note, select } from '@clack/prompts'
import { type Answers, dateOrderKey, type MappedBatch } from '../flow/flow.ts'

/** Can anybody answer? */
export function canAsk(options: { yes?: boolean; json?: boolean }): boolean {
  return !options.yes && !options.json && process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** Asks what only a person knows about unknown exports; an interrupted answer ends the program. */
export async function askQuestions(mappings: MappedBatch[]): Promise<Answers> {
  const answers: Answers = {}
  for (const { batch, path, proposed, dateOrder } of mappings) {
    if (dateOrder === 'unknown') answers[dateOrderKey(path)] = await askDateOrder(batch)
    if (!proposed || proposed.questions.length === 0) continue
    note(`${proposed.proposals.length} columns of ${batch} were recognised; ${proposed.questions.length} are unclear.`)
    for (const { id, question, choices, best } of proposed.questions)
      answers[id] = await choose(question, choices, best)
  }
  return answers
}

function askDateOrder(batch: string): Promise<string> {
  const choices = [
    { value: 'd/m/y', label: 'day, month, year (31/01/2026)' },
    { value: 'm/d/y', label: 'month, day, year (01/31/2026)' },
    { value: 'y/m/d', label: 'year, month, day (26-01-31)' },
  ]
  return choose(`How are the dates of ${batch} written? Every one of them can be read either way.`, choices, 'd/m/y')
}

async function choose(message: string, options: { value: string; label: string }[], best: string): Promise<string> {
  const answer = await select({ message, options, initialValue: best })
  if (isCancel(answer)) {
    cancel('Nothing was written.')
    process.exit(130)
  }
  return answer
}
