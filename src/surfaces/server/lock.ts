import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Problem, RapportError } from '../../errors.ts'
import { holdLock, type Lock, LockHeld } from '../../store/lock.ts'

/** Who holds the lock, in a file of its own: the lock file itself must never be opened by this process. */
export interface LockHolder {
  pid: number
  url?: string
  /** What `rapport intake` shows to the server: whoever may read this file may send. */
  key?: string
}

export interface ServerLock {
  /** Says where the server answers, for whoever is refused, and with what key arrivals of this machine are taken. */
  announce(url: string, key?: string): Promise<void>
  release(): Promise<void>
}

/** One server per data folder. */
export async function lockServer(folder: string): Promise<ServerLock> {
  const directory = resolve(folder)
  const holderFile = join(directory, 'server.json')
  let lock: Lock | undefined
  try {
    lock = await holdLock(directory, 'lock')
    await writeHolder(holderFile, { pid: process.pid })
  } catch (error) {
    await lock?.release()
    throw await refusal(error, directory, holderFile)
  }
  const held = lock
  let released = false
  return {
    announce: (url, key) => writeHolder(holderFile, { pid: process.pid, url, key }),
    release: async () => {
      if (released) return
      released = true
      await rm(holderFile, { force: true })
      await held.release()
    },
  }
}

/** Whole or not at all: a reader never sees half a file. */
async function writeHolder(file: string, holder: LockHolder): Promise<void> {
  await writeFile(`${file}.${process.pid}`, JSON.stringify(holder), { mode: 0o600 })
  await rename(`${file}.${process.pid}`, file)
}

async function refusal(error: unknown, directory: string, holderFile: string): Promise<RapportError> {
  if (error instanceof LockHeld) return new RapportError(alreadyServed(await readHolder(holderFile, error), directory))
  const message = error instanceof Error ? error.message : String(error)
  return new RapportError({
    code: 'lock-failed',
    message: `The data folder cannot be locked: ${message.split('\n')[0]}`,
    where: directory,
    fix: 'Check that the folder can be written to, or choose another one.',
  })
}

/** The engine names the process too: for the moment between its lock and its own file. */
async function readHolder(file: string, { pid }: LockHeld): Promise<Partial<LockHolder>> {
  const named = pid ? { pid } : {}
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as LockHolder
    return pid && holder.pid !== pid ? named : holder
  } catch {
    return named
  }
}

function alreadyServed(holder: Partial<LockHolder>, directory: string): Problem {
  const who = holder.pid ? `process ${holder.pid}` : 'another process'
  const at = holder.url ? ` at ${holder.url}` : ''
  return {
    code: 'server-running',
    message: `These data are already served by ${who}${at}.`,
    where: directory,
    fix: holder.url ? `Open ${holder.url}, or stop ${who} first.` : `Stop ${who} first, or use that server.`,
  }
}
