import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Problem, RapportError } from '../../errors.ts'
import { openDuckdb } from '../../store/duckdb.ts'
import type { Store } from '../../store/store.ts'

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

const held = new Set<string>()

/**
 * One server per data folder. Node has no `flock`, so the engine's own lock does it: a read-write attach of a file that is
 * used for nothing else, freed by the system however the process ends. The engine's lock is lost when any other code of this
 * process opens and closes that file (POSIX locks belong to the process): nothing here does.
 */
export async function lockServer(folder: string): Promise<ServerLock> {
  const directory = resolve(folder)
  const holderFile = join(directory, 'server.json')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (held.has(directory)) throw new RapportError(alreadyServed({ pid: process.pid }, directory))
  held.add(directory)
  let store: Store
  try {
    store = await attach(directory)
    await writeHolder(holderFile, { pid: process.pid })
  } catch (error) {
    held.delete(directory)
    throw await refusal(error, directory, holderFile)
  }
  return {
    announce: (url, key) => writeHolder(holderFile, { pid: process.pid, url, key }),
    release: async () => {
      if (!held.delete(directory)) return
      await rm(holderFile, { force: true })
      await store.close()
    },
  }
}

function attach(directory: string): Promise<Store> {
  return openDuckdb({
    file: join(directory, 'lock.duckdb'),
    alias: 'lock',
    mode: 'write',
    temporary: join(directory, 'lock.tmp'),
    memory: '64MB',
    threads: 1,
  })
}

/** Whole or not at all: a reader never sees half a file. */
async function writeHolder(file: string, holder: LockHolder): Promise<void> {
  await writeFile(`${file}.${process.pid}`, JSON.stringify(holder), { mode: 0o600 })
  await rename(`${file}.${process.pid}`, file)
}

async function refusal(error: unknown, directory: string, holderFile: string): Promise<RapportError> {
  const message = error instanceof Error ? error.message : String(error)
  if (!/lock/i.test(message) || !/conflict|could not set lock/i.test(message))
    return new RapportError({
      code: 'lock-failed',
      message: `The data folder cannot be locked: ${message.split('\n')[0]}`,
      where: directory,
      fix: 'Check that the folder can be written to, or choose another one.',
    })
  return new RapportError(alreadyServed(await readHolder(holderFile, message), directory))
}

/** The engine names the process too: for the moment between its lock and its own file. */
async function readHolder(file: string, message: string): Promise<Partial<LockHolder>> {
  const pid = Number(/PID (\d+)/.exec(message)?.[1])
  const named = pid > 0 ? { pid } : {}
  try {
    const holder = JSON.parse(await readFile(file, 'utf8')) as LockHolder
    return pid > 0 && holder.pid !== pid ? named : holder
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
