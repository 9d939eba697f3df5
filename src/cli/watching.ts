import { problemsOf } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import { type OpenVersion, openVersion, type Project } from '../project.ts'
import type { RunningAlerts } from '../watch/start-alerts.ts'
import { serveAlerts } from './alerts-serve.ts'
import { runBuild } from './build-process.ts'
import type { Live } from './live.ts'
import type { ServeOptions } from './options.ts'
import { sayProblem } from './output.ts'
import { serveRuns } from './runs-serve.ts'
import { watchFiles } from './watch-files.ts'

/** Everything that a server does by itself: alerts, runs at set times, and builds when files change. */
export async function startWatching(
  project: Project,
  { live, journal, url }: { live: Live; journal: Pick<Journal, 'received'>; url: string },
  options: ServeOptions,
): Promise<{ close(): Promise<void> }> {
  const alerts = serveAlerts(project, {
    ...{ url, received: journal.received },
    open: () => openShown(project, live, options),
  })!
  const unsubscribe = evaluateEach(live, alerts)
  const runs = await serveRuns(project, { alerts, url, asOf: options.asOf })
  const files = options.watch ? await buildOnChange(project) : null
  return {
    close: async () => {
      unsubscribe()
      await files?.close()
      await runs?.close()
      await alerts.close()
    },
  }
}

function buildOnChange({ settings, directory }: Project) {
  return watchFiles(settings.sources, directory, {
    onFilesChanged: async () => {
      await runBuild({ project: { directory: directory! }, guess: false }).catch((error: unknown) => {
        for (const problem of problemsOf(error)) sayProblem(problem)
      })
    },
  })
}

/** What is shown now, opened once more. Its small file may go in that very moment: then there is a newer one. */
async function openShown(project: Project, live: Live, options: ServeOptions): Promise<OpenVersion> {
  for (let tries = 0; ; tries++) {
    const { asOf, ...newest } = live.newest()
    try {
      return await openVersion(project, { ...newest, asOf: options.asOf ?? asOf, connections: 2 })
    } catch (error) {
      if (tries === 2) throw error
    }
  }
}

/** Alerts look at each version that is built; what arrives in between they see every minute. */
function evaluateEach(live: Live, alerts: Pick<RunningAlerts, 'evaluateNow'>): () => void {
  let built = live.state().id.split('+')[0]
  return live.subscribe((state) => {
    const id = state?.id.split('+')[0]
    if (id === undefined || id === built) return
    built = id
    // What fails is said by the look of the next minute.
    void alerts.evaluateNow().catch(() => {})
  })
}
