import { createHash } from 'node:crypto'
import { constants, copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Problem, RapportError } from '../errors.ts'
import { loadIdOf } from '../model/load-id.ts'
import { raw, sql } from '../sql/sql.ts'
import { openDuckdb } from '../store/duckdb.ts'
import type { Store } from '../store/store.ts'
import type { Arrivals } from './absorb.ts'
import type { Check } from './check/check.ts'
import { type CheckResult, findFaults } from './check/find.ts'
import { type CheckedVersion, keepChecked, keptResults, readProfiles } from './check/history.ts'
import { driftNote, findDrifts, type LoadedColumn, readLoadedColumns } from './check/schema-drift.ts'
import { deriveSteps } from './derive.ts'
import { declareUnits, setAsideDictionaries } from './dictionary.ts'
import { dropLanded, keepLanded, type Landed, landedAt } from './land/land.ts'
import { type LandedSources, type LandOrder, landSources, type SourceBatch } from './land-sources.ts'
import { dropClocks, type Load, loadBatch } from './load.ts'
import {
  candidateOf,
  copyLoaded,
  findLoaded,
  forgetLoaded,
  keyOfBatch,
  type LoadedBatch,
  type LoadedCopy,
  loadedBatch,
  refusedBatch,
  standBehind,
} from './loaded.ts'
import type { Fill } from './map/fill.ts'
import { mapBatch } from './map/map-batch.ts'
import { type MappedBatch, type MappedSource, mappedBatch, mapSources, type RefusedSource } from './map-sources.ts'
import type { MappingOrder } from './mapping.ts'
import { createBookkeeping, createModel } from './publish/create.ts'
import { findFacts, newestEvent } from './publish/facts.ts'
import { lockBuild, tenMinutes } from './publish/lock.ts'
import { buildingFile, checksLog, makeDataFolder, publishVersion, readPointer, versionFile } from './publish/publish.ts'
import { loadRefused } from './refused.ts'
import type { Batch } from './sources/batch.ts'
import { repairBatch } from './sources/source.ts'

export { dateOrderKey } from './land-sources.ts'
export type { MappedBatch } from './map-sources.ts'
export type { Answers } from './mapping.ts'

