import { languagesIn } from '../config/read-words.ts'
import type { Words } from '../config/words.ts'
import type { PlaybookRule } from '../insights/playbook-rule.ts'
import { caseIdsOf } from '../insights/process-cases.ts'
import type { TargetProcess } from '../insights/target-process.ts'
import type { MetricCatalogue, MetricContext } from '../metrics/context.ts'
import { csvOfRows } from '../metrics/csv.ts'
import type { RowsQuery, Viewer } from '../metrics/query.ts'
import { type RowsPage, readRows } from '../metrics/rows.ts'
import type { Page } from '../pages/spec.ts'
import {
  metricContext,
  type OpenVersion,
  type Project,
  readMetrics,
  readPages,
  readPlaybookRules,
  readProcesses,
  readProjectWords,
} from '../project.ts'

/** What does not depend on a version: pages, catalogue, words of every language. */
export interface Parts {
  catalogue: MetricCatalogue
  pages: Map<string, Page>
  /** Processes that cases should follow. */
  processes: Map<string, TargetProcess>
  playbook: PlaybookRule[]
  words: Map<string, Words>
}

/** What every request of one version shares. */
export interface Shared extends Parts {
  project: Project
  version: OpenVersion
  /** Where arrivals are read with it: the same version as it was built, for what takes long to find and is not found anew each time. */
  built?: OpenVersion
  /** False for a summary: pages without their pictures. */
  pictures?: boolean
}

export async function readParts(project: Project): Promise<Parts> {
  const languages = await languagesIn(project.catalogues.map((folder) => `${folder}/words`))
  const [catalogue, pages, processes, playbook, words] = await Promise.all([
    readMetrics(project),
    readPages(project),
    readProcesses(project),
    readPlaybookRules(project),
    Promise.all(languages.map(async (language) => [language, await readProjectWords(project, language)] as const)),
  ])
  return { catalogue, pages, processes, playbook, words: new Map(words) }
}

/** Reads what all requests of one version share. */
export async function readShared(project: Project, version: OpenVersion): Promise<Shared> {
  return { project, version, ...(await readParts(project)) }
}

export function wordsOf(shared: Shared, language: string): Words {
  return shared.words.get(language) ?? shared.words.get('en')!
}

/** What the doors of `metrics/` need, for one viewer. */
export function contextOf(shared: Shared, viewer: Viewer): MetricContext {
  const context = metricContext({ ...shared, words: wordsOf(shared, viewer.language) }, viewer)
  return shared.built ? { ...context, settled: { store: shared.built.store, version: shared.built.facts } } : context
}

/** What questions that take seconds are asked of: the version as it was built. */
export function settledOf(shared: Shared, viewer: Viewer): MetricContext {
  return contextOf({ ...shared, version: shared.built ?? shared.version, built: undefined }, viewer)
}

/** Rows, also those of one part of a process. */
export async function rowsOf(query: RowsQuery, shared: Shared, context: MetricContext): Promise<RowsPage> {
  return readRows(query, context, await amongOf(query, shared, context))
}

export async function* csvOf(query: RowsQuery, shared: Shared, context: MetricContext): AsyncGenerator<string> {
  yield* csvOfRows(query, context, await amongOf(query, shared, context))
}

function amongOf({ process, where, range, as_of }: RowsQuery, { processes }: Shared, context: MetricContext) {
  return process && caseIdsOf(process, { where, range, as_of }, processes, context)
}
