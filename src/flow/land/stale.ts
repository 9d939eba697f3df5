import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const host = hostname().replace(/[^A-Za-z0-9.]/g, '_')
const begun = /^\.landing-([^@]*)@(\d+)-/

/** A name for a copy on its way, that tells whose it is: the machine (or container) and the process. */
export function copyName(): string {
  return `.landing-${host}@${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`
}

/**
 * Removes copies that a killed build left behind: those of processes of this machine that are gone. What another machine or container
 * writes into the same folder is left alone, since nobody here knows whether it still runs.
 */
export async function removeStaleCopies(landing: string): Promise<void> {
  const names = await readdir(landing).catch(() => [])
  const stale = names.filter((name) => {
    const [, owner, pid] = begun.exec(name) ?? []
    return owner === host && !isRunning(Number(pid))
  })
  await Promise.all(stale.map((name) => rm(join(landing, name), { force: true })))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process may not be signalled, and is there.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
