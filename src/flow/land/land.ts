import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RapportError } from '../../errors.ts'

/** A file kept as it came. Everything later points to its hash. */
export interface Landed {
  /** The file as the user named it. */
  path: string
  /** sha256 of its bytes, lower-case hex. */
  hash: string
  bytes: number
  /** Where our copy lies: `<landing>/<hash>`. */
  landed: string
}

const CHUNK = 1 << 20

/** Keeps a file byte for byte under its hash. The file is read once: the copy and the hash cannot differ. */
export async function landFile(path: string, settings: { landing: string }): Promise<Landed> {
  const source = await openSource(path)
  const temporary = join(
    settings.landing,
    `.landing-${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`,
  )
  try {
    await mkdir(settings.landing, { recursive: true, mode: 0o700 })
    const { hash, bytes } = await copyAndHash(source, temporary)
    if (bytes === 0) throw emptyFile(path)
    const landed = join(settings.landing, hash)
    if (!(await isWhole(landed, bytes))) {
      await rename(temporary, landed)
      await syncFolder(settings.landing)
    }
    return { path, hash, bytes, landed }
  } finally {
    await source.close()
    await rm(temporary, { force: true })
  }
}

async function openSource(path: string): Promise<FileHandle> {
  try {
    const found = await stat(path)
    if (found.isDirectory())
      throw problem(
        'file-is-folder',
        `${path} is a folder, not a file.`,
        path,
        `Name the files in it, for example ${join(path, '*.csv')}.`,
      )
    if (!found.isFile())
      throw problem(
        'file-not-regular',
        `${path} is not a regular file.`,
        path,
        'Write its content to a file and name that.',
      )
    if (found.size === 0) throw emptyFile(path)
    return await open(path, 'r')
  } catch (error) {
    if (error instanceof RapportError) throw error
    throw unreadable(path, error as NodeJS.ErrnoException)
  }
}

/** Two buffers, so that one is written by the thread pool while the other is hashed here. */
async function copyAndHash(source: FileHandle, target: string): Promise<{ hash: string; bytes: number }> {
  const out = await open(target, 'wx', 0o600)
  const digest = createHash('sha256')
  const buffers = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)]
  let bytes = 0
  let writing: Promise<void> = Promise.resolve()
  try {
    for (let turn = 0; ; turn++) {
      const buffer = buffers[turn % 2] as Buffer
      const { bytesRead } = await source.read(buffer, 0, CHUNK, null)
      await writing
      if (bytesRead === 0) break
      const chunk = buffer.subarray(0, bytesRead)
      writing = writeAll(out, chunk)
      digest.update(chunk)
      bytes += bytesRead
    }
    await out.sync()
  } finally {
    await writing.catch(() => undefined)
    await out.close()
  }
  return { hash: digest.digest('hex'), bytes }
}

async function writeAll(out: FileHandle, chunk: Buffer): Promise<void> {
  let done = 0
  while (done < chunk.length) done += (await out.write(chunk, done)).bytesWritten
}

async function isWhole(path: string, bytes: number): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile() && found.size === bytes,
    () => false,
  )
}

/** A rename survives a power cut only when the folder is synced too; Windows cannot open a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

function emptyFile(path: string): RapportError {
  return problem('file-empty', `${path} is empty: it has 0 bytes.`, path, 'Export it again, or leave it out.')
}

function unreadable(path: string, error: NodeJS.ErrnoException): RapportError {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    return problem(
      'file-missing',
      `There is no file ${path}.`,
      path,
      'Check the spelling and the folder in which you run the command.',
    )
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return problem(
      'file-unreadable',
      `${path} may not be read by this user.`,
      path,
      `Give yourself the right to read it: chmod u+r ${path}`,
    )
  return problem(
    'file-unreadable',
    `${path} cannot be opened: ${error.message}.`,
    path,
    'Copy the file to a local disk and try again.',
  )
}

function problem(code: string, message: string, where: string, fix: string): RapportError {
  return new RapportError({ code, message, where, fix })
}
