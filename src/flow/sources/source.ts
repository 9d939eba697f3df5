import { basename } from 'node:path'
import type { Problem } from '../../errors.ts'
import type { Batch } from './batch.ts'
import { readHead } from './chunks.ts'
import type { Content } from './content.ts'
import { readCsv, repairCsv } from './csv.ts'
import { strictPath } from './derived.ts'
import { formOfName, type Recognised, recogniseForm } from './form.ts'

/** A file kept under its hash: what `land` answers. */
export interface LandedFile {
  path: string
  hash: string
  bytes: number
  landed: string
}

export interface ReadSettings {
  /** Folder for derived files: deletable at any time, written again when missing. */
  derived: string
}

/** Reads a landed file into batches: one per table that it holds. Throws when it holds none, and says what it is. */
export async function readBatches(landed: LandedFile, settings: ReadSettings): Promise<Batch[]> {
  const content = await openContent(landed, settings)
  return [await readCsv(content)]
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

async function openContent(landed: LandedFile, settings: ReadSettings): Promise<Content> {
  const { path, hash, bytes } = landed
  const form = recogniseForm(await readHead(landed.landed, 64 << 10), path)
  return {
    path,
    name: basename(path),
    hash,
    bytes,
    form: form as Exclude<Recognised, 'gzip'>,
    gzip: false,
    file: landed.landed,
    unpacked: false,
    derived: settings.derived,
    notes: nameNote(path, form),
  }
}

function nameNote(path: string, form: Recognised): Problem[] {
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
