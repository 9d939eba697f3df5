import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { constants, copyFile, type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { RapportError } from '../../errors.ts'
import { syncFolder } from '../../journal/durable.ts'
import { copyName } from './stale.ts'

/** A file as it came, and the copy of it that is kept. Everything later points to its hash. */
export interface Landed {
  /** The file as the user named it. */
  path: string
  /** sha256 of its bytes, lower-case hex. */
  hash: string
  bytes: number
  /** What a build reads: the file itself, until it has a copy. */
  file: string
  /** Where our copy stays once `keepLanded` is through: `<landing>/<hash>`. */
  landed: string
  /** The copy on its way, under a name of its own; null when the landing folder has it already. */
  copy: Copy | null
}

interface Copy {
  temporary: string
  /** What the file was when it was read: size, inode, and when it was last changed. */
  stamp: string
  /** Kept when every byte is on the disk. */
  synced: Promise<void>
}

export interface LandSettings {
  landing: string
  /** Sees the bytes as they are hashed, so that nobody has to read the file again to look at it. Good during the call only. */
  watch?: (chunk: Buffer) => void
}

const CHUNK = 1 << 20

/**
 * Hashes a file and begins to copy it, byte for byte; the build goes on meanwhile and reads the file itself. `keepLanded` gives the
 * copy its name, the hash, once it is on the disk and the file is still what was hashed: what has that name is whole.
 */
export async function landFile(path: string, settings: LandSettings): Promise<Landed> {
  const file = resolve(path)
  const { source, stamp } = await openSource(path)
  try {
    const { hash, bytes } = await hashFile(source, settings.watch)
    if (bytes === 0) throw emptyFile(path)
    const landed = join(settings.landing, hash)
    await mkdir(settings.landing, { recursive: true, mode: 0o700 })
    const copy = (await isWhole(landed, bytes)) ? null : beginCopy(file, stamp, settings.landing)
    return { path, hash, bytes, file: copy ? file : landed, landed, copy }
  } finally {
    await source.close()
  }
}

function beginCopy(file: string, stamp: string, landing: string): Copy {
  const temporary = join(landing, copyName())
  const synced = copyAndSync(file, temporary)
  // A disk that fails is reported by whoever waits for the copy; until then it must not end the process.
  synced.catch(() => undefined)
  return { temporary, stamp, synced }
}

/** Gives the copy its name, once it is safe on the disk. A file that changed under the build is refused: nobody knows what was read. */
export async function keepLanded({ path, file, landed, copy }: Landed): Promise<void> {
  if (!copy) return
  await copy.synced
  if (stampOf(await stat(file, { bigint: true })) !== copy.stamp)
    throw problem(
      'file-changed',
      `${path} was changed while it was read.`,
      path,
      'Run the command again when its export is finished. Nothing was published.',
    )
  await rename(copy.temporary, landed)
  await syncFolder(dirname(landed))
}

/** When these bytes first came, UTC, `2024-03-01 12:00:00`: since then the copy of them stays. Now, where there is none yet. */
export async function landedAt(landing: string, hash: string): Promise<string> {
  const kept = await stat(join(landing, hash)).catch(() => null)
  return new Date(kept?.mtimeMs ?? Date.now()).toISOString().slice(0, 19).replace('T', ' ')
}

/** Removes a copy that nobody will keep. */
export async function dropLanded({ copy }: Landed): Promise<void> {
  if (!copy) return
  await copy.synced.catch(() => undefined)
  await rm(copy.temporary, { force: true })
}

const stampOf = ({ size, ino, mtimeNs }: BigIntStats): string => `${size} ${ino} ${mtimeNs}`

async function openSource(path: string): Promise<{ source: FileHandle; stamp: string }> {
  try {
    const found = await stat(path, { bigint: true })
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
    if (found.size === 0n) throw emptyFile(path)
    return { source: await open(path, 'r'), stamp: stampOf(found) }
  } catch (error) {
    if (error instanceof RapportError) throw error
    throw unreadable(path, error as NodeJS.ErrnoException)
  }
}

/** Hash and size of a file. Two buffers, so that one is read by the thread pool while the other is hashed here. */
export async function hashFile(
  source: FileHandle,
  watch: (chunk: Buffer) => void = () => {},
): Promise<{ hash: string; bytes: number }> {
  const digest = createHash('sha256')
  const buffers = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)]
  let bytes = 0
  let reading = source.read(buffers[0]!, 0, CHUNK, null)
  for (let turn = 0; ; turn++) {
    const { bytesRead } = await reading
    if (bytesRead === 0) return { hash: digest.digest('hex'), bytes }
    reading = source.read(buffers[(turn + 1) % 2]!, 0, CHUNK, null)
    // Whoever stops early must not leave a rejected read behind.
    reading.catch(() => undefined)
    const chunk = buffers[turn % 2]!.subarray(0, bytesRead)
    digest.update(chunk)
    watch(chunk)
    bytes += bytesRead
  }
}

async function copyAndSync(file: string, target: string): Promise<void> {
  await copyFile(file, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  const copy = await open(target, 'r+')
  await copy
    .chmod(0o600)
    .then(() => copy.sync())
    .finally(() => copy.close())
}

async function isWhole(path: string, bytes: number): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile() && found.size === bytes,
    () => false,
  )
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
