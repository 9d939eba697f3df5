import type { Schedule } from '../clocks/schedule.ts'
import { schedulesOf } from '../flow/derive/schedules.ts'
import { type Journal, readJournal } from '../journal/journal.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Frame } from '../metrics/frame.ts'
import { readCheckFindings } from '../metrics/ledger.ts'
import { type Newest, readNewest } from '../metrics/newest.ts'
import { runQuery } from '../metrics/run.ts'
import {
  metricContext,
  type OpenVersion,
  openVersion,
  type Project,
  readAlerts,
  readMetrics,
  readProjectWords,
} from '../project.ts'
import type { AlertsOptions } from '../watch/alerts.ts'
import type { WatchServices } from '../watch/services.ts'

/** What rules are read from, over one version. Each question is asked once. `received`: of the journal, where this process has it open. */
export function watchServices(
  project: Project,
  context: MetricContext,
  now: number,
  received?: Journal['received'],
): WatchServices {
  const frames = new Map<string, Promise<Frame>>()
  const once = <Value>(ask: () => Promise<Value>): (() => Promise<Value>) => {
    let asked: Promise<Value> | undefined
    return () => (asked ??= ask())
  }
  return {
    context,
    now,
    runQuery: (query, other) => {
      if (other) return runQuery(query, other)
      const key = JSON.stringify(query)
      const frame = frames.get(key) ?? runQuery(query, context)
      frames.set(key, frame)
      return frame
    },
    checks: once(() => readCheckFindings(context)),
    newest: once(() => readNewestOf(project, context, now, received)),
    schedule: (name) => scheduleOf(project, name, now),
  }
}

/** What the version knows of each source, and what has come in since. */
async function readNewestOf(
  project: Project,
  context: MetricContext,
  now: number,
  received?: Journal['received'],
): Promise<Map<string, Newest>> {
  const newest = await readNewest(context, now)
  for (const { id } of project.settings.sources) if (!newest.has(id)) newest.set(id, { arrival: null, event: null })
  for (const [source, at] of received ?? (await lastReceived(project))) {
    const known = newest.get(source)
    newest.set(source, { event: known?.event ?? null, arrival: Math.max(known?.arrival ?? 0, at) })
  }
  return newest
}

/** The same from the journal of another process. */
async function lastReceived({ data }: Project): Promise<Journal['received']> {
  const last = new Map<string, number>()
  for await (const records of readJournal(data.journal, { damaged: () => {} }))
    for (const { source, received } of records) last.set(source, received)
  return last
}

async function scheduleOf({ settings }: Project, name: string, now: number): Promise<Schedule | undefined> {
  const year = new Date(now).getUTCFullYear()
  const all = await schedulesOf(settings, { from: year - 1, to: year + 1 })
  return all.find(({ schedule }) => schedule.name === name)?.schedule
}

/** A version for one evaluation. */
export type OpenForAlerts = () => Promise<Pick<OpenVersion, 'store' | 'facts' | 'publishedAt' | 'targets' | 'close'>>

/**
 * All that alerts of a project are handed. Messages leave the house: they are written for one who may not see personal data. `open` is what
 * is served at the moment; by default what was published last.
 */
export async function alertsOptions(
  project: Project,
  options: { url: string; asOf?: string; now?: () => number; open?: OpenForAlerts; received?: Journal['received'] },
): Promise<AlertsOptions> {
  const now = options.now ?? Date.now
  const open: OpenForAlerts = options.open ?? (() => openVersion(project, { asOf: options.asOf, connections: 2 }))
  const viewer = { personalData: 'mask', language: project.settings.language } as const
  const [catalogue, words] = await Promise.all([readMetrics(project), readProjectWords(project, viewer.language)])
  return {
    folder: project.data.watch,
    project: project.name,
    zone: project.settings.zone,
    words,
    rules: await readAlerts(project, catalogue),
    receivers: project.settings.receivers,
    publicUrl: project.settings.public_url ?? options.url,
    outside: { directory: project.directory, now },
    open: async (at) => {
      const version = await open()
      const context = metricContext({ project, version, catalogue, words }, viewer)
      return { services: watchServices(project, context, at, options.received), close: () => version.close() }
    },
  }
}
