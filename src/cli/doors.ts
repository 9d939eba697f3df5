import { languagesIn } from '../config/read-words.ts'
import type { Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { readContacts } from '../insights/contacts-evidence.ts'
import { readDeflection } from '../insights/deflection.ts'
import { gatherFindings, gatherWithin } from '../insights/gather.ts'
import { findIssueTrends } from '../insights/issue-trends.ts'
import { knownConformance, knownProcess } from '../insights/known-process.ts'
import { readMarginal } from '../insights/marginal-evidence.ts'
import { readNextMarket } from '../insights/next-market-evidence.ts'
import type { PlaybookRule } from '../insights/playbook-rule.ts'
import { caseIdsOf } from '../insights/process-cases.ts'
import { readActions } from '../insights/read-actions.ts'
import { readDriverTests } from '../insights/read-drivers.ts'
import type { ProcessScope } from '../insights/read-process.ts'
import { readTextContrast, readTopics } from '../insights/read-topics.ts'
import { findSegments } from '../insights/segments.ts'
import { settledProcess } from '../insights/settled-process.ts'
import { readStaffing } from '../insights/staffing-evidence.ts'
import { readSurvival } from '../insights/survival-evidence.ts'
import type { TargetProcess } from '../insights/target-process.ts'
import type { ContrastEvidence, TopicsEvidence } from '../insights/topics-evidence.ts'
import { findValue } from '../insights/value.ts'
import { findValueFrequency } from '../insights/value-frequency.ts'
import type { MetricCatalogue, MetricContext } from '../metrics/context.ts'
import { csvOfRows } from '../metrics/csv.ts'
import { readJourney } from '../metrics/journey.ts'
import { readLedger } from '../metrics/ledger.ts'
import type { Query, RowsQuery, Viewer } from '../metrics/query.ts'
import { findReadiness } from '../metrics/readiness.ts'
import { type Memory, remember } from '../metrics/remember.ts'
import { type RowsPage, readRows } from '../metrics/rows.ts'
import { runQuery } from '../metrics/run.ts'
import { valuesOf } from '../metrics/values.ts'
import { linksOf } from '../pages/links.ts'
import { resolvePage } from '../pages/resolve.ts'
import type { Beside, PageServices } from '../pages/services.ts'
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
import type { Doors } from '../surfaces/server/doors.ts'

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

/** The doors of one published version, for the server and for the first page that `open` prints about. */
export function doorsOf(shared: Shared): Doors {
  const { project, version, catalogue } = shared
  const languages = [...shared.words.keys()]
  return {
    version: version.facts,
    source: project.name,
    catalogue,
    languages: ['en', ...languages.filter((language) => language !== 'en')],
    words: (language) => wordsOf(shared, language),
    pages: (viewer) => linksOf(servicesOf(shared, viewer)),
    page: (id, parameters, viewer) =>
      resolvePage(pageOf(shared, id), parameters.toString(), servicesOf(shared, viewer)),
    query: (query, viewer) => runQuery(query, contextOf(shared, viewer)),
    rows: (query, viewer) => rowsOf(query, shared, contextOf(shared, viewer)),
    csv: (query, viewer) => csvOf(query, shared, contextOf(shared, viewer)),
    values: async (dimension, search, viewer) => {
      const values = await valuesOf(dimension, contextOf(shared, viewer), { search })
      return values.map(({ count, ...value }) => ({ ...value, n: count }))
    },
  }
}

function wordsOf(shared: Shared, language: string): Words {
  return shared.words.get(language) ?? shared.words.get('en')!
}

/** What the doors of `metrics/` need, for one viewer. */
export function contextOf(shared: Shared, viewer: Viewer): MetricContext {
  return metricContext({ ...shared, words: wordsOf(shared, viewer.language) }, viewer)
}

/** Topics take seconds to find, and are the same until the next version. */
const topics: Memory<TopicsEvidence | null> = new WeakMap()
const contrasts: Memory<ContrastEvidence | null> = new WeakMap()

function askedBy(scope: object, { personalData, language }: Viewer): string {
  return JSON.stringify([scope, personalData, language])
}

function servicesOf(shared: Shared, viewer: Viewer): PageServices {
  const context = contextOf(shared, viewer)
  const { directory } = shared.project
  const run = (query: Query) => runQuery(query, context)
  return {
    runQuery: run,
    readRows: (query) => rowsOf(query, shared, context),
    valuesOf: (dimension) => valuesOf(dimension, context),
    findReadiness: () => findReadiness(context),
    readJourney: (customer) => readJourney(customer, context),
    readStaffing: (scope) => readStaffing(context, scope),
    readMarginal: (scope) => readMarginal(context, scope),
    readNextMarket: (scope) => readNextMarket(context, scope),
    readContacts: () => readContacts(context),
    readProcess: (scope) => knownProcess(scope, context),
    findSegments: () => findSegments(context),
    findValueFrequency: () => findValueFrequency(context),
    readSurvival: (scope) => readSurvival(scope, context),
    gatherFindings: () => gatherFindings(context),
    gatherWithin: (milliseconds) => gatherWithin(context, milliseconds),
    readConformance: (question) => readBeside(question, shared, context),
    playbook: shared.playbook,
    ...(directory !== null && {
      readActions: () => readActions(directory, shared.playbook, { ...context, runQuery: run }),
    }),
    readTopics: (scope) => remember(topics, context.store, askedBy(scope, viewer), () => readTopics(scope, context)),
    readDeflection: async (topic) => {
      const found = await remember(topics, context.store, askedBy({ of: 'cases' }, viewer), () =>
        readTopics({ of: 'cases' }, context),
      )
      return readDeflection(topic, found?.model.topics ?? [], context)
    },
    readTextContrast: ({ sides, ...scope }) =>
      remember(contrasts, context.store, askedBy({ sides, ...scope }, viewer), () =>
        readTextContrast(scope, sides, context),
      ),
    // A page of one file never asks: what learns is loaded with the first question.
    readChurn: async (question) => (await import('../insights/churn.ts')).findChurn(question, context),
    readDrivers: (question) => readDriverTests(question, context),
    findIssueTrends: () => findIssueTrends(context),
    findValue: () => findValue(context),
    facts: readLedger(context),
    words: context.words,
    pictures: shared.pictures,
    catalogue: shared.catalogue,
    version: context.version,
    pages: [...shared.pages.values()],
  }
}

/** Rows, also those of one part of a process. */
async function rowsOf(query: RowsQuery, shared: Shared, context: MetricContext): Promise<RowsPage> {
  return readRows(query, context, await amongOf(query, shared, context))
}

async function* csvOf(query: RowsQuery, shared: Shared, context: MetricContext): AsyncGenerator<string> {
  yield* csvOfRows(query, context, await amongOf(query, shared, context))
}

function amongOf({ process, where, range, as_of }: RowsQuery, { processes }: Shared, context: MetricContext) {
  return process && caseIdsOf(process, { where, range, as_of }, processes, context)
}

/** Steps that the data do not have are refused with their line: on a page as on the command line. */
async function readBeside(
  { scope, against }: { scope: ProcessScope; against?: string },
  { processes }: Shared,
  context: MetricContext,
): Promise<Beside | null> {
  const written = against === undefined ? processes.values().next().value : processes.get(against)
  if (!written) return null
  const target = await settledProcess(written, context)
  return { target, evidence: await knownConformance(target, scope, context) }
}

function pageOf(shared: Shared, id: string): Page {
  const page = shared.pages.get(id)
  if (page) return page
  throw new RapportError(
    {
      code: 'page-unknown',
      message: `There is no page "${id}".`,
      where: id,
      fix: `Use one of: ${[...shared.pages.keys()].join(', ')}.`,
    },
    5,
  )
}
