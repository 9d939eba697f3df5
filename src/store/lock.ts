import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { openDuckdb } from './duckdb.ts'
import type { Store } from './store.ts'

export interface Lock {
  release(): Promise<void>
}

/** Somebody else has the lock; the engine mostly knows which process. */
export class LockHeld extends Error {
  readonly pid: number | undefined

  constructor(pid: number | undefined) {
    super(`held by ${pid ?? 'another process'}`)
    this.pid = pid
  }
}

const held = new Set<string>()

/**
 * A lock by name in a folder. Node has no `flock`, so the engine's own lock does it: a read-write attach of a file that is used for
 * nothing else, freed by the system however the process ends. The engine's lock is lost when any other code of this process opens and
 * closes that file (POSIX locks belong to the process): nothing here does. Throws `LockHeld`, or what the engine says.
 */
export async function holdLock(folder: string, name: string): Promise<Lock> {
  const directory = resolve(folder)
  const file = join(directory, `${name}.duckdb`)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (held.has(file)) throw new LockHeld(process.pid)
  held.add(file)
  let store: Store
  try {
    store = await attach(file, join(directory, `${name}.tmp`))
  } catch (error) {
    held.delete(file)
    throw heldBy(error)
  }
  return {
    release: async () => {
      if (held.delete(file)) await store.close()
    },
  }
}

function attach(file: string, temporary: string): Promise<Store> {
  return openDuckdb({ file, alias: 'lock', mode: 'write', temporary, memory: '64MB', threads: 1 })
}

function heldBy(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error)
  if (!/lock/i.test(message) || !/conflict|could not set lock/i.test(message)) return error
  return new LockHeld(Number(/PID (\d+)/.exec(message)?.[1]) || undefined)
}
