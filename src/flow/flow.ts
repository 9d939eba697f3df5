import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AccountsFile } from '../config/accounts.ts'
import type { Settings } from '../config/settings.ts'
import { assertNone } from '../config/yaml.ts'
import { type Problem, RapportError } from '../errors.ts'
import { raw, sql } from '../sql/sql.ts'
import { describeParquet, openDuckdb } from '../store/duckdb.ts'
import type { Store } from '../store/store.ts'
import type { Check } from './check/check.ts'
import { type CheckResult, findFaults } from './check/find.ts'
import { deriveSteps } from './derive.ts'
import { setAsideDictionaries } from './dictionary.ts'
import { expandFiles } from './land/expand.ts'
import { dropLanded, keepLanded, type Landed, landFile } from './land/land.ts'
import { removeStaleCopies } from './land/stale.ts'
import { type Load, loadBatch } from './load.ts'
import type { Fill } from './map/fill.ts'
import { mapBatch } from './map/map-batch.ts'
import { refuseMixedSources } from './map/systems.ts'
import { choosePack, type Mapping, type MappingOrder, mapAccounts, type ProposedText } from './mapping.ts'
import { createBookkeeping, createModel } from './publish/create.ts'
import { findFacts, newestEvent } from './publish/facts.ts'
import { buildingFile, type DataFolder, makeDataFolder, publishVersion, readPointer } from './publish/publish.ts'
import type { Batch } from './sources/batch.ts'
import { type LandedFile, readBatches, repairBatch } from './sources/source.ts'
import { type Watch, watchCsv } from './sources/watch.ts'

export type { Answers, ProposedText } from './mapping.ts'

/** All that a build is told. Plain values: it runs in a process of its own. */
export interface BuildOrder extends MappingOrder {
  /** Folder of `rapport.yaml`, which file names are relative to; null when files were named directly. */
  directory: string | null
  data: DataFolder
  settings: Settings
  /** Hash of product, settings and catalogue. */
  hash: string
  product: string
  checks: Check[]
  /** Bound on the engine's memory. */
  memory?: string
}

export interface Progress {
  step: string
  done: number
  total: number
}

export interface BuildReport {
  version: string
  /** False when the same files, settings and catalogue were published before: nothing was done. */
  changed: boolean
  loads: Load[]
  results: CheckResult[]
  /** Which pack mapped each batch, and how it was found. */
  mappings: MappedBatch[]
  /** What was decided, guessed or left out on the way. */
  notes: Problem[]
  timings: { step: string; milliseconds: number }[]
  /** Memory that the building process filled at most. */
  peakBytes: number
}

/** One table of one file, and what maps it. */
export interface MappedBatch {
  batch: string
  path: string
  pack: string
  how: Mapping['how']
  proposed?: ProposedText
  /** Of a chat: the order of its dates where somebody had to say it. */
  dateOrder?: Batch['dateOrder']
  /** Of a file of amounts by customer: its columns. */
  accounts?: AccountsFile
}

type Tell = (progress: Progress) => void

/** A source of the settings, or a file of amounts by customer. */
export type FlowSource = Settings['sources'][number] & { accounts?: AccountsFile }

/** A batch, and the source that it came from. */
export interface SourceBatch {
  batch: Batch
  source: FlowSource
}

function sourcesOf({ sources, accounts }: Settings): FlowSource[] {
  return [...sources, ...accounts.map((file) => ({ id: file.id, files: file.files, accounts: file }))]
}

/**
 * The flow: sources -> land -> map -> check -> publish. Everything is written into a file of its own; only the last step
 * makes it the served version, so that a build that ends early leaves what was there.
 */
