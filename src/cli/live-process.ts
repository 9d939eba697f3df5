import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { type Problem, RapportError } from '../errors.ts'
import type { LiveReport, LiveTask } from '../flow/live/builder.ts'
import type { ProjectOptions } from '../project.ts'
import { spawnLimited } from './build-process.ts'

/** What the child says to each position that it is told, one JSON line each. */
export type LiveAnswer = { kind: 'live'; report: LiveReport } | { kind: 'failed'; problems: Problem[] }

export interface LiveProcess {
  /** Begins in advance: what comes first need not wait for a start. */
  warm(): void
  /** One at a time. */
  build(task: LiveTask): Promise<LiveReport>
  stop(): void
}

/** So long nothing small takes: whatever it is, it is stopped, and begun again. */
const deadline = 120_000

/**
 * A process of its own that lasts, with a bound on memory: what it has once loaded makes every further batch cheap, and something sent that
 * kills it never kills the server. It is started when it is first asked or warmed, and again after it died.
 */
export function startLiveProcess(project: ProjectOptions, spawn: typeof spawnLimited = spawnLimited): LiveProcess {
  let child: ChildProcess | null = null
  let answered: ((answer: LiveAnswer | null) => void) | null = null
  const begin = (): ChildProcess => {
    const order = JSON.stringify({ project, guess: false })
    const made = spawn([process.argv[1] ?? '', '__live', order], 'pipe')
    createInterface({ input: made.stdout! }).on('line', (line) => answered?.(JSON.parse(line) as LiveAnswer))
    made.stderr?.resume()
    made.stdin?.on('error', () => {})
    made.once('close', () => {
      if (child === made) child = null
      answered?.(null)
    })
    return made
  }
  const stop = (): void => void child?.kill('SIGKILL')
  process.once('exit', stop)
  return {
    warm: () => {
      child ??= begin()
    },
    build: async (task) => {
      child ??= begin()
      const answer = new Promise<LiveAnswer | null>((resolve) => {
        answered = resolve
      })
      child.stdin?.write(`${JSON.stringify(task)}\n`)
      const timer = setTimeout(stop, deadline)
      const said = await answer
      clearTimeout(timer)
      answered = null
      if (said?.kind === 'live') return said.report
      throw said ? new RapportError(said.problems, 3) : died(task)
    },
    stop: () => {
      process.removeListener('exit', stop)
      stop()
    },
  }
}

function died({ to }: LiveTask): RapportError {
  return new RapportError(
    {
      code: 'live-died',
      message: `The process that brings arrivals onto the pages ended without a result, at position ${to}.`,
      fix: 'Nothing is lost: arrivals are kept, and it is started again. If it goes on, run `rapport build`, which says what it cannot read.',
    },
    3,
  )
}
