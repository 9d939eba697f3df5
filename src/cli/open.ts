import type { Command } from 'commander'
import { buildProject } from './build-project.ts'
import { type CommonOptions, projectOptions, type ServeOptions, withData, withServer } from './options.ts'

export function addCommand(program: Command): void {
  withServer(
    withData(
      program
        .command('open <file...>')
        .description('From a file to a dashboard: recognise, map, check, serve. No project needed.'),
    ),
  )
    .addHelpText('after', '\nExample:\n  $ rapport open tickets.csv\n  $ rapport open tickets.csv --no-serve --json')
    .action(openFiles)
}

export async function openFiles(files: string[], options: ServeOptions): Promise<void> {
  const all: CommonOptions = { ...options, files: [...files, ...(options.files ?? [])] }
  const begun = performance.now()
  // The build begins in its own process, with one file on one core: what comes after is loaded and read on the other meanwhile.
  const [report, { project, parts, summarise }] = await Promise.all([buildProject(all), prepare(all)])
  const built = performance.now()
  if (options.serve === false || !options.json) await summarise({ project, parts, report, options: all, begun, built })
  if (options.serve !== false) await (await import('./serve.ts')).serveProject(project, { ...options, ...all })
}

/** Everything but the data. */
async function prepare(options: CommonOptions) {
  const [{ readProject }, { readParts }, { summarise }] = await Promise.all([
    import('../project.ts'),
    import('./opened.ts'),
    import('./summary.ts'),
  ])
  const project = await readProject(projectOptions(options))
  return { project, parts: await readParts(project), summarise }
}