export async function buildVersion(order: BuildOrder, tell: Tell = () => {}): Promise<BuildReport> {
  const watch = stopwatch(tell)
  await makeDataFolder(order.data)
  const landed: Landed[] = []
  try {
    const batches = await watch('land and scan', () => landSources(order, landed))
    const id = versionId(order, batches)
    const before = await readReport(order, id)
    const report = before ? { ...before, changed: false } : await fillVersion(order, id, batches, watch)
    await watch('publish', async () => {
      await Promise.all(landed.map(keepLanded))
      if (!before) await publish(order, report)
    })
    return { ...report, timings: watch.timings, peakBytes: process.resourceUsage().maxRSS * 1024 }
  } finally {
    await Promise.all(landed.map(dropLanded))
  }
}

/** Writes the version's file, whole and closed, and served to nobody yet. */
async function fillVersion(
  order: BuildOrder,
  id: string,
  batches: SourceBatch[],
  watch: Stopwatch,
): Promise<BuildReport> {
  const store = await openBuilding(order, id)
  try {
    const { kept, notes: described } = await setAsideDictionaries(store, batches)
    const mappings = await watch('map', () => mapSources(store, order, kept))
    const loads = await watch('load', () => loadSources(store, order, mappings))
    const notes = [...described, ...(await watch('derive', () => deriveModel(store, order)))]
    await createModel(store)
    const report = await watch('check', () => checkVersion(store, order, { id, loads, mappings, batches, notes }))
    await watch('checkpoint', () => store.run(sql`CHECKPOINT`))
    await watch('close', () => store.close())
    return report
  } catch (error) {
    await store.close().catch(() => {})
    await removeBuilding(order, id)
    throw error
  }
}

type Stopwatch = ReturnType<typeof stopwatch>

function stopwatch(tell: Tell) {
  const total = 8
  const timings: BuildReport['timings'] = []
  const watch = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    tell({ step, done: timings.length, total })
    const begun = performance.now()
    const result = await work()
    timings.push({ step, milliseconds: Math.round(performance.now() - begun) })
    return result
  }
  return Object.assign(watch, { timings })
}

/** `landings` is filled on the way: what was copied before a failure must be put away too. */
async function landSources(order: BuildOrder, landings: Landed[]): Promise<SourceBatch[]> {
  const batches: SourceBatch[] = []
  const problems: Problem[] = []
  const seen = new Set<string>()
  await removeStaleCopies(order.data.landing)
  for (const source of sourcesOf(order.settings)) {
    for (const path of await expandFiles([source.files].flat(), order.directory, `source ${source.id}`)) {
      const watched = watchCsv(path)
      const landed = await landFile(path, { landing: order.data.landing, watch: (chunk) => watched.push(chunk) })
      landings.push(landed)
      if (seen.has(landed.hash)) continue
      seen.add(landed.hash)
      const read = await readLanded(landed, watched, { order, source }, problems)
      batches.push(...read.map((batch) => ({ batch, source })))
    }
  }
  assertNone(problems)
  return batches
}

/** What a file holds. One that cannot be read is refused beside the others that cannot, all at once. */
export async function readLanded(
  landed: LandedFile,
  watched: Watch,
  { order, source }: { order: BuildOrder; source: FlowSource },
  problems: Problem[],
): Promise<Batch[]> {
  const { business } = order.settings.chats
  const assumedZone = source.zone ? undefined : order.settings.zone
  const dateOrder = source.date_order ?? answeredOrder(order.answers[dateOrderKey(landed.path)])
  const chats = { business, dateOrder, assumedZone, guess: order.guess }
  try {
    return await readBatches(landed, { derived: order.data.derived, describe: describeParquet, watched, chats })
  } catch (error) {
    if (!(error instanceof RapportError)) throw error
    problems.push(...error.problems)
    return []
  }
}

/** The key under which the order of dates in a chat is asked for and remembered. */
export const dateOrderKey = (path: string): string => `date-order:${basename(path)}`

const answeredOrder = (answer: string | undefined): Settings['sources'][number]['date_order'] =>
  answer === 'd/m/y' || answer === 'm/d/y' || answer === 'y/m/d' ? answer : undefined

