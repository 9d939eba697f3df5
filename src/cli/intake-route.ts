import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Problem, RapportError } from '../errors.ts'
import { openJournal } from '../journal/journal.ts'
import type { Project } from '../project.ts'
import { answerOf, readArrivals } from '../surfaces/server/intake/arrivals.ts'
import { type LockHolder, lockServer } from '../surfaces/server/lock.ts'
import type { IntakeAnswer } from '../surfaces/server/wire.ts'
import { unprovedSource } from './intake-door.ts'

/** Where records go: to the server of the project, or into its journal where none runs. */
export interface IntakeRoute {
  /** Lines of one source, which are on the disk when it answers. The same key again is the same delivery. */
  send(source: string, lines: string[], key: string): Promise<Omit<IntakeAnswer, 'position'>>
  close(): Promise<void>
}

type Pause = (milliseconds: number) => Promise<unknown>

/** So long a full disk or a busy server is waited for. */
const patience = 5 * 60_000
/** So long a server that just starts may take until it answers. */
const starting = 10_000

/** Whoever holds the lock of the data folder writes the journal. */
export async function openRoute(project: Project, pause: Pause = wait): Promise<IntakeRoute> {
  for (const deadline = Date.now() + starting; ; await pause(100)) {
    try {
      const lock = await lockServer(project.data.root)
      return await journalRoute(project, lock.release)
    } catch (error) {
      if (!(error instanceof RapportError) || error.problems[0]?.code !== 'server-running') throw error
      const { url, key } = await readHolder(project)
      if (url && key) return serverRoute(url, key, pause)
      if (Date.now() > deadline) throw error
    }
  }
}

async function readHolder({ data }: Project): Promise<Partial<LockHolder>> {
  try {
    return JSON.parse(await readFile(join(data.root, 'server.json'), 'utf8')) as LockHolder
  } catch {
    return {}
  }
}

async function journalRoute({ data, settings }: Project, release: () => Promise<void>): Promise<IntakeRoute> {
  const journal = await openJournal(data.journal).catch(async (error: unknown) => {
    await release()
    throw error
  })
  return {
    send: async (id, lines, sent) => {
      const source = unprovedSource(settings.sources.find((each) => each.id === id)!)
      const arrivals = readArrivals(source, { body: Buffer.from(lines.join('\n')), form: 'ndjson', sent })
      return answerOf(arrivals, await journal.append(arrivals))
    },
    close: async () => {
      await journal.close()
      await release()
    },
  }
}

function serverRoute(url: string, key: string, pause: Pause): IntakeRoute {
  const post = (source: string, lines: string[], sent: string): Promise<Response> =>
    fetch(new URL(`intake/${source}`, url), {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', 'idempotency-key': sent },
      body: lines.join('\n'),
    }).catch(() => {
      throw gone(url)
    })
  return {
    send: async (source, lines, sent) => {
      for (const deadline = Date.now() + patience; ; ) {
        const answer = await post(source, lines, sent)
        if (answer.ok) return (await answer.json()) as IntakeAnswer
        const {
          status: _,
          problems,
          ...problem
        } = (await answer.json()) as Problem & { status: number; problems?: Problem[] }
        const after = Number(answer.headers.get('retry-after') ?? 0) * 1000
        // Nothing of it could be read, and all of it is kept.
        if (answer.status === 400)
          return { kept: 0, duplicates: 0, rejected: lines.length, problems: problems ?? [problem] }
        if (after === 0 || Date.now() + after > deadline) throw new RapportError(problems ?? problem)
        await pause(after)
      }
    },
    close: async () => {},
  }
}

function gone(url: string): RapportError {
  return new RapportError({
    code: 'server-gone',
    message: `The server at ${url} does not answer any more.`,
    fix: 'Run the command again with the same input: what was taken before is known.',
  })
}
