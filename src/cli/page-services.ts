import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import { readChecked } from '../flow/check/history.ts'
import { checksLog } from '../flow/publish/publish.ts'
import { readContacts } from '../insights/contacts-evidence.ts'
import { readDeflection } from '../insights/deflection.ts'
import { readDueBoard, readDueRisks } from '../insights/due-board.ts'
import { readFeedback } from '../insights/feedback.ts'
import { feedbackFolder, readMarks } from '../insights/feedback-log.ts'
import { gatherWithin } from '../insights/gather.ts'
import { findIssueTrends } from '../insights/issue-trends.ts'
import { knownConformance, knownProcess } from '../insights/known-process.ts'
import { readMarginal } from '../insights/marginal-evidence.ts'
import { readNextMarket } from '../insights/next-market-evidence.ts'
import { readNow } from '../insights/now-windows.ts'
import { readActions } from '../insights/read-actions.ts'
import { readDriverTests } from '../insights/read-drivers.ts'
import type { ProcessScope } from '../insights/read-process.ts'
import { readTextContrast, readTopics, type TopicsScope } from '../insights/read-topics.ts'
import { findSegments } from '../insights/segments.ts'
import { settledProcess } from '../insights/settled-process.ts'
import { readStaffing } from '../insights/staffing-evidence.ts'
import { readSurvival } from '../insights/survival-evidence.ts'
import type { ContrastEvidence, TopicsEvidence } from '../insights/topics-evidence.ts'
import { findValue } from '../insights/value.ts'
import { findValueFrequency } from '../insights/value-frequency.ts'
import type { MetricContext } from '../metrics/context.ts'
import { readJourney } from '../metrics/journey.ts'
import { readLedger } from '../metrics/ledger.ts'
import { type KnownOrigins, readPremises } from '../metrics/premises.ts'
import type { Query, Viewer } from '../metrics/query.ts'
import { findReadiness } from '../metrics/readiness.ts'
import { type Memory, rememberFor } from '../metrics/remember.ts'
import { runQuery } from '../metrics/run.ts'
import { valuesOf } from '../metrics/values.ts'
import type { Beside, PageServices } from '../pages/services.ts'
import { cacheFolder, type Project, readAlerts } from '../project.ts'
import { contextOf, rowsOf, type Shared, settledOf } from './opened.ts'

/** Topics take seconds to find, and are the same until the next version. */
const topics: Memory<TopicsEvidence | null> = new WeakMap()
const contrasts: Memory<ContrastEvidence | null> = new WeakMap()

/**
 * The outside world of a page, for one viewer: every question that a tile may ask. Where arrivals are on the pages, numbers and rows are read
 * with them; what takes seconds to find is asked of the version as it was built, once, or no page would ever be through.
 */
export function servicesOf(shared: Shared, viewer: Viewer): PageServices {
  const context = contextOf(shared, viewer)
  const settled = settledOf(shared, viewer)
  const { directory } = shared.project
  const run = (query: Query) => runQuery(query, context)
  const topicsOf = (scope: TopicsScope) => rememberFor(topics, settled, scope, () => readTopics(scope, settled))
  return {
    runQuery: run,
    readRows: (query) => rowsOf(query, shared, context),
    valuesOf: (dimension) => valuesOf(dimension, context),
    findReadiness: () => findReadiness(context),
    readJourney: (customer) => readJourney(customer, context),
    readStaffing: (scope) => readStaffing(settled, scope),
    readMarginal: (scope) => readMarginal(settled, scope),
    readNextMarket: (scope) => readNextMarket(settled, scope),
    readContacts: () => readContacts(settled),
    readProcess: (scope) => knownProcess(scope, settled),
    findSegments: () => findSegments(settled),
    findValueFrequency: () => findValueFrequency(settled),
    readSurvival: (scope) => readSurvival(scope, settled),
    gatherWithin: (milliseconds) => gatherWithin(settled, milliseconds),
    readConformance: (question) => readBeside(question, shared, settled),
    playbook: shared.playbook,
    ...(directory !== null && {
      readActions: () => readActions(directory, shared.playbook, { ...context, runQuery: run }),
    }),
    ...(directory !== null && { readAlerts: () => readShownAlerts(shared, context) }),
    readTopics: topicsOf,
    readDeflection: async (topic) =>
      readDeflection(topic, (await topicsOf({ of: 'cases' }))?.model.topics ?? [], settled),
    readTextContrast: ({ sides, ...scope }) =>
      rememberFor(contrasts, settled, { sides, ...scope }, () => readTextContrast(scope, sides, settled)),
    // A page of one file never asks: what learns is loaded with the first question.
    readChurn: async (question) => (await import('../insights/churn.ts')).findChurn(question, settled),
    readDrivers: (question) => readDriverTests(question, settled),
    findIssueTrends: () => findIssueTrends(settled),
    findValue: () => findValue(settled),
    readDueBoard: (scope) => readDueBoard(scope, context),
    readDueRisks: (scope) => readDueRisks(scope, context),
    readFeedback: async (scope) => {
      const marks = directory === null ? new Map() : await readMarks(feedbackFolder(shared.project.data.watch))
      return readFeedback(scope, { marks, kept: directory !== null, topicsOf }, context)
    },
    readNow: (scope) => readNow(scope, context),
    facts: {
      ...readLedger(context),
      premises: () => readPremises(context, originsOf(shared.project)),
      ...(directory !== null && { history: () => readChecked(checksLog(shared.project.data), context.version.id) }),
    },
    words: context.words,
    pictures: shared.pictures,
    catalogue: shared.catalogue,
    version: context.version,
    pages: [...shared.pages.values()],
  }
}

/** Packs that somebody wrote have a folder; a file that no pack knows is mapped by one that has none. */
function originsOf({ catalogues }: Project): KnownOrigins {
  const demos = join(cacheFolder(process.env), 'demo')
  return {
    isWritten: (pack) => catalogues.some((folder) => existsSync(join(folder, 'packs', pack, 'pack.yaml'))),
    isDemo: (path) => path.startsWith(demos + sep),
  }
}

/** A page without alerts never asks: what watches is loaded with the first question. */
async function readShownAlerts({ project, catalogue }: Shared, context: MetricContext) {
  const [{ showAlerts }, { readWatched }, { watchServices }] = await Promise.all([
    import('../watch/shown.ts'),
    import('../watch/ledger.ts'),
    import('./alerts-services.ts'),
  ])
  const rules = await readAlerts(project, catalogue)
  return showAlerts(rules, await readWatched(project.data.watch), watchServices(project, context, Date.now()))
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
