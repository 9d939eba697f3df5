import { type ChildProcess, spawn } from 'node:child_process'
import { constants, setPriority, totalmem } from 'node:os'
import { createInterface } from 'node:readline'
import { type ExitCode, type Problem, RapportError } from '../errors.ts'
import type { Answers, BuildReport, MappedBatch, Progress } from '../flow/flow.ts'
import type { ProjectOptions } from '../project.ts'

/** What the child is told, as one JSON argument. */
export interface BuildOrder {
  project: ProjectOptions
  /** Take the best guess where a column is unclear. */
  guess: boolean
  answers?: Answers
  /** Land and map only: for `init`. */
  mapOnly?: boolean
  /** Nobody waits for it: those who read pages go first. */
  background?: boolean
}

/** What the child says, one JSON line each. */
export type BuildMessage =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'report'; report: BuildReport }
  | { kind: 'mapped'; mappings: MappedBatch[]; notes: Problem[] }
  | { kind: 'failed'; problems: Problem[]; exitCode: ExitCode }

const DEADLINE_MINUTES = 120

/**
 * Runs a build in a process of its own, with a bound on memory and on time: a hostile file kills a build, never the program
 * that serves. Without `sh` only the deadline holds (`rapport doctor` says so).
 */
export async function runBuild(
  order: BuildOrder,
  onProgress: (progress: Progress) => void = () => {},
): Promise<BuildReport> {
  const message = await runChild(order, onProgress)
  if (message.kind !== 'report') throw silent(message.kind, '')
  return message.report
}

/** Lands and maps files in the same kind of process. */
export async function runMapping(order: BuildOrder): Promise<Extract<BuildMessage, { kind: 'mapped' }>> {
  const message = await runChild({ ...order, mapOnly: true }, () => {})
  if (message.kind !== 'mapped') throw silent(message.kind, '')
  return message
}

async function runChild(order: BuildOrder, onProgress: (progress: Progress) => void): Promise<BuildMessage> {
  const child = spawnLimited([process.argv[1] ?? '', '__build', JSON.stringify(order)])
  if (order.background) stepBack(child)
  const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MINUTES * 60_000)
  let last: BuildMessage | undefined
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4000)
  })
  const stop = (): void => void child.kill('SIGKILL')
  process.once('exit', stop)
  const closed = new Promise<NodeJS.Signals | number | null>((resolve) => {
    child.on('close', (code, signal) => resolve(signal ?? code))
  })
  for await (const line of createInterface({ input: child.stdout! })) {
    const message = JSON.parse(line) as BuildMessage
    if (message.kind === 'progress') onProgress(message.progress)
    else last = message
  }
  const ended = await closed
  clearTimeout(deadline)
  process.removeListener('exit', stop)
  if (last?.kind === 'failed') throw new RapportError(last.problems, last.exitCode)
  if (last) return last
  throw silent(String(ended), stderr)
}

function stepBack({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It has ended already, or the system does not let us: then it goes on like any other.
  }
}

function silent(ended: string, stderr: string): RapportError {
  return new RapportError(
    {
      code: 'build-died',
      message: `The build ended without a result (${ended}). ${stderr.trim().split('\n').at(-1) ?? ''}`.trim(),
      fix: 'Nothing was published; what was served before still is. A file that needs more memory than the limit does this: split it, or set RAPPORT_MEMORY_GB.',
    },
    3,
  )
}

/**
 * Address space, in GiB, that a process has and does not use: stacks of its threads, room that JavaScript and the allocator keep for later. The
 * system's limit counts it, so it comes on top of what a build may really fill (10M touchpoints in 2 GB: 1.7 GB filled, 2.6 GB counted).
 */
const unused = 1

/** Memory that a build may take, in GiB: three quarters of the machine, or what `RAPPORT_MEMORY_GB` says. */
export function memoryLimit(environment: NodeJS.ProcessEnv = process.env): number {
  return Number(environment.RAPPORT_MEMORY_GB) || Math.max(2, Math.floor((totalmem() / 2 ** 30) * 0.75))
}

/** This program again, with a bound on its memory; what it says stands on its standard output. */
export function spawnLimited(args: string[], input: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
  if (process.platform === 'win32') return spawnPiped(process.execPath, args, input)
  const limit = (memoryLimit() + unused) * 1024 * 1024
  return spawnPiped('sh', ['-c', `ulimit -d ${limit} 2>/dev/null; exec "$0" "$@"`, process.execPath, ...args], input)
}

function spawnPiped(command: string, args: string[], input: 'ignore' | 'pipe'): ChildProcess {
  return spawn(command, args, { stdio: [input, 'pipe', 'pipe'] })
}
