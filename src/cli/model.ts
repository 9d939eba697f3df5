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

import { buildProject } from './build-project.ts'
import { type CommonOptions, projectOptions } from './options.ts'

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

/** The project or files of the options, built when nothing is published yet, opened for reading; `into` is a folder that tables may be written to. */
export async function openModel(options: CommonOptions & { into?: string }): Promise<OpenModel> {
  const project = await readProject(projectOptions(options))
  if (!(await readPointer(project.data))) await buildProject(options)
  const version = await openVersion(project, { asOf: options.asOf, into: options.into })
  const viewer = viewerOf(project, options)
  const [catalogue, words] = await Promise.all([readMetrics(project), readProjectWords(project, viewer.language)])
  return { project, version, context: metricContext({ project, version, catalogue, words }, viewer) }
}
