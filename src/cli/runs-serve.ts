import { problemsOf } from '../errors.ts'
import type { Project } from '../project.ts'
import { openRunLedger } from '../watch/run-ledger.ts'
import { startRunner } from '../watch/runner.ts'
import { sayProblem } from './output.ts'
import { performRun, type RunWorld, tellFailure } from './perform-run.ts'

/** What runs at set times while a server runs. Null where nothing does. */
export async function serveRuns(project: Project, world: RunWorld): Promise<{ close(): Promise<void> } | null> {
  const { runs, zone } = project.settings
  if (runs.length === 0) return null
  const ledger = await openRunLedger(project.data.watch)
  const runner = startRunner({
    ...{ runs, zone, ledger, now: Date.now },
    perform: performRun(project, world),
    failed: (error, of) => {
      const [problem] = problemsOf(error)
      if (!problem) return
      sayProblem(problem)
      if (of) void tellFailure(project, world, of.run, problem.message, of.due).catch(() => {})
    },
  })
  return {
    close: async () => {
      await runner.close()
      await ledger.close()
    },
  }
}
