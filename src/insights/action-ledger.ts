import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isDay } from '../calendar.ts'
import { type Problem, RapportError } from '../errors.ts'

/** Beside `rapport.yaml`, one JSON object a line: to be kept under version control with it. */
export const ledgerName = 'actions.ndjson'

const day = z.string().refine(isDay, 'a day that exists: 2026-03-01')
const decisionSchema = z.strictObject({
  /** Rule of the playbook. */
  action: z.string().min(1),
  decision: z.enum(['accepted', 'rejected']),
  owner: z.string().min(1).optional(),
  /** First day on which things are done the new way. */
  from: day.optional(),
  note: z.string().min(1).optional(),
  /** Whom it was about when it was accepted: those are measured. */
  where: z
    .array(
      z.strictObject({
        dimension: z.string(),
        op: z.literal('in'),
        values: z.array(z.union([z.string(), z.number(), z.boolean()])),
      }),
    )
    .optional(),
  /** Instant, UTC. */
  decided_at: z.string().min(1),
})

/** What was decided about a recommendation. The last line about an action holds; earlier ones are its history. */
export type Decision = z.infer<typeof decisionSchema>

/** Every line, in the order in which they were written; none where the file is not there. */
export async function readDecisions(directory: string): Promise<Decision[]> {
  const text = await readFile(join(directory, ledgerName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const problems: Problem[] = []
  const decisions = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return []
    const decision = parseLine(line)
    if (decision) return [decision]
    problems.push({
      code: 'decision-unreadable',
      message: `This line is no decision: ${line.slice(0, 80)}`,
      where: `${ledgerName}:${index + 1}`,
      fix: 'Mend or remove the line; "rapport actions accept" and "reject" write such lines.',
    })
    return []
  })
  if (problems.length > 0) throw new RapportError(problems, 3)
  return decisions
}

function parseLine(line: string): Decision | null {
  try {
    return decisionSchema.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

/** The decision that holds for each action, the latest decided first. */
export function standingDecisions(decisions: Decision[]): Decision[] {
  return [...new Map(decisions.map((each) => [each.action, each])).values()].toSorted((a, b) =>
    b.decided_at.localeCompare(a.decided_at),
  )
}

/**
 * One line at the end of the file and nothing else: what was decided before cannot be lost. The system appends a line as a whole, also
 * when two people decide at once; a line that a crash cut short is closed first, so that it spoils itself alone.
 */
export async function appendDecision(directory: string, decision: Decision): Promise<void> {
  const path = join(directory, ledgerName)
  const before = await readFile(path).catch(() => Buffer.alloc(0))
  const open_line = before.length > 0 && before[before.length - 1] !== 10
  const file = await open(path, 'a')
  try {
    await file.write(`${open_line ? '\n' : ''}${JSON.stringify(decisionSchema.parse(decision))}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
