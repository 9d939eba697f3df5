import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { liveBuilder, removeLive } from '../flow/live/builder.ts'
import { readPointer } from '../flow/publish/publish.ts'
import type { Journal } from '../journal/journal.ts'
import { type OpenVersion, openBuilt, type Project } from '../project.ts'
import type { LiveSource } from '../surfaces/server/live.ts'
import { runBuild } from './build-process.ts'
import { doorsOf } from './doors.ts'
import type { LiveWorld, OpenedBase, OpenedVersion } from './live.ts'
import { startLiveProcess } from './live-process.ts'
import { readShared, type Shared } from './opened.ts'
import { projectOptions, type ServeOptions } from './options.ts'
import { sayProblem } from './output.ts'

/** How many questions one open version answers at once. More than there are processors for keep what arrives from its turn. */
const connections = Math.min(8, availableParallelism() + 2)

/** A project on the disk, as the loop of `live.ts` sees it. Without a journal nothing arrives; other versions may still be published. */
export async function liveWorld(
  project: Project,
  options: ServeOptions,
  journal: Pick<Journal, 'position' | 'received'> | null,
): Promise<LiveWorld> {
  // Small files of a server before this one are nobody's: they are made again from the journal.
  await rm(project.data.live, { recursive: true, force: true })
  const order = { project: projectOptions(options), guess: false }
  const worker = startLiveProcess(order.project)
  if (project.settings.sources.some(({ intake }) => intake)) worker.warm()
  return {
    current: async () => (await readPointer(project.data))?.current ?? null,
    open: () => openBase(project, options),
    position: () => journal?.position ?? null,
    worker: { build: liveBuilder(worker.build), stop: worker.stop },
    absorb: async () => {
      await runBuild({ ...order, background: true })
    },
    sources: journal ? lastReceived(project, journal.received) : [],
    say: sayProblem,
    now: Date.now,
  }
}

async function openBase(project: Project, options: ServeOptions): Promise<OpenedBase> {
  const version = await openBuilt(project, { asOf: options.asOf, connections })
  const shared = await readShared(project, version)
  return {
    id: version.facts.id,
    position: version.facts.journal,
    ...openedVersion(shared, options, () => version.close()),
    openLive: async ({ file }) => {
      const united = await version.unite(file)
      return openedVersion({ ...shared, version: united, built: version }, options, async () => {
        await united.close()
        await removeLive(file)
      })
    },
  }
}

function openedVersion(shared: Shared, { asOf }: ServeOptions, close: () => Promise<void>): OpenedVersion {
  const at = (now: string): OpenVersion => ({
    ...shared.version,
    facts: { ...shared.version.facts, as_of: now, by_clock: true },
  })
  return {
    doors: (now) =>
      doorsOf(
        now === null || asOf !== undefined
          ? shared
          : { ...shared, version: at(now), built: shared.built ?? shared.version },
      ),
    close,
  }
}

/** When the last thing of each source that sends by itself came. */
function lastReceived({ settings }: Project, received: Journal['received']): LiveSource[] {
  return settings.sources.flatMap(({ id, intake }) =>
    intake || received.has(id)
      ? { id, expected_seconds: intake?.expected ?? null, received: received.get(id) ?? null }
      : [],
  )
}
