import { RapportError } from '../errors.ts'
import { type Project, readProject } from '../project.ts'
import { type CommonOptions, projectOptions } from './options.ts'

/** A project that has a folder to keep something in. Files that were named directly have none: `needs` says what for. */
export async function readProjectFolder(
  options: CommonOptions,
  needs: string,
): Promise<Project & { directory: string }> {
  const project = await readProject(projectOptions(options))
  const { directory } = project
  if (directory !== null) return { ...project, directory }
  throw new RapportError(
    {
      code: 'project-needed',
      message: `${needs}: these files were named directly.`,
      where: '--files',
      fix: 'Write a project with "rapport init DIR --from FILE..." and say --project DIR.',
    },
    2,
  )
}
