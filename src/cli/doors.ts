import { languagesIn } from '../config/read-words.ts'
import type { Words } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { readProcess } from '../insights/read-process.ts'
import { findSegments } from '../insights/segments.ts'
import { readStaffing } from '../insights/staffing-evidence.ts'
import { readSurvival } from '../insights/survival-evidence.ts'
import { findValue } from '../insights/value.ts'
import { findValueFrequency } from '../insights/value-frequency.ts'
import type { MetricCatalogue, MetricContext } from '../metrics/context.ts'
import { csvOfRows } from '../metrics/csv.ts'
import { readJourney } from '../metrics/journey.ts'
import { readLedger } from '../metrics/ledger.ts'
import type { Viewer } from '../metrics/query.ts'
import { findReadiness } from '../metrics/readiness.ts'
import { readRows } from '../metrics/rows.ts'
import { runQuery } from '../metrics/run.ts'
import { valuesOf } from '../metrics/values.ts'
import { linksOf } from '../pages/links.ts'
import { resolvePage } from '../pages/resolve.ts'
import type { PageServices } from '../pages/services.ts'
import type { Page } from '../pages/spec.ts'
import { metricContext, type OpenVersion, type Project, readMetrics, readPages, readProjectWords } from '../project.ts'
import type { Doors } from '../surfaces/server/doors.ts'

/** What does not depend on a version: pages, catalogue, words of every language. */
export interface Parts {
  catalogue: MetricCatalogue
  pages: Map<string, Page>
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
  const [catalogue, pages, words] = await Promise.all([
    readMetrics(project),
    readPages(project),
    Promise.all(languages.map(async (language) => [language, await readProjectWords(project, language)] as const)),
  ])
  return { catalogue, pages, words: new Map(words) }
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
    rows: (query, viewer) => readRows(query, contextOf(shared, viewer)),
    csv: (query, viewer) => csvOfRows(query, contextOf(shared, viewer)),
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

function servicesOf(shared: Shared, viewer: Viewer): PageServices {
  const context = contextOf(shared, viewer)
  return {
    runQuery: (query) => runQuery(query, context),
    readRows: (query) => readRows(query, context),
    valuesOf: (dimension) => valuesOf(dimension, context),
    findReadiness: () => findReadiness(context),
    readJourney: (customer) => readJourney(customer, context),
    readStaffing: (scope) => readStaffing(context, scope),
    readProcess: (scope) => readProcess(scope, context),
    findSegments: () => findSegments(context),
    findValueFrequency: () => findValueFrequency(context),
    readSurvival: (scope) => readSurvival(scope, context),
    findValue: () => findValue(context),
    facts: readLedger(context),
    words: context.words,
    pictures: shared.pictures,
    catalogue: shared.catalogue,
    version: context.version,
    pages: [...shared.pages.values()],
  }
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
