import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Problem } from '../errors.ts'
import { raw, sql } from '../sql/sql.ts'
import { openDuckdb } from '../store/duckdb.ts'
import type { Store } from '../store/store.ts'
import { type ArrivalPart, writeParts } from './arrivals/parts.ts'
import { deriveSteps } from './derive.ts'
import { type BuildOrder, deriveModel, fillOf, landingTime, loadSources, usualPacks } from './flow.ts'
import { hashFile, type Landed } from './land/land.ts'
import { readPart, type SourceBatch } from './land-sources.ts'
import { type LiveReport, type LiveTask, removeLive } from './live/builder.ts'
import { lendContext, returnContext } from './live/context.ts'
import { baseName, liveName } from './live/names.ts'
import { type Base, countHidden, dropKnown, keepKnown, makeHidden, renameJoined, settleLoad } from './live/settle.ts'
import { dropClocks } from './load.ts'
import { mapSources } from './map-sources.ts'
import { createBookkeeping } from './publish/create.ts'
import { findFacts } from './publish/facts.ts'
import { type DataFolder, versionFile } from './publish/publish.ts'

/** All that one small version is made from. */
export type LiveOrder = BuildOrder & LiveTask

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
  const begun = process.cpuUsage()
  const { data, base, to } = order
  const file = liveFile(data, base.id, to)
  const parts = join(data.live, 'parts')
  await mkdir(data.live, { recursive: true, mode: 0o700 })
  await removeLive(file)
  await rm(parts, { recursive: true, force: true })
  const notes: Problem[] = []
  const received: Record<string, number> = {}
  const without = new Set(order.without)
  const written = await writeParts(
    data.journal,
    { after: base.position, to, seek: true },
    {
      folder: parts,
      damaged: ({ where }) => notes.push(damagedNote(where)),
      leave: ({ source, position, received: at }) => {
        if (without.has(position)) return true
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
    // Over a handful of rows a second thread saves nothing, and those who read pages can use it.
    threads: 1,
    beside: [{ file: versionFile(data, base.id), alias: baseName }],
  })
  try {
    // All in one: four hundred small statements would wait for the disk one by one, and a file that is not whole is made again anyway.
    await store.run(raw('BEGIN TRANSACTION'))
    notes.push(...(await fillLive(store, order, written)))
    await store.run(raw('COMMIT'))
    await store.close()
  } catch (error) {
    await store.close().catch(() => {})
    await removeLive(file)
    throw error
  } finally {
    await rm(parts, { recursive: true, force: true })
  }
  const { user, system } = process.cpuUsage(begun)
  return {
    version: `${base.id}+${to}`,
    file,
    position: to,
    arrivals: written.reduce((sum, { records }) => sum + records, 0),
    received,
    notes,
    milliseconds: Math.round((user + system) / 1000),
  }
}

async function fillLive(store: Store, order: LiveOrder, parts: ArrivalPart[]): Promise<Problem[]> {
  await createBookkeeping(store)
  await makeHidden(store)
  const base = await readBase(store)
  const batches = await landParts(order, parts)
  const { mappings, refused } = await mapSources(store, { ...order, usual: await usualIn(store) }, batches)
  await loadSources(store, order, { mappings, refused }, { profiled: false })
  const fills = mappings.map((mapping) => fillOf(store, order, mapping))
  for (const fill of fills) await settleLoad(store, fill, base)
  await dropClocks(store)
  await dropKnown(store, base)
  await renameJoined(store, base)
  await lendContext(store, base)
  const notes = await deriveModel(store, order, liveSteps)
  await returnContext(store)
  await dropKnown(store, base)
  await keepKnown(store, fills, base)
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
  for (const { path, ...part } of parts) {
    const source = order.settings.sources.find(({ id }) => id === part.source)
    if (!source) continue
    const landed = await identifyPart(path)
    const { hash, bytes } = landed
    batches.push(...(await readPart({ ...part, hash, bytes }, landed, { order, source, known: null, problems: [] })))
  }
  return batches
}

async function identifyPart(path: string): Promise<Landed> {
  const file = await open(path, 'r')
  try {
    return { path, file: path, landed: path, copy: null, ...(await hashFile(file)) }
  } finally {
    await file.close()
  }
}

/** By which packs the version read each source. */
async function usualIn(store: Store) {
  const rows = await store.rows(raw(`SELECT DISTINCT source, pack FROM ${baseName}.cx.loads`))
  return usualPacks(rows.map((row) => ({ source: String(row.source), pack: String(row.pack) })))
}

function damagedNote(where: string): Problem {
  return {
    code: 'journal-damaged',
    message: 'A record of the journal has changed since it was written, and is left out.',
    where,
    fix: 'Ask the sender to deliver it again.',
  }
}
