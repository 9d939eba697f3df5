import { basename } from 'node:path'
import { type Problem, RapportError } from '../../errors.ts'
import type { Batch, Form } from './batch.ts'
import { type ChatSettings, readChat } from './chat.ts'
import { beginsChat } from './chat-line.ts'
import { unpackChat } from './chat-zip.ts'
import { readHead } from './chunks.ts'
import type { Content } from './content.ts'
import { readCsv, repairCsv } from './csv.ts'
import { strictPath } from './derived.ts'
import { formOfName, recogniseForm } from './form.ts'
import { unpackGzip } from './gzip.ts'
import { readJson } from './json.ts'
import { isOcel, readOcel } from './ocel.ts'
import { type DescribeParquet, readParquet } from './parquet.ts'
import type { Watch } from './watch.ts'
import { isWebhook, readWebhook } from './whatsapp-webhook.ts'
import { readXes } from './xes.ts'
import { readXlsx } from './xlsx.ts'

const HEAD = 64 << 10

/** A copy of a file with its hash: what `land` answers. */
export interface LandedFile {
  path: string
  hash: string
  bytes: number
  file: string
}

export interface ReadSettings {
  /** Folder for derived files: deletable at any time, written again when missing. */
  derived: string
  /** Asks the engine what a Parquet file holds. */
  describe?: DescribeParquet
  /** What was seen of the file while it was landed. */
  watched?: Watch
  /** What a phone's chat export does not say itself. */
  chats?: ChatSettings
}

/** Reads a landed file into batches: one per table that it holds. Throws when it holds none, and says what it is. */
export async function readBatches(landed: LandedFile, settings: ReadSettings): Promise<Batch[]> {
  const content = await openContent(landed, settings)
  switch (content.form) {
    case 'csv':
      return [await readCsv(content)]
    case 'json':
    case 'ndjson':
      return readObjects(content)
    case 'chat':
      return [await readChat(content, settings.chats)]
    case 'xlsx':
      return readArchive(content, settings)
    case 'xes':
      return [await readXes(content)]
    case 'parquet':
      return [await readParquet(content, settings.describe)]
  }
}

/** JSON that says itself what it is, or lists of objects. */
async function readObjects(content: Content): Promise<Batch[]> {
  const head = await readHead(content.file, HEAD)
  if (isWebhook(head)) return readWebhook(content)
  return isOcel(head) ? [await readOcel(content)] : readJson(content)
}

/** A workbook, which is an archive by its bytes, or the archive of a chat. */
async function readArchive(content: Content, settings: ReadSettings): Promise<Batch[]> {
  const chat = /\.xlsx$/i.test(content.path) ? null : await unpackChat(content)
  if (!chat) return readXlsx(content)
  if (!beginsChat(await readHead(chat.file, HEAD))) throw noChat(content.path)
  return [await readChat(chat, settings.chats)]
}

/**
 * Reads a CSV batch again with the strict reader: for when the load found other records than `readable`. A batch that
 * came from the strict reader (or from XLSX or JSON) already is answered as it is.
 */
export async function repairBatch(batch: Batch, settings: ReadSettings): Promise<Batch> {
  if (batch.form !== 'csv' || batch.read.path === strictPath(settings.derived, batch.hash)) return batch
  const { path, name, hash, bytes, form, gzip } = batch
  const notes = batch.notes.filter((note) => note.code === 'name-misleads')
  return repairCsv({
    path,
    name,
    hash,
    bytes,
    form,
    gzip,
    file: batch.read.path,
    unpacked: gzip,
    derived: settings.derived,
    notes,
  })
}

/** Recognises the form; what a gzip holds is unpacked into a derived file and recognised in turn. */
async function openContent(landed: LandedFile, settings: ReadSettings): Promise<Content> {
  const { path, hash, bytes } = landed
  const outer = recogniseForm(await readHead(landed.file, HEAD), path)
  const gzip = outer === 'gzip'
  const file = gzip ? await unpackGzip({ path, file: landed.file, hash, bytes }, settings.derived) : landed.file
  const form = gzip ? recogniseForm(await readHead(file, HEAD), path) : outer
  if (form === 'gzip') throw gzipInGzip(path)
  return {
    path,
    name: basename(path),
    hash,
    bytes,
    form,
    gzip,
    file,
    unpacked: gzip,
    watched: gzip ? undefined : settings.watched,
    derived: settings.derived,
    notes: nameNote(path, form),
  }
}

function noChat(path: string): RapportError {
  return new RapportError({
    code: 'form-unsupported',
    message: `${path} is an archive with a text in it that is no chat: its first line has no date.`,
    where: path,
    fix: 'Unpack it yourself and name the file of data in it.',
  })
}

function gzipInGzip(path: string): RapportError {
  return new RapportError({
    code: 'form-unsupported',
    message: `${path} is a gzip within a gzip.`,
    where: path,
    fix: 'Unpack it yourself and name the file that comes out.',
  })
}

function nameNote(path: string, form: Form): Problem[] {
  const promised = formOfName(path)
  if (
    !promised ||
    promised === form ||
    (promised === 'json' && form === 'ndjson') ||
    (promised === 'ndjson' && form === 'json')
  )
    return []
  return [
    {
      code: 'name-misleads',
      message: `${path} is named like ${promised}, but its content is ${form}; it was read as ${form}.`,
      where: path,
    },
  ]
}
