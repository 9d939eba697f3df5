import { problemsOf, RapportError } from '../errors.ts'
import type { Project } from '../project.ts'
import { lockServer } from '../surfaces/server/lock.ts'
import { type RunningAlerts, startAlerts } from '../watch/start-alerts.ts'
import { alertsOptions } from './alerts-services.ts'
import { sayProblem } from './output.ts'

/** Alerts while a server runs: after each new version, which the next look finds, and every minute. Files alone have none. */
export async function serveAlerts(
  project: Project,
  options: { url: string; asOf?: string; every?: number },
): Promise<RunningAlerts | null> {
  if (project.directory === null) return null
  const release = await lockAlerts(project)
  const said = new Set<string>()
  const failed = (error: unknown): void => {
    const [problem] = problemsOf(error)
    // The same fault once a minute would bury everything else.
    if (!problem || said.has(problem.message)) return
    said.add(problem.message)
    sayProblem(problem)
  }
  const running = await startAlerts({
    ...(await alertsOptions(project, options)),
    every: options.every ?? 60_000,
    failed,
  })
  return {
    ...running,
    close: async () => {
      await running.close()
      await release()
    },
  }
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
