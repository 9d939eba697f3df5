import { rm } from 'node:fs/promises'
import { type Problem, problemsOf } from '../../errors.ts'

/** What arrived after a version was built, up to one position of the journal. */
export interface LiveTask {
  base: { id: string; position: number }
  to: number
  /** Positions that are left to the next build: nothing could be made of what stands there. */
  without?: number[]
}

export interface LiveReport {
  /** `<id>+<position>`. */
  version: string
  file: string
  position: number
  /** How many arrivals are in it. */
  arrivals: number
  /** When the last one of each source came, in milliseconds since 1970. */
  received: Record<string, number>
  /** What could not be read of the journal, or was left to the next build. */
  notes: Problem[]
  /** Of the processor, which other work on the machine changes little. */
  milliseconds: number
}

/** More than so many arrivals that nothing can be made of are no accident: the fault is elsewhere. */
const mostLeft = 20

/** Makes a live version, wherever that is done: here, or in a process that may die of it. */
export type BuildLive = (task: LiveTask) => Promise<LiveReport>

/**
 * Builds one live version after another, and leaves out what nothing can be made of: one thing that was sent must not keep everything behind
 * it from the pages. It is found by halves, said, and tried again by the next build of the version.
 */
export function liveBuilder(build: BuildLive): BuildLive {
  const left = new Map<number, Problem>()
  let good = { base: '', position: 0 }
  return async ({ base, to }) => {
    if (good.base !== base.id) {
      left.clear()
      good = { base: base.id, position: base.position }
    }
    for (;;) {
      const tryTo = (position: number) => build({ base, to: position, without: [...left.keys()] })
      try {
        const report = await tryTo(to)
        good = { base: base.id, position: to }
        return { ...report, notes: [...report.notes, ...left.values()] }
      } catch (error) {
        if (left.size >= mostLeft) throw error
        const culprit = await findCulprit({ after: good.position, to }, tryTo)
        if (culprit === null) continue
        // It fails without that one too: no arrival is at fault.
        if (left.has(culprit)) throw error
        left.set(culprit, leftNote(culprit, error))
      }
    }
  }
}

/** The first position with which a build fails; null where it fails no longer. */
async function findCulprit(
  { after, to }: { after: number; to: number },
  tryTo: (position: number) => Promise<LiveReport>,
): Promise<number | null> {
  const fails = async (position: number): Promise<boolean> => {
    const tried = await tryTo(position).catch(() => null)
    if (tried) await removeLive(tried.file)
    return tried === null
  }
  let [low, high] = [after, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (await fails(middle)) high = middle
    else low = middle
  }
  // Once more: a process may have died of something else.
  return (await fails(high)) ? high : null
}

function leftNote(position: number, error: unknown): Problem {
  const [problem] = problemsOf(error)
  return {
    code: 'arrival-left',
    message: `What came as number ${position} is not on the pages yet: ${problem?.message ?? ''}`.trim(),
    where: `journal, position ${position}`,
    fix: 'It is kept, and the next `rapport build` tries it again.',
  }
}

/** Everything that was written for one live version. */
export async function removeLive(file: string): Promise<void> {
  for (const end of ['', '.wal']) await rm(file + end, { force: true })
}
