import { problemsOf, RapportError } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import type { Project } from '../project.ts'
import { lockServer } from '../surfaces/server/lock.ts'
import { type RunningAlerts, startAlerts } from '../watch/start-alerts.ts'
import { alertsOptions, type OpenForAlerts } from './alerts-services.ts'
import { sayProblem } from './output.ts'

/**
 * Alerts while a server runs: after each new version, which the next look finds, and every minute. Files alone have none. They begin in
 * the background: pages are there whatever is wrong with a rule, and a run of cron is waited for.
 */
export function serveAlerts(
  project: Project,
  options: { url: string; asOf?: string; every?: number; open?: OpenForAlerts; received?: Journal['received'] },
): RunningAlerts | null {
  if (project.directory === null) return null
  const said = new Set<string>()
  const failed = (error: unknown): void => {
    const [problem] = problemsOf(error)
    // The same fault once a minute would bury everything else.
    if (!problem || said.has(problem.message)) return
    said.add(problem.message)
    sayProblem(problem)
  }
  let closed = false
  const begin = async () => {
    const release = await whenFree(project, () => closed)
    if (!release) return null
    try {
      const every = options.every ?? 60_000
      const running = await startAlerts({ ...(await alertsOptions(project, options)), every, failed })
      return { running, release }
    } catch (error) {
      await release()
      throw error
    }
  }
  const beginning = begin()
  beginning.catch(failed)
  return {
    evaluateNow: async () => {
      const begun = await beginning
      return begun?.running.evaluateNow() ?? null
    },
    tell: async (...told) => {
      const begun = await beginning
      await begun?.running.tell(...told)
    },
    close: async () => {
      closed = true
      const begun = await beginning.catch(() => null)
      await begun?.running.close()
      await begun?.release()
    },
  }
}

const pause = 2000

async function whenFree(project: Project, given: () => boolean): Promise<(() => Promise<void>) | null> {
  while (!given()) {
    try {
      return await lockAlerts(project)
    } catch (error) {
      if (problemsOf(error)[0]?.code !== 'alerts-running') throw error
      await new Promise((resolve) => setTimeout(resolve, pause).unref())
    }
  }
  return null
}

/** One process evaluates: the ledger has one writer. */
export async function lockAlerts(project: Project): Promise<() => Promise<void>> {
  try {
    const lock = await lockServer(project.data.watch)
    return () => lock.release()
  } catch (error) {
    if (problemsOf(error)[0]?.code !== 'server-running') throw error
    throw new RapportError({
      code: 'alerts-running',
      message: 'Another process evaluates the alerts of this project: a running "rapport serve", or another run.',
      where: project.data.watch,
      fix: 'Leave it to the server; "rapport alerts list" and "history" read along.',
    })
  }
}
