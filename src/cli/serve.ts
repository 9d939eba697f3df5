import type { Command } from 'commander'
import { readPointer } from '../flow/publish/publish.ts'
import { openJournal } from '../journal/journal.ts'
import { type Project, readProject } from '../project.ts'
import { lockServer } from '../surfaces/server/lock.ts'
import { startServer } from '../surfaces/server/server.ts'
import { buildProject } from './build-project.ts'
import { intakeDoor } from './intake-door.ts'
import { startLive } from './live.ts'
import { liveWorld } from './live-world.ts'
import { viewerOf } from './model.ts'
import { projectOptions, type ServeOptions, withData, withServer } from './options.ts'
import { coloured, printJson, say } from './output.ts'

export function addCommand(program: Command): void {
  withServer(
    withData(
      program
        .command('serve')
        .description(
          'The dashboard, the API and what is sent to /intake, on this machine only; alerts and runs with it.',
        ),
    ),
  )
    .option('--watch', 'build again when files of the sources change')
    .addHelpText('after', '\nExamples:\n  $ rapport serve --project shop --port 4700\n  $ rapport serve --watch')
    .action(serveCommand)
}

async function serveCommand(options: ServeOptions): Promise<void> {
  const project = await readProject(projectOptions(options))
  if (!(await readPointer(project.data))) await buildProject(options)
  await serveProject(project, options)
}

/** Serves until the process is told to stop. A newer published version, and what arrives, is shown as soon as it is there. */
export async function serveProject(project: Project, options: ServeOptions): Promise<void> {
  const lock = await lockServer(project.data.root)
  // Files that were opened by name have nobody who sends.
  const journal = project.directory === null ? null : await openJournal(project.data.journal)
  const intake = journal ? await intakeDoor(project, journal) : undefined
  const live = await startLive(await liveWorld(project, options, journal))
  const looking = setInterval(() => void live.step(), journal ? 50 : 1000)
  const server = await startServer({
    port: options.port,
    current: live.take,
    live,
    viewer: viewerOf(project, options),
    startPage: options.startPage,
    intake,
  })
  await lock.announce(server.url, intake?.key)
  // Files alone have nobody to tell: what watches is not even read.
  const watching =
    journal &&
    (await (await import('./watching.ts')).startWatching(project, { live, journal, url: server.url }, options))
  if (options.json) printJson({ url: server.url })
  else say(`${coloured('bold', project.name)} is at ${coloured('cyan', server.url)}  (Ctrl-C ends it)`)
  if (options.open !== false && process.stdout.isTTY) await (await import('open')).default(server.url).catch(() => {})
  await stopped()
  if (watching) await watching.close()
  clearInterval(looking)
  await live.close()
  await server.close()
  await journal?.close()
  await lock.release()
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.removeAllListeners('SIGINT')
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
