import type { Command } from 'commander'
import { readPointer } from '../flow/publish/publish.ts'
import { openJournal } from '../journal/journal.ts'
import { openVersion, type Project, readProject } from '../project.ts'
import { lockServer } from '../surfaces/server/lock.ts'
import { startServer } from '../surfaces/server/server.ts'
import { buildProject } from './build-project.ts'
import { doorsOf } from './doors.ts'
import { intakeDoor } from './intake-door.ts'
import { viewerOf } from './model.ts'
import { readShared } from './opened.ts'
import { projectOptions, type ServeOptions, withData, withServer } from './options.ts'
import { coloured, printJson, say } from './output.ts'

export function addCommand(program: Command): void {
  withServer(withData(program.command('serve').description('The dashboard and the API, on this machine only.')))
    .addHelpText('after', '\nExample:\n  $ rapport serve --project shop --port 4700')
    .action(serveCommand)
}

async function serveCommand(options: ServeOptions): Promise<void> {
  const project = await readProject(projectOptions(options))
  if (!(await readPointer(project.data))) await buildProject(options)
  await serveProject(project, options)
}

/** Serves until the process is told to stop. A newer published version is picked up by the next request. */
export async function serveProject(project: Project, options: ServeOptions): Promise<void> {
  const lock = await lockServer(project.data.root)
  const versions = await currentVersions(project, options)
  // Files that were opened by name have nobody who sends.
  const journal = project.directory === null ? null : await openJournal(project.data.journal)
  const intake = journal ? await intakeDoor(project, journal) : undefined
  const server = await startServer({
    port: options.port,
    current: versions.current,
    viewer: viewerOf(project, options),
    startPage: options.startPage,
    intake,
  })
  await lock.announce(server.url, intake?.key)
  // Files alone have no alerts: what watches is not even read.
  const alerts =
    project.directory &&
    (await import('./alerts-serve.ts')).serveAlerts(project, { url: server.url, asOf: options.asOf })
  if (options.json) printJson({ url: server.url })
  else say(`${coloured('bold', project.name)} is at ${coloured('cyan', server.url)}  (Ctrl-C ends it)`)
  if (options.open !== false && process.stdout.isTTY) await (await import('open')).default(server.url).catch(() => {})
  await stopped()
  if (alerts) await alerts.close()
  await server.close()
  await journal?.close()
  await versions.close()
  await lock.release()
}

/** The doors of the version that the pointer names now; looked up at most once a second, old ones let go when unused. */
async function currentVersions(project: Project, options: ServeOptions) {
  let open = await openOne(project, options)
  let looked = Date.now()
  let looking: Promise<void> | null = null
  const look = async (): Promise<void> => {
    const pointer = await readPointer(project.data)
    if (!pointer || pointer.current === open.doors.version.id) return
    const old = open
    open = await openOne(project, options)
    setTimeout(() => void old.close(), 60_000).unref()
  }
  return {
    current: async () => {
      if (Date.now() - looked > 1000) {
        looked = Date.now()
        looking ??= look().finally(() => {
          looking = null
        })
        await looking
      }
      return open.doors
    },
    close: () => open.close(),
  }
}

async function openOne(project: Project, options: ServeOptions) {
  const version = await openVersion(project, { asOf: options.asOf, connections: 8 })
  return { doors: doorsOf(await readShared(project, version)), close: () => version.close() }
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.removeAllListeners('SIGINT')
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
}
