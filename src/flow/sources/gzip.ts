import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { RapportError } from '../../errors.ts'

/** What may come out of a compressed file. Counted on real bytes: what a file says of itself is not believed. */
export interface UnpackLimits {
  /** Bytes out for each byte in, judged once `floor` bytes came out: small files may compress as they like. */
  ratio: number
  floor: number
  total: number
}

export const GZIP_LIMITS: UnpackLimits = { ratio: 200, floor: 8 << 20, total: 32 * 2 ** 30 }

/** Streams a gzip into a derived file and answers its path. */
export async function unpackGzip(
  source: { path: string; file: string; hash: string; bytes: number },
  derived: string,
  limits = GZIP_LIMITS,
): Promise<string> {
  await mkdir(derived, { recursive: true, mode: 0o700 })
  const target = join(derived, `${source.hash}.unpacked`)
  const temporary = `${target}.${process.pid}.part`
  const out = await open(temporary, 'w', 0o600)
  const input = createReadStream(source.file)
  const gunzip = createGunzip()
  input.on('error', (error) => gunzip.destroy(error))
  let bytes = 0
  let whole = false
  try {
    for await (const chunk of input.pipe(gunzip) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > limits.total || (bytes > limits.floor && bytes > limits.ratio * source.bytes))
        throw bomb(source.path, bytes, source.bytes)
      await out.writeFile(chunk)
    }
    whole = true
  } catch (error) {
    throw error instanceof RapportError ? error : damaged(source.path, error as Error)
  } finally {
    input.destroy()
    gunzip.destroy()
    await out.close()
    if (!whole) await rm(temporary, { force: true })
  }
  await rename(temporary, target)
  return target
}

function bomb(path: string, out: number, into: number): RapportError {
  return new RapportError({
    code: 'unpacks-too-large',
    message: `${path} unpacks to more than ${Math.floor(out / into)} times its size (${out} bytes so far): it looks like a decompression bomb.`,
    where: path,
    fix: 'If you trust the file, unpack it yourself and name the file that comes out.',
  })
}

function damaged(path: string, error: Error): RapportError {
  const cut = /unexpected end/i.test(error.message)
  return new RapportError({
    code: cut ? 'gzip-truncated' : 'gzip-damaged',
    message: cut
      ? `${path} ends in the middle of its gzip: the file was cut off.`
      : `${path} is a damaged gzip: ${error.message}.`,
    where: path,
    fix: 'Copy or download it again.',
  })
}
