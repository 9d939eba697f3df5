import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { AlertRule } from './config/alerts.ts'
import { withoutDoubles } from './config/doubles.ts'
import { readDecisionsText } from './config/identity.ts'
import { packageRoot, productVersion } from './config/product.ts'
import { readWords } from './config/read-words.ts'
import { readSettings, type Settings, settingsSchema } from './config/settings.ts'
import type { Words } from './config/words.ts'
import { assertNone, type Document, readYaml } from './config/yaml.ts'
import { type Problem, RapportError } from './errors.ts'
import { type Check, parseChecks } from './flow/check/check.ts'
import { uniteTables } from './flow/live/united.ts'
import { type Pack, parsePack } from './flow/map/pack.ts'
import { parseSynonyms, type Synonyms } from './flow/map/synonyms.ts'
import { type DataFolder, dataFolder, readPointer, versionFile } from './flow/publish/publish.ts'
import { type PlaybookRule, parsePlaybook, playbookFaults } from './insights/playbook-rule.ts'
import { parseTargetProcess, type TargetProcess } from './insights/target-process.ts'
import { readMetricCatalogue } from './metrics/catalogue.ts'
import type { MetricCatalogue, MetricContext, TargetSetting, VersionFacts } from './metrics/context.ts'
import { didYouMean } from './metrics/nearest.ts'
import type { Viewer } from './metrics/query.ts'
import { alertFaults, parseAlerts } from './pages/alert-rules.ts'
import { referenceFaults } from './pages/references.ts'
import { parseReport, type Report, takenFaults } from './pages/report-spec.ts'
import { type Page, parsePage } from './pages/spec.ts'
import { raw, type Sql, sql } from './sql/sql.ts'
import { type JoinedStore, openDuckdb } from './store/duckdb.ts'
import type { Store } from './store/store.ts'

/** A folder with `rapport.yaml`, or a set of files. A record without methods: functions take the parts that they need. */
export interface Project {
  name: string
  /** Folder of `rapport.yaml`; null when files were named directly. */
  directory: string | null
  data: DataFolder
  settings: Settings
  /** Catalogue folders: the built-in one first, the project's own behind it. */
  catalogues: string[]
  /** Changes with settings, catalogue or product: part of a version's id. */
  hash: string
}

export interface ProjectOptions {
  /** `--project`: the folder, or by default the nearest one upward that has a `rapport.yaml`. */
  directory?: string
  /** `--files`: work on files directly. */
  files?: string[]
  /** Reporting zone of files that were named directly. */
  zone?: string
  environment?: NodeJS.ProcessEnv
}

export async function readProject(options: ProjectOptions): Promise<Project> {
  return options.files && options.files.length > 0 ? projectOfFiles(options) : projectOfFolder(options)
}

async function projectOfFolder(options: ProjectOptions): Promise<Project> {
  const directory = findProject(resolve(options.directory ?? '.'), options.directory !== undefined)
  const problems: Problem[] = []
  const document = await readYaml(join(directory, 'rapport.yaml'), 'rapport.yaml')
  const settings = readSettings(document, problems)
  assertNone(problems)
  const catalogues = [join(packageRoot(), 'catalog'), join(directory, 'catalog')].filter((folder) => existsSync(folder))
  return {
    name: settings!.name ?? basename(directory),
    directory,
    data: dataFolder(join(directory, '.rapport')),
    settings: settings!,
    catalogues,
    hash: await hashOf(settings!, catalogues, await readDecisionsText(directory)),
  }
}

function findProject(start: string, exact: boolean): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'rapport.yaml'))) return folder
    if (exact || dirname(folder) === folder) break
  }
  throw new RapportError(
    {
      code: 'project-missing',
      message: `There is no rapport.yaml in ${start}${exact ? '' : ' or a folder above it'}.`,
      where: start,
      fix: 'Run `rapport init --from FILE...` to write one, or name files: `rapport open FILE...`, `--files FILE...`.',
    },
    5,
  )
}