/** Same files, settings, catalogue, product and answers: same version. */
function versionId(order: BuildOrder, batches: SourceBatch[]): string {
  const parts = batches.map(({ batch, source }) => [source.id, batch.hash, batch.name])
  return createHash('sha256')
    .update(JSON.stringify([order.hash, order.guess, order.answers, parts]))
    .digest('hex')
    .slice(0, 12)
}

async function openBuilding(order: BuildOrder, id: string): Promise<Store> {
  await removeBuilding(order, id)
  const store = await openDuckdb({
    file: buildingFile(order.data, id),
    alias: `v${id}`,
    mode: 'write',
    temporary: order.data.temporary,
    external: true,
    memory: order.memory,
  })
  await createBookkeeping(store)
  return store
}

async function removeBuilding(order: BuildOrder, id: string): Promise<void> {
  for (const end of ['', '.wal']) await rm(buildingFile(order.data, id) + end, { force: true })
}

/** A pack for each batch. */
export async function mapSources(
  store: Store,
  order: BuildOrder,
  batches: SourceBatch[],
): Promise<(Mapping & SourceBatch)[]> {
  const mappings: (Mapping & SourceBatch)[] = []
  const repair = (batch: Batch): Promise<Batch> => repairBatch(batch, { derived: order.data.derived })
  const amounts: (SourceBatch & { file: AccountsFile; guessed: boolean })[] = []
  for (const each of batches) {
    const declared = each.source.accounts
    const mapping = declared ? null : { ...each, ...(await choosePack(store, order, { ...each, repair })) }
    const file = declared ?? mapping?.accounts
    if (file) amounts.push({ ...each, file, guessed: !declared })
    else if (mapping) mappings.push(mapping)
  }
  // Last, because their keys may be numbers of customers of the others.
  const others = { mappings: [...mappings], byPack: order.directory === null }
  for (const { file, guessed, ...each } of amounts)
    mappings.push({ ...each, ...(await mapAccounts(store, order, { ...each, file, guessed, repair, others })) })
  // Files that were named directly are kept apart by their pack.
  if (order.directory !== null) refuseMixedSources(mappings)
  return mappings
}

function mappedBatch({ batch, pack, how, proposed, accounts }: Mapping & SourceBatch): MappedBatch {
  const { name, path, dateOrder } = batch
  const more = { ...(dateOrder ? { dateOrder } : {}), ...(accounts ? { accounts } : {}) }
  return { batch: name, path, pack: pack.id, how, proposed, ...more }
}

/** Lands and maps, and builds nothing: what `init` shows and asks about. */
export async function mapOnly(order: BuildOrder): Promise<{ mappings: MappedBatch[]; notes: Problem[] }> {
  await makeDataFolder(order.data)
  const landed: Landed[] = []
  try {
    const batches = await landSources(order, landed)
    const mappings = await mapAlone(order, batches)
    const notes = [...batches.flatMap(({ batch }) => batch.notes), ...mappings.flatMap((mapping) => mapping.notes)]
    return { mappings: mappings.map(mappedBatch), notes }
  } finally {
    await Promise.all(landed.map(dropLanded))
  }
}

async function mapAlone(order: BuildOrder, batches: SourceBatch[]): Promise<(Mapping & SourceBatch)[]> {
  const store = await openBuilding(order, 'init')
  try {
    return await mapSources(store, order, batches)
  } finally {
    await store.close()
    await removeBuilding(order, 'init')
  }
}

/** What a batch and its pack fill. */
export function fillOf(store: Store, order: BuildOrder, { batch, source, pack, table }: Mapping & SourceBatch): Fill {
  return mapBatch(batch, pack, table, {
    source: order.directory === null ? pack.id : source.id,
    load: batch.sheet === undefined ? batch.hash : `${batch.hash}#${batch.sheet}`,
    dialect: store.dialect,
    zone: source.zone ?? order.settings.zone,
    reportingZone: order.settings.zone,
  })
}

