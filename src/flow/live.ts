import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Problem, problemsOf, RapportError } from '../errors.ts'
import { raw, sql } from '../sql/sql.ts'
import { openDuckdb } from '../store/duckdb.ts'
import type { Store } from '../store/store.ts'
import { type ArrivalPart, writeParts } from './arrivals/parts.ts'
import { deriveSteps } from './derive.ts'
import {
  type BuildOrder,
  deriveModel,
  type FlowSource,
  fillOf,
  landingTime,
  loadSources,
  mapSources,
  readLanded,
  type SourceBatch,
} from './flow.ts'
import { hashFile } from './land/land.ts'
import { lendContext, returnContext } from './live/context.ts'
import { baseName, liveName } from './live/names.ts'
import { type Base, countHidden, dropKnown, keepKnown, makeHidden, renameJoined, settleLoad } from './live/settle.ts'
import { createBookkeeping, createModel } from './publish/create.ts'
import { findFacts } from './publish/facts.ts'
import { type DataFolder, versionFile } from './publish/publish.ts'
import type { LandedFile } from './sources/source.ts'
import { watchCsv } from './sources/watch.ts'

/** What arrived after a version was built, up to one position of the journal. */
export interface LiveOrder extends BuildOrder {
  base: { id: string; position: number }
  to: number
  /** Positions that are left to the next build: nothing could be made of what stands there. */
  without?: ReadonlySet<number>
}

export interface LiveReport {
  /** `<id>+<position>`. */
  version: string
  file: string
  position: number
  /** How many arrivals are in it. */
  arrivals: number
  /** When the last one of each source came, in milliseconds since 1970. */
  received: Record<string, number>
  /** What could not be read of the journal, or was left to the next build. */
  notes: Problem[]
  milliseconds: number
}

/** Who is who over all systems is settled by a build: with a handful of records it cannot be. */
const liveSteps = deriveSteps.filter(({ name }) => name !== 'identity')

export function liveFile({ live }: DataFolder, base: string, to: number): string {
  return join(live, `${base}-${to}.duckdb`)
}

/**
 * Brings what arrived since a version was built into a small file of its own: landed, mapped, loaded and derived by the very same functions as
 * in a build, then settled against the version. It is only a projection of the journal, and can be made again at any time.
 */
export async function buildLive(order: LiveOrder): Promise<LiveReport> {
  const begun = performance.now()
  const { data, base, to } = order
  const file = liveFile(data, base.id, to)
  const parts = join(data.live, 'parts')
  await mkdir(data.live, { recursive: true, mode: 0o700 })
  await removeLive(file)
  await rm(parts, { recursive: true, force: true })
  const notes: Problem[] = []
  const received: Record<string, number> = {}
  const written = await writeParts(
    data.journal,
    { after: base.position, to, seek: true },
    {
      folder: parts,
      damaged: ({ where }) => notes.push(damagedNote(where)),
      leave: ({ source, position, received: at }) => {
        if (order.without?.has(position)) return true
        received[source] = at
        return false
      },
    },
  )
  const store = await openDuckdb({
    file,
    alias: liveName,
    mode: 'write',
    temporary: data.temporary,
    external: true,
    memory: order.memory,
    beside: [{ file: versionFile(data, base.id), alias: baseName }],
  })
  try {
    notes.push(...(await fillLive(store, order, written)))
    await store.close()
  } catch (error) {
    await store.close().catch(() => {})
    await removeLive(file)
    throw error
  } finally {
    await rm(parts, { recursive: true, force: true })
  }
  return {
    version: `${base.id}+${to}`,
    file,
    position: to,
    arrivals: written.reduce((sum, { records }) => sum + records, 0),
    received,
    notes,
    milliseconds: Math.round(performance.now() - begun),
  }
}

/** More than so many arrivals that nothing can be made of are no accident: the fault is elsewhere. */
const mostLeft = 20

/**
 * Builds one live version after another, and leaves out what nothing can be made of: one thing that was sent must not keep everything behind
 * it from the pages. It is found by halves, said, and tried again by the next build of the version.
 */
export function liveBuilder(build: typeof buildLive = buildLive): (order: LiveOrder) => Promise<LiveReport> {
  const left = new Map<number, Problem>()
  let good = { base: '', position: 0 }
  return async (order) => {
    const { id, position } = order.base
    if (good.base !== id) {
      left.clear()
      good = { base: id, position }
    }
    for (;;) {
      try {
        const report = await build({ ...order, without: new Set(left.keys()) })
        good = { base: id, position: order.to }
        return { ...report, notes: [...report.notes, ...left.values()] }
      } catch (error) {
        if (left.size >= mostLeft) throw error
        const culprit = await findCulprit(order, { after: Math.max(good.position, position), without: left }, build)
        left.set(culprit, leftNote(culprit, error))
      }
    }
  }
}