async function projectOfFiles(options: ProjectOptions): Promise<Project> {
  const files = await Promise.all((options.files ?? []).map(findFile))
  const settings = settingsSchema.parse({ sources: [{ id: 'files', files }], zone: options.zone ?? 'UTC' })
  const catalogues = [join(packageRoot(), 'catalog')]
  const hash = await hashOf(settings, catalogues)
  const stats = await Promise.all(files.map((file) => stat(file)))
  const identity = files.map((file, index) => [file, stats[index]?.size, stats[index]?.mtimeMs])
  const key = digest(JSON.stringify([identity, hash]))
  return {
    name: await nameOf(files),
    directory: null,
    data: dataFolder(join(cacheFolder(options.environment ?? process.env), key)),
    settings,
    catalogues,
    hash,
  }
}

/** A file by its name; several that are all of one folder by the folder's. */
async function nameOf(files: string[]): Promise<string> {
  const [first = '', ...others] = files
  if (others.length === 0) return basename(first)
  const folder = dirname(first)
  const visible = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  const whole = visible.length === files.length && files.every((file) => dirname(file) === folder)
  return whole ? basename(folder) : `${basename(first)} +${others.length}`
}

async function findFile(file: string): Promise<string> {
  try {
    return await realpath(resolve(file))
  } catch {
    throw new RapportError(
      {
        code: 'file-missing',
        message: `There is no file "${file}".`,
        where: file,
        fix: 'Check the path; quote names with spaces.',
      },
      5,
    )
  }
}

/** Where models of directly named files are kept: `$XDG_CACHE_HOME/rapport`. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rapport')
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

/** `decisions`: what `identity.yaml` says, where there is one. */
async function hashOf(settings: Settings, catalogues: string[], decisions = ''): Promise<string> {
  const files = (await Promise.all(catalogues.map(yamlFiles))).flat()
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  // Who is told of what, who may send and what runs when changes nothing in a version.
  const { receivers: _receivers, alerts: _alerts, public_url: _url, runs: _runs, intake: _intake, ...told } = settings
  return digest(JSON.stringify([await productVersion(), told, texts, ...(decisions ? [decisions] : [])]))
}

async function yamlFiles(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { recursive: true })).sort()
  return entries.filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name))
}

/** Documents of one part of the catalogue, from every folder, with the names that people know: `catalog/metrics/csat.yaml`. */
async function documentsOf(project: Pick<Project, 'catalogues'>, part: string, name: RegExp): Promise<Document[]> {
  const documents: Document[] = []
  for (const folder of project.catalogues) {
    const path = join(folder, part)
    if (!existsSync(path)) continue
    for (const file of (await yamlFiles(path)).filter((each) => name.test(each)))
      documents.push(await readYaml(file, relative(dirname(folder), file)))
  }
  return documents
}

/** Runs a reader over all documents of a part and throws every problem at once. */
async function readPart<T>(
  project: Pick<Project, 'catalogues'>,
  part: string,
  read: (documents: Document[], problems: Problem[]) => T,
  name = /\.yaml$/,
): Promise<T> {
  const problems: Problem[] = []
  const value = read(await documentsOf(project, part, name), problems)
  assertNone(problems)
  return value
}

export function readMetrics(project: Pick<Project, 'catalogues'>): Promise<MetricCatalogue> {
  return readPart(project, 'metrics', readMetricCatalogue)
}

export function readChecks(project: Pick<Project, 'catalogues'>): Promise<Check[]> {
  return readPart(project, 'checks', (documents, problems) => {
    const checks = documents.flatMap((document) => parseChecks(document, problems))
    const named = checks.map((value) => ({ id: value.id, where: value.defined_at, replaces: value.replaces, value }))
    return withoutDoubles('check', named, problems)
  })
}

