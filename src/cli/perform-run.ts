import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunSetting } from '../config/runs.ts'
import { say, type Words } from '../config/words.ts'
import { writeWhole } from '../journal/durable.ts'
import { readCheckFindings } from '../metrics/ledger.ts'
import type { Viewer } from '../metrics/query.ts'
import type { KpiContent } from '../pages/tiles/kpi.ts'
import type { PageView } from '../pages/view.ts'
import {
  metricContext,
  type OpenVersion,
  openVersion,
  type Project,
  readMetrics,
  readProjectWords,
} from '../project.ts'
import type { AlertMessage } from '../watch/notification.ts'
import type { DoRun } from '../watch/runner.ts'
import type { RunningAlerts } from '../watch/start-alerts.ts'
import { runBuild } from './build-process.ts'
import { doorsOf } from './doors.ts'
import { readShared, type Shared } from './opened.ts'

/** What runs need besides the project: alerts to evaluate, and a way to tell somebody. */
export interface RunWorld {
  alerts: Pick<RunningAlerts, 'evaluateNow' | 'tell'>
  /** Where people reach the pages. */
  url: string
  asOf?: string
}

/** Does what a run asks for. Whoever reads its messages may not see personal data. */
export function performRun(project: Project, world: RunWorld): DoRun {
  const viewer: Viewer = { personalData: 'mask', language: project.settings.language }
  const words = () => readProjectWords(project, viewer.language)
  return async (run, due) => {
    switch (run.do) {
      case 'build': {
        const report = await runBuild({ project: { directory: project.directory! }, guess: false })
        await world.alerts.evaluateNow()
        const records = report.loads.reduce((sum, load) => sum + load.records, 0)
        return say(await words(), report.changed ? 'runs.says.built' : 'runs.says.unchanged', {
          version: report.version,
          records,
        })
      }
      case 'check':
        return withVersion(project, world, async (version) => {
          const known = await words()
          const context = metricContext(
            { project, version, catalogue: await readMetrics(project), words: known },
            viewer,
          )
          const findings = await readCheckFindings(context)
          await world.alerts.evaluateNow()
          const of = (severity: string): number => findings.filter((each) => each.severity === severity).length
          return say(known, 'runs.says.checked', { errors: of('error'), warnings: of('warning') })
        })
      case 'alerts': {
        const evaluated = await world.alerts.evaluateNow()
        const told = evaluated?.queued.length ?? 0
        return say(await words(), 'runs.says.evaluated', { told })
      }
      case 'report':
        return withVersion(project, world, async (version) => {
          const message = await reportOf(run, {
            project,
            version,
            viewer,
            url: project.settings.public_url ?? world.url,
            due,
          })
          await world.alerts.tell(message, run.receivers, `${run.id} ${due}`)
          return say(await words(), 'runs.says.sent', { page: message.title, receivers: run.receivers.length })
        })
    }
  }
}

/** What a receiver hears of a run that failed. */
export async function tellFailure(project: Project, world: RunWorld, run: RunSetting, says: string, due: number) {
  if (run.receivers.length === 0) return
  const words = await readProjectWords(project, project.settings.language)
  const title = say(words, 'runs.failed.title', { run: run.id })
  await world.alerts.tell(
    {
      ...about(run, due, project.settings.public_url ?? world.url, words),
      ...{ kind: 'run', severity: 'error', title, text: says, facts: [] },
    },
    run.receivers,
    `${run.id} failed ${due}`,
  )
}

async function withVersion<T>(
  project: Project,
  { asOf }: RunWorld,
  work: (version: OpenVersion) => Promise<T>,
): Promise<T> {
  const version = await openVersion(project, { asOf, connections: 2 })
  try {
    return await work(version)
  } finally {
    await version.close()
  }
}

interface Reported {
  project: Project
  version: OpenVersion
  viewer: Viewer
  url: string
  due: number
}

/** A page in a few lines: its sentence, and the numbers of its cards. */
async function reportOf(run: RunSetting, { project, version, viewer, url, due }: Reported): Promise<AlertMessage> {
  const shared = await readShared(project, version)
  const doors = doorsOf({ ...shared, pictures: false })
  const words = doors.words(viewer.language)
  const [page, files] = await Promise.all([
    doors.page(run.page ?? 'overview', new URLSearchParams(), viewer),
    filesOf(run, due, { shared, viewer }),
  ])
  const readings = page.tiles.flatMap(({ reading }) => reading ?? []).slice(0, 6)
  return {
    ...about(run, due, new URL(page.path, url).href, words),
    ...{ kind: 'report', severity: 'info', title: page.title, text: page.headline, why: readings },
    facts: factsOf(page),
    ...(files.length > 0 && { files }),
    as_of: page.as_of,
    version: page.version,
  }
}

/** Reports of a run that stay on the disk: a message that could not be sent for weeks still finds its files. */
const keptReports = 50

/** The report of a run, a file a format, in a folder of the moment at which it was due: the same run written again is the same file. */
async function filesOf(
  run: RunSetting,
  due: number,
  { shared, viewer }: { shared: Shared; viewer: Viewer },
): Promise<NonNullable<AlertMessage['files']>> {
  if (run.formats.length === 0) return []
  const { writeReport } = await import('./write-report.ts')
  const { report: name, page, formats } = run
  const { report, files } = await writeReport(formats, { name, page, shared, viewer })
  const own = join(shared.project.data.watch, 'reports', run.id)
  const folder = join(own, new Date(due).toISOString().replaceAll(':', '-'))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const older = (await readdir(own)).sort().slice(0, -keptReports)
  for (const each of older) await rm(join(own, each), { recursive: true, force: true })
  return Promise.all(
    files.map(async ({ format, bytes }) => {
      const file = `${report}.${format}`
      const path = join(folder, file)
      await writeWhole(path, bytes)
      return { name: file, path }
    }),
  )
}

/** Numbers of the page's cards, as they stand on it. */
function factsOf({ tiles }: PageView): AlertMessage['facts'] {
  return tiles
    .filter(({ kind, state }) => kind === 'kpi' && state === 'ok')
    .map(({ title, content }) => {
      const { exact, value, suffix } = content as KpiContent
      return { label: title, value: exact ?? `${value}${suffix}` }
    })
    .slice(0, 10)
}

function about(run: RunSetting, due: number, href: string, words: Words) {
  return {
    ...{ key: `run/${run.id}`, rule: run.id, segment: null, event: 'told' as const, why: [] as string[] },
    since: new Date(due).toISOString(),
    link: { href, label: say(words, 'alerts.link') },
    ...{ value: null, limit: null, n: null, as_of: null as string | null, version: '' },
  }
}
