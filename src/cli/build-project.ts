import type { Answers, BuildReport } from '../flow/flow.ts'
import { runBuild } from './build-process.ts'
import { type CommonOptions, projectOptions } from './options.ts'
import { showProgress } from './progress.ts'

/** Builds in a process of its own and shows how it goes; on a terminal it asks where an unknown export is unclear. */
export async function buildProject(options: CommonOptions): Promise<BuildReport> {
  const report = await buildOnce(options)
  const unclear = report.mappings.filter((mapping) => (mapping.proposed?.questions.length ?? 0) > 0)
  if (unclear.length === 0) return report
  const { askQuestions, canAsk } = await import('./ask.ts')
  if (!canAsk(options)) return report
  return buildOnce(options, await askQuestions(unclear))
}

async function buildOnce(options: CommonOptions, answers?: Answers): Promise<BuildReport> {
  const progress = showProgress(options.json === true)
  try {
    return await runBuild({ project: projectOptions(options), guess: options.yes === true, answers }, progress.update)
  } finally {
    progress.stop()
  }
}