/** Alerts of the catalogue, built in and the project's own, and those of `rapport.yaml`. What they name is checked against the metrics. */
export async function readAlerts(
  project: Pick<Project, 'catalogues' | 'directory' | 'settings'>,
  known: MetricCatalogue,
): Promise<AlertRule[]> {
  const { directory, settings } = project
  const own = directory === null ? [] : [await readYaml(join(directory, 'rapport.yaml'), 'rapport.yaml')]
  return readPart(project, 'alerts', (documents, problems) => {
    const placed = [...documents, ...own].flatMap((document) => parseAlerts(document, problems))
    const named = placed.map((each) => ({ id: each.value.id, replaces: each.value.replaces, ...each }))
    const rules = withoutDoubles('alert', named, problems)
    problems.push(...alertFaults(placed, { settings, ...known }))
    return rules
  })
}

/** Rules of the playbook, built in and the project's own. What they name is checked where metrics and checks are known. */
export function readPlaybookRules(project: Pick<Project, 'catalogues'>): Promise<PlaybookRule[]> {
  return readPart(project, 'playbook', (documents, problems) => {
    const rules = documents.flatMap((document) => parsePlaybook(document, problems))
    const named = rules.map((value) => ({ id: value.id, where: value.defined_at, replaces: value.replaces, value }))
    return withoutDoubles('rule', named, problems)
  })
}

export function readPacks(project: Pick<Project, 'catalogues'>): Promise<Pack[]> {
  return readPart(
    project,
    'packs',
    (documents, problems) => {
      const named = documents.flatMap((document) => {
        const value = parsePack(document, problems)
        return value ? { id: value.id, where: document.where(['id']), replaces: value.replaces, value } : []
      })
      return withoutDoubles('pack', named, problems)
    },
    /\/pack\.yaml$/,
  )
}

/** Processes that cases should follow, by id. */
export async function readProcesses(project: Pick<Project, 'catalogues'>): Promise<Map<string, TargetProcess>> {
  const processes = await readPart(project, 'processes', (documents, problems) => {
    const named = documents.flatMap((document) => {
      const value = parseTargetProcess(document, problems)
      return value ? { id: value.id, where: value.defined_at, replaces: value.replaces, value } : []
    })
    return withoutDoubles('process', named, problems)
  })
  return new Map(processes.map((each) => [each.id, each]))
}

/** Words for columns and values in several languages, by which unknown exports are mapped. */
export function readSynonyms(project: Pick<Project, 'catalogues'>): Promise<Synonyms> {
  return readPart(
    { catalogues: project.catalogues.slice(0, 1) },
    'packs',
    ([document], problems) => parseSynonyms(document!, problems)!,
    /^synonyms\.yaml$|\/synonyms\.yaml$/,
  )
}

/** All that a build and the pages after it read. Every fault of every part at once, before anything is published. */
export async function readCatalogue(
  project: Pick<Project, 'catalogues'> & Partial<Pick<Project, 'directory' | 'settings'>>,
) {
  const [packs, checks, metrics, pages, processes, playbook] = await Promise.allSettled([
    readPacks(project),
    readChecks(project),
    readMetrics(project),
    readPages(project),
    readProcesses(project),
    readPlaybookRules(project),
  ])
  const problems = [packs, checks, metrics, pages, processes, playbook].flatMap(faultsOf)
  if (metrics.status === 'fulfilled') {
    if (project.settings)
      problems.push(
        ...faultsOf(
          (
            await Promise.allSettled([
              readAlerts({ directory: null, ...project, settings: project.settings }, metrics.value),
            ])
          )[0],
        ),
      )
    problems.push(...(await pageReferences(project, metrics.value)), ...(await targetFaults(project, metrics.value)))
    if (pages.status === 'fulfilled')
      problems.push(...faultsOf((await Promise.allSettled([readReports(project, pages.value)]))[0]))
    if (playbook.status === 'fulfilled' && checks.status === 'fulfilled') {
      const known = checks.value.map(({ id }) => id)
      problems.push(...playbookFaults(playbook.value, metrics.value, known))
    }
  }
  assertNone(problems)
  return { packs: partOf(packs), checks: partOf(checks), metrics: partOf(metrics), pages: partOf(pages) }
}

