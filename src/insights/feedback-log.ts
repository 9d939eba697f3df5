import { join } from 'node:path'
import { z } from 'zod'
import { openLog, readLog } from '../journal/append-log.ts'

export const feedbackStatuses = ['new', 'accepted', 'done'] as const
export type FeedbackStatus = (typeof feedbackStatuses)[number]

const markSchema = z.strictObject({
  /** Id of the survey in the model: the same after every build. */
  survey: z.string().min(1),
  status: z.enum(feedbackStatuses),
  note: z.string().min(1).optional(),
  by: z.string().min(1).optional(),
  /** Instant, UTC. */
  at: z.string().min(1),
})

/** What was decided about a comment. The last one about a survey holds; those before are its history. */
export type FeedbackMark = z.infer<typeof markSchema>

/** Below the data folder of a project, so that a new version of the data keeps it. */
export function feedbackFolder(watch: string): string {
  return join(watch, 'feedback')
}

/** What holds for each survey. A line that was damaged or is no mark is left out: the one before it about that survey holds. */
export async function readMarks(folder: string): Promise<Map<string, FeedbackMark>> {
  const marks = new Map<string, FeedbackMark>()
  for await (const lines of readLog(folder))
    for (const { text, damaged } of lines) {
      const mark = damaged ? null : parseMark(text)
      if (mark) marks.set(mark.survey, mark)
    }
  return marks
}

function parseMark(text: string): FeedbackMark | null {
  try {
    return markSchema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Keeps a mark; on the disk when it resolves. The log is open only as long as it is written, one mark after another: the command line and a
 * server may both write, each a whole line at the end.
 */
export function keepMark(folder: string, mark: FeedbackMark): Promise<void> {
  const line = JSON.stringify(markSchema.parse(mark))
  const kept = last.then(async () => {
    const log = await openLog(folder)
    try {
      await log.append([line])
    } finally {
      await log.close()
    }
  })
  last = kept.catch(() => {})
  return kept
}