/** Brings all batches into the model. */
export async function loadSources(
  store: Store,
  order: BuildOrder,
  mappings: (Mapping & SourceBatch)[],
): Promise<Load[]> {
  const loads: Load[] = []
  for (const mapping of mappings) {
    const { batch, pack } = mapping
    loads.push(
      await loadBatch(store, {
        batch,
        fill: fillOf(store, order, mapping),
        pack: pack.id,
        repair: (bad) => repairBatch(bad, { derived: order.data.derived }),
      }),
    )
  }
  return settledLoads(store, loads)
}

/** With what became of their records since: a later load may have replaced some. */
async function settledLoads(store: Store, loads: Load[]): Promise<Load[]> {
  if (loads.length < 2) return loads
  const rows = await store.rows(raw('SELECT id, mapped, duplicate, superseded FROM cx.loads'))
  const settled = new Map(rows.map((row) => [String(row.id), row]))
  return loads.map((load) => {
    const { mapped, duplicate, superseded } = settled.get(load.id)!
    return { ...load, mapped: Number(mapped), duplicate: Number(duplicate), superseded: Number(superseded) }
  })
}

/** What no single record says. */
export async function deriveModel(
  store: Store,
  { settings, directory }: BuildOrder,
  steps = deriveSteps,
): Promise<Problem[]> {
  const notes: Problem[] = []
  const newest = (): Promise<string | null> => newestEvent(store, landingTime(), settings.zone)
  for (const step of steps) notes.push(...(await step.run({ store, settings, directory, newest })))
  return notes
}

export const landingTime = (): string => new Date().toISOString().slice(0, 19).replace('T', ' ')

/** Facts of the version, then the checks that its columns allow. */
async function checkVersion(
  store: Store,
  order: BuildOrder,
  built: { id: string; loads: Load[]; mappings: (Mapping & SourceBatch)[]; batches: SourceBatch[]; notes: Problem[] },
): Promise<BuildReport> {
  const now = landingTime()
  const facts = await findFacts(store, now, order.settings.zone)
  const results = await findFaults(store, order.checks, new Set(facts.present))
  const mappings = built.mappings.map(mappedBatch)
  const notes = [
    ...built.batches.flatMap(({ batch }) => batch.notes),
    ...built.mappings.flatMap((mapping) => mapping.notes),
    ...built.notes,
  ]
  const targets = [...new Map(built.mappings.map(({ pack }) => [pack.id, pack.targets])).values()].flat()
  await store.run(sql`INSERT INTO cx.versions (id, published_at, as_of, zone, product, settings_hash, present, counts, targets, notes)
    VALUES (${built.id}, ${now}, CAST(${facts.asOf} AS TIMESTAMP), ${order.settings.zone}, ${order.product}, ${order.hash},
      ${JSON.stringify(facts.present)}, ${JSON.stringify(facts.counts)}, ${JSON.stringify(targets)}, ${JSON.stringify(notes)})`)
  return {
    version: built.id,
    changed: true,
    loads: built.loads,
    results,
    mappings,
    notes,
    timings: [],
    peakBytes: 0,
  }
}

const reportFile = (order: BuildOrder, id: string): string => join(order.data.versions, `${id}.json`)

async function publish(order: BuildOrder, report: BuildReport): Promise<void> {
  await writeFile(reportFile(order, report.version), JSON.stringify(report), { mode: 0o600 })
  await publishVersion(order.data, report.version, order.settings.keep_versions)
}

/** The report of a build that would only repeat what is served. */
async function readReport(order: BuildOrder, id: string): Promise<BuildReport | null> {
  if ((await readPointer(order.data))?.current !== id) return null
  return JSON.parse(await readFile(reportFile(order, id), 'utf8')) as BuildReport
}