function faultsOf(part: PromiseSettledResult<unknown>): Problem[] {
  if (part.status === 'fulfilled') return []
  if (part.reason instanceof RapportError) return part.reason.problems
  throw part.reason
}

function partOf<T>(part: PromiseSettledResult<T>): T {
  if (part.status === 'fulfilled') return part.value
  throw part.reason
}

/** A target of a metric that is not there would be silent for ever. */
async function targetFaults(
  project: Partial<Pick<Project, 'directory' | 'settings'>>,
  { metrics }: MetricCatalogue,
): Promise<Problem[]> {
  if (!project.directory || !project.settings) return []
  const document = await readYaml(join(project.directory, 'rapport.yaml'), 'rapport.yaml')
  return project.settings.targets.flatMap(({ metric }, index) =>
    metrics.has(metric)
      ? []
      : {
          code: 'metric-unknown',
          message: `A target names "${metric}", which is not a metric.`,
          where: document.where(['targets', index, 'metric']),
          fix: didYouMean(metric, metrics.keys(), 'docs/metrics.md lists the metrics.'),
        },
  )
}

/** Pages that do not read have said so already. */
async function pageReferences(project: Pick<Project, 'catalogues'>, metrics: MetricCatalogue): Promise<Problem[]> {
  const documents = await documentsOf(project, 'pages', /\.yaml$/).catch(() => [])
  return documents.flatMap((document) => {
    const page = parsePage(document, [])
    return page ? referenceFaults(page, document, metrics) : []
  })
}

/** Pages by id. */
export async function readPages(project: Pick<Project, 'catalogues'>): Promise<Map<string, Page>> {
  const pages = await readPart(project, 'pages', (documents, problems) => {
    const named = documents.flatMap((document) => {
      const value = parsePage(document, problems)
      return value ? { id: value.page, where: document.where(['page']), replaces: value.replaces, value } : []
    })
    return withoutDoubles('page', named, problems)
  })
  return new Map(pages.map((page) => [page.page, page]))
}

/** Reports by id, in the order in which a source takes its own. What they take from pages is checked where the pages are known. */
export async function readReports(
  project: Pick<Project, 'catalogues'>,
  pages: ReadonlyMap<string, Page>,
): Promise<Map<string, Report>> {
  const reports = await readPart(project, 'reports', (documents, problems) => {
    const named = documents.flatMap((document) => {
      const value = parseReport(document, problems)
      if (value) problems.push(...takenFaults(value, document, pages))
      return value ? { id: value.report, where: document.where(['report']), replaces: value.replaces, value } : []
    })
    return withoutDoubles('report', named, problems)
  })
  return new Map(reports.toSorted((a, b) => a.order - b.order).map((report) => [report.report, report]))
}

export async function readProjectWords(project: Pick<Project, 'catalogues'>, language: string): Promise<Words> {
  const problems: Problem[] = []
  const words = await readWords(
    project.catalogues.map((folder) => join(folder, 'words')),
    language,
    problems,
  )
  assertNone(problems)
  return words
}

/** One published version, open for reading; it stays readable when a newer one is published. */
export interface OpenVersion {
  store: Store
  facts: VersionFacts & { journal: number }
  publishedAt: string
  /** Targets that came with the packs; those of `rapport.yaml` go before them. */
  targets: TargetSetting[]
  close(): Promise<void>
}

export interface OpenOptions {
  /** Replaces the newest event as the "now". */
  asOf?: string
  connections?: number
  /** The one folder into which tables may be written as files. */
  into?: string
  /** A small file of what arrived since that version was built: the two are read as one. */
  live?: { base: string; file: string }
}

/** A version as it was built. */
export interface BuiltVersion extends OpenVersion {
  /** With what arrived since: read together with it, and open no longer than it is. */
  unite(file: string): Promise<OpenVersion>
}

