import type { Answers, BuildReport } from '../flow/flow.ts'
import { readPointer } from '../flow/publish/publish.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Viewer } from '../metrics/query.ts'
import {
  metricContext,
  type OpenVersion,
  openVersion,
  type Project,
  readMetrics,
  readProject,
  readProjectWords,
} from '../project.ts'
import { askQuestions, canAsk } from './ask.ts'
import { runBuild } from './build-process.ts'
import { type CommonOptions, projectOptions } from './options.ts'
import { showProgress } from './progress.ts'

/** Who asks on the command line. */
export function viewerOf(project: Project, options: CommonOptions): Viewer {
  return {
    personalData: options.showPersonal ? 'show' : project.settings.personal_data,
    language: options.lang ?? project.settings.language,
  }
}

export interface OpenModel {
  project: Project
  version: OpenVersion
  context: MetricContext
}

/** The project or files of the options, built when nothing is published yet, opened for reading. */
export async function openModel(options: CommonOptions): Promise<OpenModel> {
  const project = await readProject(projectOptions(options))
  if (!(await readPointer(project.data))) await buildProject(options)
  const version = await openVersion(project, { asOf: options.asOf })
  const viewer = viewerOf(project, options)
  const [catalogue, words] = await Promise.all([readMetrics(project), readProjectWords(project, viewer.language)])
  return { project, version, context: metricContext({ project, version, catalogue, words }, viewer) }
}

/** Builds in a process of its own and shows how it goes; on a terminal it asks where an unknown export is unclear. */
export async function buildProject(options: CommonOptions): Promise<BuildReport> {
  const report = await buildOnce(options)
  const unclear = report.mappings.filter((mapping) => (mapping.proposed?.questions.length ?? 0) > 0)
  if (unclear.length === 0 || !canAsk(options)) return report
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