/** The first position with which a build fails. */
async function findCulprit(
  order: LiveOrder,
  { after, without }: { after: number; without: ReadonlyMap<number, Problem> },
  build: typeof buildLive,
): Promise<number> {
  let [low, high] = [after, order.to]
  while (high - low > 1) {
    const to = Math.floor((low + high) / 2)
    const tried = await build({ ...order, to, without: new Set(without.keys()) }).catch(() => null)
    if (tried) {
      await removeLive(tried.file)
      low = to
    } else high = to
  }
  return high
}

function leftNote(position: number, error: unknown): Problem {
  const [problem] = problemsOf(error)
  return {
    code: 'arrival-left',
    message: `What came as number ${position} is not on the pages yet: ${problem?.message ?? ''}`.trim(),
    where: `journal, position ${position}`,
    fix: 'It is kept, and the next `rapport build` tries it again.',
  }
}

/** Everything that was written for one live version. */
export async function removeLive(file: string): Promise<void> {
  for (const end of ['', '.wal']) await rm(file + end, { force: true })
}

async function fillLive(store: Store, order: LiveOrder, parts: ArrivalPart[]): Promise<Problem[]> {
  await createBookkeeping(store)
  await makeHidden(store)
  const base = await readBase(store)
  const batches = await landParts(order, parts)
  const mappings = await mapSources(store, order, batches)
  await loadSources(store, order, mappings)
  const fills = mappings.map((mapping) => fillOf(store, order, mapping))
  for (const fill of fills) await settleLoad(store, fill, base)
  await dropKnown(store, base)
  await renameJoined(store, base)
  await lendContext(store, base)
  const notes = await deriveModel(store, order, liveSteps)
  await returnContext(store)
  await dropKnown(store, base)
  await keepKnown(store, fills, base)
  await createModel(store)
  const targets = [...new Map(mappings.map(({ pack }) => [pack.id, pack.targets])).values()].flat()
  await writeFacts(store, order, base, targets)
  return notes
}

async function readBase(store: Store): Promise<Base> {
  const [row] = await store.rows(raw(`SELECT present, counts FROM ${baseName}.cx.versions`))
  return {
    present: new Set(JSON.parse(String(row?.present)) as string[]),
    counts: JSON.parse(String(row?.counts)) as Record<string, number>,
  }
}

/** The facts of the version with what arrived: what is there, how much, and its newest event. */
async function writeFacts(store: Store, order: LiveOrder, base: Base, targets: unknown[]): Promise<void> {
  const { zone } = order.settings
  const now = landingTime()
  const facts = await findFacts(store, now, zone)
  const hidden = await countHidden(store)
  const counts = Object.fromEntries(
    Object.keys({ ...base.counts, ...facts.counts }).map((table) => [
      table,
      (base.counts[table] ?? 0) - (hidden.get(table) ?? 0) + (facts.counts[table] ?? 0),
    ]),
  )
  const present = [...new Set([...base.present, ...facts.present])]
  const asOf = sql`greatest((SELECT as_of FROM ${raw(`${baseName}.cx.versions`)}), CAST(${facts.asOf} AS TIMESTAMP))`
  await store.run(sql`INSERT INTO cx.versions (id, published_at, as_of, zone, product, settings_hash, present, counts, targets, notes)
    VALUES (${`${order.base.id}+${order.to}`}, ${now}, ${asOf}, ${zone}, ${order.product}, ${order.hash},
      ${JSON.stringify(present)}, ${JSON.stringify(counts)}, ${JSON.stringify(targets)}, '[]')`)
}

/** The parts stand in a folder of our own, and the journal keeps what they are made of: nothing of them is kept. */
async function landParts(order: LiveOrder, parts: ArrivalPart[]): Promise<SourceBatch[]> {
  const batches: SourceBatch[] = []
  const problems: Problem[] = []
  for (const part of parts) {
    const source: FlowSource | undefined = order.settings.sources.find(({ id }) => id === part.source)
    if (!source) continue
    const watched = watchCsv(part.path)
    const landed = await identifyPart(part.path, (chunk) => watched.push(chunk))
    const read = await readLanded(landed, watched, { order, source }, problems)
    batches.push(...read.map((batch) => ({ batch, source })))
  }
  if (problems.length > 0) throw new RapportError(problems, 3)
  return batches
}

async function identifyPart(path: string, watch: (chunk: Buffer) => void): Promise<LandedFile> {
  const file = await open(path, 'r')
  try {
    return { path, file: path, ...(await hashFile(file, watch)) }
  } finally {
    await file.close()
  }
}

function damagedNote(where: string): Problem {
  return {
    code: 'journal-damaged',
    message: 'A record of the journal has changed since it was written, and is left out.',
    where,
    fix: 'Ask the sender to deliver it again.',
  }
}