/** All that a build is told. Plain values: it runs in a process of its own. */
export interface BuildOrder extends MappingOrder, LandOrder {
  product: string
  checks: Check[]
  /** Bound on the engine's memory. */
  memory?: string
  /** Metrics that need a model column, of those that the others allow: what a missing one takes away. */
  takenAway?: (column: string, present: ReadonlySet<string>) => string[]
  /** Milliseconds to wait for another build of the project that is under way. */
  wait?: number
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
  /** Position in the journal up to which arrivals are in it; 0 without any. */
  journal: number
  /** How many of the loads were taken over from an earlier build; the others were read. */
  reused: number
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

type Tell = (progress: Progress) => void

/**
 * The flow: sources -> land -> map -> check -> publish. Everything is written into a file of its own; only the last step
 * makes it the served version, so that a build that ends early leaves what was there.
 */
export async function buildVersion(order: BuildOrder, tell: Tell = () => {}): Promise<BuildReport> {
  await makeDataFolder(order.data)
  // What was named directly has a folder of its own for each set of files, and no journal that two builds could take.
  if (order.directory === null) return build(order, tell)
  const waiting = (who: string): void => tell({ step: `waiting for the build of ${who}`, done: 0, total: 1 })
  const lock = await lockBuild(order.data, { wait: order.wait ?? tenMinutes, waiting })
  try {
    return await build(order, tell)
  } finally {
    await lock.release()
  }
}

async function build(order: BuildOrder, tell: Tell): Promise<BuildReport> {
  const watch = stopwatch(tell)
  const landed: Landed[] = []
  let arrivals: Arrivals | undefined
  try {
    const sources = await watch('land and scan', () => landSources(order, landed))
    arrivals = sources.arrivals
    const id = versionId(order, sources)
    const before = await readReport(order, id)
    const filled = before ? null : await fillVersion(order, id, sources, watch)
    const report = filled?.report ?? { ...before!, changed: false, reused: before!.loads.length }
    await watch('publish', async () => {
      await Promise.all(landed.map(keepLanded))
      // First what was taken, then the version that has it: a kill between them leaves a version that the next build makes.
      await sources.arrivals.keep()
      await sources.known?.keep()
      if (filled) await publish(order, filled)
    })
    return { ...report, timings: watch.timings, peakBytes: process.resourceUsage().maxRSS * 1024 }
  } finally {
    await Promise.all(landed.map(dropLanded))
    await arrivals?.drop()
  }
}

/** A version's file that is whole and closed, and served to nobody yet. */
interface Filled {
  report: BuildReport
  /** What of it is remembered when it is gone; nothing of files that were named directly. */
  checked: CheckedVersion | null
  /** Puts down what the next build may go on from; the id of that copy. */
  keepLoaded(): Promise<string | null>
}

/** Goes on from what an earlier build loaded where that comes to the same, else loads everything. */
async function fillVersion(order: BuildOrder, id: string, landed: LandedSources, watch: Stopwatch): Promise<Filled> {
  const sources = { ...landed, before: order.directory === null ? [] : await readBefore(order) }
  const copy = order.directory === null ? null : await findLoaded(order.data, loadingState(order))
  if (copy && keepsAll(copy, sources)) {
    try {
      const filled = await fillFrom(copy, order, id, sources, watch)
      if (filled) return filled
    } catch (error) {
      if (error instanceof RapportError) throw error
      // The engine could not read the copy: it can be made again.
      await forgetLoaded(order.data, copy.id)
    }
  }
  return (await fillFrom(null, order, id, sources, watch))!
}

/** Is everything that is loaded still there? Amounts by customer are mapped by what the other files hold. */
function keepsAll({ batches: loaded }: LoadedCopy, { batches }: LandedSources): boolean {
  const there = new Set(batches.map(keyOfBatch))
  const byOthers = batches.some(({ source }) => source.accounts) || loaded.some(({ mapped }) => mapped.accounts)
  return !byOthers && loaded.every(({ key }) => there.has(key))
}

/** What loading depends on beside the batches. */
const loadingState = (order: BuildOrder): string =>
  createHash('sha256')
    .update(JSON.stringify([order.hash, order.product, order.guess, order.answers]))
    .digest('hex')

/** Null where the new batches do not stand behind those of the copy. */
async function fillFrom(
  copy: LoadedCopy | null,
  order: BuildOrder,
  id: string,
  { batches, arrivals, before }: LandedSources & { before: LoadedColumn[] },
  watch: Stopwatch,
): Promise<Filled | null> {
  let store = await openBuilding(order, id, copy?.file)
  try {
    const { kept, units, notes: described } = await setAsideDictionaries(store, batches)
    const mapped = await watch('map', () => mapNew(store, { ...order, usual: usualPacks(before) }, kept, copy))
    if (!mapped) {
      await store.close()
      return null
    }
    const { loaded, copied } = await watch('load', async () => {
      const fresh = await loadSources(store, order, mapped)
      const loaded = await settled(store, [...mapped.known, ...fresh])
      if (order.directory === null || fresh.length === 0) return { loaded, copied: null }
      await store.run(sql`CHECKPOINT`)
      await store.close()
      const copied = await copyLoaded(order.data, id, buildingFile(order.data, id))
      store = await openFile(order, id)
      return { loaded, copied }
    })
    await declareUnits(store, units)
    await dropClocks(store)
    const notes = [...arrivals.notes, ...described, ...(await watch('derive', () => deriveModel(store, order)))]
    await createModel(store)
    const built = {
      id,
      loaded,
      batches,
      notes,
      journal: arrivals.journal,
      reused: mapped.known.length,
      before,
    }
    const report = await watch('check', () => checkVersion(store, order, built))
    const checked = order.directory === null ? null : await checkedVersion(store, report)
    await watch('checkpoint', () => store.run(sql`CHECKPOINT`))
    await watch('close', () => store.close())
    const keepLoaded = async (): Promise<string | null> => {
      await copied?.keep(loadingState(order), loaded)
      return copied ? id : (copy?.id ?? null)
    }
    return { report, checked, keepLoaded }
  } catch (error) {
    await store.close().catch(() => {})
    await removeBuilding(order, id)
    throw error
  }
}

/** The columns of the version that is served. One that an older Rapport built may have other tables: then nothing is compared. */
async function readBefore({ data, memory }: BuildOrder): Promise<LoadedColumn[]> {
  const pointer = await readPointer(data)
  if (!pointer) return []
  const file = versionFile(data, pointer.current)
  const store = await openDuckdb({ file, alias: 'before', mode: 'read', temporary: data.temporary, memory }).catch(
    () => null,
  )
  if (!store) return []
  return readLoadedColumns(store)
    .catch(() => [])
    .finally(() => store.close())
}

/** By which packs each source was read. */
export function usualPacks(before: Pick<LoadedColumn, 'source' | 'pack'>[]): Map<string, Set<string>> {
  const usual = new Map<string, Set<string>>()
  for (const { source, pack } of before) usual.set(source, (usual.get(source) ?? new Set()).add(pack))
  return usual
}

/** Maps what is not loaded yet; null where that stands before something that is. */
async function mapNew(
  store: Store,
  order: BuildOrder & { usual: Map<string, Set<string>> },
  kept: SourceBatch[],
  copy: LoadedCopy | null,
) {
  const known = new Map((copy?.batches ?? []).map((each) => [each.key, each]))
  const batches = kept.map((each) => ({ ...each, key: keyOfBatch(each) }))
  if ([...known.keys()].some((key) => !batches.some((each) => each.key === key))) return null
  const old = [...known.values()]
  const fresh = batches.filter(({ key }) => !known.has(key))
  const { mappings, refused } = await mapSources(store, order, fresh, old.map(candidateOf))
  if (copy && mappings.some(({ accounts }) => accounts)) return null
  const filled = new Map(mappings.map((each) => [keyOfBatch(each), each.table.fills]))
  const inOrder = batches.map(({ key, source }) => {
    const before = known.get(key)
    return { source: source.id, fills: before?.fills ?? filled.get(key) ?? [], isLoaded: before !== undefined }
  })
  if (copy && !standBehind(inOrder)) return null
  return { known: old, mappings, refused }
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

/** Same files, settings, catalogue, product and answers: same version. */
function versionId(order: BuildOrder, { batches, arrivals }: LandedSources): string {
  const parts = batches.map(({ batch, source }) => [source.id, batch.hash, batch.name])
  const journal = arrivals.journal > 0 ? [arrivals.journal] : []
  return createHash('sha256')
    .update(JSON.stringify([order.hash, order.guess, order.answers, parts, ...journal]))
    .digest('hex')
    .slice(0, 12)
}

/** A file of its own, empty or a copy of what was loaded. */
async function openBuilding(order: BuildOrder, id: string, from?: string): Promise<Store> {
  await removeBuilding(order, id)
  if (from) {
    await copyFile(from, buildingFile(order.data, id), constants.COPYFILE_FICLONE)
    return openFile(order, id)
  }
  const store = await openFile(order, id)
  await createBookkeeping(store)
  return store
}

function openFile(order: BuildOrder, id: string): Promise<Store> {
  return openDuckdb({
    file: buildingFile(order.data, id),
    alias: `v${id}`,
    mode: 'write',
    temporary: order.data.temporary,
    external: true,
    memory: order.memory,
  })
}

async function removeBuilding(order: BuildOrder, id: string): Promise<void> {
  for (const end of ['', '.wal']) await rm(buildingFile(order.data, id) + end, { force: true })
}

/** Lands and maps, and builds nothing: what `init` shows and asks about. */
export async function mapOnly(order: BuildOrder): Promise<{ mappings: MappedBatch[]; notes: Problem[] }> {
  await makeDataFolder(order.data)
  const landed: Landed[] = []
  let arrivals: Arrivals | undefined
  try {
    const sources = await landSources(order, landed)
    arrivals = sources.arrivals
    const { batches } = sources
    const { mappings } = await mapAlone(order, batches)
    const notes = [...batches.flatMap(({ batch }) => batch.notes), ...mappings.flatMap((mapping) => mapping.notes)]
    return { mappings: mappings.map(mappedBatch), notes }
  } finally {
    await Promise.all(landed.map(dropLanded))
    await arrivals?.drop()
  }
}

async function mapAlone(order: BuildOrder, batches: SourceBatch[]): ReturnType<typeof mapSources> {
  const store = await openBuilding(order, 'init')
  try {
    return await mapSources(store, order, batches)
  } finally {
    await store.close()
    await removeBuilding(order, 'init')
  }
}

/** What a batch and its pack fill. */
export function fillOf(store: Store, order: BuildOrder, { batch, source, part, pack, table }: MappedSource): Fill {
  return mapBatch(batch, pack, table, {
    source: order.directory === null ? pack.id : source.id,
    load: loadIdOf({ ...batch, part }),
    dialect: store.dialect,
    zone: source.zone ?? order.settings.zone,
    reportingZone: order.settings.zone,
  })
}

/** Brings all batches into the model; those that cannot be are rejects. */
export async function loadSources(
  store: Store,
  order: BuildOrder,
  { mappings, refused }: { mappings: MappedSource[]; refused: RefusedSource[] },
  { profiled = true } = {},
): Promise<LoadedBatch[]> {
  const loaded: LoadedBatch[] = []
  for (const mapping of mappings) {
    const { batch, pack } = mapping
    const fill = fillOf(store, order, mapping)
    const landed = await landedAt(order.data.landing, batch.hash)
    const repair = (bad: Batch): Promise<Batch> => repairBatch(bad, { derived: order.data.derived })
    loaded.push(
      loadedBatch(mapping, await loadBatch(store, { batch, fill, pack: pack.id, landedAt: landed, repair, profiled })),
    )
  }
  for (const each of refused) {
    const { batch, part } = each
    const landed = await landedAt(order.data.landing, batch.hash)
    loaded.push(refusedBatch(each, await loadRefused(store, loadIdOf({ ...batch, part }), landed, each)))
  }
  return loaded
}

/** With what became of their records since: a later load may have replaced some. */
async function settled(store: Store, loaded: LoadedBatch[]): Promise<LoadedBatch[]> {
  if (loaded.length < 2) return loaded
  const rows = await store.rows(raw('SELECT id, mapped, duplicate, superseded FROM cx.loads'))
  const now = new Map(rows.map((row) => [String(row.id), row]))
  return loaded.map((each) => {
    const { mapped, duplicate, superseded } = now.get(each.load.id)!
    const counts = { mapped: Number(mapped), duplicate: Number(duplicate), superseded: Number(superseded) }
    return { ...each, load: { ...each.load, ...counts } }
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
  built: {
    id: string
    loaded: LoadedBatch[]
    batches: SourceBatch[]
    notes: Problem[]
    journal: number
    reused: number
    before: LoadedColumn[]
  },
): Promise<BuildReport> {
  const now = landingTime()
  const facts = await findFacts(store, now, order.settings.zone)
  const present = new Set(facts.present)
  const takenAway = (column: string): string[] => order.takenAway?.(column, present) ?? []
  const drifts = built.before.length > 0 ? findDrifts(built.before, await readLoadedColumns(store), takenAway) : []
  const judged = { landed: now, asOf: facts.asOf, zone: order.settings.zone }
  const results = await findFaults(store, order.checks, present, judged, drifts)
  const notes = [
    ...built.batches.flatMap(({ batch }) => batch.notes),
    ...built.loaded.flatMap((each) => each.notes),
    ...built.notes,
    ...drifts.map(driftNote),
  ]
  const targets = [...new Map(built.loaded.map(({ mapped, targets }) => [mapped.pack, targets])).values()].flat()
  await store.run(sql`INSERT INTO cx.versions (id, published_at, as_of, zone, product, settings_hash, present, counts, targets, notes, journal)
    VALUES (${built.id}, ${now}, CAST(${facts.asOf} AS TIMESTAMP), ${order.settings.zone}, ${order.product}, ${order.hash},
      ${JSON.stringify(facts.present)}, ${JSON.stringify(facts.counts)}, ${JSON.stringify(targets)}, ${JSON.stringify(notes)}, ${built.journal})`)
  return {
    version: built.id,
    changed: true,
    journal: built.journal,
    reused: built.reused,
    loads: built.loaded.map(({ load }) => load),
    results,
    mappings: built.loaded.flatMap(({ fills, mapped }) => (fills.length > 0 ? mapped : [])),
    notes,
    timings: [],
    peakBytes: 0,
  }
}

async function checkedVersion(store: Store, { version, results }: BuildReport): Promise<CheckedVersion> {
  const [row] = await store.rows(
    sql`SELECT strftime(published_at, '%Y-%m-%dT%H:%M:%SZ') AS at, strftime(as_of, '%Y-%m-%dT%H:%M:%SZ') AS as_of FROM cx.versions`,
  )
  const as_of = typeof row?.as_of === 'string' ? row.as_of : null
  return { version, at: String(row?.at), as_of, results: keptResults(results), loads: await readProfiles(store) }
}

const reportFile = (order: BuildOrder, id: string): string => join(order.data.versions, `${id}.json`)

async function publish(order: BuildOrder, { report, checked, keepLoaded }: Filled): Promise<void> {
  const loaded = await keepLoaded()
  // Before the version is served: a build that ends in between is repeated, and then adds nothing.
  if (checked) await keepChecked(checksLog(order.data), checked)
  await writeFile(reportFile(order, report.version), JSON.stringify(report), { mode: 0o600 })
  await publishVersion(order.data, report.version, order.settings.keep_versions, loaded)
}

/** The report of a build that would only repeat what is served. */
async function readReport(order: BuildOrder, id: string): Promise<BuildReport | null> {
  if ((await readPointer(order.data))?.current !== id) return null
  return JSON.parse(await readFile(reportFile(order, id), 'utf8')) as BuildReport
}
