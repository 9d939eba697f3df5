import { setTimeout as pause } from 'node:timers/promises'
import { RapportError } from '../../errors.ts'
import { holdLock, type Lock, LockHeld } from '../../store/lock.ts'
import type { DataFolder } from './publish.ts'

const retry = 100
/** How long a command waits for the build of another one. */
export const tenMinutes = 600_000

export interface Patience {
  /** Milliseconds to wait for a build that is under way. */
  wait: number
  /** Told once, before the waiting: who builds. */
  waiting(who: string): void
}

/**
 * One build of a project at a time: two would take the same arrivals, and the slower one would publish what is older. The second
 * waits, since what it was asked for may be newer than what the first one reads; at last it is refused.
 */
export async function lockBuild({ root }: DataFolder, { wait, waiting }: Patience): Promise<Lock> {
  const begun = performance.now()
  for (let told = false; ; told = true) {
    try {
      return await holdLock(root, 'build-lock')
    } catch (error) {
      if (!(error instanceof LockHeld)) throw failed(error as Error, root)
      const who = error.pid ? `process ${error.pid}` : 'another process'
      if (performance.now() - begun + retry > wait) throw underway(who, root)
      if (!told) waiting(who)
    }
    await pause(retry)
  }
}

function failed(error: Error, root: string): RapportError {
  return new RapportError({
    code: 'lock-failed',
    message: `The data folder cannot be locked: ${error.message.split('\n')[0]}`,
    where: root,
    fix: 'Check that the folder can be written to.',
  })
}

function underway(who: string, root: string): RapportError {
  return new RapportError({
    code: 'build-running',
    message: `This project is being built by ${who}.`,
    where: root,
    fix: 'Wait until it has ended and run the command again; what it publishes is served at once.',
  })
}
