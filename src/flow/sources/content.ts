import type { Problem } from '../../errors.ts'
import type { Batch, Form } from './batch.ts'
import type { Watch } from './watch.ts'

/** A landed file once its form is known: what each reader of a form is given. */
export interface Content {
  /** The file as the user named it: for messages. */
  path: string
  /** The name shown for it. */
  name: string
  hash: string
  bytes: number
  form: Form
  gzip: boolean
  /** What to read: the landed file, or what came out of its gzip. */
  file: string
  /** The content is a derived copy already (it came out of a gzip). */
  unpacked: boolean
  /** What was seen of the file while it was landed. */
  watched?: Watch
  /** Folder for derived files. */
  derived: string
  notes: Problem[]
}

/** The part of a batch that says where it came from. */
export function originOf(
  content: Content,
): Pick<Batch, 'path' | 'name' | 'hash' | 'bytes' | 'form' | 'gzip' | 'notes'> {
  const { path, name, hash, bytes, form, gzip, notes } = content
  return { path, name, hash, bytes, form, gzip, notes: [...notes] }
}
