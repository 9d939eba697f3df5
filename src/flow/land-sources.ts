import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { AccountsFile } from '../config/accounts.ts'
import type { Settings } from '../config/settings.ts'
import { assertNone } from '../config/yaml.ts'
import { type Problem, RapportError } from '../errors.ts'
import { describeParquet } from '../store/duckdb.ts'
import { type Arrivals, takeArrivals } from './absorb.ts'
import type { KeptPart } from './arrivals/kept.ts'
import { expandFiles } from './land/expand.ts'
import { type KnownFiles, readKnownFiles } from './land/known.ts'
import { type Landed, landFile } from './land/land.ts'
import { removeStaleCopies } from './land/stale.ts'
import type { Answers } from './mapping.ts'
import type { DataFolder } from './publish/publish.ts'
import type { Batch } from './sources/batch.ts'
import { type LandedFile, readBatches } from './sources/source.ts'
import { type Watch, watchCsv } from './sources/watch.ts'

/** What landing is told. */
export interface LandOrder {
  /** Folder of `rapport.yaml`, which file names are relative to; null when files were named directly. */
  directory: string | null
  data: DataFolder
  settings: Settings
  /** Hash of product, settings and catalogue. */
  hash: string
  guess: boolean
  answers: Answers
}

/** A source of the settings, or a file of amounts by customer. */
export type FlowSource = Settings['sources'][number] & { accounts?: AccountsFile }

export interface SourceBatch {
  batch: Batch
  source: FlowSource
  /** Of what was sent to a server: which part of the journal it is. */
  part?: ArrivedPart
}

/** A part of the journal on its way into the model. */
export interface ArrivedPart extends KeptPart {
  /** Where its lines can be read now. */
  file: string
  /** Why it cannot be loaded. Who sent it was told that it is kept: it is set aside and stops no build. */
  refused?: Problem
}

function sourcesOf({ sources, accounts }: Settings): FlowSource[] {
  return [...sources, ...accounts.map((file) => ({ id: file.id, files: file.files, accounts: file }))]
}

/** Every table that came in, in the order of the settings: of each source its files, then what arrived. */
export interface LandedSources {
  batches: SourceBatch[]
  arrivals: Arrivals
  /** Of a project: what need not be read again the next time. */
  known: KnownFiles | null
}

/** `landings` is filled on the way: what was copied before a failure must be put away too. */
export async function landSources(order: LandOrder, landings: Landed[]): Promise<LandedSources> {
  const batches: SourceBatch[] = []
  const problems: Problem[] = []
  const seen = new Set<string>()
  await removeStaleCopies(order.data.landing)
  const sources = sourcesOf(order.settings)
  const arrivals = await arrivalsOf(order, sources)
  const known = order.directory === null ? null : await readKnownFiles(order.data.landing)
  landings.push(...arrivals.landed)
  for (const source of sources) {
    const read = (path: string, land: () => Promise<Landing>) =>
      readOnce(path, land, { order, source, known, problems })
    for (const path of await expandFiles([source.files].flat(), order.directory, `source ${source.id}`)) {
      const file = await read(path, () => landWatched(path, order.data.landing))
      landings.push(file.landed)
      if (seen.has(file.landed.hash)) continue
      seen.add(file.landed.hash)
      batches.push(...(await file.batches()).map((batch) => ({ batch, source })))
    }
    for (const { part, landed } of arrivals.parts.filter((each) => each.part.source === source.id)) {
      batches.push(...(await readPart(part, landed, { order, source, known, problems: [] })))
    }
  }
  assertNone(problems)
  return { batches, arrivals, known }
}

/** A part of the journal as tables; one that cannot be read says why. */
export async function readPart(part: KeptPart, landed: Landed, reading: Reading): Promise<SourceBatch[]> {
  const { source, problems } = reading
  const read = await readOnce(landed.landed, async () => ({ landed }), reading)
  const [first, ...others] = await read.batches()
  const arrived = { ...part, file: landed.file }
  if (first) return [withDamage(first, part), ...others].map((batch) => ({ batch, source, part: arrived }))
  return [{ batch: withDamage(unreadBatch(part, landed), part), source, part: { ...arrived, refused: problems[0] } }]
}

/** Of lines that are no records: nothing is known of them but how many there are. */
function unreadBatch({ records }: KeptPart, { path, hash, bytes, file }: Landed): Batch {
  return {
    path,
    name: path,
    hash,
    bytes,
    form: 'ndjson',
    gzip: false,
    encoding: 'utf-8',
    columns: [],
    read: { form: 'ndjson', path: file, derived: false },
    records,
    readable: 0,
    bad: [],
    skipped: { blank: 0, preamble: 0, footer: 0 },
    notes: [],
  }
}

/** Only a project has a journal. */
function arrivalsOf(order: LandOrder, sources: FlowSource[]): Promise<Arrivals> {
  const ids = sources.filter(({ accounts }) => !accounts).map(({ id }) => id)
  return takeArrivals(order.data, order.directory === null ? null : ids)
}

interface Landing {
  landed: Landed
  watched?: Watch
}

async function landWatched(path: string, landing: string): Promise<Landing> {
  const watched = watchCsv(path)
  return { landed: await landFile(path, { landing, watch: (chunk) => watched.push(chunk) }), watched }
}

interface Reading {
  order: LandOrder
  source: FlowSource
  known: KnownFiles | null
  problems: Problem[]
}

/** Lands and reads a file, unless it is the same as when an earlier build did. */
async function readOnce(
  path: string,
  land: () => Promise<Landing>,
  reading: Reading,
): Promise<{ landed: Landed; batches(): Promise<Batch[]> }> {
  const how = readingOf(path, reading)
  const before = await reading.known?.find(path, how)
  if (before) return { landed: before.landed, batches: async () => before.batches }
  const { landed, watched } = await land()
  return {
    landed,
    batches: async () => {
      const batches = await readLanded(landed, watched, reading)
      if (batches.length > 0) reading.known?.add(path, how, { landed, batches })
      return batches
    },
  }
}

/** What decides how a file reads, beside its bytes. */
const readingOf = (path: string, { order, source }: Reading): string =>
  createHash('sha256')
    .update(JSON.stringify([order.hash, order.guess, source, order.answers[dateOrderKey(path)] ?? null]))
    .digest('base64url')

/** Spoiled records behind those that can be read: counted and set aside like every other record. */
function withDamage(batch: Batch, { damaged = [] }: KeptPart): Batch {
  const bad = damaged.map(({ where, text }, index) => ({
    record: batch.records + 1 + index,
    reason: 'journal-damaged',
    message: `The record has changed since it was written to the journal: its checksum does not hold (${basename(where)}).`,
    raw: text.slice(0, 2000),
  }))
  return { ...batch, records: batch.records + bad.length, bad: [...batch.bad, ...bad] }
}

/** What a file holds. One that cannot be read is refused beside the others that cannot, all at once. */
async function readLanded(
  landed: LandedFile,
  watched: Watch | undefined,
  { order, source, problems }: Reading,
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
