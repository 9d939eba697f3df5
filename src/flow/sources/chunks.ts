import { open } from 'node:fs/promises'

const CHUNK = 1 << 20

/** A file's bytes in order. Two buffers take turns, so a chunk is only good until the one after the next is asked for. */
export async function* openChunks(path: string, start = 0): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  const buffers = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)]
  try {
    let at = start
    let reading = file.read(buffers[0] as Buffer, 0, CHUNK, at)
    for (let turn = 0; ; turn++) {
      const { bytesRead } = await reading
      if (bytesRead === 0) return
      at += bytesRead
      reading = file.read(buffers[(turn + 1) % 2] as Buffer, 0, CHUNK, at)
      // Whoever stops early must not leave a rejected read behind.
      reading.catch(() => undefined)
      yield (buffers[turn % 2] as Buffer).subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

/** The first bytes of a file. */
export async function readHead(path: string, bytes: number): Promise<Buffer> {
  return readAt(path, 0, bytes)
}

/** The last bytes of a file. */
export async function readTail(path: string, size: number, bytes: number): Promise<Buffer> {
  return readAt(path, Math.max(0, size - bytes), bytes)
}

async function readAt(path: string, position: number, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(bytes)
    let done = 0
    while (done < bytes) {
      const { bytesRead } = await file.read(buffer, done, bytes - done, position + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return buffer.subarray(0, done)
  } finally {
    await file.close()
  }
}