/** Opens what the pointer names, or a version with what arrived since. */
export async function openVersion(project: Project, options: OpenOptions = {}): Promise<OpenVersion> {
  if (!options.live) return openBuilt(project, options)
  const built = await openFile(project, options.live.base, options)
  try {
    const united = await built.unite(options.live.file)
    const close = () => united.close().finally(() => built.close())
    return { ...united, close }
  } catch (error) {
    await built.close()
    throw error
  }
}

/** Opens what the pointer names. */
export async function openBuilt(project: Project, options: Omit<OpenOptions, 'live'> = {}): Promise<BuiltVersion> {
  const pointer = await readPointer(project.data)
  if (!pointer) {
    throw new RapportError(
      {
        code: 'nothing-built',
        message: `${project.name} has no published version yet.`,
        where: project.data.root,
        fix: 'Run `rapport build`.',
      },
      5,
    )
  }
  return openFile(project, pointer.current, options)
}

async function openFile(project: Project, id: string, { asOf, connections, into }: OpenOptions): Promise<BuiltVersion> {
  const store = await openDuckdb({
    file: versionFile(project.data, id),
    alias: `v${id}`,
    mode: 'read',
    temporary: project.data.temporary,
    connections: connections ?? 4,
    joins: project.data.live,
    into,
    // One at a time, so that what is written does not depend on which of them was first.
    threads: into === undefined ? undefined : 1,
  })
  const built = await describeVersion(store, asOf, raw('cx.versions'))
  return { ...built, unite: async (file) => uniteVersions(built, await store.join(file), asOf) }
}

/** A version with what arrived since. Its moment, targets and name are those of both; when it was published is when the small file was made. */
async function uniteVersions(built: OpenVersion, store: JoinedStore, asOf: string | undefined): Promise<OpenVersion> {
  try {
    await uniteTables(store)
    const united = await describeVersion(store, asOf, raw(`${store.names.joined}.cx.versions`))
    const known = new Set(built.targets.map(({ metric }) => metric))
    return { ...united, targets: [...built.targets, ...united.targets.filter(({ metric }) => !known.has(metric))] }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function describeVersion(store: Store, asOf: string | undefined, versions: Sql): Promise<OpenVersion> {
  const [row] = await store.rows(sql`SELECT * FROM ${versions}`)
  const json = <T>(value: unknown): T => JSON.parse(String(value)) as T
  return {
    store,
    facts: {
      id: String(row?.id),
      as_of: asOf ?? instantOf(row?.as_of),
      zone: String(row?.zone),
      present: new Set(json<string[]>(row?.present)),
      counts: json<Record<string, number>>(row?.counts),
      journal: Number(row?.journal ?? 0),
    },
    publishedAt: instantOf(row?.published_at) ?? '',
    targets: json<TargetSetting[]>(row?.targets),
    close: () => store.close(),
  }
}

function instantOf(value: unknown): string | null {
  return typeof value === 'string' ? `${value.replace(' ', 'T').replace(/\.0+$/, '')}Z` : null
}

/** The targets that hold: what `rapport.yaml` says of a metric goes before what its pack says of it. */
function targetsOf(project: Project, version: OpenVersion): TargetSetting[] {
  const own = new Set(project.settings.targets.map(({ metric }) => metric))
  return [...project.settings.targets, ...version.targets.filter(({ metric }) => !own.has(metric))]
}

/** What the doors of `metrics/` need, for one viewer; the catalogue and the words are read once and handed in. */
export function metricContext(
  {
    project,
    version,
    catalogue,
    words,
  }: { project: Project; version: OpenVersion; catalogue: MetricCatalogue; words: Words },
  viewer: Viewer,
): MetricContext {
  return {
    catalogue,
    store: version.store,
    version: version.facts,
    viewer,
    words,
    targets: targetsOf(project, version),
  }
}
