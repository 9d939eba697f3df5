import { RapportError } from '../errors.ts'
import { readPointer } from '../flow/publish/publish.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Viewer } from '../metrics/query.ts'
import { metricContext, type OpenVersion, openVersion, type Project, readProject } from '../project.ts'
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
  return { project, version, context: await metricContext(project, version, viewerOf(project, options)) }
}

/** Builds in a process of its own and shows how it goes. */
export async function buildProject(options: CommonOptions) {
  const progress = showProgress(options.json === true)
  try {
    return await runBuild({ project: projectOptions(options), guess: options.yes === true }, progress.update)
  } finally {
    progress.stop()
  }
}

export function notFound(message: string, fix: string): RapportError {
  return new RapportError({ code: 'not-found', message, fix }, 5)
}
