import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** A folder gets a file of a fixed name. */
export async function fileOf(out: string, named: string): Promise<string> {
  const path = resolve(out)
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => !/\.[a-z0-9]+$/i.test(path),
  )
  return isFolder ? join(path, named) : path
}

/** What has the name is whole: until then it stands under another. Only its owner may read it, unless it is made to be published. */
export async function writeWhole(
  path: string,
  chunks: AsyncIterable<string | Uint8Array>,
  mode = 0o600,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.part`
  try {
    const file = createWriteStream(temporary, { mode })
    if (path.endsWith('.gz')) await pipeline(Readable.from(chunks), createGzip(), file)
    else await pipeline(Readable.from(chunks), file)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** A whole file from one piece. */
export function writePiece(path: string, piece: string | Uint8Array): Promise<void> {
  return writeWhole(path, once(piece))
}

async function* once<T>(piece: T): AsyncGenerator<T> {
  yield piece
}
