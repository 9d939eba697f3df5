import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RapportError } from '../../errors.ts'

/** A file kept as it came. Everything later points to its hash. */
export interface Landed {
  /** The file as the user named it. */
  path: string
  /** sha256 of its bytes, lower-case hex. */
  hash: string
  bytes: number
  /** Where our copy is now: what a build reads. */
  file: string
  /** Where it stays once `keepLanded` is through: `<landing>/<hash>`. */
  landed: string
  /** Kept when every byte is on the disk; the build goes on meanwhile. */
  synced: Promise<void>
}

const CHUNK = 1 << 20

/**
 * Copies a file byte for byte and hashes it. The file is read once: the copy and the hash cannot differ. The copy takes its name,
 * the hash, with `keepLanded`: what has that name is whole, whenever the power went.
 */
export async function landFile(path: string, settings: { landing: string }): Promise<Landed> {
  const source = await openSource(path)
  const temporary = join(
    settings.landing,
    `.landing-${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}`,
  )
  try {
    await mkdir(settings.landing, { recursive: true, mode: 0o700 })
    const { hash, bytes, synced } = await copyAndHash(source, temporary)
    const copy = { path, hash, bytes, file: temporary, landed: join(settings.landing, hash), synced }
    if (bytes > 0 && !(await isWhole(copy.landed, bytes))) return copy
    await dropLanded(copy)
    if (bytes === 0) throw emptyFile(path)
    return { ...copy, file: copy.landed }
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await source.close()
  }
}

/** Gives the copy its name, once it is safe on the disk. */
export async function keepLanded({ file, landed, synced }: Landed): Promise<void> {
  await synced
  if (file === landed) return
  await rename(file, landed)
  await syncFolder(dirname(landed))
}

/** Removes a copy that nobody will keep. */
export async function dropLanded({ file, landed, synced }: Landed): Promise<void> {
  await synced.catch(() => undefined)
  if (file !== landed) await rm(file, { force: true })
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
async function copyAndHash(source: FileHandle, target: string): Promise<Pick<Landed, 'hash' | 'bytes' | 'synced'>> {
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
  } catch (error) {
    await writing.catch(() => undefined)
    await out.close()
    throw error
  }
  const synced = out.sync().finally(() => out.close())
  // A disk that fails is reported by whoever waits for it; until then it must not end the process.
  synced.catch(() => undefined)
  return { hash: digest.digest('hex'), bytes, synced }
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
